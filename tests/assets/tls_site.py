"""A real https server on loopback that answers with what a test puts into its routes, faults included."""

import ssl
from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import ByteStream

Handler = Callable[[ByteStream], Awaitable[None]]


class Site:
    """What the server serves, and what it was asked. `routes` maps a path to bytes to send or a handler."""

    def __init__(self, port: int, client_context: ssl.SSLContext) -> None:
        self.port = port
        self.client_context = client_context
        self.routes: dict[str, bytes | Handler] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str, host: str = "media.example") -> str:
        return f"https://{host}:{self.port}{path}"

    async def serve(self, stream: ByteStream) -> None:
        async with stream:
            try:
                await self._answer(stream)
            except (anyio.BrokenResourceError, anyio.EndOfStream, anyio.ClosedResourceError):
                return

    async def _answer(self, stream: ByteStream) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += await stream.receive()
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        path = first.split(" ")[1]
        self.requests.append((path, headers))
        match self.routes.get(path, answer(b"", status="404 Not Found")):
            case bytes() as raw:
                await stream.send(raw)
            case handler:
                await handler(stream)


def answer(body: bytes, *, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n".encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", status=status, headers=f"Location: {to}\r\nSet-Cookie: seen=1\r\n")
