"""Raw MCP clients on stdio, Streamable HTTP of both eras, and HTTP+SSE: as little client as can be measured with."""

import http.client
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol, Self

from wire import EMPTY, LIMNER, ROOT, Wire

TRANSPORTS = ("stdio legacy", "stdio modern", "http modern", "http legacy", "sse")
MODERN, LEGACY = "2026-07-28", "2025-11-25"
HELLO = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "0"}}
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "0"},
}
BOTH = "application/json, text/event-stream"


class Link(Protocol):
    """One client's connection."""

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its result."""

    def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool and return its structured content."""

    def close(self) -> None:
        """Leave."""


class _Calls:
    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool and return its structured content."""
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        if result.get("isError"):
            raise SystemExit(f"{tool}: {result}")
        content: dict[str, Any] = result["structuredContent"]
        return content


class StdioLink(_Calls):
    """A server process of its own."""

    def __init__(self, command: tuple[str, ...], home: Path, *, is_modern: bool) -> None:
        self._wire = Wire(command, home)
        self.pid = self._wire.process.pid
        self._meta = {"_meta": ENVELOPE} if is_modern else {}
        if not is_modern:
            self._wire.initialize()

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its result."""
        return _result(self._wire.request(method, {**params, **self._meta}))

    def close(self) -> None:
        """Close stdin."""
        self._wire.close()


def _connected(port: int) -> http.client.HTTPConnection:
    """Return a connection that sends at once: http.client writes head and body apart, and Nagle would wait 40 ms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class HttpLink(_Calls):
    """One kept-alive connection to `/mcp`."""

    def __init__(self, port: int, *, is_modern: bool) -> None:
        self._connection = _connected(port)
        self._is_modern = is_modern
        self._headers = {"content-type": "application/json", "accept": BOTH}
        self._next = 0
        if not is_modern:
            self.request("initialize", HELLO)
            self._headers["mcp-protocol-version"] = LEGACY
            self._post({"jsonrpc": "2.0", "method": "notifications/initialized"}, {})

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its result."""
        self._next += 1
        more: dict[str, str] = {}
        if self._is_modern:
            params = {**params, "_meta": ENVELOPE}
            more = {"mcp-protocol-version": MODERN, "mcp-method": method}
            if "name" in params:
                more["mcp-name"] = params["name"]
        answer = self._post({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params}, more)
        return _result(answer)

    def _post(self, message: dict[str, Any], more: dict[str, str]) -> dict[str, Any]:
        self._connection.request("POST", "/mcp", json.dumps(message), {**self._headers, **more})
        response = self._connection.getresponse()
        body = response.read()
        if session := response.headers.get("mcp-session-id"):
            self._headers["mcp-session-id"] = session
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            events = [line[6:] for line in body.splitlines() if line.startswith(b"data: {")]
            return json.loads(events[-1])
        return json.loads(body) if body else {}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SseLink(_Calls):
    """One event stream at `/sse`, and a connection to post on."""

    def __init__(self, port: int) -> None:
        self._stream = _connected(port)
        self._stream.request("GET", "/sse", headers={"accept": "text/event-stream"})
        self._events = self._stream.getresponse()
        self._posts = _connected(port)
        self._address = self._data().decode()
        self._next = 0
        self.request("initialize", HELLO)
        self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its result."""
        self._next += 1
        self._post({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        while (message := json.loads(self._data())).get("id") != self._next:
            continue
        return _result(message)

    def _post(self, message: dict[str, Any]) -> None:
        self._posts.request("POST", self._address, json.dumps(message), {"content-type": "application/json"})
        self._posts.getresponse().read()

    def _data(self) -> bytes:
        while not (line := self._events.readline()).startswith(b"data: "):
            if not line:
                raise SystemExit("the event stream ended")
        return line[6:].strip()

    def close(self) -> None:
        """Close both connections."""
        self._posts.close()
        self._stream.close()


class Server:
    """Limner, or the bare SDK, on one transport; on stdio every client starts its own."""

    def __init__(self, transport: str, which: str, home: Path) -> None:
        self._transport = transport
        self._which = which
        self._home = home
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self._pids: list[int] = []
        self.is_stdio = transport.startswith("stdio")

    def __enter__(self) -> Self:
        if not self.is_stdio:
            own = (sys.executable, "-P", "-m", "limner", "serve", "--port", "0")
            bare = (sys.executable, "-P", str(ROOT / "benchmarks" / "empty_server.py"), "--http")
            self._process = subprocess.Popen(
                own if self._which == "limner" else bare,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "LIMNER_HOME": str(self._home)},
            )
            self._pids.append(self._process.pid)
            assert self._process.stderr is not None
            line = self._process.stderr.readline()
            self._port = int(line.split("127.0.0.1:")[1].split("/")[0])
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=20)

    def connect(self) -> Link:
        """Return a new client's connection."""
        match self._transport:
            case "stdio legacy" | "stdio modern":
                command = LIMNER if self._which == "limner" else EMPTY
                link = StdioLink(command, self._home, is_modern=self._transport.endswith("modern"))
                self._pids.append(link.pid)
                return link
            case "sse":
                return SseLink(self._port)
            case _:
                return HttpLink(self._port, is_modern=self._transport.endswith("modern"))

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server's processes that still run (Linux)."""
        stats = [path for pid in self._pids if (path := Path(f"/proc/{pid}/stat")).exists()]
        ticks = [path.read_text().rpartition(")")[2].split()[11:13] for path in stats]
        return sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    if "result" not in answer:
        raise SystemExit(f"refused: {answer}")
    result: dict[str, Any] = answer["result"]
    return result
