"""What a template may call: filters and tests that cannot grow without bound."""

from collections.abc import Callable, Iterable
from typing import Any

LIMIT_TEXT = 64 * 1024
LIMIT_RANGE = 1000


class TemplateLimitError(Exception):
    """A template asked for more than it may have."""


def as_text(value: Any) -> str:
    """Return a scalar as a template prints it: nothing for null, JSON's words for booleans."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise TemplateLimitError("a list or an object cannot be printed; use `join` or a `for`")


def bounded(text: str) -> str:
    """Return the text, if it is not over 64 KB."""
    if len(text) > LIMIT_TEXT:
        raise TemplateLimitError("a text grew over 64 KB")
    return text


def bounded_range(*arguments: int) -> range:
    """Return `range(...)` of at most 1000 numbers."""
    numbers = range(*arguments)
    if len(numbers) > LIMIT_RANGE:
        raise TemplateLimitError(f"range() gives at most {LIMIT_RANGE} numbers")
    return numbers


def calculate(operator: str, left: Any, right: Any) -> Any:
    """Return `left operator right` for + - * / // % on numbers, and + on texts."""
    if isinstance(left, str) and isinstance(right, str) and operator == "+":
        return bounded(left + right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise TemplateLimitError(
            f"{operator} works on two numbers" + (" or two texts" if operator == "+" else "")
        )
    if max(abs(left), abs(right)) > 1e15:
        raise TemplateLimitError("a number grew over 10^15")
    try:
        return _ARITHMETIC[operator](left, right)
    except ZeroDivisionError as error:
        raise TemplateLimitError("division by zero") from error


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}


def _join(values: Any, separator: str = "") -> str:
    if isinstance(values, str) or not isinstance(values, Iterable):
        return as_text(values)
    texts = [as_text(value) for value in values]
    if sum(map(len, texts)) + len(texts) * len(separator) > LIMIT_TEXT:
        raise TemplateLimitError("a text grew over 64 KB")
    return separator.join(texts)


def _replace(value: Any, old: str, new: str) -> str:
    text = as_text(value)
    if len(text) + text.count(old) * len(new) > LIMIT_TEXT:
        raise TemplateLimitError("a text grew over 64 KB")
    return text.replace(old, new)


def _truncate(value: Any, length: int = 255, end: str = "…") -> str:
    text = as_text(value)
    return text if len(text) <= length else text[: max(0, length - len(end))].rstrip() + end


def _default(value: Any, other: Any = "", boolean: bool = False) -> Any:
    return other if value is None or (boolean and not value) else value


def _round(value: Any, digits: int = 0) -> float:
    rounded = round(float(value), max(0, min(9, int(digits))))
    return int(rounded) if digits == 0 else rounded


def _length(value: Any) -> int:
    return 0 if value is None else len(value)


def _end(index: int) -> Callable[[Any], Any]:
    return lambda values: values[index] if values else None


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "capitalize": lambda value: as_text(value).capitalize(),
    "default": _default,
    "first": _end(0),
    "float": float,
    "int": lambda value: int(float(value)),
    "join": _join,
    "last": _end(-1),
    "length": _length,
    "lower": lambda value: as_text(value).lower(),
    "replace": _replace,
    "round": _round,
    "title": lambda value: as_text(value).title(),
    "trim": lambda value: as_text(value).strip(),
    "truncate": _truncate,
    "upper": lambda value: as_text(value).upper(),
}

TESTS: dict[str, Callable[..., bool]] = {
    "defined": lambda value: value is not None,
    "even": lambda value: value % 2 == 0,
    "none": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "odd": lambda value: value % 2 == 1,
    "string": lambda value: isinstance(value, str),
}
