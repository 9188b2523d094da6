"""Runs that were started: how they stand, what happens to them, and the history."""

from typing import Annotated, Any

from fastapi import Header, Query, Response
from fastapi.responses import JSONResponse

from limner.app.requests import RunFilter
from limner.errors import InvalidInput, NotFound
from limner.rest import documents
from limner.rest.errors import documented
from limner.rest.events import EVENT_STREAM, stream_events
from limner.rest.remembered import Remembering
from limner.rest.routing import new_router
from limner.rest.session import Caller, Session
from limner.rest.shapes.common import Cursor, InProject, InWorkspace, Limit, RunId, TechniqueName
from limner.rest.shapes.provenance import Provenance
from limner.rest.shapes.runs import History, PublicStatus, RunDetail
from limner.types import Json, RunType, Status
from limner.types.technique import technique_id_of

router = new_router("Runs")

_STATUSES: dict[str, tuple[Status, ...]] = {
    "pending": (Status.PENDING,),
    "running": (Status.RUNNING,),
    "completed": (Status.COMPLETED,),
    "failed": (Status.FAILED, Status.CANCELLED),
}
"""Which of our statuses each public one stands for."""


@router.get("/runs/{run_id}", response_model=RunDetail, responses=documented(404), operation_id="getRun")
async def get_run(caller: Caller, run_id: RunId) -> Json:
    """Return a run as it stands: this is its `poll_url`."""
    return await _detail(caller, run_id)


@router.get(
    "/techniques/{technique_id}/runs/{run_id}",
    response_model=RunDetail,
    responses=documented(404),
    operation_id="getTechniqueRun",
)
async def get_technique_run(caller: Caller, technique_id: TechniqueName, run_id: RunId) -> Json:
    """Return a run of a technique as it stands."""
    document = await _detail(caller, run_id)
    wanted = technique_id_of(technique_id)
    if document.get("technique", {}).get("technique_id") != wanted:
        raise NotFound(
            f"{run_id} is no run of {wanted}.", next_step=f"Read it as GET /runs/{run_id}, whatever it runs."
        )
    return document


@router.get(
    "/runs/{run_id}/provenance",
    response_model=Provenance,
    responses=documented(404, 409),
    operation_id="getProvenance",
)
async def get_provenance(caller: Caller, run_id: RunId) -> Json:
    """Return what made the outputs of a completed run."""
    return await caller.studio.provenance(caller.caller, run_id)


async def _detail(caller: Session, run_id: str) -> Json:
    view = await caller.studio.get_run(caller.caller, run_id)
    document = documents.run_alone(caller, view)
    if view.run.callback_url is not None and view.run.status.is_terminal:
        document["callbacks"] = await caller.studio.deliveries(caller.caller, run_id)
    return document


@router.get(
    "/runs/{run_id}/events",
    responses={
        **documented(404),
        200: {
            "content": EVENT_STREAM,
            "description": "Server-sent events: `id` is the event's number, `event` its type, `data` JSON.",
        },
        204: {
            "description": "The run has ended, and nothing came after `Last-Event-ID`: do not connect again."
        },
    },
    response_class=Response,
    operation_id="followRun",
)
async def follow_run(
    caller: Caller,
    run_id: RunId,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            pattern="^[0-9]{1,15}$",
            description="The number of the last event that was read.",
        ),
    ] = None,
) -> Any:
    """Return a run's events after a number as they happen, until its last."""
    after_seq = int(last_event_id or 0)
    run = (await caller.studio.get_run(caller.caller, run_id)).run
    if run.status.is_terminal and after_seq >= run.seq:
        return Response(status_code=204)
    return stream_events(caller, run_id, after_seq)


@router.post(
    "/runs/{run_id}/cancel",
    response_model=RunDetail,
    responses=documented(404, 409, 422),
    operation_id="cancelRun",
)
async def cancel_run(caller: Caller, remembering: Remembering, run_id: RunId) -> Json:
    """End a run now; one that has ended stays as it is."""

    async def cancel() -> Json:
        await caller.studio.cancel_run(caller.caller, run_id)
        return {"run_id": run_id}

    await remembering.answer("runs.cancel", {"run_id": run_id}, cancel)
    return await _detail(caller, run_id)


@router.get(
    "/technique-runs", response_model=History, responses=documented(404), operation_id="listTechniqueRuns"
)
async def list_technique_runs(
    caller: Caller,
    workspace_id: InWorkspace = None,
    project_id: InProject = None,
    technique_id: Annotated[
        str | None, Query(min_length=1, max_length=200, description="Its id (`tech_…`) or its slug.")
    ] = None,
    status: Annotated[
        PublicStatus | None, Query(description="Only runs in this state; the cancelled are `failed`.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> JSONResponse:
    """Return a page of the caller's runs of techniques, newest first."""
    if technique_id is not None and technique_id.startswith(("run_", "ws_", "prj_", "asset_")):
        raise InvalidInput.of("technique_id", "must start with tech_, or be a slug")
    wanted = RunFilter(
        run_type=RunType.TECHNIQUE,
        statuses=_STATUSES[status] if status else (),
        technique_id=technique_id_of(technique_id) if technique_id else None,
        workspace_id=workspace_id,
        project_id=project_id,
        limit=limit,
        cursor=cursor,
    )
    page = await caller.studio.list_runs(caller.caller, wanted)
    views = await caller.studio.views(page.items)
    # Not through the shape, which costs a quarter of the answer's time; the tests hold it to the shape.
    return JSONResponse(
        {
            "technique_runs": [documents.history_row(caller, view) for view in views],
            "meta": {"next_cursor": page.next_cursor},
        }
    )
