"""Writes drawings as SVG and makes pictures of them, the same on every machine."""

import io
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.fonts import FOLDER
from limner.actions.job import Job, no_result

Points = NDArray[np.float64]
"""Places in order, shape (n, 2): x to the right, y down."""
FONT_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "LimnerSerifDisplay-Regular.ttf")


def document(size: tuple[int, int], body: Iterable[str], title: str = "") -> str:
    """Return a whole SVG of a size in pixels."""
    head = f"<title>{escape(title)}</title>\n" if title else ""
    width, height = size
    sides = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" {sides}>'
    return f"{opened}\n{head}" + "\n".join(body) + "\n</svg>\n"


def render(svg: str, size: tuple[int, int], fonts: Iterable[str] = FONT_FILES) -> Image.Image:
    """Return the picture of an SVG at a size of its ratio, RGB or RGBA; only bundled fonts are used.

    fonts: the files of those that it names.

    Raises: StepFailed, when it cannot be drawn.
    """
    import resvg_py

    try:
        data = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=size[0],
            height=size[1],
            skip_system_fonts=True,
            font_files=[str(FOLDER / name) for name in fonts],
        )
    except ValueError as error:
        raise no_result("drawing", error) from error
    with Image.open(io.BytesIO(bytes(data)), formats=("PNG",)) as image:
        image.load()
        return image.convert("RGBA")


def write_svg(svg: str, job: Job, name: str) -> Path:
    """Write an SVG into the job's folder and return its path. name: without suffix."""
    path = job.new_file(f"{name}.svg")
    path.write_text(svg, encoding="utf-8", newline="\n")
    return path


def curve(points: Points, *, is_closed: bool) -> str:
    """Return the path data of a smooth line through points, as cubic Béziers.

    At each point it runs as its neighbours lie. Handles are as long as their own piece allows: with those of the
    spline of Catmull and Rom, a short piece beside a long one would overshoot.
    """
    if len(points) == 2:
        return f"M{_pair(points[0])}L{_pair(points[1])}"
    if is_closed:
        ring = np.concatenate([points[-1:], points, points[:2]])
    else:
        ring = np.concatenate([points[:1], points, points[-1:]])
    pieces = np.linalg.norm(np.diff(ring, axis=0), axis=1)[1:-1, None]
    along = ring[2:] - ring[:-2]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    first = ring[1:-2] + along[:-1] * pieces / 3
    second = ring[2:-1] - along[1:] * pieces / 3
    parts = [f"M{_pair(ring[1])}"]
    for one, two, end in zip(first, second, ring[2:-1], strict=True):
        parts.append(f"C{_pair(one)} {_pair(two)} {_pair(end)}")
    return "".join(parts) + ("Z" if is_closed else "")


def simplified(points: Points, tolerance: float) -> Points:
    """Return the fewest of the points that stay within a distance of all of them, ends kept.

    Source: Douglas & Peucker 1973, doi:10.3138/FM57-6770-U75U-7727
    """
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        away = _distances(points[first + 1 : last], points[first], points[last])
        far = int(away.argmax())
        if away[far] > tolerance:
            middle = first + 1 + far
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[keep]


def _distances(points: Points, start: Points, end: Points) -> Points:
    along = end - start
    length = float(np.hypot(*along))
    offset = points - start
    if length < 1e-9:
        return np.asarray(np.hypot(offset[:, 0], offset[:, 1]))
    return np.asarray(np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]) / length)


def _pair(point: Points) -> str:
    return f"{number(float(point[0]))},{number(float(point[1]))}"


def number(value: float) -> str:
    """Return a number with at most one decimal, as short as SVG allows."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
