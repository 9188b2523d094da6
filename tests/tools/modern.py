"""A host of the 2026-07-28 era on bare pipes: what it is, it says with every request."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from .hosts import RawHost, environment

TASKS = "io.modelcontextprotocol/tasks"
SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId"
ACKNOWLEDGED = "notifications/subscriptions/acknowledged"


class ModernHost(RawHost):
    """Sends lines, reads lines; declares `capabilities` with each request."""

    def __init__(self, home: Path, *, capabilities: dict[str, Any] | None = None, **settings: str) -> None:
        self.capabilities = capabilities or {}
        super().__init__(home, **settings)

    def __enter__(self) -> "ModernHost":
        return self

    def send(self, method: str, params: dict[str, Any] | None = None) -> int:
        """Send a request and return its id, without waiting."""
        envelope = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": self.capabilities,
            "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
        }
        given = params or {}
        return super().send(method, {**given, "_meta": {**envelope, **given.get("_meta", {})}})

    def listen(self, **notifications: Any) -> tuple[int, dict[str, Any]]:
        """Open a stream; return its id and what the server honours."""
        stream = self.send("subscriptions/listen", {"notifications": notifications})
        told = self.told(ACKNOWLEDGED, stream)
        return stream, told["notifications"]

    def told(self, method: str, stream: int) -> dict[str, Any]:
        """Return the next notification of a method on a stream."""
        return self.notified(
            lambda each: (
                each["method"] == method and each["params"].get("_meta", {}).get(SUBSCRIPTION_ID) == stream
            )
        )["params"]


def task_host(home: Path, **settings: str) -> ModernHost:
    """Return a host that takes tasks."""
    return ModernHost(home, capabilities={"extensions": {TASKS: {}}}, **settings)


@asynccontextmanager
async def official(
    home: Path, mode: str, settings: dict[str, str] | None = None, **options: Any
) -> AsyncIterator[Client]:
    """Yield the official client with options of its own, connected to a server of its own over stdio."""
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "limner"], env=environment(home, **(settings or {}))
    )
    async with Client(server, mode=mode, **options) as connected:
        yield connected


def publish(home: Path, name: str, yaml: str | None = None) -> None:
    """Publish a technique from another process, first putting its file there."""
    if yaml is not None:
        (home / "techniques").mkdir(parents=True, exist_ok=True)
        (home / "techniques" / f"{name}.yaml").write_text(yaml, encoding="utf-8")
    command = [sys.executable, "-m", "limner", "techniques", "publish", name]
    done = subprocess.run(command, env={**os.environ, **environment(home)}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
