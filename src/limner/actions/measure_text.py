"""Finds lines of type in a picture, without reading them, and how they stand out from their ground."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_spaces import LUMINANCE, bytes_to_linear, contrast

TILE = 16
SCALES = (1, 2, 4)
"""The picture is looked at in these reductions: a tile is then about as tall as type of 16, 32 and 64 pixels."""
LEAST_RUN = 5
"""So many tiles in a row that look like type are a line: four happen in fur and foliage."""
LEAST_STEP = 10.0
"""Levels between ink and ground, of 255, below which nothing is seen by anybody."""
TWO_TONE = 0.82
"""Share of the variance that a split into ink and ground explains; texture has less."""
EVEN_STEP = 0.25
"""By which part of the step neighbours may differ in ink or ground."""
MOST_LINES = 12

Grey = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Tiles(NamedTuple):
    """What is known of each tile: shapes (rows, columns)."""

    low: Grey
    high: Grey
    is_type: Flags


def lines_of_type(image: Image.Image, grey: Image.Image) -> list[dict[str, Any]]:
    """Return lines of type, the faintest first: `box` in shares of the sides, `contrast`, `dark`, `light`.

    Of lines in the same two colours only the faintest is returned. image: mode RGB. grey: the same, at most 1024 pixels
    a side, in mode L. Finds level type of one colour on a plain ground, from about 12 to 100 pixels tall in `grey`.
    Contrast as WCAG 2.2 has it, from the core of the strokes: their edges are mixtures.
    """
    found = [
        line_at(image, box)
        for scale in SCALES
        for box in _boxes(np.asarray(grey.reduce(scale), np.float32), scale, grey.size)
    ]
    return faintest_of(found)


def faintest_of(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines, the faintest first; of those in the same two colours only the faintest."""
    faintest: dict[tuple[str, str], dict[str, Any]] = {}
    for line in sorted(lines, key=lambda line: float(line["contrast"])):
        faintest.setdefault((line["dark"], line["light"]), line)
    return list(faintest.values())[:MOST_LINES]


def _boxes(grey: Grey, scale: int, size: tuple[int, int]) -> Iterator[tuple[float, float, float, float]]:
    tiles = _tiles(grey)
    for row, first, last in _runs(tiles):
        side = TILE * scale
        left, top = first * side / size[0], row * side / size[1]
        yield left, top, min(1.0, last * side / size[0]), min(1.0, top + side / size[1])


def _tiles(grey: Grey) -> Tiles:
    rows, columns = grey.shape[0] // TILE, grey.shape[1] // TILE
    cut = grey[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE).swapaxes(1, 2)
    middle = (cut.max(axis=(2, 3)) + cut.min(axis=(2, 3))) / 2
    above = cut > middle[..., None, None]
    count = np.maximum(above.sum(axis=(2, 3)), 1)
    share = above.mean(axis=(2, 3))
    high = (cut * above).sum(axis=(2, 3)) / count
    low = (cut * ~above).sum(axis=(2, 3)) / np.maximum(TILE * TILE - count, 1)
    step = high - low
    explained = share * (1 - share) * step**2 / np.maximum(cut.var(axis=(2, 3)), 1e-3)
    across = (above[..., 1:] != above[..., :-1]).sum(axis=(2, 3)) / TILE
    down = (above[..., 1:, :] != above[..., :-1, :]).sum(axis=(2, 3)) / TILE
    ink = np.minimum(share, 1 - share)
    is_type = (step >= LEAST_STEP) & (explained >= TWO_TONE) & (ink >= 0.06)
    is_type &= (across >= 1.0) & (down >= 0.6) & (across <= 6)
    return Tiles(low.astype(np.float32), high.astype(np.float32), is_type)


def _runs(tiles: Tiles) -> Iterator[tuple[int, int, int]]:
    """Yield row, first and one past the last column of each run of tiles alike enough to be a line."""
    for row in range(tiles.is_type.shape[0]):
        first = 0
        columns = tiles.is_type.shape[1]
        for column in range(columns + 1):
            goes_on = column < columns and bool(tiles.is_type[row, column])
            if goes_on and column > first and not _alike(tiles, row, column):
                goes_on = False
            if goes_on:
                continue
            if column - first >= LEAST_RUN:
                yield row, first, column
            first = column if column < columns and tiles.is_type[row, column] else column + 1


def _alike(tiles: Tiles, row: int, column: int) -> bool:
    before, now = (row, column - 1), (row, column)
    step = min(tiles.high[before] - tiles.low[before], tiles.high[now] - tiles.low[now])
    moved = max(abs(tiles.high[before] - tiles.high[now]), abs(tiles.low[before] - tiles.low[now]))
    return bool(moved <= max(EVEN_STEP * step, LEAST_STEP / 2))


def line_at(image: Image.Image, box: tuple[float, float, float, float]) -> dict[str, Any]:
    """Return a line as `lines_of_type` has it: its box, in shares of the sides, its two colours and their contrast."""
    left, top, right, bottom = (
        round(part * side) for part, side in zip(box, (image.width, image.height) * 2, strict=True)
    )
    pixels = np.asarray(image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))).reshape(-1, 3)
    light = bytes_to_linear(pixels) @ LUMINANCE
    order = np.argsort(light, kind="stable")
    edge = max(1, len(order) // 50)
    middle = (light[order[edge]] + light[order[-edge]]) / 2
    dark_share = float((light <= middle).mean())
    darkest, lightest = order[: _core(dark_share, len(order))], order[-_core(1 - dark_share, len(order)) :]
    dark, light_color = (
        tuple(int(level) for level in np.median(pixels[part], axis=0)) for part in (darkest, lightest)
    )
    return {
        "box": [round(part, 3) for part in box],
        "contrast": round(contrast(_three(dark), _three(light_color)), 2),
        "dark": _hex(dark),
        "light": _hex(light_color),
    }


def _core(share: float, count: int) -> int:
    """Return how many pixels of a class are its core: a third, without the strokes' soft edges."""
    return max(1, int(share * count / 3))


def _three(color: tuple[int, ...]) -> tuple[int, int, int]:
    return color[0], color[1], color[2]


def _hex(color: tuple[int, ...]) -> str:
    return "#" + bytes(color).hex()
