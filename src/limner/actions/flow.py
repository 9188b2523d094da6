"""Finds how one picture becomes another: a smooth field of movement between them, and pictures on the way.

Horn and Schunck's flow, coarse to fine, seen from halfway: what stands at p - v in the start stands at p + v in the
end. Neither picture leads, so that the way back is the way there. Source: Horn, Schunck 1981,
doi:10.1016/0004-3702(81)90024-2; halfway domain: Liao et al. 2014, doi:10.1145/2629494.
"""

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, to_unit

FINEST, COARSEST = 192, 12
"""The longest sides, in pixels, between which the field is found."""
WARPS, ROUNDS = 4, 40
STIFFNESS = 0.02
"""How much the field would rather be smooth than match; squared brightness steps are about as large."""
MOST_MOVE = 0.16
"""The furthest that a place moves to the middle, in parts of the longer side."""
RELATED, STRANGERS, LEAST_WORTH = 0.12, 0.28, 0.2
"""Of what tells two pictures apart, flow leaves a tenth between two views of one scene, 0.3 between any two photos."""
CELL = 24
"""Pixels of the film between the points at which pictures are bent; between them bends are bilinear."""


def halfway_flow(start: Image.Image, end: Image.Image) -> Floats:
    """Return the movement to the middle, shape (height, width, 2): across and down, in parts of the longer side.

    start, end: of one size. The field has the size of its finest level.
    """
    sizes = _sizes(start.size)
    field = np.zeros((sizes[0][1], sizes[0][0], 2), np.float32)
    for size in sizes:
        field = _resized(field, size)
        first, second = _features(start, size), _features(end, size)
        side = max(size)
        for _ in range(WARPS):
            field += (
                _step(_sampled(first, -field * side), _sampled(second, field * side), field * side) / side
            )
            field = _limited(smooth(field, 1.0))
    field = smooth(field, 1.5)
    return np.asarray(field * _worth(start, end, field), np.float32)


def between(start: Image.Image, end: Image.Image, field: Floats, share: float) -> Image.Image:
    """Return the picture that lies a share of the way, 0 (exactly the start) to 1 (exactly the end)."""
    if share <= 0 or share >= 1:
        return start if share <= 0 else end
    first = bent(start, field, -2 * share)
    return Image.blend(first, bent(end, field, 2 * (1 - share)), share)


