"""Turns what a caller gives into the values a run starts with: coerced, defaults filled in, or refused as a whole."""

import re
from collections.abc import Sequence
from typing import Any

from limner.authored.report import Report, did_you_mean
from limner.errors import FieldError, InvalidInput
from limner.techniques.narrowing import (
    MisfitError,
    expectation,
    fit,
    is_required,
    item_schema,
    list_bounds,
    parse_json,
    spell_value,
)
from limner.types import Json, Port, PortType, Technique

LIMIT_TEXT = 1_000_000
_SURROGATE = re.compile("[\ud800-\udfff]")


def validate_inputs(technique: Technique, given: Json) -> Json:
    """Return every input that has a value, in the order of the ports; an optional one without value is left out.

    Text is coerced to what its port is narrowed to ("5" is 5); one value for a list port is a list of one; a list
    may be sent as JSON text; an empty one for an optional input is no value. Media values are only checked to be
    texts that are not empty.
    Raises: InvalidInput, naming every field that is wrong.
    """
    return validate_ports(technique.inputs, given)


def validate_ports(ports: Sequence[Port], given: Json) -> Json:
    """Return the values of `ports`, as `validate_inputs` does for a technique."""
    known = {port.id: port for port in ports}
    errors = [
        FieldError(f"inputs.{spell_value(name)}", f"there is no such input. {did_you_mean(name, known)}")
        for name in given
        if name not in known
    ]
    found: Json = {}
    for port in ports:
        value = given.get(port.id)
        if value is None or (value == [] and not is_required(port)):
            value = port.schema.get("default")
        if value is not None:
            found[port.id] = _value(value, port, errors)
        elif is_required(port):
            errors.append(FieldError(f"inputs.{port.id}", f"is required: expects {expects(port)}"))
    if errors:
        raise InvalidInput.of_all(errors)
    return found


def validate_params(known: Json, given: Json) -> Json:
    """Return an action's parameters, coerced and with defaults filled in. `known`: schemas by name.

    Raises: InvalidInput, naming every field that is wrong.
    """
    errors = [
        FieldError(f"params.{spell_value(name)}", f"there is no such parameter. {did_you_mean(name, known)}")
        for name in given
        if name not in known
    ]
    found: Json = {}
    for name, schema in known.items():
        value = given.get(name)
        if value is None:
            found[name] = schema.get("default")
            continue
        if problem := text_problem(value):
            errors.append(FieldError(f"params.{name}", problem))
            continue
        try:
            found[name] = fit(value, schema)
        except MisfitError as error:
            errors.append(FieldError(f"params.{name}{error.place}", error.message))
    if errors:
        raise InvalidInput.of_all(errors)
    return found


def text_problem(value: Any) -> str | None:
    """Say what is wrong with a text whatever it is for: it cannot be written as UTF-8. None for any other value."""
    if isinstance(value, str) and _SURROGATE.search(value):
        return "holds half a character (a lone surrogate); send valid Unicode"
    return None


def expects(port: Port) -> str:
    """Return in words what an input takes: `1 to 9 of: an image (path, …)`."""
    one = expectation(item_schema(port)) if port.type is PortType.TEXT else media_words(port)
    if not port.allow_multiple:
        return one
    least, most = list_bounds(port)
    number = f"{least} to {most}" if most is not None else f"at least {least}"
    return f"a list of {number}, each {one}"


def media_words(port: Port) -> str:
    """Return in words what a media input takes."""
    article = "an" if port.type.kind[0] in "aeiou" else "a"
    ways = "a path, file:// (local server only), https://, data: (up to 2 MB) or asset_…"
    return f"{article} {port.type.kind} as {ways}"


def _value(value: Any, port: Port, errors: list[FieldError]) -> Any:
    field = f"inputs.{port.id}"
    if not port.allow_multiple:
        return _item(value, port, field, errors)
    values = parse_json(value, "[")
    if not isinstance(values, list):
        values = [values]
    least, most = list_bounds(port)
    if len(values) < least or (most is not None and len(values) > most):
        errors.append(FieldError(field, f"expects {expects(port)}; got {len(values)}"))
        return values
    return [_item(item, port, f"{field}[{index}]", errors) for index, item in enumerate(values)]


def _item(value: Any, port: Port, field: str, errors: list[FieldError]) -> Any:
    if problem := text_problem(value):
        errors.append(FieldError(field, problem))
        return value
    if port.type is not PortType.TEXT:
        if isinstance(value, str) and value.strip():
            return value.strip()
        errors.append(FieldError(field, f"expects {media_words(port)}, got {spell_value(value)!r}"))
        return value
    if isinstance(value, str) and len(value) > LIMIT_TEXT:
        errors.append(FieldError(field, f"expects at most {LIMIT_TEXT} characters, got {len(value)}"))
        return value
    try:
        return fit(value, {key: item for key, item in item_schema(port).items() if key != "default"})
    except MisfitError as error:
        errors.append(FieldError(field, error.message))
        return value


def check_examples(examples: Sequence[Json], ports: Sequence[Port], report: Report) -> None:
    """Note examples that the technique itself would refuse."""
    for index, example in enumerate(examples):
        try:
            validate_ports(ports, example["inputs"])
        except InvalidInput as error:
            for wrong in error.fields:
                message = f"examples[{index}].{wrong.field} {wrong.message}."
                report.add(("examples", index, "inputs"), message, "Correct the example.")
