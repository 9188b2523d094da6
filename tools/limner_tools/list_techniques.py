"""list_techniques: what can be made, compact enough that one call is enough to start."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.documents import technique_row
from limner.app.requests import TechniqueFilter
from limner.types import Json, PortType
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, answer

TYPES = [each.value for each in PortType]


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="list_techniques",
        title="List techniques",
        description=(
            "List techniques: ready-made media workflows. Returns rows with technique_id, price, availability and a "
            "signature of inputs → outputs (`colors?: 3–12 = 6` is optional, from 3 to 12, default 6), which is "
            "enough to call start_run."
        ),
        input_schema=schemas.arguments(
            {
                "query": schemas.text("What to make, in words; best first."),
                "input_type": {"type": "string", "enum": TYPES, "description": "Only those that take this."},
                "output_type": {"type": "string", "enum": TYPES, "description": "Only those that make this."},
                "runnable_only": {"type": "boolean", "description": "Only those that can be started now."},
                "workspace_id": schemas.WORKSPACE,
                "limit": schemas.LIMIT,
                "cursor": schemas.CURSOR,
            }
        ),
        output_schema=schemas.result(
            {
                "techniques": {"type": "array", "items": {"type": "object"}},
                "meta": schemas.META,
                "problems": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "Broken technique files.",
                },
            }
        ),
        annotations=t.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


async def call(call: Call) -> Json:
    """Return one page of techniques."""
    given = call.arguments
    page = await call.studio.list_techniques(
        TechniqueFilter(
            query=given.get("query"),
            input_type=PortType(given["input_type"]) if "input_type" in given else None,
            output_type=PortType(given["output_type"]) if "output_type" in given else None,
            runnable_only=given.get("runnable_only", False),
            limit=given.get("limit", 50),
            cursor=given.get("cursor"),
        )
    )
    document = {
        "techniques": [technique_row(entry) for entry in page.items],
        "meta": {"next_cursor": page.next_cursor, "total_estimate": page.total_estimate},
        "next_step": (
            "Call start_run with a technique_id and inputs; get_technique shows one in full."
            if page.items
            else "Nothing matches: call again with other words or fewer filters."
        ),
    }
    if problems := call.studio.techniques.problems():
        document["problems"] = [str(problem) for problem in problems[:10]]
    return answer(document)


TOOL = AgentTool("list_techniques", describe, call)
