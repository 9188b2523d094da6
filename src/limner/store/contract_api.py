"""What every store can do for the API beside runs: uploads, workspaces and projects, remembered answers."""

from typing import Protocol

from limner.types import Answer, Json, Page, Project, Upload, Workspace


class UploadStore(Protocol):
    """Files that callers announce, under ids that are promised before the bytes are known."""

    async def create_upload(self, caller: str, media_type: str, *, lifetime_ms: int) -> Upload:
        """Promise an id for a file that may be sent within `lifetime_ms`."""

    async def get_upload(self, caller: str, asset_id: str) -> Upload:
        """Return an announced file of the caller's. Raises: NotFound."""

    async def open_upload(self, asset_id: str) -> Upload:
        """Return an announced file that may be sent now, whoever announced it.

        Raises: NotFound, also when its time has passed; Unavailable, code `conflict`, when the file is there.
        """

    async def complete_upload(self, asset_id: str, stored_id: str) -> Upload:
        """Give an announced file its content, a stored asset, and let its caller read that.

        Raises: NotFound; Unavailable, code `conflict`, when it has another content already.
        """

    async def fail_upload(self, asset_id: str, error: Json) -> Upload:
        """Note why what was sent cannot be used; a file that is there already stays. Raises: NotFound."""


class PlaceStore(Protocol):
    """Workspaces and projects. Each caller has its own, and may use everyone's: the default ones."""

    async def create_workspace(
        self, caller: str, workspace_id: str, name: str, *, project_id: str
    ) -> Workspace:
        """Store a workspace with its default project, unless its id is there, and return it.

        Raises: NotFound, when one of the ids is another caller's.
        """

    async def create_project(self, caller: str, workspace_id: str, project_id: str, name: str) -> Project:
        """Store a project, unless its id is there, and return it.

        Raises: NotFound, when the workspace is not the caller's to use, or the id is another caller's.
        """

    async def get_workspace(self, caller: str, workspace_id: str) -> Workspace:
        """Return a workspace that the caller may use. Raises: NotFound, naming the field."""

    async def get_project(self, caller: str, project_id: str) -> Project:
        """Return a project that the caller may use. Raises: NotFound, naming the field."""

    async def list_workspaces(self, caller: str, *, limit: int, cursor: str | None = None) -> Page:
        """Return a page of the Workspaces that the caller may use: everyone's first, then oldest first.

        Raises: InvalidInput, for a bad cursor.
        """

    async def list_projects(
        self, caller: str, workspace_id: str | None, *, limit: int, cursor: str | None = None
    ) -> Page:
        """Return a page of the Projects that the caller may use, in one workspace or all, in the same order.

        Raises: NotFound, for a workspace that is not the caller's to use; InvalidInput, for a bad cursor.
        """


class AnswerStore(Protocol):
    """What mutating calls with an idempotency key were answered, other than the starts of runs."""

    async def begin_answer(
        self,
        caller: str,
        operation: str,
        key: str,
        *,
        fingerprint: str,
        request: Json,
        lease_ms: int,
        window_ms: int,
    ) -> Answer:
        """Take a key for a call that is about to work; or say that it is done, or at work elsewhere.

        Nobody else is given the key for `lease_ms`; afterwards the call is taken for dead. The key is free
        again after `window_ms`. Raises: IdempotencyConflict, when the key was used for another request.
        """

    async def finish_answer(self, held: Answer, answer: Json) -> bool:
        """Remember what a call is answered; False when another has taken over, whose answer counts."""

    async def drop_answer(self, held: Answer) -> None:
        """Free the key of a call that was refused, unless another has taken over."""
