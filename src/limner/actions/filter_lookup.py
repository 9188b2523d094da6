"""Applies a colour function to picture after picture through one look-up cube, or one table per channel."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.colour_map import GRID
from limner.actions.colour_spaces import Floats

Look: TypeAlias = Callable[[Floats], Floats]
"""Colours in sRGB 0 to 1, shape (n, 3), to new ones, which may leave 0 to 1."""

Change: TypeAlias = Callable[[Image.Image], Image.Image]
"""A picture in mode RGB or RGBA to one of the same size."""


def cube_of(look: Look) -> Floats:
    """Return a look at the points of a cube, red running fastest, shape (GRID ** 3, 3), 0 to 1."""
    axis = np.linspace(0.0, 1.0, GRID, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    points = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    return np.asarray(np.clip(look(points), 0.0, 1.0), np.float32)


def write_cube(path: Path, look: Look) -> None:
    """Write a look as a `.cube` file, the form that FFmpeg's `lut3d` reads."""
    lines = map("%.6f %.6f %.6f".__mod__, map(tuple, cube_of(look).tolist()))
    path.write_text(f"LUT_3D_SIZE {GRID}\n" + "\n".join(lines) + "\n", encoding="ascii")


def through_cube(look: Look) -> Change:
    """Return a smooth look as a change of pictures; the cube is made once, here. Transparency is kept.

    `colour_map.map_colours` does the same for a single picture.
    """
    lookup = ImageFilter.Color3DLUT(GRID, cube_of(look).ravel())
    return lambda image: with_alpha_of(image, image.convert("RGB").filter(lookup))


def through_table(levels: Floats) -> Change:
    """Return a change that replaces each channel's 256 levels; `levels` is 0 to 255. Exact, steps included."""
    table = [round(float(level)) for level in np.clip(levels, 0, 255)] * 3
    return lambda image: with_alpha_of(image, image.convert("RGB").point(table))


def blended(change: Change, amount: float) -> Change:
    """Return a change at part strength: 0 leaves the picture itself, 1 is the whole change."""
    if amount <= 0:
        return lambda image: image

    def blend(image: Image.Image) -> Image.Image:
        changed = change(image)
        if amount >= 1:
            return changed
        return Image.blend(image.convert(changed.mode), changed, amount)

    return blend


def with_alpha_of(image: Image.Image, changed: Image.Image) -> Image.Image:
    """Return an RGB result with the transparency of the picture that it came from."""
    if image.mode == "RGBA":
        changed.putalpha(image.getchannel("A"))
    return changed
