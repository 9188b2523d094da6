"""Which texts of a run are copy: those that come out, and those that go in and are set or said."""

import json
import re
from typing import Any

from limner.types import Json, Output, Run, RunType

COPY_PARAMS = (
    "text",
    "title",
    "subtitle",
    "headline",
    "caption",
    "label",
    "lines",
    "quote",
    "body",
    "message",
)
"""Parameters of actions that are set in type."""
_REFERENCE = re.compile(r"(?:\$|\b)inputs\.([a-z0-9_]+)")


def copy_of(run: Run, outputs: tuple[Output, ...], definition: Json | None) -> list[str]:
    """Return the texts that people will read. Data (a JSON object or list) is not copy.

    definition: that of the run's technique.
    """
    texts = [output.text for output in outputs if output.text and not _is_data(output.text)]
    if run.type is RunType.GENERATION:
        given = [text for output in outputs for text in _set_by_model(output)]
    else:
        given = _given(run, definition)
    return list(dict.fromkeys([*texts, *(text for text in given if text.strip())]))


def _set_by_model(output: Output) -> list[str]:
    """Return the texts that a model says it has set, in the JSON that describes its picture: `copy: [{role, text}]`.

    A logo is a picture, whatever it says.
    """
    try:
        about = json.loads(output.text or "")
    except ValueError:
        return []
    entries = about.get("copy") if isinstance(about, dict) else None
    told = [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    return _strings([each.get("text") for each in told if each.get("role") != "logo"])


def _given(run: Run, definition: Json | None) -> list[str]:
    inputs: Json = run.request.get("inputs", {})
    if run.type is RunType.ACTION:
        params: Json = run.request.get("params", {})
        return _strings([inputs.get("text"), *(params.get(name) for name in COPY_PARAMS)])
    named = _set_in_type(definition or {})
    return _strings([inputs.get(name) for name in inputs if name in named])


def _set_in_type(definition: Json) -> set[str]:
    """Return the ids of the inputs that a step sets in type, or joins as text."""
    found: set[str] = set()
    steps = definition.get("steps", {})
    for step in steps.values() if isinstance(steps, dict) else steps:
        params = step.get("params") or {}
        set_there = [params[name] for name in COPY_PARAMS if name in params]
        read = [*set_there, (step.get("inputs") or {}).get("text")]
        found.update(_REFERENCE.findall(json.dumps(read)))
    return found


def _strings(values: list[Any]) -> list[str]:
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [each for each in flat if isinstance(each, str)]


def _is_data(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
