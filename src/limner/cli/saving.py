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

from limner.app.studio import RunView
from limner.cli.session import CALLER
from limner.errors import InvalidInput
from limner.types import Asset, Output
from limner.types.technique import slug_of

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
    stem = slug_of(view.run.target_id).rpartition("/")[2]
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
    """Write what made a run's outputs beside them, with their names, and return the file. Raises: InvalidInput."""
    document = await studio.provenance(CALLER, view.run.run_id)
    files = {(each.output.output_id, each.output.index): each.path.name for each in saved}
    for output in document["outputs"]:
        output["file"] = files[output["output_id"], output.get("index")]
    content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    sha256 = hashlib.sha256(content).hexdigest()
    return await anyio.to_thread.run_sync(_write, folder, "provenance", ".json", content, sha256)


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
