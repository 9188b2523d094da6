"""How much of each pixel a polygon covers: exact along rows, of which it takes sixteen per pixel."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.shapes_outline import Points

ROWS_PER_PIXEL = 16
BAND_PIXELS = 100_000
"""Work goes in bands of rows of about this many pixels, whose numbers the processor's cache holds: a third faster."""

Coverage = NDArray[np.float32]


def coverage(points: Points, left: int, top: int, width: int, height: int) -> Coverage:
    """Return the share of each pixel inside a polygon that does not cross itself, 0 to 1.

    The result has shape (height, width); its first pixel is that at (left, top).
    """
    rows, x, sign = _crossings(points, top, height)
    x = np.clip(x - left, 0, width)
    column = x.astype(np.int64)
    part = x - column
    pixel = rows // ROWS_PER_PIXEL * (width + 2) + column
    size = height * (width + 2)
    # From each crossing on, everything to the right is inside (or outside again): a running sum says how much.
    steps = np.bincount(pixel, sign * (1 - part), size) + np.bincount(pixel + 1, sign * part, size)
    covered = np.abs(np.cumsum(steps.reshape(height, width + 2), axis=1)[:, :width]) / ROWS_PER_PIXEL
    # Sums of fractions miss whole numbers by a hair, which must not tint a pixel that is not covered.
    return np.clip(np.round(covered, 6), 0, 1).astype(np.float32)


def coverage_mask(points: Points, size: tuple[int, int]) -> Image.Image:
    """Return the same for a whole picture of `size`, 0 to 255, in mode L."""
    mask = Image.new("L", size)
    for top, bottom in bands(size[0], 0, size[1]):
        band = coverage(points, 0, top, size[0], bottom - top)
        mask.paste(Image.fromarray(np.rint(band * 255).astype(np.uint8)), (0, top))
    return mask


def bands(width: int, top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each band and the one after its last."""
    step = max(1, BAND_PIXELS // width)
    for row in range(top, bottom, step):
        yield row, min(bottom, row + step)


def _crossings(points: Points, top: int, height: int) -> tuple[NDArray[np.int64], Points, Points]:
    """Return where the edges cross the middles of the rows: row, x, and 1 on the way down or -1 up."""
    ends = np.roll(points, -1, axis=0)
    is_down = points[:, 1] < ends[:, 1]
    upper = np.where(is_down[:, None], points, ends)
    lower = np.where(is_down[:, None], ends, points)

    def first_row(y: Points) -> NDArray[np.int64]:
        rows = np.ceil((y - top) * ROWS_PER_PIXEL - 0.5)
        return np.clip(rows, 0, height * ROWS_PER_PIXEL).astype(np.int64)

    begin = first_row(upper[:, 1])
    counts = first_row(lower[:, 1]) - begin
    edge = np.repeat(np.arange(len(points)), counts)
    before = np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.arange(len(edge)) - before + begin[edge]
    y = top + (rows + 0.5) / ROWS_PER_PIXEL
    (x0, y0), (x1, y1) = upper[edge].T, lower[edge].T
    return rows, x0 + (y - y0) / (y1 - y0) * (x1 - x0), np.where(is_down, 1.0, -1.0)[edge]
