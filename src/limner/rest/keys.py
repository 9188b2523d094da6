"""Idempotency keys of a request: from its header, its body, or both."""

from typing import Annotated

from fastapi import Header, Request, Response

from limner.app.starting import MAX_KEY_CHARS
from limner.errors import InvalidInput
from limner.rest.errors import DuplicateRequest
from limner.types import Disposition, Run

REPLAYED = "idempotent-replayed"
STRICT = "idempotency=strict"

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY_CHARS,
        description="Your name for this result: the same key with the same request answers with the same result.",
    ),
]
PreferHeader = Annotated[
    str | None,
    Header(
        alias="Prefer",
        max_length=200,
        description="`idempotency=strict`: a key that was used before is refused with 409.",
    ),
]


def require_one_header(request: Request) -> None:
    """Raise InvalidInput when the header comes twice with two keys: which one counts would be chance."""
    if len(set(request.headers.getlist("idempotency-key"))) > 1:
        raise InvalidInput.of("Idempotency-Key", "is sent twice, with two values")


def one_key(header: str | None, body: str | None) -> str | None:
    """Return the key of a request. Raises: InvalidInput, when header and body name two, or it cannot be printed."""
    if header is not None and body is not None and header != body:
        raise InvalidInput.of("idempotency_key", "differs from the header Idempotency-Key; send one of them")
    key = header if header is not None else body
    if key is not None and not key.isprintable():
        raise InvalidInput.of("idempotency_key", f"must be 1 to {MAX_KEY_CHARS} printable characters")
    return key


def is_strict(prefer: str | None) -> bool:
    """Whether the caller wants to be refused for a key that was used before."""
    return any(part.strip().lower() == STRICT for part in (prefer or "").split(","))


def note_replay(
    response: Response, run: Run, disposition: Disposition | None, *, key: str | None, strict: bool
) -> None:
    """Say in the headers that a request repeats an earlier one. Raises: DuplicateRequest, in strict mode."""
    if disposition in (None, Disposition.CREATED, Disposition.RETRIED):
        return
    if strict and key is not None:
        raise DuplicateRequest(key, run.run_id)
    response.headers[REPLAYED] = "true"
