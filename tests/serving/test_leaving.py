"""How a server ends: what waits is answered, streams end in order, no process stays, and runs go on afterwards."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import anyio.to_thread
import httpx2
import pytest

from tools.hosts import children_of, is_alive, wait_for

from .sites import ACCEPT, PATIENCE, Served, answered, ask, call, film_call, initialize, modern, serving
from .streaming import async_client, event_stream, messages, session_call, unread

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find orphans"),
]


class Watcher:
    """Everything that can be open when a server is told to leave, and how each of it ended."""

    def __init__(self, site: Served, http: httpx2.AsyncClient, group: anyio.abc.TaskGroup) -> None:
        self._site, self._http, self._group = site, http, group
        self.ended: dict[str, list[dict[str, Any]]] = {}

    async def open(self, name: str, method: str, is_quiet: bool = False, **sent: Any) -> None:
        """Open a stream, and read it to its end; return when it has begun."""
        await self._group.start(self._read, name, method, is_quiet, sent)

    async def _read(self, name: str, method: str, is_quiet: bool, sent: Any, *, task_status: Any) -> None:
        path = "/sse" if name == "sse stream" else "/mcp"
        if is_quiet:
            task_status.started()
        async with self._http.stream(method, f"{self._site.url}{path}", **sent) as response:
            assert response.status_code == 200
            heard = []
            if not is_quiet and method == "GET":
                task_status.started()
            async for each in messages(response):
                if not heard and not is_quiet and method != "GET":
                    task_status.started()
                heard.append(each)
        self.ended[name] = heard

    async def call_on_event_stream(self, arguments: dict[str, Any]) -> None:
        """Make a call on HTTP+SSE, and read its stream to the end."""
        await self._group.start(self._call, arguments)

    async def _call(self, arguments: dict[str, Any], *, task_status: Any) -> None:
        async with event_stream(self._site, self._http) as stream:
            await stream.post(session_call(5, "start_run", arguments, "t"))
            heard = [await stream.next()]
            task_status.started()
            try:
                while True:
                    heard.append(await stream.next())
            except EOFError:
                self.ended["sse call"] = heard


def held_workers(site: Served) -> set[int]:
    """Return the worker processes once there are some, and halt them: the run does not end while streams open."""
    workers = wait_for(lambda: children_of(site.process.pid), PATIENCE, "a worker")
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    return workers


def run_of(heard: list[dict[str, Any]]) -> dict[str, Any]:
    return heard[-1]["result"]["structuredContent"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_a_server_told_to_leave_answers_ends_streams_and_takes_its_workers_along(
    home: Path, number: int, status: int
) -> None:
    film = film_call("leaving", 1.4, 30, wait_seconds=45)
    with serving(home) as site, anyio.fail_after(PATIENCE * 3):
        async with async_client() as http, anyio.create_task_group() as group:
            watcher = Watcher(site, http, group)
            await watcher.open("modern call", "POST", **call("start_run", film, token="t"))
            workers = await anyio.to_thread.run_sync(held_workers, site)
            hello = await http.post(f"{site.url}/mcp", **initialize())
            session = {**ACCEPT, "mcp-session-id": hello.headers["mcp-session-id"]}
            again = session_call(6, "start_run", film, "t")
            await watcher.open("session call", "POST", json=again, headers=session)
            await watcher.call_on_event_stream(film)
            waits = call("get_run", {"idempotency_key": "leaving", "wait_seconds": 45})
            await watcher.open("quiet wait", "POST", is_quiet=True, **waits)
            wanted = {"notifications": {"toolsListChanged": True}}
            await watcher.open("listening", "POST", **modern("subscriptions/listen", wanted))
            stream = {"accept": "text/event-stream", "mcp-session-id": session["mcp-session-id"]}
            await watcher.open("session stream", "GET", headers=stream)
            await watcher.open("sse stream", "GET")
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
            ended = await anyio.to_thread.run_sync(site.stop, number)
        assert ended == status
    for name in ("modern call", "session call", "sse call", "quiet wait"):
        run = run_of(watcher.ended[name])
        assert run["status"] == "running", name
        assert "get_run" in run["next_step"]
    assert watcher.ended["listening"][-1]["id"] == 1 and "result" in watcher.ended["listening"][-1]
    assert watcher.ended["session stream"] == []
    wait_for(lambda: not any(is_alive(pid) for pid in workers), PATIENCE, "the workers to be gone")
    told = "".join(site.printed)
    assert "Traceback" not in told and "ERROR" not in told, told
    assert site.printed[-1] == "Stopped.\n"
    check_that_it_goes_on(home)


def check_that_it_goes_on(home: Path) -> None:
    """Check that the next server takes the run up."""
    with serving(home) as site:
        sent = {"idempotency_key": "leaving", "wait_seconds": 1}

        def progress() -> Any:
            run = answered(ask(site, **call("get_run", sent)))["structuredContent"]
            return run["progress"] if run["status"] == "running" else 0

        wait_for(lambda: progress() > 10, PATIENCE, "progress after the restart")
        run = answered(ask(site, **call("get_run", sent)))["structuredContent"]
        cancelled = answered(ask(site, **call("cancel_run", {"run_id": run["run_id"]})))
        assert cancelled["structuredContent"]["status"] == "cancelled"


async def test_clients_that_read_nothing_and_finish_nothing_do_not_keep_a_server(home: Path) -> None:
    with serving(home) as site:
        film = call("start_run", film_call("unread", 1.41, 30, wait_seconds=45), token="t")
        half = {**film["headers"], "content-length": "9999"}
        with (
            unread(site, "POST", "/mcp", film["json"], film["headers"]),
            unread(site, "POST", "/mcp", film["json"], half),
            unread(site, "GET", "/sse", None, {}),
        ):
            wait_for(lambda: children_of(site.process.pid), PATIENCE, "a worker")
            workers = children_of(site.process.pid)
            assert site.stop() == 143
    wait_for(lambda: not any(is_alive(pid) for pid in workers), PATIENCE, "the workers to be gone")


def test_a_server_stopped_while_it_starts_ends_too(home: Path) -> None:
    with serving(home) as site:
        assert site.stop() == 143
