"""The `WWW-Authenticate` header: how a client learns what it lacks and where to get it."""

import re
from collections.abc import Sequence

from limner.errors import Forbidden, LimnerError, Unauthorized

_NOT_QUOTABLE = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")
"""What RFC 6750 §3 keeps out of `error_description`: quotes, backslashes and everything beyond ASCII."""


def challenge(
    error: LimnerError, *, resource_metadata_url: str | None = None, scopes: Sequence[str] = ()
) -> str:
    """Return the header's value. Source: RFC 6750 §3, RFC 9728 §5.1.

    A request that carried nothing gets no error code: it did nothing wrong (RFC 6750 §3.1).
    scopes: what a token needs, where the error itself does not say.
    """
    fields = {"realm": "limner"}
    match error:
        case Forbidden():
            fields |= {"error": "insufficient_scope", "error_description": error.message}
            scopes = error.scopes
        case Unauthorized() if not error.is_missing:
            fields |= {"error": "invalid_token", "error_description": error.message}
    if scopes:
        fields["scope"] = " ".join(scopes)
    if resource_metadata_url:
        fields["resource_metadata"] = resource_metadata_url
    return "Bearer " + ", ".join(f'{name}="{_NOT_QUOTABLE.sub("", value)}"' for name, value in fields.items())
