"""Hosts for tests: a raw one on pipes that can be killed, and the official client's."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from limner.library import sample
from limner.store import SqliteStore

COFFEE = str(sample("coffee.png"))
CHELSEA = str(sample("chelsea.png"))
TIMEOUT_SECONDS = 60.0


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a server with its own data folder, that may read the samples."""
    roots = os.pathsep.join([str(sample("coffee.png").parent), str(home.parent)])
    return {**os.environ, "LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": roots, **settings}


def film_call(key: str, zoom: float, **more: object) -> dict[str, object]:
    """Return arguments that start a short film: a run of a second or two; another zoom is other work."""
    return {
        "action_id": "ken-burns-video",
        "inputs": {"image": COFFEE},
        "params": {"duration": 1, "fps": "24", "zoom": zoom},
        "idempotency_key": key,
        **more,
    }


async def make_workspace(home: Path, name: str) -> tuple[str, str]:
    """Make a workspace of the user's in a data folder that a server may have open; return its id and its project's."""
    store = SqliteStore(home / "limner.sqlite")
    await store.open()
    workspace_id, project_id = f"ws_{name}", f"prj_{name}"
    await store.create_workspace("local", workspace_id, name, project_id=project_id)
    await store.close()
    return workspace_id, project_id


class RawHost:
    """A host of the 2025 era on bare pipes: sends lines, reads lines, can kill the server."""

    def __init__(
        self, home: Path, *, command: Sequence[str] = (sys.executable, "-m", "limner"), **settings: str
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(home, **settings),
        )
        self.notifications: list[dict[str, Any]] = []
        self.strays: list[bytes] = []
        self._answers: dict[int, dict[str, Any]] = {}
        self._incoming: queue.Queue[bytes | None] = queue.Queue()
        self._next = 0
        self.stderr = b""
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._drain)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> "RawHost":
        self.initialize()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.close()
        else:
            self._finish()

    def initialize(self) -> dict[str, Any]:
        """Shake hands."""
        hello = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "raw", "version": "0"},
        }
        answer = self.result(self.send("initialize", hello))
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer

    def send(self, method: str, params: dict[str, Any] | None = None) -> int:
        """Send a request and return its id, without waiting."""
        self._next += 1
        self.write({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params or {}})
        return self._next

    def call(self, tool: str, arguments: dict[str, Any], *, token: str | None = None) -> int:
        """Send a tool call and return its id, without waiting."""
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        if token is not None:
            params["_meta"] = {"progressToken": token}
        return self.send("tools/call", params)

    def ask(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool and return its structured content."""
        return self.result(self.call(tool, arguments))["structuredContent"]

    def result(self, request_id: int, timeout: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """Return the result of a request sent before."""
        answer = self.answer(request_id, timeout)
        assert "result" in answer, answer
        return answer["result"]

    def answer(self, request_id: int, timeout: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """Return the whole answer to a request sent before."""
        deadline = time.monotonic() + timeout
        while request_id not in self._answers:
            line = self._incoming.get(timeout=max(0.01, deadline - time.monotonic()))
            assert line is not None, f"the server ended: {self.stderr.decode()[-2000:]}"
            self._sort(line)
        return self._answers.pop(request_id)

    def notified(
        self, wanted: Callable[[dict[str, Any]], bool], timeout: float = TIMEOUT_SECONDS
    ) -> dict[str, Any]:
        """Return the first notification that is wanted, and forget it; wait for it if need be."""
        deadline = time.monotonic() + timeout
        while (found := next(filter(wanted, self.notifications), None)) is None:
            line = self._incoming.get(timeout=max(0.01, deadline - time.monotonic()))
            assert line is not None, f"the server ended: {self.stderr.decode()[-2000:]}"
            self._sort(line)
        self.notifications.remove(found)
        return found

    def write(self, message: dict[str, Any] | bytes) -> None:
        """Send one line."""
        assert self.process.stdin is not None
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def next_message(self, timeout: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """Return the next line whatever it is."""
        line = self._incoming.get(timeout=timeout)
        assert line is not None, "the server ended"
        return json.loads(line)

    def unread(self) -> list[bytes]:
        """Return the lines that came and were not read, once the server has ended."""
        return [line for line in iter(self._incoming.get, None) if line]

    def kill(self) -> None:
        """Kill the server as the kernel would."""
        self.process.send_signal(signal.SIGKILL)
        self._finish()

    def close(self) -> int:
        """Close stdin, as a host does that quits, and return the exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self._finish()

    def _finish(self) -> int:
        status = self.process.wait(timeout=20)
        for reader in self._readers:
            reader.join(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return status

    def _sort(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            self.strays.append(line)
            return
        if "method" in message:
            self.notifications.append(message)
        else:
            self._answers[message["id"]] = message

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._incoming.put(line)
        self._incoming.put(None)

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr += line


@asynccontextmanager
async def client(home: Path, mode: str = "auto", **settings: str) -> AsyncIterator[Client]:
    """Yield the official client, connected to a server of its own over stdio."""
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "limner"], env=environment(home, **settings)
    )
    async with Client(server, mode=mode) as connected:
        yield connected


def children_of(pid: int) -> set[int]:
    """Return the processes whose parent is `pid` (Linux)."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            if int(fields[1]) == pid and fields[0] != "Z":
                found.add(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Return the condition's value as soon as it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        threading.Event().wait(0.01)
    return value
