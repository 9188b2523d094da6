"""Free work is tried again after a failure that may pass, and only then."""

import os
import signal
from pathlib import Path

import anyio
import pytest

from limner.app.requests import StartRequest
from limner.config import read_settings
from limner.engine.retrying import ATTEMPTS, retried
from limner.errors import InvalidInput, LimnerError, StepFailed
from limner.library import sample
from limner.server import open_studio
from limner.types import Status

pytestmark = pytest.mark.anyio


def passing() -> StepFailed:
    """Return an error that may pass."""
    error = StepFailed("the network is away")
    error.is_passing = True
    return error


class Work:
    """Fails as told, then succeeds."""

    def __init__(self, *failures: LimnerError) -> None:
        self.failures = list(failures)
        self.noted: list[int] = []

    async def __call__(self) -> str:
        if self.failures:
            raise self.failures.pop(0)
        return "done"

    async def note(self, attempt: int, error: LimnerError) -> None:
        """Keep the attempts that failed."""
        self.noted.append(attempt)


async def test_work_is_tried_again_until_it_succeeds() -> None:
    work = Work(passing(), passing())
    assert await retried(work, on_retry=work.note) == "done"
    assert work.noted == [1, 2]


async def test_the_last_failure_is_raised() -> None:
    work = Work(*(passing() for _ in range(ATTEMPTS)))
    with pytest.raises(StepFailed, match="network"):
        await retried(work, on_retry=work.note)
    assert len(work.noted) == ATTEMPTS - 1


async def test_a_mistake_of_the_caller_is_never_tried_again() -> None:
    work = Work(InvalidInput.of("inputs.image", "is no picture"))
    with pytest.raises(InvalidInput):
        await retried(work, on_retry=work.note)
    assert work.noted == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the worker in /proc")
async def test_a_step_whose_worker_is_killed_from_outside_is_done_again_and_the_log_says_so(
    home: Path,
) -> None:
    roots = str(sample("coffee.png").parent)
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": roots})
    async with open_studio(settings) as studio:
        request = StartRequest(
            action_id="ken-burns-video", inputs={"image": str(sample("coffee.png"))}, params={"duration": 2}
        )
        started = await studio.start_run("local", request)
        with anyio.fail_after(60):
            async for update in studio.follow("local", started.run.run_id):
                if any(event.type == "progress" for event in update.events):
                    break
        for pid in workers_of(os.getpid()):
            os.kill(pid, signal.SIGKILL)
        done = await studio.wait("local", started.run.run_id, 60)
        events = await studio.events("local", started.run.run_id, 0)
    assert done.run.status is Status.COMPLETED, done.run.error
    assert [event.data["attempt"] for event in events if event.type == "step_retried"] == [1]


def workers_of(parent: int) -> list[int]:
    """Return the worker processes of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                owner = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue  # it ended while we looked
            if owner == parent and b"limner.actions.worker" in command:
                found.append(int(entry.name))
    return found
