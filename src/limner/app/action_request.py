"""Checks a call of one action: its inputs by kind, and its parameters."""

import json
from collections.abc import Mapping
from typing import Any

from limner.errors import FieldError, InvalidInput
from limner.types import Action, ActionPort, Json, Kind


def action_inputs(action: Action, given: Mapping[str, Any]) -> dict[Kind, list[str]]:
    """Return the inputs as lists by kind.

    Raises: InvalidInput, naming each kind that is missing, unknown, too few or too many.
    """
    wanted = {port.kind: port for port in action.inputs}
    problems = [
        FieldError(f"inputs.{name}", f"{action.action_id} takes {describe_inputs(action)}")
        for name in given
        if name not in {kind.value for kind in wanted}
    ]
    inputs: dict[Kind, list[str]] = {}
    for kind, port in wanted.items():
        value = given.get(kind.value)
        values = value if isinstance(value, list) else [] if value is None else [value]
        problems.extend(_port_problems(port, values))
        inputs[kind] = [str(each) for each in values]
    if problems:
        raise InvalidInput("; ".join(f"{p.field}: {p.message}" for p in problems), fields=problems)
    return {kind: values for kind, values in inputs.items() if values}


def _port_problems(port: ActionPort, values: list[Any]) -> list[FieldError]:
    field = f"inputs.{port.kind.value}"
    if len(values) < port.least or (port.most is not None and len(values) > port.most):
        return [FieldError(field, f"takes {_count(port)}, got {len(values)}")]
    return [
        FieldError(f"{field}[{index}]", f"must be text, got {type(value).__name__}")
        for index, value in enumerate(values)
        if not isinstance(value, str)
    ]


def describe_inputs(action: Action) -> str:
    """Return what an action takes, in words: `1 image`, `2 to 4 image`, `no inputs`."""
    return " and ".join(f"{_count(port)} {port.kind.value}" for port in action.inputs) or "no inputs"


def _count(port: ActionPort) -> str:
    if port.most is None:
        return f"{port.least} or more"
    return str(port.least) if port.least == port.most else f"{port.least} to {port.most}"


def action_params(action: Action, given: Mapping[str, Any]) -> Json:
    """Return every parameter of an action: what was given, coerced to its type, and the defaults.

    Raises: InvalidInput, naming each parameter that is unknown, of another type or out of range.
    """
    from jsonschema import Draft202012Validator

    coerced = {name: _coerce(value, action.params.get(name, {})) for name, value in given.items()}
    problems: list[FieldError] = []
    for error in Draft202012Validator(action.params_schema()).iter_errors(coerced):
        name = ".".join(str(part) for part in error.absolute_path)
        if not name and error.validator == "additionalProperties":
            unknown = sorted(set(coerced) - set(action.params))
            known = ", ".join(action.params) or "none"
            problems.extend(
                FieldError(f"params.{each}", f"unknown; {action.action_id} has: {known}") for each in unknown
            )
        else:
            problems.append(FieldError(f"params.{name}", error.message))
    if problems:
        raise InvalidInput("; ".join(f"{p.field}: {p.message}" for p in problems), fields=problems)
    return {**action.defaults(), **coerced}


def _coerce(value: Any, schema: Json) -> Any:
    """Return text that spells a number, a boolean or an object as that value, where the schema wants one."""
    wanted = schema.get("type")
    if isinstance(value, str) and wanted in ("number", "integer", "boolean", "object", "array"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if isinstance(value, int | float) and not isinstance(value, bool) and wanted == "string":
        return f"{value:g}"
    return value
