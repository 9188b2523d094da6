"""What a client sees of a run while it goes on: every phase, ever more percent, and nothing twice."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from .hosts import CHELSEA, COFFEE, RawHost, client, film_call

pytestmark = pytest.mark.anyio

PHASES = ["queued", "composing", "rendering", "done"]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["auto", "legacy"])
async def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Client]:
    home = tmp_path_factory.mktemp(request.param) / "home"
    async with client(home, request.param) as connected:
        yield connected


class Listener:
    """Collects the progress notifications of one call."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float | None, str]] = []

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        self.heard.append((progress, total, message or ""))

    def phases(self) -> list[str]:
        """Return the phases in the order they were told, each once while it lasts."""
        words = [message.partition(":")[0] for _, _, message in self.heard]
        return [word for index, word in enumerate(words) if index == 0 or words[index - 1] != word]

    def check(self) -> None:
        """Check that progress rises with every notification, towards 100."""
        values = [progress for progress, _, _ in self.heard]
        assert len(values) >= 3
        assert all(one < other for one, other in pairwise(values)), values
        assert {total for _, total, _ in self.heard} == {100}
        assert all(message for _, _, message in self.heard)


async def start(host: Client, arguments: dict[str, Any]) -> tuple[dict[str, Any], Listener]:
    """Start a run, listening, and return it with what was heard."""
    listener = Listener()
    result = await host.call_tool("start_run", arguments, progress_callback=listener)
    assert result.structured_content is not None
    return result.structured_content, listener


async def test_every_phase_of_a_run_is_reported_with_rising_progress(host: Client) -> None:
    call = {
        "technique_id": "palette-pull",
        "inputs": {"image": COFFEE},
        "idempotency_key": "heard",
        "wait_seconds": 40,
    }
    run, listener = await start(host, call)
    assert run["status"] == "completed"
    listener.check()
    assert listener.phases() == PHASES
    assert listener.heard[-1][0] == 100


async def test_a_run_that_is_only_a_cache_hit_reports_every_phase_too(host: Client) -> None:
    call = {"technique_id": "palette-pull", "inputs": {"image": CHELSEA}, "wait_seconds": 40}
    await start(host, {**call, "idempotency_key": "first"})
    run, listener = await start(host, {**call, "idempotency_key": "cached"})
    assert "replayed" in run
    assert run["replayed"] is False
    listener.check()
    assert listener.phases() == PHASES


async def test_a_replay_tells_the_phases_again_and_does_nothing_again(host: Client) -> None:
    call = {
        "technique_id": "palette-pull",
        "inputs": {"image": COFFEE},
        "idempotency_key": "heard",
        "wait_seconds": 40,
    }
    first, _ = await start(host, call)
    again, listener = await start(host, call)
    assert again["replayed"] is True
    assert again["last_seq"] == first["last_seq"]
    listener.check()
    assert listener.phases() == PHASES


async def test_waiting_in_get_run_reports_progress_as_well(host: Client) -> None:
    started, _ = await start(host, film_call("watched", 1.7, wait_seconds=0))
    assert started["next_step"].startswith("Still working. Call get_run(")
    listener = Listener()
    arguments = {"run_id": started["run_id"], "wait_seconds": 45}
    result = await host.call_tool("get_run", arguments, progress_callback=listener)
    assert result.structured_content is not None
    assert result.structured_content["status"] == "completed"
    listener.check()
    assert listener.phases() == PHASES


async def test_a_call_that_the_client_gives_up_leaves_the_run_running(host: Client) -> None:
    begun = anyio.Event()

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        if (message or "").startswith("rendering"):
            begun.set()

    async with anyio.create_task_group() as tasks:
        call = film_call("given-up", 1.8, wait_seconds=45)
        tasks.start_soon(lambda: host.call_tool("start_run", call, progress_callback=listen))
        with anyio.fail_after(30):
            await begun.wait()
        tasks.cancel_scope.cancel()
    again, _ = await start(host, call)
    assert again["status"] == "completed"
    assert again["replayed"] is False  # joined while it ran, not found finished


async def test_cancelling_a_run_ends_the_calls_that_wait_for_it(host: Client) -> None:
    call = film_call("stopped", 1.9, wait_seconds=45)
    listener = Listener()
    answers: list[dict[str, Any]] = []

    async def wait() -> None:
        result = await host.call_tool("start_run", call, progress_callback=listener)
        assert result.structured_content is not None
        answers.append(result.structured_content)

    with anyio.fail_after(40):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            while not listener.heard:
                await anyio.lowlevel.checkpoint()
            found = await host.call_tool("get_run", {"idempotency_key": "stopped"})
            assert found.structured_content is not None
            await host.call_tool("cancel_run", {"run_id": found.structured_content["run_id"]})
    assert answers[0]["status"] == "cancelled"
    assert listener.phases()[-1] == "cancelled"
    listener.check()


async def test_more_than_the_longest_wait_is_taken_as_the_longest(host: Client) -> None:
    call = {"technique_id": "palette-pull", "inputs": {"image": COFFEE}, "idempotency_key": "heard"}
    run, _ = await start(host, {**call, "wait_seconds": 600})
    assert run["status"] == "completed"


def test_a_client_without_a_progress_token_gets_no_notifications(home: Path) -> None:
    with RawHost(home) as raw:
        run = raw.ask(
            "start_run", {"technique_id": "palette-pull", "inputs": {"image": COFFEE}, "wait_seconds": 40}
        )
        assert run["status"] == "completed"
        assert raw.notifications == []
