"""Finds the parts of a picture that a mood board shows: what draws the eye, and what is even texture."""

import numpy as np
from PIL import Image

from limner.actions.aspect import Size
from limner.actions.saliency import Map, saliency

MOST_ENLARGED = 2.8
"""A crop is enlarged at most so far, where the picture has the pixels: more looks soft."""
SHARES = (0.4, 0.26, 0.6)
"""The sides of the close crops, as shares of the picture's shorter side: near, nearer, and one from further off."""
TEXTURE_SHARE = 0.26
STEPS = 24
"""Places tried along each side."""


def best_crops(image: Image.Image, cells: list[Size], texture: Size) -> list[Image.Image]:
    """Return a close crop for each cell, of its ratio, and last one of even texture: each away from those before.

    The crops lie around what draws the eye; the texture is the surface that is the most alive and the most even.
    """
    found = saliency(image)
    crops = []
    for number, cell in enumerate(cells):
        box = _window(image, cell, SHARES[number % len(SHARES)])
        place = _strongest(found, _in_cells(box, image, found))
        _use(found, place)
        crops.append(_cut(image, place, box, found))
    box = _window(image, texture, TEXTURE_SHARE)
    score = _liveliness(image, found) + np.minimum(found / max(float(found.max()), 1e-9), 0)
    return [*crops, _cut(image, _strongest(score, _in_cells(box, image, found)), box, found)]


def _use(found: Map, place: tuple[int, int, int, int]) -> None:
    """Mark a window as shown: what follows goes where it overlaps least."""
    window = found[place[1] : place[3], place[0] : place[2]]
    window[...] = -0.15 * np.abs(window) - 0.1 * float(np.abs(found).max())


def _liveliness(image: Image.Image, found: Map) -> Map:
    """Return how much detail each place has, 0 to 1; outlines, far above the usual, count as no more than it."""
    light = np.asarray(image.convert("L").resize(found.shape[::-1], Image.Resampling.LANCZOS), np.float32)
    down, across = np.diff(light, axis=0, prepend=light[:1]), np.diff(light, axis=1, prepend=light[:, :1])
    energy = np.abs(down) + np.abs(across)
    calm: Map = np.minimum(energy, 2 * float(np.median(energy)) + 4)
    return calm / max(float(calm.max()), 1e-6)


def _window(image: Image.Image, cell: Size, share: float) -> Size:
    """Return a window of the cell's ratio in pixels of the picture: near, but not so near that it goes soft."""
    ratio = cell[0] / cell[1]
    side = max(share * min(image.size), min(cell) / MOST_ENLARGED)
    width, height = (side * ratio, side) if ratio > 1 else (side, side / ratio)
    shrink = min(1.0, image.width / width, image.height / height)
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def _in_cells(box: Size, image: Image.Image, found: Map) -> Size:
    rows, columns = found.shape
    width = min(columns, max(1, round(box[0] / image.width * columns)))
    return width, min(rows, max(1, round(box[1] / image.height * rows)))


def _strongest(weights: Map, window: Size) -> tuple[int, int, int, int]:
    """Return the window, left, top, right, bottom in cells, with the largest sum."""
    total = np.pad(weights.astype(np.float64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    width, height = window
    sums = (
        total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    )
    rows, columns = (np.unique(np.linspace(0, side - 1, STEPS).astype(np.intp)) for side in sums.shape)
    tried = sums[np.ix_(rows, columns)]
    row, column = np.unravel_index(int(tried.argmax()), tried.shape)
    top, left = int(rows[row]), int(columns[column])
    return left, top, left + width, top + height


def _cut(image: Image.Image, place: tuple[int, int, int, int], box: Size, found: Map) -> Image.Image:
    left = min(image.width - box[0], round(place[0] / found.shape[1] * image.width))
    top = min(image.height - box[1], round(place[1] / found.shape[0] * image.height))
    return image.crop((left, top, left + box[0], top + box[1]))
