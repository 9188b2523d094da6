"""Runs the actions that draw, as a worker would, and gives their results as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from limner.actions.job import Given, Job, Made
from limner.actions.specs import ACTIONS
from limner.actions.worker import load_handler
from limner.types import Json, Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"


@dataclass
class Results:
    """What an action made, and what it said on the way."""

    made: tuple[Made, ...]
    warnings: list[str] = field(default_factory=list)

    def path(self, kind: Kind, number: int = 0) -> Path:
        path = [each for each in self.made if each.kind is kind][number].path
        assert path is not None
        return path

    def image(self, number: int = 0) -> Image.Image:
        with Image.open(self.path(Kind.IMAGE, number)) as image:
            return image.convert("RGB")

    def pixels(self, number: int = 0) -> np.ndarray:
        return np.asarray(self.image(number)).astype(int)

    @property
    def text(self) -> str:
        (text,) = (each.text for each in self.made if each.kind is Kind.TEXT)
        assert text is not None
        return text


def run(
    folder: Path,
    action_id: str,
    inputs: Sequence[Image.Image | Path | str] = (),
    *,
    run_seed: int = 0,
    **params: Any,
) -> Results:
    """Run one action, its defaults filled in; texts among the inputs are text, all else is a picture."""
    action = next(action for action in ACTIONS if action.action_id == action_id)
    unknown = set(params) - set(action.params)
    assert not unknown, f"{action_id} has no parameter {unknown}"
    pictures = [each for each in inputs if not isinstance(each, str)]
    given = {
        Kind.IMAGE: tuple(Given(path=_file(folder, each, number)) for number, each in enumerate(pictures)),
        Kind.TEXT: tuple(Given(text=each) for each in inputs if isinstance(each, str)),
    }
    said: list[Json] = []
    target = folder / "out"
    target.mkdir(exist_ok=True)
    job = Job(given, {**action.defaults(), **params}, target, Limits(), run_seed, said.append)
    made = load_handler(action.handler)(job)
    assert [each.kind for each in made if each.kind is not Kind.IMAGE] == [
        port.kind for port in action.outputs if port.kind is not Kind.IMAGE
    ]
    return Results(made, [line["warning"] for line in said if "warning" in line])


def _file(folder: Path, image: Image.Image | Path, number: int) -> Path:
    if isinstance(image, Path):
        return image
    path = folder / f"in{number}.png"
    image.save(path)
    return path


def sample(name: str, side: int = 256) -> Image.Image:
    """Return a sample picture, no larger than `side`."""
    picture = Image.open(SAMPLES / f"{name}.png").convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.BOX)
    return picture


def emblem(side: int = 240) -> Image.Image:
    """Return a plain picture of known parts: a navy disc with an orange square in it, on cream."""
    picture = Image.new("RGB", (side, side), "#f4efe6")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((side // 4, side // 4, side * 3 // 4, side * 3 // 4), fill="#1c3f5e")
    draw.rectangle((side * 7 // 16, side * 7 // 16, side * 9 // 16, side * 9 // 16), fill="#d8582b")
    return picture
