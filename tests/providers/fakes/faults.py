"""What can go wrong between a client and a server, done to any ASGI application, one fault a request, as planned."""

import asyncio
import re
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SLOW_SECONDS = 30.0
HUGE_BYTES = 3_000_000
_REFUSALS = {"401": 401, "403": 403, "404": 404, "410": 410, "429": 429, "500": 500, "503": 503}


class Faulty:
    """An application that does wrong what it is told to, once for each fault planned, and right otherwise.

    `500`, `503`, `429` (Retry-After 1), `401`, `403`, `404`, `410`   answered instead of the application
    `500-after`, `drop-after`, `slow-after`     the application has done its work; its answer is not sent
    `drop`, `slow`                              the application never gets the request
    `truncated`                                 the answer ends before its announced length
    `malformed`, `html`, `huge`                 200, and a body that is not what was asked for
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.asked: list[str] = []
        """`METHOD /path` of every request that came."""
        self.planned: list[tuple[re.Pattern[str], str]] = []
        """What is still to come."""

    def plan(self, where: str, *faults: str) -> None:
        """Do these faults, in order, to the next requests whose `METHOD /path` begins with this pattern."""
        self.planned += [(re.compile(where), fault) for fault in faults]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        line = f"{scope['method']} {scope['path']}"
        self.asked.append(line)
        fault = next((each for each in self.planned if each[0].match(line)), None)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            self.planned.remove(fault)
            await self._do(fault[1], scope, receive, send)

    async def _do(self, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.endswith("-after"):
            await self.app(scope, receive, _swallow)
            fault = fault.removesuffix("-after")
        if fault in _REFUSALS:
            await _answer(send, _REFUSALS[fault], b'{"error": {"message": "planned"}}', "application/json")
        elif fault == "drop":
            send.__self__.transport.abort()  # type: ignore[attr-defined]  # uvicorn's cycle: nothing else cuts it
        elif fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        elif fault == "malformed":
            await _answer(send, 200, b'{"id": "x", ', "application/json")
        elif fault == "html":
            await _answer(send, 200, b"<!doctype html><html><body>Sign in</body></html>", "text/html")
        elif fault == "huge":
            await _answer(send, 200, b"\x89PNG\r\n\x1a\n" + bytes(HUGE_BYTES), "image/png")
        else:
            assert fault == "truncated", fault
            await self.app(scope, receive, _Short(send))


class _Short:
    """Sends half of an answer, announced as whole, and cuts the connection."""

    def __init__(self, send: Any) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            return
        body = message.get("body", b"")
        await self._send({**message, "body": body[: len(body) // 2], "more_body": True})
        self._send.__self__.transport.close()


async def _swallow(message: Message) -> None:
    pass


async def _answer(send: Send, status: int, body: bytes, media_type: str) -> None:
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
    if status in (429, 503):
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
