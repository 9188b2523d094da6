"""One tool call: checked arguments in, one self-sufficient document out."""

import json
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import mcp_types as t
from pydantic_core import to_json

from limner.app.studio import Studio
from limner.errors import FieldError, InvalidInput, LimnerError
from limner.types import Asset, Json
from limner_tools.consent import Consent
from limner_tools.options import FaceOptions

JSON_TYPES = ("object", "array", "integer", "number", "boolean")

Report: TypeAlias = Callable[[float, str], Awaitable[None]]
"""(progress 0–100, message): sends a progress notification where the client asked for them."""


ToolAnswer: TypeAlias = "t.CallToolResult | t.InputRequiredResult | Json"
"""A result, as a document or a model; a question for the user; or, as a document, a task."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a tool gets: the Studio, who calls, the arguments, and a way to report progress."""

    studio: Studio
    caller: str
    arguments: Json
    report: Report
    wants_progress: bool
    wants_task: bool
    """Whether the client takes a task in place of a run."""
    consent: Consent
    options: FaceOptions
    at_most: Callable[[float], AbstractContextManager[None]]
    """Cuts a wait short after so many seconds, or when the server leaves."""

    def place_of(self, asset: Asset) -> Json:
        """Return where the caller finds an asset."""
        return self.options.locate(self.studio, asset)


@dataclass(frozen=True, slots=True)
class AgentTool:
    """A tool: how it is described to agents, and what it does."""

    name: str
    describe: Callable[[Sequence[str]], t.Tool]
    """Takes the ids of the published techniques, for the tools that list them."""
    call: Callable[[Call], Awaitable[ToolAnswer]]


def answer(document: Json, *, links: Sequence[Json] = ()) -> Json:
    """Return a document as the result: structured, and as compact JSON in the first text block.

    The result is as it goes over the wire, where the SDK checks it once; its own model would be checked twice.
    """
    return {
        "resultType": "complete",
        "content": [_text(document), *links],
        "structuredContent": document,
        "isError": False,
    }


def refusal(error: LimnerError) -> Json:
    """Return an error that the model can act on, in the structured content and in the text."""
    return {**answer({"error": error.document()}), "isError": True}


def _text(document: Json) -> Json:
    return {"type": "text", "text": to_json(document).decode()}


class ArgumentSchema:
    """An input schema, compiled at its first use."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self._schema)

    def check(self, given: Mapping[str, Any]) -> Json:
        """Return arguments that fit the schema.

        Nulls are dropped, whole floats are integers where the schema wants one, and JSON sent as text is parsed where
        it wants an object, a list, a number or a boolean, because hosts and models send both.
        Raises: InvalidInput, naming every argument that does not fit.
        """
        properties: Mapping[str, Json] = self._schema["properties"]
        arguments = {
            name: _parsed(value, properties.get(name, {}).get("type"))
            for name, value in given.items()
            if value is not None
        }
        problems = [
            FieldError(name, f"{value} is not a finite number")
            for name, value in arguments.items()
            if isinstance(value, float) and not math.isfinite(value)
        ]
        for error in self._validator.iter_errors(arguments):
            problems.extend(_explain(error, properties, arguments))
        if problems:
            raise InvalidInput.of_all(list(dict.fromkeys(problems)))
        return arguments


def _parsed(value: Any, wanted: str | None) -> Any:
    if isinstance(value, str) and wanted in JSON_TYPES:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if wanted == "integer" and is_whole else value


def _explain(error: Any, properties: Mapping[str, Json], arguments: Json) -> list[FieldError]:
    match error.validator:
        case "additionalProperties":
            known = ", ".join(properties) or "none"
            unknown = sorted(set(arguments) - set(properties))
            return [FieldError(name, f"is not an argument; there are: {known}") for name in unknown]
        case "required":
            missing = [name for name in error.validator_value if name not in arguments]
            return [FieldError(name, "is missing") for name in missing]
        case "type":
            given = json.dumps(error.instance, ensure_ascii=False)
            shown = given if len(given) <= 80 else f"{given[:80]}…"
            return [FieldError(_path(error), f"must be of type {error.validator_value}, got {shown}")]
        case "enum" if len(error.validator_value) > 12:
            return [FieldError(_path(error), f"{error.instance!r} is not one of the values in the schema")]
        case _:
            return [FieldError(_path(error), str(error.message)[:300])]


def _path(error: Any) -> str:
    return ".".join(str(part) for part in error.absolute_path) or "arguments"
