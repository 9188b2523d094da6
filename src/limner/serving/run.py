"""Listens on a port until told to stop, and then lets every stream end in order."""

import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import anyio
import uvicorn
from starlette.applications import Starlette

from limner.errors import LimnerError

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
    # The protocol is named because asyncio turns Nagle's delay off only where it is: 40 ms a message otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


async def listen(
    app: Starlette,
    listener: socket.socket,
    *,
    max_connections: int,
    on_leaving: Callable[[], Awaitable[None]],
) -> None:
    """Serve on a socket until cancelled.

    on_leaving: called first when told to stop, to end what waits; what is still open after three seconds is cut,
    and after ten the process ends whatever is left.
    Raises: LimnerError, when the server ends by itself.
    """
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",  # no face speaks WebSocket; uvicorn would take any library for it that is installed
            proxy_headers=False,  # nothing here asks for the address or the scheme that a proxy tells
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
            with _last_resort(), anyio.CancelScope(shield=True):
                server.should_exit = True
                await on_leaving()
                await ended.wait()
    raise LimnerError("The HTTP server has ended; its log has the details.")


@contextmanager
def _last_resort() -> Iterator[None]:
    """End the process when leaving takes too long: the runs in hand are taken up at the next start."""
    timer = threading.Timer(LEAVE_WITHIN_SECONDS, os._exit, args=(1,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
