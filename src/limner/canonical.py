"""One spelling for equal requests: normalise, serialise (RFC 8785), fingerprint, and say how two differ."""

import hashlib
import math
import unicodedata
from collections.abc import Iterator
from typing import Any

import rfc8785

from limner.errors import InvalidInput
from limner.types import Json

MISSING = object()
SAFE_INTEGER = 2**53


def normalise(value: Any) -> Any:
    """Return `value` with text in Unicode NFC and whole floats as integers, so that equals are equal.

    Raises: InvalidInput, for a number that JSON cannot carry exactly (NaN, infinity, 2^53 + 1).
    """
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case bool() | None:
            return value
        case int() | float():
            return _normalise_number(value)
        case dict():
            return {normalise(str(key)): normalise(item) for key, item in value.items()}
        case list() | tuple():
            return [normalise(item) for item in value]
        case _:
            raise InvalidInput(f"{type(value).__name__} is not a JSON value")


def _normalise_number(value: float) -> float:
    """Return a number as JSON's double, whole ones as integers where those are safe (RFC 8785 takes no others)."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or number != value:
        raise InvalidInput(f"{value} is not a number that JSON carries exactly (a finite double)")
    return int(number) if number.is_integer() and abs(number) < SAFE_INTEGER else number


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 serialisation of a normalised value."""
    return rfc8785.dumps(normalise(value))


def fingerprint(value: Any) -> str:
    """Return the sha256, in hex, of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def diff(existing: Any, given: Any) -> list[Json]:
    """Return `{field, existing, given}` for each leaf in which two requests differ, in field order.

    A side that lacks the field has no such member in the entry.
    """
    return list(_walk("", normalise(existing), normalise(given)))


def _walk(place: str, existing: Any, given: Any) -> Iterator[Json]:
    if isinstance(existing, dict) and isinstance(given, dict):
        for key in sorted({*existing, *given}):
            inner = f"{place}.{key}" if place else key
            yield from _walk(inner, existing.get(key, MISSING), given.get(key, MISSING))
    elif existing is MISSING or given is MISSING or existing != given:
        entry: Json = {"field": place}
        if existing is not MISSING:
            entry["existing"] = existing
        if given is not MISSING:
            entry["given"] = given
        yield entry
