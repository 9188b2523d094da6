"""Runs actions on pictures made in memory, and measures what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from limner.actions.fonts import FILES, FOLDER
from limner.actions.job import Given, Job
from limner.actions.specs import ACTIONS
from limner.actions.worker import load_handler
from limner.types import Json, Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"


@dataclass
class Result:
    """What an action made, and what it said on the way."""

    path: Path
    warnings: list[str] = field(default_factory=list)

    @property
    def image(self) -> Image.Image:
        with Image.open(self.path) as image:
            image.load()
            return image.convert("RGB") if image.mode in ("P", "L") else image

    @property
    def pixels(self) -> np.ndarray:
        return np.asarray(self.image.convert("RGB")).astype(int)


def run(
    folder: Path,
    action_id: str,
    images: Sequence[Image.Image | Path] = (),
    texts: Sequence[str] = (),
    *,
    seed: int = 0,
    limits: Limits | None = None,
    **params: Any,
) -> Result:
    """Run one action as a worker would, its defaults filled in, and return its single picture."""
    action = next(action for action in ACTIONS if action.action_id == action_id)
    unknown = set(params) - set(action.params)
    assert not unknown, f"{action_id} has no parameter {unknown}"
    inputs: dict[Kind, tuple[Given, ...]] = {}
    if images:
        inputs[Kind.IMAGE] = tuple(Given(path=_file(folder, each, n)) for n, each in enumerate(images))
    if texts:
        inputs[Kind.TEXT] = tuple(Given(text=text) for text in texts)
    said: list[Json] = []
    target = folder / "out"
    target.mkdir(exist_ok=True)
    job = Job(inputs, {**action.defaults(), **params}, target, limits or Limits(), seed, said.append)
    (made,) = load_handler(action.handler)(job)
    assert made.path is not None
    return Result(made.path, [line["warning"] for line in said if "warning" in line])


def _file(folder: Path, image: Image.Image | Path, number: int) -> Path:
    if isinstance(image, Path):
        return image
    path = folder / f"in{number}.png"
    image.save(path)
    return path


def sample(name: str) -> Path:
    return SAMPLES / name


def poster(
    lines: Sequence[tuple[str, str, int, int]], ground: str = "#f6f1e7", color: str = "#1d3a34"
) -> tuple[Image.Image, list[tuple[float, float, float, float]]]:
    """Return a poster, and the true boxes of its lines in pixels. lines: text, style, size and top in pixels."""
    image = Image.new("RGB", (600, 320), ground)
    draw, boxes = ImageDraw.Draw(image), []
    for words, style, size_px, top in lines:
        font = ImageFont.truetype(str(FOLDER / FILES[style]), size_px)
        draw.text((60, top), words, font=font, fill=color)
        boxes.append(draw.textbbox((60, top), words, font=font))
    return image, boxes


def plain(color: str, size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size, color)


def differing(first: np.ndarray, second: np.ndarray, threshold: int = 24) -> tuple[int, int, int, int]:
    """Return the box, left, top, right, bottom, in which two pictures differ."""
    ys, xs = np.nonzero(np.abs(first - second).max(axis=2) > threshold)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
