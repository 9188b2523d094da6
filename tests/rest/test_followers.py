"""A thousand readers of server-sent events on one server: none misses an event, and memory stays flat."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from serving.sites import CHELSEA, Served, plain_client, serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")

FOLLOWERS, RUNS = 1000, 4
LEAST_EVENTS = 20
MOST_KB_EACH = 200
"""Some four times what was measured: it fails when every follower holds a copy of something large."""
MOST_GROWTH_KB = 30_000
"""Of the whole server, from when all follow to when all have read everything."""
PATIENCE = 240.0


def memory_kb(pid: int) -> int:
    """Return the resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def start(site: Served, number: int) -> str:
    """Start a film of some thirty progress steps, and return its run."""
    body = {
        "action_id": "ken-burns-video",
        "inputs": [{"type": "image", "url": CHELSEA}],
        "params": {"duration": 24, "zoom": 1.5 + number / 10},
    }
    with plain_client() as client:
        answer = client.post(f"{site.url}/api/v1/runs/action", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["run_id"])


class Crowd:
    """The followers of a server's runs, and which events each of them has read."""

    def __init__(self, site: Served, run_ids: list[str]) -> None:
        self._site, self._run_ids = site, run_ids
        self._there = 0
        self.everybody_is_there = asyncio.Event()
        self.heard: list[list[int]] = [[] for _ in range(FOLLOWERS)]
        self.last: list[str] = [""] * FOLLOWERS

    async def follow(self, number: int) -> None:
        """Read a run's events to the end of the answer, which must be whole."""
        address = urlsplit(self._site.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        run_id = self._run_ids[number % RUNS]
        request = f"GET /api/v1/runs/{run_id}/events HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.splitlines()[0], head
        while size := int(await reader.readline(), 16):
            for line in (await reader.readexactly(size + 2)).decode().splitlines():
                self._read(number, line)
        assert await reader.readline() == b"\r\n"
        writer.close()

    def _read(self, number: int, line: str) -> None:
        if line.startswith("retry:"):
            self._there += 1
            if self._there == FOLLOWERS:
                self.everybody_is_there.set()
        elif line.startswith("id: "):
            self.heard[number].append(int(line[4:]))
        elif line.startswith("event: "):
            self.last[number] = line[7:]


async def follow_all(site: Served, run_ids: list[str]) -> tuple[Crowd, int, int]:
    """Return the crowd after the end, and the server's memory with all connected and at the end."""
    crowd = Crowd(site, run_ids)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for number in range(FOLLOWERS):
            group.create_task(crowd.follow(number))
            if number % 50 == 49:
                await asyncio.sleep(0.02)  # so that the queue of new connections does not overflow
        await crowd.everybody_is_there.wait()
        with_all = memory_kb(site.process.pid)
    return crowd, with_all, memory_kb(site.process.pid)


def test_a_thousand_followers_read_every_event_and_memory_stays_flat(
    tmp_path: Path, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A thousand connections, 250 to each of 4 films: a thousand films would keep two cores busy for an hour."""
    with serving(tmp_path / "home", LIMNER_WORKERS="1", LIMNER_MAX_CONNECTIONS="1100") as site:
        run_ids = [start(site, number) for number in range(RUNS)]
        before = memory_kb(site.process.pid)
        crowd, with_all, after = asyncio.run(follow_all(site, run_ids))
        with plain_client() as client:
            ended = [client.get(f"{site.url}/api/v1/runs/{run_id}").json() for run_id in run_ids]
    assert [run["status"] for run in ended] == ["completed"] * RUNS
    for number in range(FOLLOWERS):
        assert crowd.last[number] == "completed", number
        assert crowd.heard[number] == list(range(1, ended[number % RUNS]["last_seq"] + 1)), number
    assert min(run["last_seq"] for run in ended) >= LEAST_EVENTS
    figures = {
        "followers": FOLLOWERS,
        "events_read": sum(map(len, crowd.heard)),
        "server_kb_before": before,
        "server_kb_with_all": with_all,
        "server_kb_after": after,
        "kb_per_follower": round((with_all - before) / FOLLOWERS, 1),
    }
    for name, value in figures.items():
        record_property(name, value)
    with capsys.disabled():
        print(f"\n{json.dumps(figures)}")
    assert figures["kb_per_follower"] < MOST_KB_EACH
    assert after - with_all < MOST_GROWTH_KB
