"""Enlarges pictures with the model of the extra `vision`, tile by tile: `upscale-image`.

Source: realesr-animevideov3, Wang et al. 2021, doi:10.1109/ICCVW54120.2021.00217, BSD-3-Clause; see `library/models`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image

from limner.actions.colour_spaces import Floats, to_unit
from limner.library import model_folder

SCALE = 4
"""How many times as large the model draws; other sizes are made smaller from that."""
TILE = 192
"""The longest side of what is drawn at once, in pixels. With 256 it takes 0.1 GB more, and a tenth less time."""
HALO = 20
"""What is drawn around a tile and cut off: 18 pixels that its 18 convolutions see, two for making it smaller."""

Box = tuple[int, int, int, int]


def enlarged(image: Image.Image, factor: int, progress: Callable[[float], None]) -> Image.Image:
    """Return a picture in mode RGB, `factor` (2 to 4) times as large. No seams: every tile sees what lies around it.

    progress: told after each tile how far the work is, 0 to 1. Takes 25 s of one core for a million pixels, 0.2 GB.
    """
    width, height = (-(-side // -(-side // TILE)) for side in image.size)
    model = _model(height + 2 * HALO, width + 2 * HALO)
    result = Image.new("RGB", (image.width * factor, image.height * factor))
    tiles = list(_tiles(image.size, width, height))
    for number, (left, top, right, bottom) in enumerate(tiles, 1):
        around = (left - HALO, top - HALO, left + width + HALO, top + height + HALO)
        large = Image.fromarray(_drawn(model, _window(image, around)))
        inner = tuple(SCALE * (HALO + side) for side in (0, 0, right - left, bottom - top))
        size = ((right - left) * factor, (bottom - top) * factor)
        part = (
            large.crop(inner) if factor == SCALE else large.resize(size, Image.Resampling.BICUBIC, box=inner)
        )
        result.paste(part, (left * factor, top * factor))
        progress(number / len(tiles))
    return result


def _tiles(size: tuple[int, int], width: int, height: int) -> Iterator[Box]:
    """Yield the places of tiles: left, top, right and bottom. Those at the far edges may be smaller."""
    for top in range(0, size[1], height):
        for left in range(0, size[0], width):
            yield left, top, min(left + width, size[0]), min(top + height, size[1])


def _window(image: Image.Image, box: Box) -> Floats:
    """Return a part of the picture, 0 to 1; outside of it the pixels at its edge go on."""
    left, top, right, bottom = box
    inner = (max(0, left), max(0, top), min(image.width, right), min(image.height, bottom))
    beside = ((inner[1] - top, bottom - inner[3]), (inner[0] - left, right - inner[2]), (0, 0))
    return to_unit(np.pad(np.asarray(image.crop(inner)), beside, mode="edge"))


def _drawn(model: Any, pixels: Floats) -> Any:
    """Return what the model draws, SCALE times as large, as bytes."""
    model.set_tensor(model.get_input_details()[0]["index"], pixels[None])
    model.invoke()
    (large,) = model.get_tensor(model.get_output_details()[0]["index"])
    large *= 255
    large += 0.5
    return np.clip(large, 0, 255, out=large).astype(np.uint8)


def _model(height: int, width: int) -> Any:
    """Return the model for pictures of one size; one thread, so that sums are always made in one order."""
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_path=str(model_folder() / "realesr_animevideov3.tflite"), num_threads=1)
    model.resize_tensor_input(model.get_input_details()[0]["index"], (1, height, width, 3))
    model.allocate_tensors()
    return model
