"""JSON bodies: parsed strictly, so that nothing behind this meets what JSON cannot say."""

import json
import math
from typing import Any

from fastapi import Request
from pydantic_core import from_json


class JsonRequest(Request):
    """A request whose JSON is UTF-8, at most 200 levels deep, its numbers finite and its texts whole characters."""

    async def json(self) -> Any:
        """Return the body. Raises: JSONDecodeError, the only error that FastAPI takes for the caller's."""
        return parse_json(await self.body())


def parse_json(content: bytes) -> Any:
    """Return what a body says. Raises: JSONDecodeError."""
    try:
        value = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise json.JSONDecodeError(str(error), "", 0) from error
    if not _is_finite(value):
        raise json.JSONDecodeError("a number is too large", "", 0)  # such as 1e400
    return value


def _is_finite(value: Any) -> bool:
    left = [value]
    while left:
        match left.pop():
            case dict() as members:
                left.extend(members.values())
            case list() as items:
                left.extend(items)
            case float() as number if not math.isfinite(number):
                return False
    return True
