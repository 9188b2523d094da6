"""Workspaces and projects."""

from dataclasses import asdict

from limner.rest.errors import documented
from limner.rest.remembered import Remembering
from limner.rest.routing import new_router
from limner.rest.session import Caller
from limner.rest.shapes.common import Cursor, InWorkspace, Limit
from limner.rest.shapes.places import NewProject, NewWorkspace, Project, ProjectList, Workspace, WorkspaceList
from limner.types import Json

router = new_router("Workspaces and projects")


@router.get(
    "/workspaces", response_model=WorkspaceList, responses=documented(), operation_id="listWorkspaces"
)
async def list_workspaces(caller: Caller, cursor: Cursor = None, limit: Limit = 50) -> Json:
    """Return a page of the caller's workspaces, the oldest first."""
    page = await caller.studio.list_workspaces(caller.caller, limit, cursor)
    return {
        "workspaces": [asdict(each) for each in page.items],
        "meta": {"next_cursor": page.next_cursor},
    }


@router.post(
    "/workspaces",
    response_model=Workspace,
    status_code=201,
    responses=documented(409, 422),
    operation_id="createWorkspace",
)
async def create_workspace(caller: Caller, remembering: Remembering, body: NewWorkspace) -> Json:
    """Make a workspace."""
    key = remembering.key or body.idempotency_key

    async def create() -> Json:
        return asdict(await caller.studio.create_workspace(caller.caller, body.name, key=key))

    request = {"name": body.name}
    return await remembering.answer("workspaces.create", request, create, body_key=body.idempotency_key)


@router.get("/projects", response_model=ProjectList, responses=documented(404), operation_id="listProjects")
async def list_projects(
    caller: Caller,
    workspace_id: InWorkspace = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """Return a page of the caller's projects, the oldest first."""
    page = await caller.studio.list_projects(caller.caller, workspace_id, limit, cursor)
    return {"projects": [asdict(each) for each in page.items], "meta": {"next_cursor": page.next_cursor}}


@router.post(
    "/projects",
    response_model=Project,
    status_code=201,
    responses=documented(404, 409, 422),
    operation_id="createProject",
)
async def create_project(caller: Caller, remembering: Remembering, body: NewProject) -> Json:
    """Make a project in a workspace."""
    key = remembering.key or body.idempotency_key

    async def create() -> Json:
        project = await caller.studio.create_project(caller.caller, body.workspace_id, body.name, key=key)
        return asdict(project)

    request = {"workspace_id": body.workspace_id, "name": body.name}
    return await remembering.answer("projects.create", request, create, body_key=body.idempotency_key)
