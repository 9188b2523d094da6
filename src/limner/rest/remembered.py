"""Idempotency of the operations that change something and start no run."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Response

from limner.rest.errors import DuplicateRequest
from limner.rest.keys import REPLAYED, KeyHeader, PreferHeader, is_strict, one_key
from limner.rest.session import Caller, Session
from limner.types import Json


class Remembered:
    """Does the work of one request, or answers as its first did."""

    def __init__(self, session: Session, response: Response, key: str | None, *, is_strict: bool) -> None:
        self.key = key
        self._session = session
        self._response = response
        self._is_strict = is_strict

    async def answer(
        self,
        operation: str,
        request: Json,
        work: Callable[[], Awaitable[Json]],
        *,
        body_key: str | None = None,
    ) -> Json:
        """Return what `work` returns, or returned to the first request with this key.

        Raises: IdempotencyConflict, DuplicateRequest, what `work` raises.
        """
        key = one_key(self.key, body_key)
        if key is None:
            return await work()
        session = self._session
        answer, was_done = await session.studio.remembering.once(
            session.caller, operation, key, request, work
        )
        if was_done:
            if self._is_strict:
                raise DuplicateRequest(key, answer.get("run_id"))
            self._response.headers[REPLAYED] = "true"
        return answer


async def _remembered(
    session: Caller, response: Response, key: KeyHeader = None, prefer: PreferHeader = None
) -> Remembered:
    return Remembered(session, response, key, is_strict=is_strict(prefer))


Remembering = Annotated[Remembered, Depends(_remembered)]
"""The idempotency of a request, as a parameter of an operation."""
