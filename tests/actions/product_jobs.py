"""Runs the product actions as a worker would, and gives what they made and said."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from layout_jobs import Result, sample
from PIL import Image, ImageDraw

from limner.actions.job import Given, Job
from limner.actions.specs.products import PRODUCTS
from limner.actions.worker import load_handler
from limner.types import Json, Kind, Limits

__all__ = ["Result", "bottle", "pixels", "run_all", "run_product", "sample"]


def run_all(
    folder: Path, action_id: str, images: Sequence[Image.Image | Path], **params: Any
) -> tuple[Result, ...]:
    """Run one action, its defaults filled in, and return all that it made."""
    action = next(action for action in PRODUCTS if action.action_id == action_id)
    assert not set(params) - set(action.params)
    files = []
    for number, image in enumerate(images):
        path = image if isinstance(image, Path) else folder / f"given{number}.png"
        if not isinstance(image, Path):
            image.save(path)
        files.append(Given(path=path, media_type="image/png"))
    said: list[Json] = []
    target = folder / f"made{len(list(folder.glob('made*')))}"
    target.mkdir()
    job = Job({Kind.IMAGE: tuple(files)}, {**action.defaults(), **params}, target, Limits(), 0, said.append)
    made = load_handler(action.handler)(job)
    warnings = [line["warning"] for line in said if "warning" in line]
    return tuple(Result(each.path, warnings) for each in made if each.path is not None)


def run_product(folder: Path, action_id: str, images: Sequence[Image.Image | Path], **params: Any) -> Result:
    """Run one action and return its single result."""
    (result,) = run_all(folder, action_id, images, **params)
    return result


def bottle(color: tuple[int, int, int] = (150, 70, 30), size: tuple[int, int] = (120, 300)) -> Image.Image:
    """Return a product on nothing: a coloured body with a neck and a bright label, trimmed to its outline."""
    image = Image.new("RGBA", size)
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] * 0.35, 0, size[0] * 0.65, size[1] * 0.4), fill=(*color, 255))
    draw.rectangle((0, size[1] * 0.3, size[0], size[1]), fill=(*color, 255))
    draw.rectangle((size[0] * 0.1, size[1] * 0.5, size[0] * 0.9, size[1] * 0.7), fill=(245, 242, 230, 255))
    return image


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB")).astype(int)
