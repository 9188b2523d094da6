"""The one loose type: JSON, at the edges."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object; the only place where `Any` is welcome."""
