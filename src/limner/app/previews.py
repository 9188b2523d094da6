"""Small pictures of outputs, made on demand by a worker and kept for the next look."""

import shutil
from pathlib import Path

import anyio

from limner.engine.workers import Assignment, Workers
from limner.errors import InvalidInput, StepFailed
from limner.types import Asset, Kind

HANDLER = "limner.actions.preview:preview"
SMALLEST, LARGEST = 64, 2048
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class Previews:
    """Previews by content and size, below one folder."""

    def __init__(self, *, workers: Workers, folder: Path) -> None:
        self._workers = workers
        self._folder = folder

    async def of(self, asset: Asset, path: Path, max_pixels: int) -> Path:
        """Return a picture of at most `max_pixels` on its longer side, at most 512 KB.

        Raises: InvalidInput, when the asset has no picture to show, or the size is out of range.
        """
        if not SMALLEST <= max_pixels <= LARGEST:
            raise InvalidInput.of("max_pixels", f"is {max_pixels}, must be from {SMALLEST} to {LARGEST}")
        if asset.kind not in (Kind.IMAGE, Kind.VIDEO):
            raise InvalidInput.of(
                "output_id",
                f"is {asset.media_type}, which has no picture to show",
                next_step="Read the output from get_run: its text, path or url.",
            )
        stem = f"{asset.sha256}-{max_pixels}"
        for suffix in MEDIA_TYPES:
            kept = self._folder / f"{stem}{suffix}"
            if await anyio.Path(kept).is_file():
                return kept
        return await self._make(asset, path, max_pixels, stem)

    async def _make(self, asset: Asset, path: Path, max_pixels: int, stem: str) -> Path:
        async with anyio.TemporaryDirectory(prefix="limner-preview-") as folder:
            results = await self._workers.run(
                Assignment(
                    handler=HANDLER,
                    inputs={asset.kind: [{"path": str(path), "media_type": asset.media_type}]},
                    params={"max_pixels": max_pixels},
                    folder=Path(folder),
                    timeout_seconds=30,
                )
            )
            made = results[0].path
            if made is None:
                raise StepFailed("the preview worker made no picture")
            kept = self._folder / f"{stem}{made.suffix}"
            await anyio.to_thread.run_sync(_keep, made, kept)
        return kept


def _keep(made: Path, kept: Path) -> None:
    """Copy under a temporary name, then rename: another process never sees half a picture."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_name(f".{kept.name}.{made.parent.name}")
    shutil.copyfile(made, half)
    half.replace(kept)
