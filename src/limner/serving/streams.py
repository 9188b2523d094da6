"""Knows the requests under way, and ends each in order when the server leaves."""

import logging
from http import HTTPStatus

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.errors import LimnerError
from limner.serving.refusal import Refusal

log = logging.getLogger(__name__)

ANSWERS_WITHIN_SECONDS = 1.0
"""How long calls may take to answer once nothing waits any more."""
SETTLE_SECONDS = 0.7
"""How long a stream stays open for the answers of calls that came another way, as on HTTP+SSE."""
LAST_WORD_SECONDS = 0.3
"""How long a client that does not read may delay the end of its stream."""


class OpenRequests:
    """The requests of one server that are not answered whole."""

    def __init__(self) -> None:
        self._calls: set[anyio.CancelScope] = set()
        self._streams: set[anyio.CancelScope] = set()
        self._fewer = anyio.Event()
        self._is_leaving = False

    def tracked(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose requests `end` can end: GET opens a stream, everything else is a call."""

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            is_begun = is_whole = False

            async def noted(message: Message) -> None:
                nonlocal is_begun, is_whole
                is_begun = True
                is_whole = message["type"] == "http.response.body" and not message.get("more_body", False)
                await send(message)

            kind = self._streams if scope["method"] == "GET" else self._calls
            with anyio.CancelScope() as cut:
                kind.add(cut)
                try:
                    await app(scope, receive, noted)
                finally:
                    kind.discard(cut)
                    self._fewer.set()
            if self._is_leaving and not is_whole:
                with anyio.move_on_after(LAST_WORD_SECONDS):
                    # A body that just stops is an error to clients and proxies; this one ends.
                    await (_end if is_begun else _LEAVING)(scope, receive, send)

        return run

    async def end(self) -> None:
        """Let calls answer, then end what is left: streams with their last chunk, calls with 503."""
        self._is_leaving = True
        await self._until_none(self._calls, ANSWERS_WITHIN_SECONDS)
        await self._until_none(self._streams, SETTLE_SECONDS)
        left = [*self._calls, *self._streams]
        log.info("streams_ended", extra={"calls": len(self._calls), "streams": len(self._streams)})
        for cut in left:
            cut.cancel()

    async def _until_none(self, requests: set[anyio.CancelScope], seconds: float) -> None:
        with anyio.move_on_after(seconds):
            while requests:
                self._fewer = anyio.Event()
                await self._fewer.wait()


async def _end(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.body", "body": b"", "more_body": False})


_LEAVING = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    LimnerError(
        "The server is being stopped.",
        code="server_leaving",
        next_step="Call again in a few seconds; with the same idempotency_key nothing is made twice.",
    ),
    {"retry-after": "5"},
)
