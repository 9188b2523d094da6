"""What comes out of an agent step: its text, its sources, and properties of its object by their names."""

from typing import Any

from limner.techniques.flow import Flow
from limner.types import Json, Kind, Step

SOURCES = "sources"
_READABLE = ("string", "number", "integer")


def agent_flows(step: Step) -> dict[str, Flow]:
    """Return an agent's results by name."""
    flows = {str(Kind.TEXT): Flow(Kind.TEXT), SOURCES: Flow(Kind.TEXT)}
    schema = step.terms.result if step.terms else None
    for name, is_list in readable(schema).items():
        is_sure = name in (schema or {}).get("required", ())
        flows[name] = Flow(Kind.TEXT, is_list=is_list, is_nullable=not is_sure, is_open=True)
    return flows


def readable(schema: Json | None) -> dict[str, bool]:
    """Return the properties that other steps may read by name, and whether each is a list.

    They are texts, numbers, and lists of these; what is deeper stands in the text only.
    """
    found: dict[str, bool] = {}
    for name, each in (schema or {}).get("properties", {}).items():
        if not isinstance(each, dict):
            continue
        if each.get("type") in _READABLE:
            found[name] = False
        elif each.get("type") == "array" and each.get("items", {}).get("type") in _READABLE:
            found[name] = True
    return found


def read_properties(value: Json, schema: Json | None) -> dict[str, Any]:
    """Return the properties of an agent's object that other steps may read."""
    return {name: value[name] for name in readable(schema) if value.get(name) is not None}
