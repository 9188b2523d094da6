"""list_models: what can generate, said honestly."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.documents import models_document
from limner.app.requests import ModelFilter
from limner.types import Json, Kind
from limner.types.media import GENERATED_NAMES
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, answer


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="list_models",
        title="List models",
        description=(
            "List models that generate, with params, price and fidelity, and for each type what is missing where there "
            "is none."
        ),
        input_schema=schemas.arguments(
            {
                "type": {"type": "string", "enum": list(GENERATED_NAMES), "description": "Only this type."},
                "query": schemas.text("Words that all must occur."),
                "available_only": {"type": "boolean", "description": "Leave out what needs a provider."},
                "limit": schemas.LIMIT,
                "cursor": schemas.CURSOR,
            }
        ),
        output_schema=schemas.result(
            {
                "models": {"type": "array", "items": {"type": "object"}},
                "unavailable": {"type": "array", "items": {"type": "object"}},
                "meta": schemas.META,
            }
        ),
        annotations=t.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


async def call(call: Call) -> Json:
    """Return one page of the models of this installation."""
    given = call.arguments
    wanted = ModelFilter(
        type=Kind(given["type"]) if "type" in given else None,
        query=given.get("query"),
        available_only=given.get("available_only", False),
        limit=given.get("limit", 50),
        cursor=given.get("cursor"),
    )
    return answer(await models_document(call.studio, wanted))


TOOL = AgentTool("list_models", describe, call)
