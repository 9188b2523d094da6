"""Names the immutable versions of a technique: one content, however it is written, is one revision."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from limner.canonical import fingerprint, normalise
from limner.techniques.expand import is_zip, lead_of
from limner.types import AgentLimits, Json, ToolKind

_PORT_DEFAULTS: Json = {"description": "", "optional": False, "allow_multiple": False, "schema": {}}
_HEAD_DEFAULTS: Json = {
    "inputs": [],
    "fidelity": "faithful",
    "tags": [],
    "examples": [],
    "estimated_seconds": 5,
    "price_usd": 0,
    "brand_kit": "required",
}
_STEP_DEFAULTS: Json = {"inputs": {}, "params": {}, "tools": [], "limits": {}}
_LIMITS: Json = asdict(AgentLimits())


def tool_name(step_id: str, index: int) -> str:
    """Return the name of a technique that is a tool, among the techniques that a technique uses."""
    return f"{step_id}.tools[{index}]"


def canonical_definition(data: Json, pins: Mapping[str, str]) -> Json:
    """Return the content of a sound technique: what is left to its default is left out, nested revisions pinned.

    pins: the revisions of the techniques that it uses, by the id of the step, and by `tool_name`.
    """
    content: Json = normalise(data)
    content["inputs"] = [_port(port) for port in content.get("inputs") or []]
    content["outputs"] = [_port(port) for port in content["outputs"]]
    content["steps"] = {step_id: _step(step_id, step, pins) for step_id, step in content["steps"].items()}
    return _without(content, _HEAD_DEFAULTS)


def _port(port: Json) -> Json:
    named = {**port, "name": port.get("name") or port["id"].replace("_", " ").capitalize()}
    return _without(named, _PORT_DEFAULTS)


def _step(step_id: str, step: Json, pins: Mapping[str, str]) -> Json:
    limits = step.get("limits") or {}
    given = {key: value for key, value in limits.items() if value is not None and value != _LIMITS.get(key)}
    found = _without({**step, "limits": given}, _STEP_DEFAULTS)
    if "tools" in found:
        found["tools"] = [
            _tool(tool, pins.get(tool_name(step_id, index))) for index, tool in enumerate(found["tools"])
        ]
    revision = pins.get(step_id)
    if is_zip(found.get("for_each")):
        found["for_each"] = {**found["for_each"], "lead": lead_of(found["for_each"])}
    if revision is not None:
        found["revision"] = revision
    return found


def _tool(tool: Any, revision: str | None) -> Any:
    return tool if revision is None else {**tool, "revision": revision}


def pinned_in(definition: Json) -> list[tuple[str, str]]:
    """Return the techniques that a canonical definition uses: id and revision."""
    found: list[Json] = []
    for step in definition["steps"].values():
        tools = (each for each in step.get("tools", ()) if isinstance(each, dict))
        found += [each for each in (step, *tools) if ToolKind.TECHNIQUE.value in each]
    return [(each["technique"], each["revision"]) for each in found]


def _without(data: Json, defaults: Json) -> Json:
    return {
        key: value for key, value in data.items() if value is not None and not _is(value, defaults.get(key))
    }


def _is(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def revision_of(definition: Json) -> str:
    """Return the name of a canonical definition: `rev_` and 32 hexadecimal digits."""
    return f"rev_{fingerprint(definition)[:32]}"
