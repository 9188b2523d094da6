"""list_runs: the caller's runs, newest first."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.documents import run_row
from limner.app.requests import RunFilter
from limner.types import Json, Status
from limner.types.technique import technique_id_of
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, answer


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="list_runs",
        title="List runs",
        description="List your runs, newest first, as short rows; get_run returns one with its outputs.",
        input_schema=schemas.arguments(
            {
                "status": schemas.STATUS | {"description": "Only runs in this status."},
                "technique_id": schemas.text("Only runs of this technique."),
                "project_id": schemas.PROJECT,
                "workspace_id": schemas.WORKSPACE,
                "limit": schemas.LIMIT,
                "cursor": schemas.CURSOR,
            }
        ),
        output_schema=schemas.result(
            {"runs": {"type": "array", "items": {"type": "object"}}, "meta": schemas.META}
        ),
        annotations=t.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


async def call(call: Call) -> Json:
    """Return one page of runs."""
    given = call.arguments
    technique_id = given.get("technique_id")
    if technique_id:
        technique_id = technique_id_of(technique_id)
    page = await call.studio.list_runs(
        call.caller,
        RunFilter(
            statuses=(Status(given["status"]),) if "status" in given else (),
            technique_id=technique_id,
            workspace_id=given.get("workspace_id"),
            project_id=given.get("project_id"),
            limit=given.get("limit", 20),
            cursor=given.get("cursor"),
        ),
    )
    rows = [run_row(run) for run in page.items]
    return answer(
        {
            "runs": rows,
            "meta": {"next_cursor": page.next_cursor},
            "next_step": "Call get_run(run_id) for one run's outputs."
            if rows
            else "No run matches. Start one with start_run.",
        }
    )


TOOL = AgentTool("list_runs", describe, call)
