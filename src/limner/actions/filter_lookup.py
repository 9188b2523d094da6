"""Applies a function of colour to every pixel of a picture, by a cube.

12 megapixels take 0.4 CPU seconds through a cube of any size. What treats each channel by itself is in
`filter_levels`, and takes 0.03; what treats their grey is in `filter_luminance`, and takes 0.1.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL import ImageFilter

from limner.actions.colour_spaces import Floats
from limner.actions.filter_levels import Change, opaque, with_alpha_of

GRID = 65
"""Points per axis of the cube, Pillow's most. Four 8-bit levels apart: below half a level of error."""
SHARE = 16_384
"""Points at which a look is asked for at once: its steps then stay in the processor's cache, which halves its time."""

Look: TypeAlias = Callable[[Floats], Floats]
"""Colours in sRGB 0 to 1, shape (n, 3), to new ones, which may leave 0 to 1."""


def _cube_of(look: Look) -> Floats:
    """Return a look at the points of a cube, red running fastest, shape (GRID ** 3, 3), 0 to 1."""
    axis = np.linspace(0.0, 1.0, GRID, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    points = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    for start in range(0, len(points), SHARE):
        share = points[start : start + SHARE]
        np.clip(look(share), 0.0, 1.0, out=share)
    return points


def through_cube(look: Look) -> Change:
    """Return a look as a change of pictures; the cube is made once, here. Transparency is kept.

    The look must be smooth: values between the points of the cube are interpolated linearly.
    """
    lookup = ImageFilter.Color3DLUT(GRID, _cube_of(look).ravel())
    return lambda image: with_alpha_of(image, opaque(image).filter(lookup))
