"""Reads JSON that another server wrote, in which nothing need be what its documents say."""

import math
from collections.abc import Mapping
from typing import Any

from limner.types import Json


def text_in(row: Any, name: str) -> str:
    """Return a text without the space around it; an empty one where there is none."""
    value = row.get(name) if isinstance(row, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def amount_in(row: Any, name: str) -> float | None:
    """Return a number from 0; None where there is none."""
    value: Any = row.get(name) if isinstance(row, Mapping) else None
    return float(value) if is_number(value) and value >= 0 else None


def mappings_in(row: Any, name: str) -> list[Json]:
    """Return the objects of a list, whatever else is in it; none where there is no list."""
    value = row.get(name) if isinstance(row, Mapping) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_number(value: Any) -> bool:
    """Whether this is a number of a size that counts as one."""
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and abs(value) < 1e15 and math.isfinite(value)
