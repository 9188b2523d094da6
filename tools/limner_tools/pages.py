"""Pages of long lists. One page holds a usual library whole: not every host asks for a second."""

from collections.abc import Sequence
from typing import TypeVar

import mcp_types as t

from limner.app.paging import decode_cursor, encode_cursor
from limner.errors import InvalidInput

PAGE = 100

Item = TypeVar("Item")


def page_of(items: Sequence[Item], params: t.PaginatedRequestParams | None) -> tuple[list[Item], str | None]:
    """Return the page that a request asks for, and the cursor of the next; None at the end.

    Raises: InvalidInput, for a cursor that is not one of ours.
    """
    cursor = params.cursor if params else None
    place = 0 if cursor is None else _place(cursor)
    more = encode_cursor(str(place + PAGE)) if len(items) > place + PAGE else None
    return list(items[place : place + PAGE]), more


def _place(cursor: str) -> int:
    place = decode_cursor(cursor)
    if not place.isdecimal():
        raise InvalidInput.of("cursor", "is not one that a list returned")
    return int(place)
