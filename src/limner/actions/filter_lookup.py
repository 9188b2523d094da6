"""Applies a function of colour to every pixel of a picture: by a cube, or by a table where one says it all.

12 megapixels take 0.4 CPU seconds through a cube of any size, and 0.2 by their luminance. What treats each channel
by itself is in `filter_levels`, and takes 0.03.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from limner.actions.colour_spaces import LUMINANCE, Bytes, Floats, bytes_to_linear, to_srgb
from limner.actions.filter_levels import Change, opaque, with_alpha_of

GRID = 65
"""Points per axis of the cube, Pillow's most. Four 8-bit levels apart: below half a level of error."""
GREYS = 1 << 16
"""Steps of luminance in linear light; at most 0.05 of an 8-bit step apart, in the shadows."""
STRIP_ROWS = 64

Look: TypeAlias = Callable[[Floats], Floats]
"""Colours in sRGB 0 to 1, shape (n, 3), to new ones, which may leave 0 to 1."""


def _cube_of(look: Look) -> Floats:
    """Return a look at the points of a cube, red running fastest, shape (GRID ** 3, 3), 0 to 1."""
    axis = np.linspace(0.0, 1.0, GRID, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    points = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    return np.asarray(np.clip(look(points), 0.0, 1.0), np.float32)


def through_cube(look: Look) -> Change:
    """Return a look as a change of pictures; the cube is made once, here. Transparency is kept.

    The look must be smooth: values between the points of the cube are interpolated linearly.
    """
    lookup = ImageFilter.Color3DLUT(GRID, _cube_of(look).ravel())
    return lambda image: with_alpha_of(image, opaque(image).filter(lookup))


def through_grey(look: Look) -> Change:
    """Return a look that only asks for a colour's luminance as a change of pictures. Exact, steps included."""
    levels = to_srgb(np.linspace(0.0, 1.0, GREYS, dtype=np.float32))
    toned = _to_bytes(look(np.repeat(levels[:, None], 3, axis=1)))
    table = np.concatenate([toned, np.full_like(toned[:, :1], 255)], axis=1).view("<u4").ravel()

    def change(image: Image.Image) -> Image.Image:
        changed = Image.new("RGB", image.size)
        for top in range(0, image.height, STRIP_ROWS):
            strip = opaque(image.crop((0, top, image.width, min(top + STRIP_ROWS, image.height))))
            pixels = table.take(_luminance(strip)).tobytes()
            changed.paste(Image.frombuffer("RGB", strip.size, pixels, "raw", "RGBX", 0, 1), (0, top))
        return with_alpha_of(image, changed)

    return change


def _luminance(image: Image.Image) -> NDArray[np.uint16]:
    """Return the luminance in linear light of each pixel, 0 to 65535, shape (n,).

    Two look-ups in place of three, and no floats: red and green are read as one number of 16 bits.
    """
    pairs = np.frombuffer(image.tobytes("raw", "RGBX"), "<u2").reshape(-1, 2)
    red_green, blue = _luminance_tables()
    return np.asarray(red_green.take(pairs[:, 0]) + blue.take(pairs[:, 1]), np.uint16)


@cache
def _luminance_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Return what red and green, as one number, add to the luminance, and what blue does."""
    light = bytes_to_linear(np.arange(256, dtype=np.uint8)) * (GREYS - 1)
    red, green, blue = (light.astype(np.float64) * share for share in LUMINANCE / LUMINANCE.sum())
    pairs = np.floor(red[None, :] + green[:, None] + 0.5).ravel()
    # Rounded so that white is 65535 and not one more, which would not fit.
    rest = np.floor(blue + 0.5).clip(0, GREYS - 1 - pairs.max())
    return pairs.astype(np.uint16), np.tile(rest.astype(np.uint16), 256)


def _to_bytes(colours: Floats) -> Bytes:
    return np.asarray(np.round(np.clip(colours, 0.0, 1.0) * 255), np.uint8)
