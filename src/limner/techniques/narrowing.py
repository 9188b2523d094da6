"""What narrows a value (type, enum, range, length): says what is expected, coerces what fits, refuses the rest."""

import json
import math
import re
from typing import Any

from limner.types import Json, Port

TYPES = ("string", "number", "integer", "boolean")
ITEM_KEYWORDS = (
    "type",
    "enum",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "default",
)
LIST_KEYWORDS = ("minItems", "maxItems", "items")
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,2})?")
_NUMERIC = ("minimum", "maximum", "multipleOf")


class MisfitError(Exception):
    """A value does not fit; the message says what is expected."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def item_schema(port: Port) -> Json:
    """Return what narrows one value of a port: of a list, what stands under `items` or beside it."""
    if not port.allow_multiple:
        return port.schema
    beside = {key: item for key, item in port.schema.items() if key not in (*LIST_KEYWORDS, "default")}
    return {**beside, **port.schema.get("items", {})}


def list_bounds(port: Port) -> tuple[int, int | None]:
    """Return the least and the most number of values of a list port; None: no upper bound."""
    return port.schema.get("minItems", 1), port.schema.get("maxItems")


def is_required(port: Port) -> bool:
    """Whether a caller must give the input."""
    return not port.optional and "default" not in port.schema


def type_of(schema: Json) -> str:
    """Return the JSON type that a schema narrows to; text where it does not say."""
    if "type" in schema:
        return str(schema["type"])
    if choices := schema.get("enum"):
        return _type_of_value(choices[0])
    return "number" if any(key in schema for key in _NUMERIC) else "string"


def _type_of_value(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return "string"


def expectation(schema: Json) -> str:
    """Return in words what fits: `a whole number from 3 to 12`."""
    if choices := schema.get("enum"):
        return f"one of: {', '.join(spell_value(choice) for choice in choices)}"
    match type_of(schema):
        case "integer" | "number" as kind:
            return ("a whole number" if kind == "integer" else "a number") + _range_words(schema)
        case "boolean":
            return "true or false"
        case "object":
            names = ", ".join(schema.get("properties", {}))
            return f"an object with {names}" if names else "an object"
        case "array":
            return "a list"
        case _:
            return "text" + _length_words(schema)


def _range_words(schema: Json) -> str:
    words = ""
    match schema:
        case {"minimum": least, "maximum": most}:
            words = f" from {least} to {most}"
        case {"minimum": least}:
            words = f" of at least {least}"
        case {"maximum": most}:
            words = f" of at most {most}"
    if "multipleOf" in schema:
        words += f", a multiple of {schema['multipleOf']}"
    return words


def _length_words(schema: Json) -> str:
    words = ""
    match schema:
        case {"minLength": least, "maxLength": most}:
            words = f" of {least} to {most} characters"
        case {"minLength": least}:
            words = f" of at least {least} character{'' if least == 1 else 's'}"
        case {"maxLength": most}:
            words = f" of at most {most} characters"
    return words + (f" that matches {schema['pattern']}" if "pattern" in schema else "")


def spell_value(value: Any, most: int = 60) -> str:
    """Return a value as a message shows it: text bare, the rest as JSON, cut at `most` characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= most else text[: most - 1] + "…"


def fit(value: Any, schema: Json) -> Any:
    """Return the value as the schema's type: "5" is 5 for a number, "true" is true for a boolean.

    Raises: MisfitError.
    """
    coerced = _coerce(value, schema)
    if choices := schema.get("enum"):
        return _choose(coerced, choices, schema)
    if not _is_within(coerced, schema):
        raise _misfit(value, schema)
    match coerced:
        case dict():
            return _fit_members(coerced, schema)
        case list():
            return [
                _fit_at(f"[{index}]", item, schema.get("items", {})) for index, item in enumerate(coerced)
            ]
        case _:
            return coerced


def _misfit(value: Any, schema: Json) -> MisfitError:
    return MisfitError(f"expects {expectation(schema)}, got {spell_value(value)!r}")


def _coerce(value: Any, schema: Json) -> Any:
    match type_of(schema):
        case "integer" | "number" as kind:
            number = _as_number(value)
            if number is None or (kind == "integer" and isinstance(number, float)):
                raise _misfit(value, schema)
            return number
        case "boolean":
            word = value.strip().lower() if isinstance(value, str) else value
            if isinstance(word, bool) or word in ("true", "false"):
                return word in (True, "true")
            raise _misfit(value, schema)
        case "object" | "array" as kind:
            found = parse_json(value, "{" if kind == "object" else "[")
            if not isinstance(found, dict if kind == "object" else list):
                raise _misfit(value, schema)
            return found
        case _:
            return _as_text(value, schema)


def _as_text(value: Any, schema: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)
    raise _misfit(value, schema)


def _as_number(value: Any) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value) if re.search(r"[.eE]", value) else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if abs(value) >= 2**53 or not math.isfinite(
        value
    ):  # in this order: isfinite() fails on a huge whole number
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def parse_json(value: Any, opening: str) -> Any:
    """Return what a text says as JSON, if it begins with `[` or `{` as asked; else the value itself."""
    if isinstance(value, str) and value.lstrip().startswith(opening):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _choose(value: Any, choices: list[Any], schema: Json) -> Any:
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    for choice in choices:
        if spell_value(choice) == spell_value(value):
            return choice
    raise _misfit(value, schema)


def _is_within(value: Any, schema: Json) -> bool:
    if isinstance(value, str):
        return _is_text_within(value, schema)
    if isinstance(value, list):
        return bool(schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf))
    if isinstance(value, bool | dict):
        return True
    if not schema.get("minimum", -math.inf) <= value <= schema.get("maximum", math.inf):
        return False
    step: float | None = schema.get("multipleOf")
    return step is None or math.isclose(value / step, round(value / step), abs_tol=1e-9)


def _is_text_within(value: str, schema: Json) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf):
        return False
    return "pattern" not in schema or re.search(schema["pattern"], value) is not None


def _fit_members(value: Json, schema: Json) -> Json:
    known: Json = schema.get("properties", {})
    if known and (strangers := [key for key in value if key not in known]):
        raise MisfitError(f"has no member {strangers[0]!r}; it takes {', '.join(known)}")
    if missing := [key for key in schema.get("required", ()) if key not in value]:
        raise MisfitError(f"needs the member {missing[0]!r}")
    return {key: _fit_at(f".{key}", item, known.get(key, {})) for key, item in value.items()}


def _fit_at(place: str, value: Any, schema: Json) -> Any:
    if not schema:
        return value
    try:
        return fit(value, schema)
    except MisfitError as error:
        raise MisfitError(error.message, place + error.place) from None
