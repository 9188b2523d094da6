"""Servers that stand before the real one, or in its place: what goes wrong on the way, on purpose."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import anyio
from anyio.abc import SocketAttribute, SocketStream

GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)
HOST = "127.0.0.1"


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer of HTTP/1.1 as it goes over the wire. status: such as `503 Service Unavailable`."""
    head = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def garbling(
    base_url: str, *, billed: Callable[[], Awaitable[int]], instead: bytes | None
) -> AsyncIterator[str]:
    """Pass everything on, except the server's answer when it has taken on a job: that is lost, once.

    instead: what is answered in its place; None: the connection is closed. Yields the address to ask.
    """
    before, is_lost = await billed(), False

    async def loses() -> bool:
        nonlocal is_lost
        was_lost, is_lost = is_lost, is_lost or await billed() > before
        return is_lost and not was_lost

    async with passing_on(base_url, loses=loses, instead=instead) as address:
        yield address


async def _never() -> bool:
    return False


@asynccontextmanager
async def passing_on(
    base_url: str, *, loses: Callable[[], Awaitable[bool]] = _never, instead: bytes | None = None
) -> AsyncIterator[str]:
    """Pass everything on meanwhile; later nobody listens there. Yields the address to ask.

    loses: asked before anything goes back; what it says yes to is lost, and `instead` sent, if anything is.
    """
    host, port = _place(base_url)

    async def pass_on(client: SocketStream) -> None:
        async with client, await anyio.connect_tcp(host, port) as server, anyio.create_task_group() as tasks:
            tasks.start_soon(_pump, client, server)
            try:
                async for chunk in server:
                    if await loses():
                        if instead is not None:
                            await client.send(instead)
                        break
                    await client.send(chunk)
            except GONE:
                pass  # the adapter has hung up, as it may
            tasks.cancel_scope.cancel()

    async with _listening(pass_on) as own:
        yield base_url.replace(f"{host}:{port}", own, 1)


@asynccontextmanager
async def standing_in(base_url: str, reply: Callable[[bytes], bytes]) -> AsyncIterator[str]:
    """Answer every request in place of the server. reply: head of the request → answer. Yields the address to ask."""
    host, port = _place(base_url)

    async def serve(client: SocketStream) -> None:
        async with client:
            try:
                await client.send(reply(await _whole_request(client)))
            except GONE:
                return

    async with _listening(serve) as own:
        yield base_url.replace(f"{host}:{port}", own, 1)


async def closed_address(base_url: str) -> str:
    """Return an address where nobody listens."""
    host, port = _place(base_url)
    async with _listening(lambda client: client.aclose()) as own:
        return base_url.replace(f"{host}:{port}", own, 1)


@asynccontextmanager
async def _listening(serve: Callable[[SocketStream], Awaitable[None]]) -> AsyncIterator[str]:
    """Yield `host:port`, where each connection is handed to `serve`."""
    listener = await anyio.create_tcp_listener(local_host=HOST, local_port=0)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield f"{HOST}:{listener.extra_attributes[SocketAttribute.local_port]()}"
        tasks.cancel_scope.cancel()


async def _pump(source: SocketStream, target: SocketStream) -> None:
    try:
        async for chunk in source:
            await target.send(chunk)
        await target.send_eof()
    except GONE:
        return


async def _whole_request(client: SocketStream) -> bytes:
    """Return the head of a request when its body has come too: who is answered earlier sees a broken connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += await client.receive()
    head, _, body = received.partition(b"\r\n\r\n")
    lines = [line.lower().partition(b":") for line in head.split(b"\r\n")[1:]]
    headers = {name: value.strip() for name, _, value in lines}
    length = int(headers.get(b"content-length", b"0"))
    is_chunked = b"chunked" in headers.get(b"transfer-encoding", b"")
    while len(body) < length or (is_chunked and not body.endswith(b"0\r\n\r\n")):
        body += await client.receive()
    return head


def _place(base_url: str) -> tuple[str, int]:
    parts = urlsplit(base_url)
    if parts.scheme != "http" or parts.hostname is None or parts.port is None:
        raise ValueError(f"the bench's server must be at http://HOST:PORT, not {base_url}")
    return parts.hostname, parts.port
