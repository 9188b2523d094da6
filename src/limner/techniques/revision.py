"""Names the immutable versions of a technique: one content, however it is written, is one revision."""

from collections.abc import Mapping
from typing import Any

from limner.canonical import fingerprint, normalise
from limner.techniques.expand import is_zip, lead_of
from limner.types import Json

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
_STEP_DEFAULTS: Json = {"inputs": {}, "params": {}}


def canonical_definition(data: Json, pins: Mapping[str, str]) -> Json:
    """Return the content of a sound technique: what is left to its default is left out, nested revisions pinned.

    pins: the revision of the nested technique, by step id.
    """
    content: Json = normalise(data)
    content["inputs"] = [_port(port) for port in content.get("inputs") or []]
    content["outputs"] = [_port(port) for port in content["outputs"]]
    content["steps"] = {step_id: _step(step, pins.get(step_id)) for step_id, step in content["steps"].items()}
    return _without(content, _HEAD_DEFAULTS)


def _port(port: Json) -> Json:
    named = {**port, "name": port.get("name") or port["id"].replace("_", " ").capitalize()}
    return _without(named, _PORT_DEFAULTS)


def _step(step: Json, revision: str | None) -> Json:
    found = _without(step, _STEP_DEFAULTS)
    if is_zip(found.get("for_each")):
        found["for_each"] = {**found["for_each"], "lead": lead_of(found["for_each"])}
    if revision is not None:
        found["revision"] = revision
    return found


def _without(data: Json, defaults: Json) -> Json:
    return {
        key: value for key, value in data.items() if value is not None and not _is(value, defaults.get(key))
    }


def _is(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def revision_of(definition: Json) -> str:
    """Return the name of a canonical definition: `rev_` and 32 hexadecimal digits."""
    return f"rev_{fingerprint(definition)[:32]}"
