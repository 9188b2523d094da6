"""Opaque cursors: the place in a list just after the last item of a page, by the columns that order it."""

import base64
import binascii
import json
from typing import Any

from limner.errors import InvalidInput
from limner.store.rows import to_json

MOST = 2**63
"""SQLite's integers end below."""


def encode(*place: int | str) -> str:
    """Return the cursor of a place."""
    return base64.urlsafe_b64encode(to_json(place).encode()).decode().rstrip("=")


def decode(cursor: str, *columns: type) -> tuple[Any, ...]:
    """Return the place that a cursor names, a value for each of `columns` (`int` or `str`).

    Raises: InvalidInput, for what no list of this kind gave out.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    if isinstance(place, list) and len(place) == len(columns) and all(map(_fits, place, columns)):
        return tuple(place)
    raise InvalidInput.of(
        "cursor",
        "not a cursor of this list",
        next_step="Pass next_cursor exactly as the previous page gave it, or leave cursor out to start anew.",
    )


def _fits(value: Any, column: type) -> bool:
    if column is int:
        return type(value) is int and 0 <= value < MOST
    return isinstance(value, str) and _is_text(value)


def _is_text(value: str) -> bool:
    """Whether SQLite can be asked for it: JSON may hold halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
