"""get_run: a run as it stands, or as soon as it has ended."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.requests import DEFAULT_WORKSPACE
from limner.errors import InvalidInput
from limner.types import Json
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call
from limner_tools.run_card import shown_on_card
from limner_tools.start_run import run_answer
from limner_tools.waiting import wait_seconds, wait_with_progress

MAX_EVENTS = 500
MAX_SEQ = 2**53


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="get_run",
        title="Get a run",
        description=(
            "Get a run by run_id, or by the idempotency_key it was started with. With wait_seconds it answers "
            "when the run ends or the time is up. Returns the Run, with its events when since_seq is given."
        ),
        input_schema=schemas.arguments(
            {
                "run_id": schemas.RUN_ID,
                "idempotency_key": schemas.text("Instead of run_id: the key given to start_run."),
                "wait_seconds": {
                    "type": "number",
                    "minimum": 0,
                    "description": "How long to wait for the end, at most 45. Default 0.",
                },
                "since_seq": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Also return events after this number; 0 for the whole log.",
                },
                "workspace_id": schemas.WORKSPACE,
            }
        ),
        output_schema=schemas.RUN,
        annotations=t.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        _meta=shown_on_card(),
    )


async def call(call: Call) -> Json:
    """Find the run, wait for it if asked, return it."""
    run_id = await _run_id(call)
    seconds = wait_seconds(call, default=0)
    view = (
        await wait_with_progress(call, run_id, seconds)
        if seconds
        else await call.studio.get_run(call.caller, run_id)
    )
    if "since_seq" not in call.arguments:
        return run_answer(view, call.place_of)
    since = min(call.arguments["since_seq"], MAX_SEQ)
    events = await call.studio.events(call.caller, run_id, since, MAX_EVENTS)
    return run_answer(view, call.place_of, events)


async def _run_id(call: Call) -> str:
    given = call.arguments
    if ("run_id" in given) == ("idempotency_key" in given):
        raise InvalidInput.of("run_id", "give run_id or idempotency_key, one of them")
    if "run_id" in given:
        return str(given["run_id"])
    workspace = given.get("workspace_id", DEFAULT_WORKSPACE)
    return (await call.studio.find_run(call.caller, given["idempotency_key"], workspace)).run.run_id


TOOL = AgentTool("get_run", describe, call)
