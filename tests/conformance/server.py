"""Serves Limner with the conformance fixtures on a free port of 127.0.0.1: prints the port, ends on SIGTERM.

Run from the folder above: python -m conformance.server
"""

import os
import signal

import anyio

from limner import logs
from limner.access.gate import Gatekeeper
from limner.config import read_settings
from limner.server import build_http
from limner.serving.run import bind, listen

from .fixtures import plug_in

HOST = "127.0.0.1"


async def main() -> None:
    """Serve until told to stop."""
    settings = read_settings(os.environ)
    logs.configure(settings.log_level)
    listener = bind(HOST, 0)
    port = listener.getsockname()[1]
    served = build_http(settings, Gatekeeper.from_settings(settings), host=HOST, base=f"http://{HOST}:{port}")
    async with anyio.create_task_group() as group:
        plug_in(served, group)
        group.start_soon(_stop_on_signal, group.cancel_scope)
        print(port, flush=True)
        await listen(served.app, listener, max_connections=settings.max_connections, on_leaving=served.leave)


async def _stop_on_signal(scope: anyio.CancelScope) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for _ in signals:
            scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
