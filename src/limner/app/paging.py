"""How long a page may be, and opaque cursors for lists that are kept in memory: the last id shown."""

import base64
import binascii

from limner.errors import InvalidInput

MAX_LIMIT = 100


def require_limit(limit: int) -> None:
    """Raise InvalidInput unless a page may have so many items."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput.of("limit", f"is {limit}, must be from 1 to {MAX_LIMIT}")


def encode_cursor(last: str) -> str:
    """Return the cursor after an item."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """Return the id that a cursor stands after. Raises: InvalidInput, for one that Limner did not make."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise InvalidInput.of(
            "cursor", "is not one that a list returned", next_step="Leave `cursor` out to start at the top."
        ) from None
