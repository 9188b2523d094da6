"""get_technique: one technique in full, with its schemas and an example call."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.documents import technique_document
from limner.types import Json
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, answer


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="get_technique",
        title="Get a technique",
        description=(
            "Get one technique: its inputs and outputs, their JSON Schemas, price, availability, definition and an "
            "example call of start_run."
        ),
        input_schema=schemas.arguments(
            {
                "technique_id": schemas.text("tech_… or the slug."),
                "revision": schemas.text("rev_… or draft. Default: the published one."),
            },
            required=("technique_id",),
        ),
        output_schema=schemas.result(
            {
                "technique_id": {"type": "string"},
                "name": {"type": "string"},
                "description": {"type": "string"},
                "revision": {"type": "string"},
                "availability": {"type": "string"},
                "inputs": {"type": "array", "items": {"type": "object"}},
                "outputs": {"type": "array", "items": {"type": "object"}},
                "input_schema": {"type": "object"},
                "output_schema": {"type": "object"},
                "example": {"type": "object", "description": "Arguments for start_run."},
            }
        ),
        annotations=t.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


async def call(call: Call) -> Json:
    """Return the technique."""
    entry = await call.studio.get_technique(call.arguments["technique_id"], call.arguments.get("revision"))
    document = technique_document(entry)
    return answer(document | {"next_step": "Call start_run as in `example`, with your own inputs and key."})


TOOL = AgentTool("get_technique", describe, call)
