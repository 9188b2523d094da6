"""Lays a picture on four points in perspective, smoothly: no corner is rounded to a whole pixel."""

from math import ceil, floor

import numpy as np
from PIL import Image

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Upper left, upper right, lower right and lower left, in pixels."""


def warped(picture: Image.Image, quad: Quad) -> tuple[Image.Image, tuple[int, int]]:
    """Return a picture in RGBA as seen on four points, and the left and top of where to lay it.

    See-through pixels lend no colour to their neighbours. Made larger than it shows, it may flicker: keep pictures
    at most about twice as large as they are seen.
    """
    left, top = (floor(min(point[axis] for point in quad)) - 1 for axis in (0, 1))
    right, bottom = (ceil(max(point[axis] for point in quad)) + 1 for axis in (0, 1))
    moved = [(x - left, y - top) for x, y in quad]
    width, height = picture.size
    own = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    coefficients = _coefficients(moved, own)
    seen = picture.convert("RGBa").transform(
        (right - left, bottom - top), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
    )
    return seen.convert("RGBA"), (left, top)


def _coefficients(target: list[Point], source: list[Point]) -> list[float]:
    """Return the eight numbers that lead from points of the target to points of the source."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return [float(each) for each in np.linalg.solve(np.array(rows), np.array(values))]
