"""The one loose type: JSON, at the edges."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object; the only place where `Any` is welcome."""


def present(**values: Any) -> Json:
    """Return the fields that have a value, in this order."""
    return {name: value for name, value in values.items() if value is not None}
