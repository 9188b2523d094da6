"""Joins the pixels of thin edges into lines, smooths them, and keeps those worth drawing."""

from dataclasses import dataclass

import numpy as np

from limner.actions.colour_spaces import Floats
from limner.actions.svg import Points, simplified

AROUND = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1))
"""The eight neighbours of a pixel, rows and columns."""
SMOOTHING = (0.06, 0.24, 0.4, 0.24, 0.06)
TOLERANCE = 0.45
"""Pixels by which a simplified line may leave the edge."""
LONG_GAIN = 2.2
"""How many times the strength of a long line counts."""
LEAST_SEED = 0.5
"""No line is begun where an edge is weaker than this part of the strength that a line must have."""
FADED = 0.45
"""The ends of a line that are weaker than this part of its middle run past a corner, and are cut off."""

Pixel = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line to draw. strength: the mean of the edge below it, in Lab units per pixel. length: in pixels."""

    points: Points
    is_closed: bool
    strength: float
    length: int


def trace(crest: Floats, x: Floats, y: Floats, low: float, high: float, shortest: int) -> list[Line]:
    """Return the lines along the crests, the strongest first.

    low: strength at which a line may go on. high: which its mean must reach; that of long lines, which are shapes,
    may be lower, that of short ones, which are texture, must be higher. shortest: in pixels.
    """
    rows, columns = np.nonzero(crest >= low)
    strengths = crest[rows, columns]
    free: dict[Pixel, float] = {
        (int(row), int(column)): float(value)
        for row, column, value in zip(rows, columns, strengths, strict=True)
    }
    lines: list[Line] = []
    for index in np.argsort(-strengths, kind="stable"):
        start = (int(rows[index]), int(columns[index]))
        if strengths[index] < high * LEAST_SEED:
            break
        if start not in free:
            continue
        chain = _trimmed(_chain(free, start), crest)
        mean = float(np.mean([crest[pixel] for pixel in chain]))
        if len(chain) >= shortest and mean * min(LONG_GAIN, len(chain) / (4 * shortest)) >= high:
            lines.append(_line(chain, crest, x, y))
    return sorted(lines, key=lambda line: -line.strength * line.length**0.5)


def _chain(free: dict[Pixel, float], start: Pixel) -> list[Pixel]:
    """Take the pixels of one line out of those that are free, and return them in order."""
    del free[start]
    ahead = _walk(free, start, None)
    heading = (start[0] - ahead[0][0], start[1] - ahead[0][1]) if ahead else None
    return [*reversed(_walk(free, start, heading)), start, *ahead]


def _walk(free: dict[Pixel, float], place: Pixel, heading: Pixel | None) -> list[Pixel]:
    """Go from pixel to pixel, as straight as the edge allows, taking those beside the way along."""
    way: list[Pixel] = []
    while True:
        near = [
            (place[0] + row, place[1] + column)
            for row, column in AROUND
            if (place[0] + row, place[1] + column) in free
        ]
        open_ways = [pixel for pixel in near if heading is None or _turn(place, pixel, heading) > -0.1]
        if not open_ways:
            return way
        best = max(open_ways, key=lambda pixel: _worth(free, place, pixel, heading))
        for pixel in near:
            # Beside the way lies the same edge, which would become a second line.
            if pixel == best or max(abs(pixel[0] - best[0]), abs(pixel[1] - best[1])) <= 1:
                del free[pixel]
        step = (best[0] - place[0], best[1] - place[1])
        heading = step if heading is None else (step[0] * 2 + heading[0], step[1] * 2 + heading[1])
        heading = (max(-4, min(4, heading[0])), max(-4, min(4, heading[1])))
        way.append(best)
        place = best


def _turn(place: Pixel, pixel: Pixel, heading: Pixel) -> float:
    """Return the cosine of the turn from a heading to a neighbour."""
    row, column = pixel[0] - place[0], pixel[1] - place[1]
    size = ((row * row + column * column) * (heading[0] ** 2 + heading[1] ** 2)) ** 0.5
    return (row * heading[0] + column * heading[1]) / size if size else 0.0


def _worth(free: dict[Pixel, float], place: Pixel, pixel: Pixel, heading: Pixel | None) -> float:
    straight = _turn(place, pixel, heading) if heading else 0.0
    return free[pixel] * (1.3 + straight)


def _trimmed(chain: list[Pixel], crest: Floats) -> list[Pixel]:
    """Return the line without its faded ends."""
    strengths = np.array([crest[pixel] for pixel in chain])
    kept = np.nonzero(strengths >= FADED * np.median(strengths))[0]
    return chain[kept[0] : kept[-1] + 1]


def _line(chain: list[Pixel], crest: Floats, x: Floats, y: Floats) -> Line:
    rows, columns = np.array(chain).T
    points = np.stack([x[rows, columns], y[rows, columns]], axis=-1).astype(np.float64)
    is_closed = len(chain) > 12 and float(np.hypot(*(points[0] - points[-1]))) < 2.6
    calm = _smoothed(_smoothed(points, is_closed), is_closed)
    kept = simplified(np.concatenate([calm, calm[:1]]) if is_closed else calm, TOLERANCE)
    if is_closed:
        kept = kept[:-1]
    return Line(kept, is_closed and len(kept) > 2, float(crest[rows, columns].mean()), len(chain))


def _smoothed(points: Points, is_closed: bool) -> Points:
    """Return the points, each drawn to its neighbours along the line; open ends stay."""
    if len(points) < 5:
        return points
    reach = len(SMOOTHING) // 2
    padded = np.concatenate(
        [points[-reach:], points, points[:reach]]
        if is_closed
        else [np.repeat(points[:1], reach, 0), points, np.repeat(points[-1:], reach, 0)]
    )
    calm = sum(weight * padded[step : step + len(points)] for step, weight in enumerate(SMOOTHING))
    result = np.asarray(calm)
    if not is_closed:
        result[0], result[-1] = points[0], points[-1]
    return result
