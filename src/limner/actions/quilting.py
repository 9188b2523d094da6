"""Sews patches of a texture together until they cover a picture, along seams that hardly show.

Each patch is chosen to agree with its neighbours and with how dark the picture is there; the cut between two patches
runs where they differ least. Source: Efros, Freeman 2001, doi:10.1145/383259.383296 (image quilting, texture transfer).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from limner.actions.colour_spaces import Floats, to_unit

PATCH, OVERLAP = 30, 10
STEP = PATCH - OVERLAP
CANDIDATES = 500
"""Patches that are tried at every place; more repeat less and take longer."""
CELLS = 5
"""A patch's tones are compared with the picture's on so many cells a side."""
NEIGHBOURS_WEIGHT = 1.0
TONES_WEIGHT = 40.0
"""How much a cell's tone counts beside a pixel of the overlap."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Where a patch lies, and where in the texture it comes from: top and left in working pixels; its part, 0 to 1."""

    place: tuple[int, int]
    source: tuple[int, int]
    part: Floats


def quilted(texture: Image.Image, tones: Floats, factor: int, seed: int) -> Image.Image:
    """Return a picture covered with texture, `factor` times the size of `tones`.

    texture: mode RGB, at working size times `factor`, at least PATCH working pixels a side. tones: how bright the
    texture should be at each place, 0 to 1 by rank, at working size. Equal seeds give equal pictures.
    """
    small = texture.resize((texture.width // factor, texture.height // factor), Image.Resampling.BOX)
    patches = sew(to_unit(np.asarray(small)), tones, seed)
    size = (tones.shape[1] * factor, tones.shape[0] * factor)
    canvas = Image.new("RGB", size)
    side = PATCH * factor
    for patch in patches:
        (top, left), (source_top, source_left) = patch.place, patch.source
        box = (source_left * factor, source_top * factor)
        piece = texture.crop((*box, box[0] + side, box[1] + side))
        mask = Image.fromarray((patch.part * 255).astype(np.uint8)).resize(
            (side, side), Image.Resampling.BILINEAR
        )
        canvas.paste(piece, (left * factor, top * factor), mask)
    return canvas


def sew(texture: Floats, tones: Floats, seed: int) -> list[Patch]:
    """Return the patches that cover `tones`, in the order in which they are laid.

    texture: sRGB 0 to 1, shape (height, width, 3), at least PATCH a side. tones: 0 to 1, any size.
    """
    places, stack = _candidates(texture, seed)
    ranks = _cells(_ranked(texture.mean(axis=-1)), places)
    height, width = tones.shape
    quilt = np.zeros((height + PATCH, width + PATCH, 3), np.float32)
    random = np.random.default_rng([seed, 1])
    padded = np.pad(tones, ((0, PATCH), (0, PATCH)), mode="edge")
    patches = []
    for top in range(0, max(1, height - OVERLAP), STEP):
        for left in range(0, max(1, width - OVERLAP), STEP):
            window = np.s_[top : top + PATCH, left : left + PATCH]
            wanted = _cell_means(padded[window])
            cost = TONES_WEIGHT * ((ranks - wanted) ** 2).sum(axis=(1, 2))
            cost += NEIGHBOURS_WEIGHT * _disagreement(stack, quilt[window], top > 0, left > 0)
            best = int(random.choice(np.argsort(cost, kind="stable")[:3]))
            part = _part(stack[best], quilt[window], top > 0, left > 0)
            quilt[window] += part[..., None] * (stack[best] - quilt[window])
            patches.append(Patch((top, left), places[best], part))
    return patches


def _candidates(texture: Floats, seed: int) -> tuple[list[tuple[int, int]], Floats]:
    """Return places in the texture and the patches there, shape (n, PATCH, PATCH, 3)."""
    random = np.random.default_rng([seed, 0])
    rows = random.integers(0, texture.shape[0] - PATCH + 1, CANDIDATES)
    columns = random.integers(0, texture.shape[1] - PATCH + 1, CANDIDATES)
    places = sorted({(int(row), int(column)) for row, column in zip(rows, columns, strict=True)})
    return places, np.stack([texture[row : row + PATCH, column : column + PATCH] for row, column in places])


def _ranked(values: Floats) -> Floats:
    """Return values as their share of smaller values, 0 to 1."""
    order = np.argsort(np.argsort(values.ravel(), kind="stable"), kind="stable")
    return (order.reshape(values.shape) / max(1, values.size - 1)).astype(np.float32)


def _cells(ranks: Floats, places: list[tuple[int, int]]) -> Floats:
    return np.stack(
        [_cell_means(ranks[row : row + PATCH, column : column + PATCH]) for row, column in places]
    )


def _cell_means(window: Floats) -> Floats:
    side = PATCH // CELLS
    return np.asarray(window.reshape(CELLS, side, CELLS, side).mean(axis=(1, 3)), np.float32)


def _disagreement(stack: Floats, below: Floats, has_upper: bool, has_left: bool) -> NDArray[np.float64]:
    """Return how much each candidate differs from what lies where it would overlap."""
    cost = np.zeros(len(stack))
    if has_upper:
        cost += ((stack[:, :OVERLAP] - below[:OVERLAP]) ** 2).sum(axis=(1, 2, 3))
    if has_left:
        cost += ((stack[:, :, :OVERLAP] - below[:, :OVERLAP]) ** 2).sum(axis=(1, 2, 3))
    return cost


def _part(patch: Floats, below: Floats, has_upper: bool, has_left: bool) -> Floats:
    """Return where a patch shows, 0 to 1: beyond the seams of least difference, softened by a pixel."""
    part = np.ones((PATCH, PATCH), np.float32)
    error = ((patch - below) ** 2).sum(axis=-1)
    if has_left:
        part[:, :OVERLAP] *= np.arange(OVERLAP)[None] > _seam(error[:, :OVERLAP])[:, None]
    if has_upper:
        part[:OVERLAP] *= (np.arange(OVERLAP)[None] > _seam(error[:OVERLAP].T)[:, None]).T
    if not (has_left or has_upper):
        return part
    soft = Image.fromarray((part * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(np.minimum(to_unit(np.asarray(soft)) * 1.15, 1), np.float32)


def _seam(error: Floats) -> NDArray[np.intp]:
    """Return for each row the column through which the cheapest way from top to bottom goes."""
    cost = error.astype(np.float64)
    for row in range(1, len(cost)):
        before = np.pad(cost[row - 1], 1, constant_values=np.inf)
        cost[row] += np.minimum(np.minimum(before[:-2], before[2:]), before[1:-1])
    seam = np.empty(len(cost), np.intp)
    seam[-1] = int(cost[-1].argmin())
    for row in range(len(cost) - 2, -1, -1):
        first = max(0, seam[row + 1] - 1)
        seam[row] = first + int(cost[row, first : seam[row + 1] + 2].argmin())
    return seam
