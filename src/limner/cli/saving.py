"""Copies a run's outputs to a folder under readable names, with `provenance.json` beside them."""

import hashlib
import json
import mimetypes
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from limner import __version__
from limner.app.studio import RunView
from limner.cli.results import all_events
from limner.errors import InvalidInput
from limner.types import Asset, Event, Json, Output, Run, RunType

if TYPE_CHECKING:
    from limner.app.studio import Studio


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A copy of one output."""

    path: Path
    output: Output
    sha256: str
    size_bytes: int


async def prepare_folder(folder: Path) -> None:
    """Make the folder for copies, before anything is started. Raises: InvalidInput, when it cannot be written."""

    def prepare() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass

    try:
        await anyio.to_thread.run_sync(prepare)
    except OSError as error:
        raise InvalidInput.of(
            "--out",
            f"{folder} cannot be written: {error.strerror}",
            next_step="Name a folder that you may write. Nothing was started.",
        ) from error


async def save_outputs(studio: "Studio", view: RunView, folder: Path) -> list[SavedFile]:
    """Copy a run's outputs to a folder; a file of the same name with other content is left alone.

    Raises: InvalidInput, when the folder cannot be written.
    """
    stem = view.run.target_id.removeprefix("tech_")
    saved: list[SavedFile] = []
    for output in view.run.outputs:
        asset = view.assets[output.asset_id] if output.asset_id else None
        source = studio.path(asset) if asset else None
        name = f"{stem}-{output.output_id}" + ("" if output.index is None else f"-{output.index + 1}")
        content = (output.text or "").encode()
        suffix = _suffix(asset, source) if asset and source else _text_suffix(output.text or "")
        sha256 = asset.sha256 if asset else hashlib.sha256(content).hexdigest()
        path = await anyio.to_thread.run_sync(_write, folder, name, suffix, source or content, sha256)
        saved.append(SavedFile(path, output, sha256, asset.size_bytes if asset else len(content)))
    return saved


async def save_provenance(studio: "Studio", view: RunView, saved: list[SavedFile], folder: Path) -> Path:
    """Write what made a run's outputs beside them and return the file. Raises: InvalidInput."""
    events = await all_events(studio, view.run.run_id)
    versions = {action.action_id: action.version for action in studio.actions}
    text = json.dumps(provenance(view.run, saved, events, versions), ensure_ascii=False, indent=2) + "\n"
    content = text.encode()
    sha256 = hashlib.sha256(content).hexdigest()
    return await anyio.to_thread.run_sync(_write, folder, "provenance", ".json", content, sha256)


def provenance(run: Run, saved: list[SavedFile], events: list[Event], versions: dict[str, int]) -> Json:
    """Return what made a run's outputs: technique, revision, inputs, seed, kit, score, steps, and each file's hash."""
    target: Json = {"action_id": run.target_id, "params": run.request.get("params", {})}
    if run.type is RunType.TECHNIQUE:
        target = {"technique_id": run.target_id, "name": run.target_name, "revision": run.revision}
    return {
        "limner_version": __version__,
        "run_id": run.run_id,
        run.type.value: target,
        "inputs": run.request["inputs"],
        "seed": run.seed,
        **_brand(run),
        **_evaluation(run, events),
        "completed_at": run.completed_at,
        "steps": _steps(events, versions),
        "outputs": [
            {
                "output_id": each.output.output_id,
                **({} if each.output.index is None else {"index": each.output.index}),
                **({"asset_id": each.output.asset_id} if each.output.asset_id else {}),
                "file": each.path.name,
                "sha256": each.sha256,
                "size_bytes": each.size_bytes,
            }
            for each in saved
        ],
    }


def _brand(run: Run) -> Json:
    """Return which revision of which brand kit was used, as the request names it; nothing without one."""
    return {"brand_kit": run.request["brand_kit"]} if run.brand_kit else {}


def _evaluation(run: Run, events: list[Event]) -> Json:
    """Return the score with all evidence: the run has only its short form, its event all of it."""
    told = [event.data for event in events if event.type == "evaluated"]
    evaluation = told[-1] if told else run.evaluation
    return {"evaluation": evaluation} if evaluation else {}


def _steps(events: list[Event], versions: dict[str, int]) -> list[Json]:
    """Return the steps that were executed, in the order in which they began."""
    steps: dict[str, Json] = {}
    for event in events:
        name = str(event.data.get("step", ""))
        if event.type == "step_started":
            action_id = event.data["action_id"]
            steps[name] = {"step": name, "action_id": action_id, "version": versions.get(action_id)}
        elif event.type == "step_completed" and name in steps:
            steps[name]["from_cache"] = bool(event.data.get("cached"))
    return list(steps.values())


def _write(folder: Path, name: str, suffix: str, content: Path | bytes, sha256: str) -> Path:
    """Write a file that no other content is lost by: `name.png`, or `name-2.png` …; return its path."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number, path = 1, folder / f"{name}{suffix}"
        while path.exists() and _hash(path) != sha256:
            number += 1
            path = folder / f"{name}-{number}{suffix}"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            shutil.copyfile(content, path)
    except OSError as error:
        raise InvalidInput.of(
            "--out",
            f"{folder} cannot be written: {error.strerror}",
            next_step="The run is finished and kept: see `limner runs list`.",
        ) from error
    return path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _suffix(asset: Asset, source: Path) -> str:
    return source.suffix or mimetypes.guess_extension(asset.media_type) or ".bin"


def _text_suffix(text: str) -> str:
    """Return .json for a text that is an object or a list, .txt for any other."""
    try:
        return ".json" if isinstance(json.loads(text), dict | list) else ".txt"
    except ValueError:
        return ".txt"
