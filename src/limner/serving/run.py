"""Listens on a port until told to stop, and then lets every stream end in order."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import anyio
import uvicorn
from starlette.applications import Starlette

DRAIN_SECONDS = 3
"""How long open requests may take to end once the server leaves."""
LEAVE_WITHIN_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps an idle connection (60 s is usual): else it sends into a closed one."""
BACKLOG = 2048


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: who runs it decides when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket. Port 0 takes a free one. Raises: OSError, when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


async def listen(
    app: Starlette, listener: socket.socket, *, max_connections: int, on_leaving: Callable[[], None]
) -> None:
    """Serve on a socket until cancelled.

    on_leaving: called first when told to stop, to end what waits; what is still open after three seconds is cut.
    """
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            limit_concurrency=max_connections,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            server_header=False,
        )
    )
    ended = anyio.Event()

    async def serve() -> None:
        with anyio.CancelScope(shield=True):
            try:
                await server.serve(sockets=[listener])
            finally:
                ended.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve)
        try:
            await ended.wait()
        finally:
            on_leaving()
            server.should_exit = True
            with anyio.move_on_after(LEAVE_WITHIN_SECONDS, shield=True):
                await ended.wait()
