"""Darkens a picture towards its corners."""

import numpy as np
from PIL import Image

from limner.actions.colour_spaces import Floats

STRIP_ROWS = 16


def vignette(image: Image.Image, strength: float, softness: float) -> Image.Image:
    """Return the picture with dark corners.

    strength: 0 (none) to 1 (black corners). softness: 0 (a visible oval) to 1 (falls from the very middle).
    """
    pixels = np.array(image)
    for top in range(0, image.height, STRIP_ROWS):
        rows = slice(top, min(top + STRIP_ROWS, image.height))
        light = 1 - strength * _shade(image.size, rows, softness)
        pixels[rows, :, :3] = pixels[rows, :, :3] * light[..., None] + 0.5
    return Image.fromarray(pixels)


def _shade(size: tuple[int, int], rows: slice, softness: float) -> Floats:
    """Return 0 in the middle to 1 in the corners, for some rows."""
    width, height = size
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) / height * 2 - 1
    away = np.sqrt((x[None] ** 2 + y[:, None] ** 2) / 2)
    edge = 0.72
    inner = edge * (1 - softness)
    outer = edge + (1 - edge) * max(softness, 0.02)
    ramp = np.clip((away - inner) / (outer - inner), 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp), np.float32)
