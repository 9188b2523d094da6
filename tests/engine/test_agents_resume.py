"""Agents that are killed: what was paid for and what was done stays so, and the run goes on from there."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.config import read_settings
from limner.server import open_studio
from limner.types import Status
from providers.fakes.serving import serving

from .agent_room import ScriptedServer, environment, pages, says, write
from .test_agents import FETCH, GOOD, WRITER, mind
from .test_running import COFFEE

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")]
VICTIM = """
import json, os, sys
import anyio
from limner.app.requests import StartRequest
from limner.config import read_settings
from limner.server import open_studio

async def main():
    async def hang(address):
        print("reading", flush=True)
        await anyio.sleep_forever()

    async with open_studio(read_settings(os.environ), fetch_page=hang) as studio:
        inputs = {"topic": "mugs", "image": sys.argv[1]}
        request = StartRequest(technique_id="agent", revision="draft", inputs=inputs)
        started = await studio.start_run("local", request)
        print(started.run.run_id, flush=True)
        await anyio.sleep_forever()

anyio.run(main)
"""


def killed(variables: dict[str, str], lines: int, when: Callable[[], object]) -> list[str]:
    """Start the run in a process, read lines that it prints, wait for a moment, kill it, and return the lines."""
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM, COFFEE],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(lines)]
        when()
        os.killpg(process.pid, signal.SIGKILL)
    return said


async def test_after_a_kill_no_turn_is_paid_again_and_no_finished_call_is_made_again(home: Path) -> None:
    script = [
        says("I blur, then read.", ("blur-image", {"image": "image_1", "radius": 9})),
        says("Now the page.", FETCH),
        says("And once more.", ("palette-pull", {"image": "image_2"})),
        says(GOOD),
    ]
    write(home, WRITER)
    server = ScriptedServer(script=script)
    with serving(server.app()) as address:
        server.v1 = f"{address}/v1"
        variables = environment(home, server)
        said = await anyio.to_thread.run_sync(lambda: killed(variables, 2, lambda: None))
        (run_id,) = set(said) - {"reading"}
        assert len(server.ledger) == 2
        async with open_studio(read_settings(variables), fetch_page=pages) as studio:
            view = await studio.wait("local", run_id, 60)
            events = await studio.events("local", run_id, 0)
    assert view.run.status is Status.COMPLETED, view.run.error
    assert view.run.attempt == 2
    assert len(server.ledger) == len(script)
    assert view.run.charged_usd == pytest.approx(len(script) * 0.002)
    assert mind(events) == [
        ("planning", "I blur, then read."),
        ("tool_call", "blur-image"),
        ("reasoning", "Now the page."),
        ("tool_call", "web_fetch"),
        ("reasoning", "And once more."),
        ("tool_call", "palette-pull"),
    ]
    begun = [event.data["step"] for event in events if event.type == "step_started"]
    assert begun.count("write/call[1]/blur-image") == 1
    assert begun.count("write/call[2]") == 2  # it had not ended
    assert [begun.count(f"write/turn[{turn}]") for turn in (1, 2, 3, 4)] == [1, 1, 1, 1]


async def test_a_kill_in_the_middle_of_a_turn_is_reported_and_the_turn_is_not_asked_again(home: Path) -> None:
    """The server has no keys for requests, so nobody can tell whether it has billed the one under way."""
    is_held = threading.Event()
    held: list[dict[str, Any]] = []

    def hold(body: dict[str, Any]) -> dict[str, Any]:
        held.append(body)
        is_held.set()
        return says("Once more.", FETCH)

    write(home, WRITER)
    server = ScriptedServer(script=[says("I blur.", ("blur-image", {"image": "image_1"})), hold])
    server.faults = ["", "slow"]
    with serving(server.app()) as address:
        server.v1 = f"{address}/v1"
        variables = environment(home, server)
        (run_id,) = await anyio.to_thread.run_sync(lambda: killed(variables, 1, lambda: is_held.wait(60)))
        async with open_studio(read_settings(variables), fetch_page=pages) as studio:
            view = await studio.wait("local", run_id, 60)
    assert view.run.status is Status.FAILED and view.run.error is not None
    assert view.run.error["code"] == "outcome_unknown"
    assert len(held) == 1
    assert view.run.charged_usd > 0.002  # the first turn, and the second at its price
