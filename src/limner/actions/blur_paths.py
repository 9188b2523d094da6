"""Blurs along the ways that a picture's points take when the camera zooms, or turns around the centre."""

from typing import Literal

import numpy as np
from PIL import Image, ImageChops

Mode = Literal["zoom", "spin"]

FULL_ZOOM = 0.35
"""At full strength a zoom blur averages over this part of the way to the centre."""
FULL_SPIN = 30.0
"""At full strength a spin blur averages over this many degrees."""


def radial(image: Image.Image, mode: Mode, strength: float) -> Image.Image:
    """Return the picture as if the camera zoomed, or turned around the centre. strength: 0 to 1.

    Averages 2 ** n steps by n doublings: the mean of a picture and its copy moved by one step, then by
    two, four … Eight bits suffice, for what one doubling rounds the later ones average. But Pillow's means
    and turns round down, and n times down is seen: every other doubling works on the negative.
    """
    canvas = image.convert("RGBa") if image.mode == "RGBA" else image
    width, height = canvas.size
    edge = _spin_margin(canvas.size, strength) if mode == "spin" else (0, 0)
    canvas = _with_margin(canvas, edge)
    reach = max(width, height) / 2 * strength * (FULL_ZOOM if mode == "zoom" else np.radians(FULL_SPIN))
    doublings = int(np.clip(np.ceil(np.log2(max(reach / 1.5, 2.0))), 1, 10))
    if mode == "spin":
        canvas = _moved(canvas, mode, -strength / 2)
    for doubling in range(doublings):
        canvas = ImageChops.invert(canvas)
        canvas = Image.blend(canvas, _moved(canvas, mode, strength * 2.0 ** (doubling - doublings)), 0.5)
    if doublings % 2:
        canvas = ImageChops.invert(canvas)
    inner = canvas if canvas.size == image.size else canvas.crop((*edge, edge[0] + width, edge[1] + height))
    return inner.convert(image.mode) if image.mode == "RGBA" else inner


def _with_margin(image: Image.Image, edge: tuple[int, int]) -> Image.Image:
    """Return the picture with its border continued by so many pixels to each side, and up and down."""
    if not any(edge):
        return image
    pixels = np.pad(np.asarray(image), [(edge[1],) * 2, (edge[0],) * 2, (0, 0)], mode="edge")
    return Image.frombuffer(image.mode, pixels.shape[1::-1], pixels.tobytes(), "raw", image.mode, 0, 1)


def _spin_margin(size: tuple[int, int], strength: float) -> tuple[int, int]:
    """Return how far, to the side and up, a turn brings what lies beyond the edges into the picture."""
    turn = np.radians(FULL_SPIN * strength)
    x, y = size[0] / 2, size[1] / 2
    across = x * np.cos(turn) + y * np.sin(turn) - x
    along = y * np.cos(turn) + x * np.sin(turn) - y
    return max(0, int(np.ceil(across))) + 2, max(0, int(np.ceil(along))) + 2


def _moved(picture: Image.Image, mode: Mode, amount: float) -> Image.Image:
    """Return a copy of which each pixel comes from nearer the centre, or from further around it."""
    x, y = picture.width / 2, picture.height / 2
    if mode == "zoom":
        scale = (1 - FULL_ZOOM) ** amount
        part = (x - scale * x, y - scale * y, x + scale * x, y + scale * y)
        # Half as long as an affine transform, and it rounds to the nearest.
        return picture.resize(picture.size, Image.Resampling.BILINEAR, box=part)
    turn = np.radians(FULL_SPIN * amount)
    c, s = float(np.cos(turn)), float(np.sin(turn))
    data = (c, s, x - c * x - s * y, -s, c, y + s * x - c * y)
    return picture.transform(picture.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)
