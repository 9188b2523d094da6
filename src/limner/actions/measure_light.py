"""How sharp a picture is, and how much of it is clipped to black or white."""

from typing import Any

import numpy as np
from PIL import Image

GRID = 8
DARK, BRIGHT = 3, 252
"""Levels below and above which a pixel is black or white: a JPEG moves pure ones by a level or two."""


def sharpness(grey: Image.Image) -> tuple[float, dict[str, Any]]:
    """Return the variance of the Laplacian of a picture of mode L, and the sharpest of 8 x 8 parts as a box.

    The picture is at most 1024 pixels a side: the measure depends on it.
    Source: Pech-Pacheco et al. 2000, doi:10.1109/ICPR.2000.903548
    """
    levels = np.asarray(grey, np.float32)
    if min(levels.shape) < 3:
        return 0.0, {}
    edges = (
        levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:] - 4 * levels[1:-1, 1:-1]
    )
    return float(edges.var()), {"sharpest": _fullest(np.square(edges))}


def clipping(grey: Image.Image) -> tuple[float, dict[str, Any]]:
    """Return the share of a picture of mode L that is black or white, each apart, and the part with most of it."""
    levels = np.asarray(grey)
    black, white = levels < DARK, levels > BRIGHT
    evidence: dict[str, Any] = {
        "black_share": round(float(black.mean()), 4),
        "white_share": round(float(white.mean()), 4),
        "mean_level": round(float(levels.mean()) / 255, 3),
    }
    clipped = black | white
    if clipped.any() and min(levels.shape) >= GRID:
        evidence["most_clipped"] = _fullest(clipped.astype(np.float32))
    return float(clipped.mean()), evidence


def _fullest(values: Any) -> list[float]:
    """Return the box, in shares of the sides, of the one of 8 x 8 parts with the largest sum."""
    rows, columns = (max(1, side // GRID) for side in values.shape)
    down, across = min(GRID, values.shape[0]), min(GRID, values.shape[1])
    parts = values[: rows * down, : columns * across].reshape(down, rows, across, columns).sum(axis=(1, 3))
    row, column = divmod(int(parts.argmax()), across)
    return [
        round(column / across, 3),
        round(row / down, 3),
        round((column + 1) / across, 3),
        round((row + 1) / down, 3),
    ]
