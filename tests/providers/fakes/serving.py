"""Serves an ASGI application on a free port of loopback, in a thread of its own, until it is stopped."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import Any

import uvicorn

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A server that runs. `base_url` has no slash at its end."""

    base_url: str
    _server: uvicorn.Server
    _thread: threading.Thread

    def stop(self) -> None:
        """End it, with connections that are open."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(PATIENCE_SECONDS)


def start(app: Any) -> Served:
    """Start it, and return once it listens: what connects from now on is served."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="auto"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    return Served(f"http://127.0.0.1:{listener.getsockname()[1]}", server, thread)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve it meanwhile; yields its address."""
    served = start(app)
    try:
        yield served.base_url
    finally:
        served.stop()
