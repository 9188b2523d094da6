"""Finds lines of type in a picture without reading them: marks of even strokes that stand in a row.

Source: Epshtein et al. 2010, doi:10.1109/CVPR.2010.5540041 (stroke width); the marks come from a local threshold.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from limner.actions.colour_spaces import Floats
from limner.actions.cutout_regions import labelled

_Extreme: TypeAlias = type[ImageFilter.MinFilter] | type[ImageFilter.MaxFilter]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in percent of the picture."""

WORK_SIDE = 1200
REDUCTIONS = (1, 3)
"""Type is looked for at these sizes: from 8 pixels tall to a sixth of the picture."""
LEAST_STEP = 22.0
"""Levels of brightness, of 255, that a mark differs from its ground at the least."""
TALLEST, LEAST_HEIGHT = 90, 6
MOST_MARKS = 6000
LEAST_LETTERS = 3
MOST_UNEVEN = 11.0
"""Levels, of 255, by which the ink of a line's letters varies (standard deviation); fur and leaves vary more."""
MOST_BOXES = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A connected patch of ink: its box in pixels of the working picture, its brightness, and its stroke's width."""

    left: float
    top: float
    right: float
    bottom: float
    level: float
    stroke: float
    is_dark: bool
    letters: int = 1

    @property
    def height(self) -> float:
        """In pixels."""
        return self.bottom - self.top


def text_boxes(image: Image.Image) -> list[Box]:
    """Return the boxes of lines of type, from top to bottom, at most MOST_BOXES.

    Finds level lines of three letters or more. Texture that looks like type may be among them.
    """
    grey = _on_grey(image)
    grey.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    lines: list[Mark] = []
    for factor in REDUCTIONS:
        small = grey.reduce(factor) if factor > 1 else grey
        if min(small.size) < 12:
            continue
        for is_dark in (True, False):
            marks = list(_marks(np.asarray(small, np.float32), is_dark))
            lines += [_scaled(line, factor) for line in _rows(marks)]
    chosen = _without_overlaps(lines)
    ordered = sorted(chosen, key=lambda line: (round(line.top / 8), line.left))[:MOST_BOXES]
    return [_percent(line, grey.size) for line in ordered]


