"""Two hundred clients at once, each following a run to its end; one of them reads nothing."""

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from .sites import CHELSEA, PATIENCE, Served, answered, ask, call, serving
from .streaming import async_client, messages, unread

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc"),
]

FOLLOWERS, RUNS = 200, 4
LEAST_STEPS = 20
MOST_KB_EACH = 1024
"""Some ten times what was measured: it fails when every follower holds a copy of something large."""


def start_arguments(number: int, **more: object) -> dict[str, object]:
    """Return arguments that start a film of some thirty progress steps (they are told a few times a second)."""
    return {
        "action_id": "ken-burns-video",
        "inputs": {"image": CHELSEA},
        "params": {"duration": 7, "zoom": 1.5 + number / 10},
        "idempotency_key": f"load-{number}",
        **more,
    }


def memory_kb(pid: int) -> int:
    """Return the resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


class Crowd:
    """The followers of a server's runs, and what each of them saw last."""

    def __init__(self, site: Served, http: httpx2.AsyncClient, run_ids: list[str]) -> None:
        self._site, self._http, self._run_ids = site, http, run_ids
        self.is_everybody_there = anyio.Event()
        self._there = 0
        self.last: dict[int, dict[str, Any]] = {}
        self.heard: dict[int, int] = {}

    async def follow(self, number: int) -> None:
        """Follow a run with progress, calling again for as long as it goes on, as agents do."""
        wait = {"run_id": self._run_ids[number % RUNS], "wait_seconds": 45}
        self.heard[number] = 0
        run: dict[str, Any] = {"status": "pending"}
        while run["status"] in ("pending", "running"):
            run = await self._one_call(number, call("get_run", wait, token=f"t{number}"))
        self.last[number] = run

    async def _one_call(self, number: int, sent: dict[str, Any]) -> dict[str, Any]:
        heard: list[dict[str, Any]] = []
        async with self._http.stream("POST", f"{self._site.url}/mcp", **sent) as response:
            assert response.status_code == 200
            async for each in messages(response):
                if not heard:
                    self._arrived()
                heard.append(each)
        told = [each["params"]["progress"] for each in heard[:-1]]
        assert all(one < other for one, other in pairwise(told)), told
        self.heard[number] += len(told)
        return heard[-1]["result"]["structuredContent"]

    def _arrived(self) -> None:
        self._there += 1
        if self._there == FOLLOWERS:
            self.is_everybody_there.set()


async def test_two_hundred_clients_follow_runs_at_once_and_none_misses_the_end(
    tmp_path: Path, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The clients are 200 connections, 50 to each of 4 films: 200 films would keep two cores busy for minutes."""
    with serving(tmp_path / "home", LIMNER_WORKERS="2") as site:
        run_ids = [
            answered(ask(site, **call("start_run", start_arguments(number, wait_seconds=0))))[
                "structuredContent"
            ]["run_id"]
            for number in range(RUNS)
        ]
        before = memory_kb(site.process.pid)
        stalled = call("get_run", {"run_id": run_ids[-1], "wait_seconds": 45}, token="stalled")
        with (
            anyio.fail_after(PATIENCE * 3),
            unread(site, "POST", "/mcp", stalled["json"], stalled["headers"]),
        ):
            async with async_client() as http, anyio.create_task_group() as group:
                crowd = Crowd(site, http, run_ids)
                for number in range(FOLLOWERS):
                    group.start_soon(crowd.follow, number)
                await crowd.is_everybody_there.wait()
                during = memory_kb(site.process.pid)
        logs = [
            answered(ask(site, **call("get_run", {"run_id": run_id, "since_seq": 0})))["structuredContent"]
            for run_id in run_ids
        ]
    assert len(crowd.last) == FOLLOWERS
    for number, run in crowd.last.items():
        assert run["status"] == "completed" and run["outputs"][0]["url"], number
        assert run["run_id"] == run_ids[number % RUNS]
    for log in logs:
        assert len([event for event in log["events"] if event["type"] == "progress"]) >= LEAST_STEPS
    each = (during - before) / FOLLOWERS
    figures = {
        "followers": FOLLOWERS,
        "runs": RUNS,
        "progress_messages": sum(crowd.heard.values()),
        "server_kb_before": before,
        "server_kb_with_all": during,
        "kb_per_follower": round(each, 1),
    }
    for name, value in figures.items():
        record_property(name, value)
    with capsys.disabled():
        print(f"\n{json.dumps(figures)}")
    assert each < MOST_KB_EACH