def bent(image: Image.Image, field: Floats, amount: float) -> Image.Image:
    """Return the picture sampled at its places plus `amount` times the field."""
    width, height = image.size
    columns, rows = -(-width // CELL), -(-height // CELL)
    moves = _resized(field, (columns + 1, rows + 1)) * amount * max(width, height)
    across = np.minimum(np.arange(columns + 1) * CELL, width)
    down = np.minimum(np.arange(rows + 1) * CELL, height)
    x = np.clip(across[None] + moves[..., 0], 0, width - 1)
    y = np.clip(down[:, None] + moves[..., 1], 0, height - 1)
    corners = np.stack(
        [x[:-1, :-1], y[:-1, :-1], x[1:, :-1], y[1:, :-1], x[1:, 1:], y[1:, 1:], x[:-1, 1:], y[:-1, 1:]],
        axis=-1,
    )
    mesh = [
        ((int(across[column]), int(down[row]), int(across[column + 1]), int(down[row + 1])), tuple(quad))
        for row, line in enumerate(corners.tolist())
        for column, quad in enumerate(line)
    ]
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def _sizes(size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the sizes at which the field is found, coarse to fine."""
    side = float(min(FINEST, max(size)))
    found: list[tuple[int, int]] = []
    while not found or side >= COARSEST:
        found.append((max(4, round(size[0] * side / max(size))), max(4, round(size[1] * side / max(size)))))
        side /= 1.6
    return found[::-1]


def _features(image: Image.Image, size: tuple[int, int]) -> Floats:
    """Return what is matched, shape (height, width, 3): colours, their contrast evened over the picture."""
    small = to_unit(np.asarray(image.resize(size, Image.Resampling.BOX)))
    calm = smooth(small, 0.7)
    around = smooth(calm, max(1.0, 0.12 * max(size)))
    spread = np.sqrt(smooth((calm - around) ** 2, max(1.0, 0.12 * max(size))).mean(axis=-1, keepdims=True))
    return np.asarray(0.5 * calm + 0.25 * (calm - around) / (spread + 0.06), np.float32)


def _step(first: Floats, second: Floats, field: Floats) -> Floats:
    """Return what to add to the field, in pixels, so that two warped pictures agree better."""
    slopes = (np.gradient((first + second) / 2, axis=1), np.gradient((first + second) / 2, axis=0))
    change = second - first
    xx, xy, yy = ((one * other).sum(axis=-1) for one, other in (slopes[:1] * 2, slopes, slopes[1:] * 2))
    xt, yt = ((slope * change).sum(axis=-1) / 2 for slope in slopes)  # both pictures move: half each
    added = np.zeros_like(field)
    for _ in range(ROUNDS):
        mean = _around(field + added) - field
        u, v = mean[..., 0], mean[..., 1]
        scale = 1 / (STIFFNESS + xx + yy)
        error = (xx * u + xy * v + xt, xy * u + yy * v + yt)
        added = np.stack([u - error[0] * scale, v - error[1] * scale], axis=-1).astype(np.float32)
    return np.clip(added, -1.5, 1.5)


def _around(field: Floats) -> Floats:
    """Return the mean of each place's four neighbours."""
    padded = np.pad(field, ((1, 1), (1, 1), (0, 0)), mode="edge")
    total = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return np.asarray(total / 4, np.float32)


def _sampled(pixels: Floats, moves: Floats) -> Floats:
    """Return pixels read at their places plus moves, bilinearly; edges are continued."""
    height, width = pixels.shape[:2]
    y = np.clip(np.arange(height)[:, None] + moves[..., 1], 0, height - 1.001)
    x = np.clip(np.arange(width)[None] + moves[..., 0], 0, width - 1.001)
    top, left = y.astype(np.intp), x.astype(np.intp)
    part_y, part_x = (y - top)[..., None], (x - left)[..., None]
    upper = pixels[top, left] * (1 - part_x) + pixels[top, left + 1] * part_x
    lower = pixels[top + 1, left] * (1 - part_x) + pixels[top + 1, left + 1] * part_x
    return np.asarray(upper * (1 - part_y) + lower * part_y, np.float32)


def _limited(field: Floats) -> Floats:
    """Return the field, its longest moves bent to MOST_MOVE."""
    length = np.linalg.norm(field, axis=-1, keepdims=True)
    return np.asarray(
        field * (MOST_MOVE * np.tanh(length / MOST_MOVE) / np.maximum(length, 1e-6)), np.float32
    )


def _worth(start: Image.Image, end: Image.Image, field: Floats) -> float:
    """Return how far to trust the field, LEAST_WORTH to 1, by how much better it makes the pictures agree.

    Two pictures of different things agree nowhere: then they shall drift and dissolve, not melt.
    """
    size, side = field.shape[1::-1], max(field.shape[:2])
    first, second = _features(start, size), _features(end, size)
    before = float(((first - second) ** 2).mean())
    after = float(((_sampled(first, -field * side) - _sampled(second, field * side)) ** 2).mean())
    apart = after / max(before, 1e-6)
    return float(np.clip((STRANGERS - apart) / (STRANGERS - RELATED), LEAST_WORTH, 1.0))


def _resized(field: Floats, size: tuple[int, int]) -> Floats:
    planes = [
        Image.fromarray(np.ascontiguousarray(field[..., axis])).resize(size, Image.Resampling.BILINEAR)
        for axis in (0, 1)
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=-1)
