"""What the store in one SQLite file does for the API beside runs. What each method does: `contract_api`."""

from limner.store import answers, places, uploads
from limner.store.sqlite_file import SqliteFile
from limner.types import Answer, Json, Page, Project, Upload, Workspace


class ApiTables(SqliteFile):
    """The half of `SqliteStore` that knows nothing of runs: together they would be too long to read."""

    # Uploads

    async def create_upload(self, caller: str, media_type: str, *, lifetime_ms: int) -> Upload:
        """Promise an id for a file."""
        return await self._database.write(uploads.create, caller, media_type, lifetime_ms)

    async def get_upload(self, caller: str, asset_id: str) -> Upload:
        """Return an announced file of the caller's."""
        return await self._database.read(uploads.get, self._clock(), caller, asset_id)

    async def open_upload(self, asset_id: str) -> Upload:
        """Return an announced file that may be sent now."""
        return await self._database.read(uploads.get_open, self._clock(), asset_id)

    async def complete_upload(self, asset_id: str, stored_id: str) -> Upload:
        """Give an announced file its content."""
        return await self._database.write(uploads.complete, asset_id, stored_id)

    async def fail_upload(self, asset_id: str, error: Json) -> Upload:
        """Note why what was sent cannot be used."""
        return await self._database.write(uploads.fail, asset_id, error)

    # Workspaces and projects

    async def create_workspace(
        self, caller: str, workspace_id: str, name: str, *, project_id: str
    ) -> Workspace:
        """Store a workspace with its default project, unless its id is there."""
        return await self._database.write(places.create_workspace, caller, workspace_id, name, project_id)

    async def create_project(self, caller: str, workspace_id: str, project_id: str, name: str) -> Project:
        """Store a project, unless its id is there."""
        return await self._database.write(places.create_project, caller, workspace_id, project_id, name)

    async def get_workspace(self, caller: str, workspace_id: str) -> Workspace:
        """Return a workspace that the caller may use."""
        return await self._database.read(places.get_workspace, caller, workspace_id)

    async def get_project(self, caller: str, project_id: str) -> Project:
        """Return a project that the caller may use."""
        return await self._database.read(places.get_project, caller, project_id)

    async def list_workspaces(self, caller: str, *, limit: int, cursor: str | None = None) -> Page:
        """Return a page of the workspaces that the caller may use."""
        return await self._database.read(places.list_workspaces, caller, limit, cursor)

    async def list_projects(
        self, caller: str, workspace_id: str | None, *, limit: int, cursor: str | None = None
    ) -> Page:
        """Return a page of the projects that the caller may use."""
        return await self._database.read(places.list_projects, caller, workspace_id, limit, cursor)

    # Remembered answers

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
        """Take a key, or say how the answer under it stands."""
        return await self._database.write(
            answers.begin, caller, operation, key, fingerprint, request, lease_ms, window_ms
        )

    async def finish_answer(self, held: Answer, answer: Json) -> bool:
        """Remember what a call is answered."""
        return await self._database.write(answers.finish, held, answer)

    async def drop_answer(self, held: Answer) -> None:
        """Free the key of a call that was refused."""
        await self._database.write(answers.drop, held)
