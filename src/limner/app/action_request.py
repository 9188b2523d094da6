"""Checks the inputs of a call of one action or model, which are given by kind."""

from collections.abc import Mapping, Sequence
from typing import Any

from limner.errors import FieldError, InvalidInput
from limner.techniques.values import text_problem
from limner.types import ActionPort, Kind


def inputs_by_kind(
    named: str, ports: Sequence[ActionPort], given: Mapping[str, Any]
) -> dict[Kind, list[str]]:
    """Return the inputs as lists by kind. `named` is whose ports they are.

    Raises: InvalidInput, naming each kind that is missing, unknown, too few or too many.
    """
    wanted = {port.kind: port for port in ports}
    problems = [
        FieldError(f"inputs.{name}", f"{named} takes {describe_inputs(ports)}")
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
    problems = [(index, _value_problem(value)) for index, value in enumerate(values)]
    return [FieldError(f"{field}[{index}]", problem) for index, problem in problems if problem]


def _value_problem(value: Any) -> str | None:
    return text_problem(value) if isinstance(value, str) else f"must be text, got {type(value).__name__}"


def describe_inputs(ports: Sequence[ActionPort]) -> str:
    """Return what an action or model takes, in words: `1 image`, `2 to 4 image`, `no inputs`."""
    return " and ".join(f"{_count(port)} {port.kind.value}" for port in ports) or "no inputs"


def _count(port: ActionPort) -> str:
    if port.most is None:
        return f"{port.least} or more"
    return str(port.least) if port.least == port.most else f"{port.least} to {port.most}"
