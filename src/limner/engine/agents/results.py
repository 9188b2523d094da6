"""Reads the object that an agent returns, and says where it does not satisfy its schema."""

import json

import anyio

from limner.errors import FieldError
from limner.types import Json

MOST_PROBLEMS = 12
BOUNDS = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum")


async def read_result(text: str, schema: Json) -> tuple[Json, list[FieldError]]:
    """Return the object in a text, and what is wrong with it; an empty one where there is none."""
    try:
        value = json.loads(_without_fence(text))
    except ValueError as problem:
        return {}, [FieldError("result", f"is no JSON: {problem}")]
    if not isinstance(value, dict):
        return {}, [FieldError("result", "is no JSON object")]
    return value, await anyio.to_thread.run_sync(lambda: _problems(value, schema))


def form_of(schema: Json) -> Json:
    """Return a schema as providers are given it: the form alone, since some refuse what bounds lengths and amounts."""
    kept = {key: value for key, value in schema.items() if key not in BOUNDS}
    if "properties" in kept:
        kept["properties"] = {name: form_of(each) for name, each in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = form_of(kept["items"])
    return kept


def _problems(value: Json, schema: Json) -> list[FieldError]:
    from jsonschema import Draft202012Validator  # 0.27 s to import, which only agents need

    found = sorted(
        Draft202012Validator(schema).iter_errors(value), key=lambda each: list(map(str, each.path))
    )
    return [
        FieldError(f"result{each.json_path.removeprefix('$')}", each.message[:300])
        for each in found[:MOST_PROBLEMS]
    ]


def _without_fence(text: str) -> str:
    """Return JSON without the fence that models put around it though they were told not to."""
    text = text.strip()
    if not text.startswith("```") or not text.endswith("```"):
        return text
    return text.removeprefix("```").removesuffix("```").strip().removeprefix("json")
