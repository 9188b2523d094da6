"""A wait without news is kept open by comments, so that no proxy takes it for dead."""

import os
import signal
import sys
from typing import Any

import anyio
import pytest

from tools.hosts import children_of, wait_for

from .sites import ACCEPT, PATIENCE, Served, answered, ask, call, film_call, initialize, modern
from .streaming import async_client, session_call

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="halts a worker found in /proc"),
]

WAIT_SECONDS = 18
"""Longer than the 15 s between comments, shorter than what proxies allow."""


async def test_every_quiet_stream_has_a_comment_within_the_time_that_proxies_allow(site: Served) -> None:
    """Takes 18 s: that is the point."""
    film = film_call("quiet", 1.5, 30, wait_seconds=0)
    run = answered(ask(site, **call("start_run", film)))["structuredContent"]
    workers = wait_for(lambda: children_of(site.process.pid), PATIENCE, "a worker")
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)  # nothing happens until the run is cancelled
    quiet = {"run_id": run["run_id"], "wait_seconds": WAIT_SECONDS}
    heard: dict[str, list[str]] = {}

    async def listen(name: str, method: str, path: str, sent: dict[str, Any]) -> None:
        heard[name] = []
        async with http.stream(method, f"{site.url}{path}", **sent) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["x-accel-buffering"] == "no"
            assert (
                "no-store" in response.headers["cache-control"]
                or "no-cache" in response.headers["cache-control"]
            )
            async for line in response.aiter_lines():
                heard[name].append(line)
                if line.startswith(":"):
                    return

    try:
        with anyio.fail_after(PATIENCE * 2):
            async with async_client() as http:
                hello = await http.post(f"{site.url}/mcp", **initialize())
                session = {"mcp-session-id": hello.headers["mcp-session-id"]}
                waiting = {"json": session_call(3, "get_run", quiet), "headers": ACCEPT | session}
                async with anyio.create_task_group() as group:
                    group.start_soon(listen, "modern wait", "POST", "/mcp", call("get_run", quiet))
                    group.start_soon(listen, "session wait", "POST", "/mcp", waiting)
                    listening = modern("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
                    group.start_soon(listen, "listening", "POST", "/mcp", listening)
                    stream = {"headers": {"accept": "text/event-stream", **session}}
                    group.start_soon(listen, "session stream", "GET", "/mcp", stream)
                    group.start_soon(listen, "sse stream", "GET", "/sse", {})
    finally:
        answered(ask(site, **call("cancel_run", {"run_id": run["run_id"]})))
    for name, lines in heard.items():
        assert lines[-1].startswith(": ping"), (name, lines)
