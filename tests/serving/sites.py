"""`limner serve` as a process of its own, and the ways to talk to it."""

import base64
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from limner.library import sample

CHELSEA = f"data:image/png;base64,{base64.b64encode(sample('chelsea.png').read_bytes()).decode()}"
PATIENCE = 60.0
TRANSPORTS = ("modern", "session", "sse")
"""Streamable HTTP of 2026-07-28; of the handshake eras, with a session; HTTP+SSE."""
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
}
ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once: reading this machine's certificates takes longer than most requests."""


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return this machine's variables, with none of Limner's but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIMNER_")}
    return {**kept, "LIMNER_HOME": str(home), **settings}


class Served:
    """A server that runs, at the address that it prints."""

    def __init__(self, home: Path, *arguments: str, **settings: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "limner", "serve", "--port", "0", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(home, **settings),
        )
        assert self.process.stderr is not None
        self.printed: list[str] = []
        self.public_url = self._read_to(r"serves MCP at (\S+)/mcp ")
        self.url = (
            self._read_to(r"listens on (\S+)\.") if "LIMNER_PUBLIC_URL" in settings else self.public_url
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def address(self) -> tuple[str, int]:
        """The host and the port that it listens on."""
        parts = httpx2.URL(self.url)
        assert parts.port is not None
        return parts.host, parts.port

    def stop(self, number: int = signal.SIGTERM, within: float = 30.0) -> int:
        """Send a signal and return the exit status; a server that stays is killed, and the test fails."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            status = self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=10)
            raise
        self._reader.join(timeout=10)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status

    def _read_to(self, pattern: str) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.printed.append(line)
            if found := re.search(pattern, line):
                return found[1]
        status = self.process.wait(timeout=10)
        self.process.stderr.close()
        raise AssertionError(f"it ended with {status} before it had an address: {''.join(self.printed)}")

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.printed.extend(self.process.stderr)


@contextmanager
def serving(home: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    """Run a server for the length of a `with` block."""
    served = Served(home, *arguments, **settings)
    try:
        yield served
    finally:
        if served.process.returncode is None:
            served.stop()


def plain_client(**more: Any) -> httpx2.Client:
    """Return a client for requests as they are."""
    return httpx2.Client(verify=NO_TLS, timeout=PATIENCE, **more)


def ask(
    site: Served, path: str = "/mcp", method: str = "POST", *, key: str | None = None, **more: Any
) -> httpx2.Response:
    """Send one request: to a path of the server, or to an address."""
    headers = {**more.pop("headers", {}), **bearer(key)}
    with plain_client() as http:
        return http.request(method, path if "://" in path else f"{site.url}{path}", headers=headers, **more)


def bearer(key: str | None) -> dict[str, str]:
    """Return the headers that a key is sent in."""
    return {"authorization": f"Bearer {key}"} if key else {}


@asynccontextmanager
async def connected(
    url: str, transport: str = "modern", key: str | None = None, **more: Any
) -> AsyncIterator[Client]:
    """Yield the official client on one of TRANSPORTS. `more` goes to the client."""
    if transport == "sse":
        async with Client(
            sse_client(f"{url}/sse", headers=bearer(key), httpx_client_factory=_sse_http),
            mode="legacy",
            **more,
        ) as client:
            yield client
        return
    mode = "auto" if transport == "modern" else "legacy"
    async with (
        httpx2.AsyncClient(headers=bearer(key), timeout=PATIENCE, verify=NO_TLS) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode, **more) as client,
    ):
        yield client


def _sse_http(
    headers: dict[str, str] | None = None, timeout: Any = None, auth: Any = None
) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers=headers, timeout=timeout, auth=auth, verify=NO_TLS)


def message(method: str, params: Mapping[str, Any] | None = None, number: int = 1) -> dict[str, Any]:
    """Return a request of the handshake eras."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": dict(params or {})}


def modern(
    method: str, params: Mapping[str, Any] | None = None, *, token: str | None = None, **meta: Any
) -> dict[str, Any]:
    """Return the body and the headers of a request of 2026-07-28, as arguments of httpx2's `post`."""
    given = dict(params or {})
    known = {**MODERN, **({"progressToken": token} if token else {}), **meta}
    named = given.get("name") or given.get("uri") or given.get("taskId")
    headers = {**ACCEPT, "mcp-protocol-version": "2026-07-28", "mcp-method": method}
    return {
        "json": message(method, {**given, "_meta": known}),
        "headers": {**headers, **({"mcp-name": named} if named else {})},
    }


def call(tool: str, arguments: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a tool call of 2026-07-28, as arguments of httpx2's `post`."""
    return modern("tools/call", {"name": tool, "arguments": arguments}, **more)


def initialize() -> dict[str, Any]:
    """Return the first message of a session, as arguments of httpx2's `post`."""
    client = {"name": "raw", "version": "0"}
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
    return {"json": message("initialize", hello), "headers": ACCEPT}


def events(text: str) -> list[dict[str, Any]]:
    """Return the messages of an event stream, or the one of a JSON body."""
    if text.startswith("{"):
        return [json.loads(text)]
    return [
        json.loads(line.removeprefix("data:"))
        for line in text.splitlines()
        if line.startswith("data:") and "{" in line
    ]


def answered(response: httpx2.Response) -> dict[str, Any]:
    """Return the result of a request."""
    assert response.status_code == 200, response.text
    last = events(response.text)[-1]
    assert "result" in last, last
    return last["result"]


def qr_call(key: str, text: str = "hello", **more: object) -> dict[str, object]:
    """Return arguments that start a run of a moment."""
    return {
        "action_id": "qr-code-generator",
        "inputs": {"text": text},
        "idempotency_key": key,
        "wait_seconds": 40,
        **more,
    }


def film_call(key: str, zoom: float, seconds: float = 1, **more: object) -> dict[str, object]:
    """Return arguments that start a run of a second or more; another zoom is other work."""
    return {
        "action_id": "ken-burns-video",
        "inputs": {"image": CHELSEA},
        "params": {"duration": seconds, "fps": "24", "zoom": zoom},
        "idempotency_key": key,
        **more,
    }
