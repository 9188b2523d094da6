"""list_models: what can generate, said honestly."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.documents import GENERATION_TYPES, models_document
from limner.errors import InvalidInput
from limner.types import Json
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, answer


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool."""
    return t.Tool(
        name="list_models",
        title="List models",
        description=(
            "List models that generate media or text, and say for each type what is missing where there is none. "
            "Techniques whose availability is ready need no model."
        ),
        input_schema=schemas.arguments(
            {
                "type": {"type": "string", "enum": list(GENERATION_TYPES), "description": "Only this type."},
                "query": schemas.text("Words in the name."),
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
    """Return the models of this installation."""
    if "cursor" in call.arguments:
        raise InvalidInput.of(
            "cursor", "is not one that a list returned", next_step="Leave `cursor` out to start at the top."
        )
    document = models_document(call.arguments.get("type"))
    if call.arguments.get("available_only"):
        del document["unavailable"]
    return answer(document)


TOOL = AgentTool("list_models", describe, call)