def _on_grey(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("L")


def _marks(grey: Floats, is_dark: bool) -> Iterator[Mark]:
    """Yield what could be letters: patches darker, or brighter, than the middle between light and dark around them."""
    picture = Image.fromarray(grey.astype(np.uint8))
    reach = max(5, min(TALLEST // 2, min(picture.size) // 4) | 1)
    low, high = (
        np.asarray(_stretched(picture, each, reach).filter(ImageFilter.GaussianBlur(reach / 3)), np.float32)
        for each in (ImageFilter.MinFilter, ImageFilter.MaxFilter)
    )
    middle = (low + high) / 2
    ink = (grey < middle) if is_dark else (grey > middle)
    ink &= high - low > LEAST_STEP * 1.5
    labels, count = labelled(ink)
    if not count:
        return
    _, numbers = np.unique(labels, return_inverse=True)
    yield from _measured(numbers.reshape(labels.shape), grey, np.asarray(middle, np.float32), is_dark)


def _stretched(picture: Image.Image, kind: _Extreme, reach: int) -> Image.Image:
    """Return the darkest or brightest around each place; at a third of the size, for wide windows are slow."""
    small = picture.reduce(3) if min(picture.size) > 60 else picture
    side = max(3, (reach // (3 if small is not picture else 1)) | 1)
    return small.filter(kind(side)).resize(picture.size, Image.Resampling.BILINEAR)


def _measured(labels: NDArray[np.intp], grey: Floats, middle: Floats, is_dark: bool) -> Iterator[Mark]:
    """Yield the labelled patches that have a letter's size, fill and stroke. Label 0 is the ground."""
    count = int(labels.max()) + 1
    rows, columns = np.nonzero(labels)
    owner = labels[rows, columns]
    area = np.bincount(owner, minlength=count)
    edges = np.full((2, count), 1e9), np.full((2, count), -1.0)
    for axis, places in enumerate((columns, rows)):
        np.minimum.at(edges[0][axis], owner, places)
        np.maximum.at(edges[1][axis], owner, places)
    level = np.bincount(owner, grey[rows, columns], count) / np.maximum(area, 1)
    step = np.abs(np.bincount(owner, (grey - middle)[rows, columns], count)) / np.maximum(area, 1)
    rim = _rim(labels, count)
    width, height = edges[1] - edges[0] + 1
    stroke = 2.0 * area / np.maximum(rim, 1)
    is_letter = (
        (height >= LEAST_HEIGHT) & (height <= TALLEST) & (width <= 9 * height) & (width >= 0.08 * height)
    )
    is_letter &= (
        (area >= 0.10 * width * height) & (stroke <= 0.5 * height) & (step >= LEAST_STEP / 2) & (area > 8)
    )
    for number in np.nonzero(is_letter)[0][:MOST_MARKS]:
        if number:
            (left, top), (right, bottom) = edges[0][:, number], edges[1][:, number] + 1
            yield Mark(left, top, right, bottom, float(level[number]), float(stroke[number]), is_dark)


def _rim(labels: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """Return how many pixels of each patch lie at its edge."""
    padded = np.pad(labels, 1)
    inner = labels > 0
    for neighbour in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
        inner &= neighbour == labels
    return np.bincount(labels[(labels > 0) & ~inner], minlength=count).astype(np.float64)


def _rows(marks: list[Mark]) -> Iterator[Mark]:
    """Yield lines: marks from left to right that are near, alike and level."""
    waiting = sorted(marks, key=lambda mark: mark.left)
    lines: list[list[Mark]] = []
    for mark in waiting:
        fitting = [line for line in lines if _goes_on(line, mark)]
        if fitting:
            max(fitting, key=lambda line: line[-1].right).append(mark)
        else:
            lines.append([mark])
    for line in lines:
        if _is_type(line):
            yield _joined(line)


def _goes_on(line: list[Mark], mark: Mark) -> bool:
    tall = float(np.median([each.height for each in line[-6:]]))
    last = max(line[-3:], key=lambda each: each.right)
    top, bottom = np.median([each.top for each in line[-4:]]), np.median([each.bottom for each in line[-4:]])
    shared = min(bottom, mark.bottom) - max(top, mark.top)
    return bool(
        -0.3 * tall <= mark.left - last.right <= 1.1 * max(tall, mark.height)
        and shared >= 0.55 * min(tall, mark.height)
        and max(tall, mark.height) <= 2.3 * min(tall, mark.height)
        and abs(mark.level - last.level) < 40
        and max(mark.stroke, last.stroke) <= 2.2 * min(mark.stroke, last.stroke)
    )


def _is_type(line: list[Mark]) -> bool:
    """Whether marks in a row are letters: enough of them, level at their feet, of one stroke and not of one shape."""
    if len(line) < LEAST_LETTERS:
        return False
    tall = float(np.median([mark.height for mark in line]))
    feet = np.array([mark.bottom for mark in line])
    slope, offset = np.polyfit([mark.left for mark in line], feet, 1)
    level = float(np.median(np.abs(feet - slope * np.array([mark.left for mark in line]) - offset)))
    strokes = np.array([mark.stroke for mark in line])
    return (
        level <= 0.10 * tall
        and abs(float(slope)) < 0.12
        and float(strokes.std() / strokes.mean()) < 0.32
        and float(np.std([mark.level for mark in line])) < MOST_UNEVEN
        and line[-1].right - line[0].left > 1.3 * tall
        and (len(line) > LEAST_LETTERS or float(np.ptp(feet)) <= 0.3 * tall)
    )


def _joined(line: list[Mark]) -> Mark:
    return replace(
        line[0],
        right=max(mark.right for mark in line),
        top=min(mark.top for mark in line),
        bottom=max(mark.bottom for mark in line),
        level=float(np.median([mark.level for mark in line])),
        letters=len(line),
    )


def _scaled(line: Mark, factor: int) -> Mark:
    sides = (line.left * factor, line.top * factor, line.right * factor, line.bottom * factor)
    return Mark(*sides, line.level, line.stroke * factor, line.is_dark, line.letters)


def _without_overlaps(lines: list[Mark]) -> list[Mark]:
    """Return lines of which none covers much of another: the one of most letters stays, and the wider of equals."""
    kept: list[Mark] = []
    for line in sorted(lines, key=lambda each: (-each.letters, each.left - each.right, each.top, each.left)):
        if all(_shared(line, other) < 0.3 for other in kept):
            kept.append(line)
    return kept


def _shared(line: Mark, other: Mark) -> float:
    across = min(line.right, other.right) - max(line.left, other.left)
    down = min(line.bottom, other.bottom) - max(line.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    areas = ((each.right - each.left) * each.height for each in (line, other))
    return across * down / min(areas)


def _percent(line: Mark, size: tuple[int, int]) -> Box:
    width, height = size
    sides = (line.left / width, line.top / height, line.right / width, line.bottom / height)
    left, top, right, bottom = (round(100 * min(1.0, max(0.0, float(each))), 1) for each in sides)
    return left, top, right, bottom
