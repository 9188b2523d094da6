"""Checks the inputs of a call of one action, which are given by kind."""

from collections.abc import Mapping
from typing import Any

from limner.errors import FieldError, InvalidInput
from limner.types import Action, ActionPort, Kind


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
        raise InvalidInput.of_all(problems)
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
