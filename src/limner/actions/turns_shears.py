"""Turns the pixels of a picture by three shears: along its rows, along its columns, and along its rows again.

Along a line all pixels move by the same distance, so that cubic interpolation is four multiplications of whole lines.
Source: Unser, Thévenaz, Yaroslavsky 1995, doi:10.1109/83.465102
"""

from collections import deque
from collections.abc import Sequence
from math import ceil, floor, radians, sin, tan

import numpy as np

from limner.actions.aspect import Size
from limner.actions.colour_spaces import Bytes, Floats

SHARPNESS = -0.75
"""The slope of the cubic kernel at 1. Of -0.5 to -1 the nearest to a turn at four times the size: in pictures with
fine detail 5 to 14 % further from it than Pillow's bicubic turn, which takes twice as long, in others 5 % nearer."""
RIM = 3
"""Rows that the picture is continued by, above and below: what interpolation reaches beyond its edge."""


def sheared(pixels: Bytes, angle: float, size: Size) -> Bytes:
    """Return a picture turned clockwise about its middle in a frame of `size`; what lies beyond it is undefined.

    pixels: shape (height, width, channels), premultiplied where there is transparency. angle: -45 to 45 degrees.
    """
    slope, rise = tan(radians(angle) / 2), sin(radians(angle))
    leaning = _leaning(pixels, slope)
    height, across, channels = leaning.shape
    height -= 2 * RIM
    # Columns next: the result's row v, at column j, comes from row v + places[j].
    places = (height - size[1]) / 2 - rise * (np.arange(across) + 0.5 - across / 2)
    whole = np.floor(places).astype(np.intp)
    weights = [np.repeat(weight, channels) for weight in cubic((places - whole).astype(np.float32))]
    start = (whole + RIM)[:, None] * across + np.arange(across)[:, None]
    index = (start * channels + np.arange(channels)).ravel()
    flat = leaning.reshape(-1)

    def straightened(row: int) -> Floats:
        return np.asarray(flat.take(index + row * across * channels, mode="clip"), np.float32)

    result = np.zeros((size[1], size[0], channels), np.uint8)
    window = deque((straightened(row) for row in (-1, 0, 1)), maxlen=4)
    for row in range(size[1]):
        window.append(straightened(row + 2))
        line = sum_of(weights, list(window))
        shift = slope * (row + 0.5 - size[1] / 2) + (across - size[0]) / 2
        _lay_moved(result[row], line.reshape(across, channels), shift)
    return result


def cubic(part: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the weights of the pixels before, at, after and beyond a place. part: 0 to 1, from the second on.

    Source: Keys 1981, doi:10.1109/TASSP.1981.1163711
    """
    a, rest = np.float32(SHARPNESS), 1 - part
    first = a * part * rest * rest
    last = a * rest * part * part
    second = 1 - part * part * ((a + 3) - (a + 2) * part)
    return first, second, 1 - first - second - last, last


def sum_of(weights: Sequence[Floats], lines: Sequence[Floats]) -> Floats:
    """Return the weighted sum of lines."""
    total: Floats = weights[0] * lines[0]
    for weight, line in zip(weights[1:], lines[1:], strict=True):
        total += weight * line
    return total


def _leaning(pixels: Bytes, slope: float) -> Bytes:
    """Return the picture with its rows moved, continued to all sides, as wide as the furthest needs."""
    height, width, channels = pixels.shape
    reach = ceil(abs(slope) * height / 2) + RIM + 1
    across = width + 2 * reach
    pad = 2 * reach + 2
    result = np.empty((height + 2 * RIM, across, channels), np.uint8)
    for row in range(height):
        line = np.empty((width + 2 * pad, channels), np.float32)
        line[:pad], line[pad:-pad], line[-pad:] = pixels[row, 0], pixels[row], pixels[row, -1]
        _lay_moved(result[row + RIM], line, slope * (row + 0.5 - height / 2) + pad - reach)
    result[:RIM], result[-RIM:] = result[RIM], result[-RIM - 1]
    return result


def _lay_moved(target: Bytes, line: Floats, shift: float) -> None:
    """Write a line of pixels into another, of which each pixel comes from `shift` further on, where there is one."""
    whole = floor(shift)
    begin, end = max(0, 1 - whole), min(len(target), len(line) - 2 - whole)
    if begin >= end:
        return
    weights = cubic(np.array(shift - whole, np.float32))
    total = sum_of(weights, [line[begin + step : end + step] for step in range(whole - 1, whole + 3)])
    np.rint(total, out=total)
    target[begin:end] = np.clip(total, 0, 255, out=total)
