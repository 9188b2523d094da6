"""Turn planes by a small angle: rows slide sideways, then columns up and down, each by a fraction of a pixel."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.actions.colour_spaces import Bytes

ROWS = 32
"""Rows at a time: so many stay in the processor's cache."""
ONE = 64
"""Weights are 64ths: a sum of four weighted levels then fits 16 bits."""
REACH = 3
"""Pixels beyond a plane, repeated from its edge, that interpolation may read."""

Words = NDArray[np.int16]


def turned(plane: Bytes, angle: float, middle: tuple[float, float]) -> Bytes:
    """Return a plane turned about a point, x and y in pixels; edges are drawn outwards.

    angle: radians, up to about 0.02: lengths change by its square.
    """
    if angle == 0:
        return plane
    height, width = plane.shape
    slid = _slid_rows(plane, -angle * (np.arange(height) + 0.5 - middle[1]))
    return _slid_columns(slid, angle * (np.arange(width) + 0.5 - middle[0]))


def _slid_rows(plane: Bytes, offsets: NDArray[np.floating[Any]]) -> Words:
    """Return each row read from so many pixels further right."""
    width = plane.shape[1]
    whole, weights = _places(offsets)
    margin = int(np.abs(whole).max()) + REACH
    made = np.empty(plane.shape, np.int16)
    for rows in _alike(whole, ROWS):
        strip = np.pad(plane[rows].astype(np.int16), ((0, 0), (margin, margin)), "edge")
        left = margin + int(whole[rows.start]) - 1
        parts = [strip[:, left + tap : left + tap + width] for tap in range(4)]
        _weighted(parts, weights[:, rows, None], made[rows])
    return made


def _slid_columns(plane: Words, offsets: NDArray[np.floating[Any]]) -> Bytes:
    """Return each column read from so many pixels further down."""
    height, width = plane.shape
    whole, weights = _places(offsets)
    margin = int(np.abs(whole).max()) + REACH
    tall = np.pad(plane, ((margin, margin), (0, 0)), "edge")
    made = np.empty(plane.shape, np.int16)
    for columns in _alike(whole, width):
        for start in range(0, height, ROWS):
            rows = slice(start, min(height, start + ROWS))
            top = margin + start + int(whole[columns.start]) - 1
            count = rows.stop - rows.start
            parts = [tall[top + tap : top + tap + count, columns] for tap in range(4)]
            _weighted(parts, weights[:, None, columns], made[rows, columns])
    return made.astype(np.uint8)


def _places(offsets: NDArray[np.floating[Any]]) -> tuple[NDArray[np.intp], Words]:
    """Return whole pixels, and the weights of the pixels around, of Catmull and Rom's cubic, shape (4, n)."""
    whole = np.floor(offsets)
    part = offsets - whole
    outer, inner = part * part * part, part * part
    curves = (
        (-outer + 2 * inner - part) / 2,
        (3 * outer - 5 * inner + 2) / 2,
        (-3 * outer + 4 * inner + part) / 2,
    )
    three = np.round(np.stack(curves) * ONE)
    return whole.astype(np.intp), np.vstack([three, ONE - three.sum(axis=0)]).astype(np.int16)


def _alike(whole: NDArray[np.intp], most: int) -> Iterator[slice]:
    """Return spans of at most `most` places that are offset by the same number of whole pixels."""
    edges = [0, *(np.flatnonzero(np.diff(whole)) + 1).tolist(), len(whole)]
    for start, end in pairwise(edges):
        for first in range(start, end, most):
            yield slice(first, min(end, first + most))


def _weighted(parts: list[Words], weights: Words, made: Words) -> None:
    total = parts[1] * weights[1]
    total += ONE // 2
    for tap in (2, 0, 3):
        total += parts[tap] * weights[tap]
    total >>= 6
    np.clip(total, 0, 255, out=made)
