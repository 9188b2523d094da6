"""Workspaces and projects: made, listed, and found for a run that names them."""

import secrets
from typing import NamedTuple

from limner.app.paging import require_limit
from limner.app.requests import DEFAULT_PROJECT, DEFAULT_WORKSPACE
from limner.canonical import fingerprint, normalise
from limner.errors import InvalidInput
from limner.store.contract import Store
from limner.types import Page, Project, Workspace

MAX_NAME_CHARS = 200
WORKSPACE_PREFIX = "ws_"
PROJECT_PREFIX = "prj_"
_JOINERS = "\u200c\u200d"
"""Not printable by themselves; Persian and Indic names and many emoji are spelled with them."""


class Location(NamedTuple):
    """Where a run stands."""

    workspace_id: str
    project_id: str


class Places:
    """The workspaces and projects of one installation. A caller sees its own and the default ones."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def get_workspace(self, caller: str, workspace_id: str) -> Workspace:
        """Return a workspace. Raises: NotFound."""
        return await self._store.get_workspace(caller, workspace_id)

    async def list_workspaces(self, caller: str, limit: int, cursor: str | None) -> Page:
        """Return a page of Workspace, the default one first, then oldest first. Raises: InvalidInput."""
        require_limit(limit)
        return await self._store.list_workspaces(caller, limit=limit, cursor=cursor)

    async def create_workspace(self, caller: str, name: str, *, key: str | None) -> Workspace:
        """Make a workspace, and its default project with it. Raises: InvalidInput.

        With a key, a call that is repeated gets the workspace that the first made.
        """
        name = checked_name(name)
        workspace_id = _new_id(WORKSPACE_PREFIX, caller, "workspaces.create", key, [name])
        return await self._store.create_workspace(
            caller, workspace_id, name, project_id=default_project(workspace_id)
        )

    async def list_projects(
        self, caller: str, workspace_id: str | None, limit: int, cursor: str | None
    ) -> Page:
        """Return a page of Project, of one workspace or of all, the default ones first, then oldest first.

        Raises: InvalidInput; NotFound, for a workspace that is not the caller's to use.
        """
        require_limit(limit)
        return await self._store.list_projects(caller, workspace_id, limit=limit, cursor=cursor)

    async def create_project(self, caller: str, workspace_id: str, name: str, *, key: str | None) -> Project:
        """Make a project in a workspace. Raises: InvalidInput; NotFound, naming the field `workspace_id`.

        With a key, a call that is repeated gets the project that the first made.
        """
        name = checked_name(name)
        project_id = _new_id(PROJECT_PREFIX, caller, "projects.create", key, [workspace_id, name])
        return await self._store.create_project(caller, workspace_id, project_id, name)

    async def locate(self, caller: str, workspace_id: str | None, project_id: str | None) -> Location:
        """Return where a run goes that names these: what is not named follows from what is.

        Without a project, it is the default one of the workspace; without a workspace, that of the project.
        Raises: NotFound, naming the field; InvalidInput, when the project is in another workspace.
        """
        if workspace_id in (None, DEFAULT_WORKSPACE) and project_id in (None, DEFAULT_PROJECT):
            return Location(DEFAULT_WORKSPACE, DEFAULT_PROJECT)
        if workspace_id is not None:
            await self._store.get_workspace(caller, workspace_id)
        if project_id is None:
            project_id = default_project(workspace_id or DEFAULT_WORKSPACE)
        project = await self._store.get_project(caller, project_id)
        if workspace_id not in (None, project.workspace_id):
            raise InvalidInput.of(
                "project_id",
                f"{project_id} is in the workspace {project.workspace_id}, not in {workspace_id}",
                next_step="Name a project of the workspace, or leave one of the two out.",
            )
        return Location(project.workspace_id, project.project_id)


def default_project(workspace_id: str) -> str:
    """Return the id of the project that a workspace was made with: `prj_x` of `ws_x`."""
    return PROJECT_PREFIX + workspace_id.removeprefix(WORKSPACE_PREFIX)


def checked_name(name: str) -> str:
    """Return a name as it is kept: in Unicode NFC, without space around it. Raises: InvalidInput."""
    name = normalise(name).strip()
    is_plain = all(character.isprintable() or character in _JOINERS for character in name)
    if not (1 <= len(name) <= MAX_NAME_CHARS and is_plain and name.strip(_JOINERS)):
        raise InvalidInput.of("name", f"must be 1 to {MAX_NAME_CHARS} printable characters")
    return name


def _new_id(prefix: str, caller: str, operation: str, key: str | None, values: list[str]) -> str:
    """Return a new id; with a key the same one each time, and another for other values.

    A key is forgotten after its window; with the values in it, the id holds for as long as the row does.
    """
    if key is None:
        return prefix + secrets.token_hex(16)
    return prefix + fingerprint([caller, operation, key, values])[:32]
