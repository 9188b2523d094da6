"""Worker processes under their limits: every death is explained, none reaches the server."""

from pathlib import Path

import anyio
import pytest
from PIL import Image

from limner.actions.catalogue import builtin
from limner.engine.workers import Assignment, Workers
from limner.errors import StepFailed
from limner.library import sample
from limner.types import Json, Kind, Limits

pytestmark = pytest.mark.anyio
ACTIONS = builtin()


def assignment(
    action_id: str, folder: Path, picture: Path, timeout: float = 60.0, **params: object
) -> Assignment:
    """Return an assignment of one picture to an action."""
    action = ACTIONS.get(action_id)
    return Assignment(
        handler=action.handler,
        inputs={Kind.IMAGE: [{"path": str(picture), "media_type": "image/png"}]},
        params={**action.defaults(), **params},
        folder=folder,
        timeout_seconds=timeout,
    )


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a picture of 24 megapixels."""
    path = tmp_path / "large.png"
    Image.effect_noise((6000, 4000), 60).save(path, compress_level=1)
    return path


async def test_a_worker_returns_its_result_and_reports_progress_on_the_way(tmp_path: Path) -> None:
    messages: list[Json] = []
    workers = Workers(limits=Limits(), capacity=1)
    wanted = assignment("blur-image", tmp_path, sample("coffee.png"), radius=8)
    (result,) = await workers.run(wanted, on_message=messages.append)
    assert result.path is not None
    assert result.info is not None
    assert (result.info["width"], result.info["height"]) == (600, 400)
    assert any(0 < message.get("progress", 0) <= 1 for message in messages)


async def test_a_worker_over_its_memory_limit_fails_with_the_limit_and_the_setting(
    tmp_path: Path, large: Path
) -> None:
    workers = Workers(limits=Limits(memory_bytes=500_000_000), capacity=1)
    with pytest.raises(StepFailed) as caught:
        await workers.run(assignment("transfer-color", tmp_path, large))
    assert caught.value.code in ("limit_exceeded", "worker_crashed")
    assert caught.value.next_step


async def test_a_worker_over_its_cpu_limit_is_ended_by_the_kernel_and_says_so(
    tmp_path: Path, large: Path
) -> None:
    workers = Workers(limits=Limits(cpu_seconds=1), capacity=1)
    with pytest.raises(StepFailed, match="CPU time") as caught:
        await workers.run(assignment("blur-image", tmp_path, large, blur_type="bilateral", radius=60))
    assert caught.value.code == "limit_exceeded"
    assert "LIMNER_MAX_CPU_SECONDS" in caught.value.next_step


async def test_a_result_over_the_file_size_limit_names_limit_and_setting(tmp_path: Path) -> None:
    workers = Workers(limits=Limits(max_output_bytes=1_000), capacity=1)
    with pytest.raises(StepFailed) as caught:
        await workers.run(assignment("blur-image", tmp_path, sample("coffee.png")))
    assert caught.value.code == "limit_exceeded"
    assert "LIMNER_MAX_OUTPUT_MB" in caught.value.next_step


async def test_a_step_that_takes_too_long_is_ended(tmp_path: Path, large: Path) -> None:
    workers = Workers(limits=Limits(), capacity=1)
    with pytest.raises(StepFailed) as caught:
        await workers.run(
            assignment("blur-image", tmp_path, large, timeout=0.3, blur_type="bilateral", radius=60)
        )
    assert caught.value.code == "step_timeout"


async def test_cancelling_ends_the_process_before_it_returns(tmp_path: Path, large: Path) -> None:
    workers = Workers(limits=Limits(), capacity=1)
    working = anyio.Event()
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:

            async def work() -> None:
                wanted = assignment("blur-image", tmp_path, large, blur_type="bilateral", radius=60)
                await workers.run(wanted, on_message=lambda message: working.set())

            tasks.start_soon(work)
            await working.wait()
            tasks.cancel_scope.cancel()
    # The slot is free again, so the process was reaped.
    (result,) = await workers.run(assignment("blur-image", tmp_path, sample("coffee.png"), radius=1))
    assert result.path is not None


async def test_an_action_that_dies_names_the_signal_or_the_status(tmp_path: Path) -> None:
    workers = Workers(limits=Limits(), capacity=1)
    with pytest.raises(StepFailed) as caught:
        await workers.run(Assignment(handler="os:no_such_function", inputs={}, params={}, folder=tmp_path))
    assert caught.value.code == "worker_crashed"
    assert "status 1" in caught.value.message
    assert "no_such_function" in caught.value.message
