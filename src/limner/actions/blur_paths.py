"""Blurs whose strength changes over the picture: towards a centre, around it, or away from a band."""

from itertools import pairwise
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.colour_spaces import Bytes, Floats

Mode = Literal["zoom", "spin"]

FULL_ZOOM = 0.35
"""At full strength a zoom blur averages over this part of the way to the centre."""
FULL_SPIN = 30.0
"""At full strength a spin blur averages over this many degrees."""
STRIP_ROWS = 256
STACK = (0.0, 0.2, 0.5, 1.0)
"""The blurs, in parts of the full radius, that a tilt-shift mixes neighbours of."""


def radial(image: Image.Image, mode: Mode, strength: float) -> Image.Image:
    """Return the picture as if the camera zoomed, or turned around the centre. strength: 0 to 1.

    Averages 2 ** n steps by n doublings: the mean of a picture and its copy moved by one step, then by
    two, four … Channel by channel, in floats: eight bits would lose half a level at each doubling.
    """
    premultiplied = image.convert("RGBa") if image.mode == "RGBA" else image
    edge = _spin_margin(image.size, strength) if mode == "spin" else (0, 0)
    bands = [_swept(np.asarray(band), mode, strength, edge) for band in premultiplied.split()]
    return Image.merge(premultiplied.mode, bands).convert(image.mode)


def _swept(band: Bytes, mode: Mode, strength: float, edge: tuple[int, int]) -> Image.Image:
    height, width = band.shape
    padded = np.pad(band, [(edge[1],) * 2, (edge[0],) * 2], mode="edge") if any(edge) else band
    canvas = Image.fromarray(padded).convert("F")
    reach = max(width, height) / 2 * strength * (FULL_ZOOM if mode == "zoom" else np.radians(FULL_SPIN))
    doublings = int(np.clip(np.ceil(np.log2(max(reach / 1.5, 2.0))), 1, 10))
    if mode == "spin":
        canvas = _moved(canvas, mode, -strength / 2)
    for doubling in range(doublings):
        _mix_in(canvas, _moved(canvas, mode, strength * 2.0 ** (doubling - doublings)))
    inner = canvas.crop((edge[0], edge[1], edge[0] + width, edge[1] + height))
    # Mode L cuts fractions off; the half rounds them.
    return inner.point(lambda value: value * 1.0 + 0.5).convert("L")


def _mix_in(canvas: Image.Image, other: Image.Image) -> None:
    """Make `canvas` the mean of both, in strips: a whole copy of a large picture's floats would not fit."""
    for top in range(0, canvas.height, STRIP_ROWS):
        window = (0, top, canvas.width, min(top + STRIP_ROWS, canvas.height))
        total = np.asarray(canvas.crop(window)) + np.asarray(other.crop(window))
        total *= 0.5
        canvas.paste(Image.fromarray(total), window)


def _spin_margin(size: tuple[int, int], strength: float) -> tuple[int, int]:
    """Return how far, to the side and up, a turn brings what lies beyond the edges into the picture."""
    turn = np.radians(FULL_SPIN * strength)
    x, y = size[0] / 2, size[1] / 2
    across = x * np.cos(turn) + y * np.sin(turn) - x
    along = y * np.cos(turn) + x * np.sin(turn) - y
    return max(0, int(np.ceil(across))) + 2, max(0, int(np.ceil(along))) + 2


def _moved(channel: Image.Image, mode: Mode, amount: float) -> Image.Image:
    """Return a copy of which each pixel comes from nearer the centre, or from further around it."""
    x, y = channel.width / 2, channel.height / 2
    if mode == "zoom":
        scale = (1 - FULL_ZOOM) ** amount
        data = (scale, 0.0, x - scale * x, 0.0, scale, y - scale * y)
    else:
        turn = np.radians(FULL_SPIN * amount)
        c, s = float(np.cos(turn)), float(np.sin(turn))
        data = (c, s, x - c * x - s * y, -s, c, y + s * x - c * y)
    return channel.transform(channel.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)


def tilt_shift(
    image: Image.Image,
    radius: float,
    orientation: Literal["horizontal", "vertical"],
    centre: float,
    width: float,
) -> Image.Image:
    """Return the picture sharp in a band and ever softer away from it, as a miniature looks.

    orientation: the band's direction. centre, width: of the band, in parts of the side that it crosses.
    radius: standard deviation of the blur where it is strongest, in pixels.
    """
    length = image.height if orientation == "horizontal" else image.width
    amount = band_amount(length, centre, width)
    source = image.convert("RGBa") if image.mode == "RGBA" else image
    result = source
    for low, high in pairwise(STACK):
        layer = source.filter(ImageFilter.GaussianBlur(radius * high))
        share = np.clip((amount - low) / (high - low), 0, 1)
        # Each layer covers the ones before it by as much as the distance asks for.
        line = Image.fromarray((share * 255 + 0.5).astype(np.uint8)[:, None])
        mask = line if orientation == "horizontal" else line.transpose(Image.Transpose.TRANSPOSE)
        result = Image.composite(layer, result, mask.resize(image.size, Image.Resampling.NEAREST))
    return result.convert(image.mode)


def band_amount(length: int, centre: float, width: float) -> Floats:
    """Return the blur, 0 to 1, at each of `length` pixels across a band; it grows over a third of the side."""
    place = (np.arange(length, dtype=np.float32) + 0.5) / length
    away = np.clip((np.abs(place - centre) - width / 2) / 0.33, 0, 1)
    return (away * away * (3 - 2 * away)).astype(np.float32)
