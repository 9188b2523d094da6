"""Refuses a body that is too long before it is read whole."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from limner.rest.errors import TooLarge, answer


class BodyLimit:
    """A middleware. A body that says its length is refused at once, any other as soon as it is too long."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as much of it as is allowed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self._max_bytes:
            await answer(TooLarge(self._problem()))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(413, self._problem())  # FastAPI lets only this kind through unchanged
            return message

        await self._app(scope, counted, send)

    def _problem(self) -> str:
        return f"The body is longer than {self._max_bytes:,} bytes."
