"""cancel_run: the only thing that stops a run."""

from collections.abc import Sequence

import mcp_types as t

from limner.types import Json
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call
from limner_tools.start_run import run_answer


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="cancel_run",
        title="Cancel a run",
        description="Stop a run now and return it. A run that has ended stays as it is.",
        input_schema=schemas.arguments({"run_id": schemas.RUN_ID}, required=("run_id",)),
        output_schema=schemas.CANCELLED,
        annotations=t.ToolAnnotations(
            read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


async def call(call: Call) -> Json:
    """Cancel the run and return it."""
    return run_answer(await call.studio.cancel_run(call.caller, call.arguments["run_id"]), call.place_of)


TOOL = AgentTool("cancel_run", describe, call)
