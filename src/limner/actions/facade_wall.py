"""Finds the wall in a photo of a building: its colour, where it shows between windows, and its four corners."""

import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit
from limner.errors import InvalidInput

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Top left, top right, bottom right and bottom left, in parts of the picture's width and height."""

WORK_SIDE = 256
BRIGHTER, DARKER, OTHER_COLOUR = 8.5, 30.0, 7.0
"""How far from the wall's colour its own lights, its shadows and its tint go, in Lab units (standard deviations)."""
APART, NEAR_EDGE_COLOUR = 20.0, 9.0
"""What is as far from the wall, and as near to the commonest colour along the upper or lower border, in Lab units, is
sky or ground."""
LEAST_WALL = 0.06
"""A smaller part of the picture is not taken for its wall."""
LEAST_FILL = 0.42
"""Windows and doors leave at least this part of a wall."""
SKY_ABOVE, SKY_BELOW = 0.35, 0.15
"""What covers more than the first share of the upper edge and less than the second of the lowest quarter is sky."""


def parse_quad(text: str) -> Quad | None:
    """Return four corners, in parts of the picture; None for an empty text.

    text: x and y of each corner in percent, clockwise from the top left: `10 12, 88 20, 88 90, 10 95`.
    Raises: InvalidInput, when it is not four corners of a convex shape.
    """
    if not text.strip():
        return None
    numbers = [float(number) / 100 for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    if len(numbers) != 8 or not all(-1 <= number <= 2 for number in numbers):
        raise _bad(text, "is not four corners")
    first, second, third, fourth = zip(numbers[::2], numbers[1::2], strict=True)
    quad = (first, second, third, fourth)
    turns = [_turn(quad[number - 2], quad[number - 1], quad[number]) for number in range(4)]
    if min(turns) < 1e-4:
        raise _bad(text, "is not a convex shape, clockwise from its top left corner")
    return quad


def _bad(text: str, problem: str) -> InvalidInput:
    return InvalidInput.of(
        "params.quad",
        f"{text[:60]!r} {problem}",
        next_step="Give x and y of the corners in percent, clockwise from the top left: '10 12, 88 20, 88 90, 10 95'.",
    )


def _turn(first: Point, second: Point, third: Point) -> float:
    return (second[0] - first[0]) * (third[1] - second[1]) - (second[1] - first[1]) * (third[0] - second[0])


def find_wall(image: Image.Image, inside: Floats | None) -> Floats:
    """Return how much each place looks like the wall, 0 to 1, at the working size.

    inside: where to look, at the same size; None looks around the middle, and not at the sky.
    """
    lab = work_lab(image)
    weight = _middle(lab) if inside is None else inside
    wall = _commonest(lab, weight)
    away = _away(lab, wall)
    if inside is None:
        strip, half, third = max(1, len(lab) // 16), len(lab) // 2, len(lab) // 3
        for edge, part in ((lab[:strip], np.s_[:half]), (lab[-strip:], np.s_[-third:])):
            other = _commonest(edge, np.ones(edge.shape[:2], np.float32))
            if np.linalg.norm(other - wall) > APART:
                away[part] = np.where(
                    np.linalg.norm(lab[part] - other, axis=-1) < NEAR_EDGE_COLOUR, 9.0, away[part]
                )
    return np.asarray(np.clip(1.7 * np.exp(-away / 2) - 0.2, 0, 1), np.float32)


def _away(lab: Floats, wall: Floats) -> Floats:
    """Return the squared distance of colours from the wall's; in shadow its tint fades with its light."""
    light = lab[..., 0] - wall[0]
    fading = np.clip(lab[..., :1] / max(float(wall[0]), 1.0), 0.3, 1)
    tint = ((lab[..., 1:] - wall[1:] * fading) ** 2).sum(axis=-1) / OTHER_COLOUR**2
    return np.asarray((light / np.where(light > 0, BRIGHTER, DARKER)) ** 2 + tint, np.float32)


def work_lab(image: Image.Image) -> Floats:
    """Return the picture in Lab at the working size."""
    small = image.convert("RGB")
    small.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    return srgb_to_lab(to_unit(np.asarray(small)))


def _middle(lab: Floats) -> Floats:
    """Return the weight of each place: the middle's, without what looks like sky or leaves."""
    y = (np.arange(lab.shape[0]) + 0.5) / lab.shape[0] - 0.5
    x = (np.arange(lab.shape[1]) + 0.5) / lab.shape[1] - 0.5
    weight = np.exp(-(x[None] ** 2 + y[:, None] ** 2) / (2 * 0.28**2))
    is_sky = (lab[..., 2] < -6) & (lab[..., 0] > 45) & (y[:, None] < 0)
    is_leaf = lab[..., 1] < -10
    return np.asarray(np.where(is_sky | is_leaf, 0.02, weight), np.float32)


def _commonest(lab: Floats, weight: Floats) -> Floats:
    """Return the Lab colour that most of the weight has: windows are dark, so darkness counts less."""
    counted = weight * np.clip((lab[..., 0] - 12) / 30, 0.05, 1)
    bins = np.clip(((lab - (0, -64, -64)) / (9, 7, 7)).astype(np.int64), 0, 18)
    index = (bins[..., 0] * 19 + bins[..., 1]) * 19 + bins[..., 2]
    cube = np.bincount(index.ravel(), counted.ravel(), 19**3).reshape(19, 19, 19)
    spread = np.pad(cube, 1)
    total = sum(
        spread[a : a + 19, b : b + 19, c : c + 19] for a in range(3) for b in range(3) for c in range(3)
    )
    best = np.unravel_index(int(np.argmax(total)), cube.shape)
    near = (np.abs(bins - np.array(best)).max(axis=-1) <= 1) * counted
    return np.asarray((lab * near[..., None]).sum(axis=(0, 1)) / max(float(near.sum()), 1e-6), np.float32)


def find_quad(wall: Floats) -> Quad | None:
    """Return the corners of what a wall fills: its columns, and lines along its upper and its lower edge.

    None, when it fills too little of the picture.
    """
    solid = wall > 0.5
    if float(solid.mean()) < LEAST_WALL:
        return None
    filled = solid.mean(axis=0)
    columns = np.nonzero(filled >= 0.4 * np.percentile(filled, 90))[0]
    left, right = int(columns[0]), int(columns[-1]) + 1
    tops, bottoms = [], []
    kept = [column for column in range(left, right) if solid[:, column].any()]
    for column in kept:
        rows = np.nonzero(solid[:, column])[0]
        tops.append(float(np.percentile(rows, 1)))
        bottoms.append(float(np.percentile(rows, 99)) + 1)
    upper, lower = (_line(np.array(kept, float), np.array(edge)) for edge in (tops, bottoms))
    height, width = wall.shape

    def corner(column: int, line: tuple[float, float]) -> Point:
        return column / width, min(1.0, max(0.0, (line[0] * column + line[1]) / height))

    quad = corner(left, upper), corner(right, upper), corner(right, lower), corner(left, lower)
    return quad if _is_wall(solid, quad) else None


def _is_wall(solid: NDArray[np.bool_], quad: Quad) -> bool:
    """Whether what was found fills its corners as a wall with windows does, and does not hang down like the sky."""
    height, width = solid.shape
    mask = Image.new("1", (width, height))
    ImageDraw.Draw(mask).polygon([(x * width, y * height) for x, y in quad], fill=1)
    inside = solid[np.asarray(mask)]
    quarter = max(1, height // 4)
    is_sky = solid[:3].mean() > SKY_ABOVE and solid[-quarter:].mean() < SKY_BELOW
    return len(inside) > 0 and float(inside.mean()) >= LEAST_FILL and not is_sky


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Return slope and offset of the line through most of the points: fitted again without those far off."""
    keep = np.ones(len(x), bool)
    slope, offset = 0.0, float(np.median(y))
    for _ in range(6):
        if keep.sum() >= 8:
            slope, offset = (float(each) for each in np.polyfit(x[keep], y[keep], 1))
        away = np.abs(y - slope * x - offset)
        keep = away <= max(2.0, 1.5 * float(np.median(away)))
    return slope, offset
