"""A Limner for one client: spawned by it on stdio, or started here to listen on loopback."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner.library import sample

from .catalogue import SSE, STDIO
from .wire import Wire, read_wire, tcp_tee

HERE = Path(__file__).resolve().parent
PICTURE = sample("coffee.png")
LEAVE_SECONDS = 20


def server_environment(home: Path) -> dict[str, str]:
    """Return the environment of a server with its own data folder, that may read the sample."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LIMNER_")},
        "LIMNER_HOME": str(home),
        "LIMNER_INPUT_ROOTS": str(PICTURE.parent),
    }


@contextmanager
def conversation(
    transport: str, environment: dict[str, str], room: Path
) -> Iterator[tuple[dict[str, Any], Callable[[], Wire]]]:
    """Yield how a client reaches a server of its own, and a function that returns the wire."""
    if transport == STDIO:
        log = room / "wire"
        arguments = [str(HERE / "tee.py"), str(log), sys.executable, "-m", "limner"]
        yield (
            {"command": sys.executable, "args": arguments, "env": environment},
            lambda: read_wire(log),
        )
        return
    with served(environment) as port, tcp_tee(port) as tee:
        path = "sse" if transport == SSE else "mcp"
        yield {"url": f"http://127.0.0.1:{tee.port}/{path}"}, tee.wire


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """Run `limner serve` on a free port and yield the port. Raises: RuntimeError, when it does not come up."""
    command = [sys.executable, "-m", "limner", "serve", "--port", "0"]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise RuntimeError(f"limner serve said {line!r}")
        yield int(found[1])
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()
