"""Applies a function of colour to every pixel of a picture, through a look-up cube: fast at any size."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.colour_spaces import Floats

GRID = 65
"""Points per axis of the cube, Pillow's most. Four 8-bit levels apart: below half a level of error."""


def map_colours(image: Image.Image, function: Callable[[Floats], Floats]) -> Image.Image:
    """Return the picture with each colour replaced; transparency is kept.

    function: sRGB 0 to 1, shape (n, 3), to the same. It must be smooth: values between grid points are
    interpolated linearly.
    """
    axis = np.linspace(0.0, 1.0, GRID, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    cube = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    table = np.clip(function(cube), 0.0, 1.0).astype(np.float32).ravel()
    lookup = ImageFilter.Color3DLUT(GRID, table)
    mapped = image.convert("RGB").filter(lookup)
    if image.mode == "RGBA":
        mapped.putalpha(image.getchannel("A"))
    return mapped
