"""Streams as they are on the wire: opened, read line by line, left, or not read at all."""

import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx2

from .sites import ACCEPT, NO_TLS, PATIENCE, Served, bearer, message


def async_client(**more: Any) -> httpx2.AsyncClient:
    """Return a client without a limit of connections."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx2.AsyncClient(verify=NO_TLS, timeout=PATIENCE, limits=limits, **more)


async def messages(response: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    """Yield the messages of an event stream, or the one of a JSON body."""
    async for line in response.aiter_lines():
        text = line.removeprefix("data:").strip()
        if text.startswith("{"):
            yield json.loads(text)


class EventStream:
    """A client of HTTP+SSE, as bare as it can be: one stream, and an address to post to."""

    def __init__(self, site: Served, http: httpx2.AsyncClient, response: httpx2.Response, key: str | None):
        self._site, self._http, self._key = site, http, key
        self.lines = response.aiter_lines()
        self._address = ""

    async def begin(self) -> None:
        """Learn where to post, and shake hands."""
        async for line in self.lines:
            if line.startswith("data:"):
                self._address = line.removeprefix("data:").strip()
                break
        client = {"name": "raw", "version": "0"}
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
        await self.post(message("initialize", hello, 0))
        await self.next()
        await self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def post(self, body: dict[str, Any]) -> None:
        """Send one message."""
        answer = await self._http.post(
            f"{self._site.url}{self._address}", json=body, headers=ACCEPT | bearer(self._key)
        )
        assert answer.status_code == 202, answer.text

    async def next(self) -> dict[str, Any]:
        """Return the next message."""
        async for line in self.lines:
            text = line.removeprefix("data:").strip()
            if text.startswith("{"):
                return json.loads(text)
        raise EOFError("the stream has ended")


@asynccontextmanager
async def event_stream(
    site: Served, http: httpx2.AsyncClient, key: str | None = None
) -> AsyncIterator[EventStream]:
    """Yield a client of HTTP+SSE that has shaken hands."""
    async with http.stream("GET", f"{site.url}/sse", headers=bearer(key)) as response:
        stream = EventStream(site, http, response, key)
        await stream.begin()
        yield stream


def session_call(
    number: int, tool: str, arguments: dict[str, Any], token: str | None = None
) -> dict[str, Any]:
    """Return a tool call of the handshake eras."""
    meta = {"_meta": {"progressToken": token}} if token else {}
    return message("tools/call", {"name": tool, "arguments": arguments, **meta}, number)


@contextmanager
def unread(
    site: Served, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
) -> Iterator[socket.socket]:
    """Send a request on a bare socket with a small buffer, whose owner reads nothing."""
    content = json.dumps(body).encode() if body is not None else b""
    fields = {"host": "127.0.0.1", "content-length": str(len(content)), **headers}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.settimeout(PATIENCE)
        wire.connect(site.address)
        wire.sendall(head.encode() + b"\r\n" + content)
        yield wire
