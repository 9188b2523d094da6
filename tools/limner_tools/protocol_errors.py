"""Sends an error where there is no result to put it in; the SDK alone would send it with the code 0."""

from collections.abc import Iterator
from contextlib import contextmanager

import mcp_types as t
from mcp.shared.exceptions import MCPError

from limner.errors import InvalidInput, LimnerError


@contextmanager
def protocol_errors() -> Iterator[None]:
    """Turn Limner's errors into the protocol's: -32602 for what the caller can mend, else -32603."""
    try:
        yield
    except LimnerError as error:
        code = t.INVALID_PARAMS if isinstance(error, InvalidInput) else t.INTERNAL_ERROR
        raise MCPError(code=code, message=error.message, data=error.document()) from error
