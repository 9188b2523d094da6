"""A raw MCP client on pipes: what a host sends and when it is answered, without a client library's own time."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# -P: else `import mcp` would find the benchmark of that name beside the script.
LIMNER = (sys.executable, str(ROOT / "server.py"))
EMPTY = (sys.executable, "-P", str(ROOT / "benchmarks" / "empty_server.py"))


class Wire:
    """One server process and its two pipes."""

    def __init__(self, command: tuple[str, ...], home: Path) -> None:
        environment = {**os.environ, "LIMNER_HOME": str(home)}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self._next = 0

    def request(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and return its answer, reading past notifications."""
        self._next += 1
        self._send({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params or {}})
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message: dict[str, Any] = json.loads(line)
            if message.get("id") == self._next:
                return message
        raise SystemExit(f"the server ended while answering {method}")

    def initialize(self) -> float:
        """Shake hands; return the seconds from spawn to the first answer."""
        self.request(
            "initialize",
            {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "benchmark", "version": "0"},
            },
        )
        seconds = time.perf_counter() - self.started
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return seconds

    def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool and return the result."""
        answer = self.request("tools/call", {"name": tool, "arguments": arguments})
        if "error" in answer:
            raise SystemExit(f"{tool}: {answer['error']}")
        return answer["result"]

    def close(self) -> None:
        """Close stdin and wait for the server to leave."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
