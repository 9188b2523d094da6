"""The outlines of shapes as polygons, turned and in place, each with the one that a stroke inside it leaves."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Corners in order, shape (n, 2): x to the right, y down, in pixels."""

ELLIPSE_CORNERS = 1024
"""Enough that the polygon stays within 0.05 pixels of an ellipse 20,000 pixels wide."""
STAR_WAIST = math.sin(math.radians(18)) / math.sin(math.radians(54))
"""The inner radius of a five-pointed star whose edges lie in line, as a share of the outer one."""


@dataclass(frozen=True, slots=True)
class Box:
    """The frame that a shape fills: its middle and its size in pixels, and its turn in degrees clockwise."""

    x: float
    y: float
    width: float
    """Above 0, as the height."""
    height: float
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape's outer edge, and the inner edge of its stroke.

    Both are the same object where there is no stroke; `inner` is None where the stroke leaves no room inside.
    """

    outer: Points
    inner: Points | None


def outline(shape: str, box: Box, stroke_width: float) -> Outline:
    """Return a shape in place; its stroke, `stroke_width` pixels wide, lies inside its edge.

    Rectangle, ellipse and triangle fill the box. Star and hexagon stay regular: the largest that fits,
    one point up, the middle of its extent in the middle of the box.
    """
    half_width, half_height = box.width / 2, box.height / 2
    if shape == "ellipse":
        outer, inner = _ellipse(half_width, half_height, stroke_width)
    elif shape == "rectangle":
        outer = _rectangle(half_width, half_height)
        depth = min(half_width, half_height) - stroke_width
        inner = _rectangle(half_width - stroke_width, half_height - stroke_width) if depth > 0 else None
    else:
        outer, centre = _tangential(shape, half_width, half_height)
        inner = _inset(outer, centre, stroke_width)
    placed = _placed(outer, box)
    if stroke_width == 0:
        return Outline(placed, placed)
    return Outline(placed, None if inner is None else _placed(inner, box))


def _rectangle(a: float, b: float) -> Points:
    return np.array([(-a, -b), (a, -b), (a, b), (-a, b)])


def _tangential(shape: str, a: float, b: float) -> tuple[Points, Points]:
    """Return the corners of a shape whose edges all touch one circle, and that circle's centre."""
    if shape == "triangle":
        slope = math.hypot(a, 2 * b)
        radius = 2 * a * b / (a + slope)
        return np.array([(0, -b), (a, b), (-a, b)]), np.array([0, b - radius])
    if shape == "hexagon":
        unit = _regular(6, 1.0)
    elif shape == "star":
        unit = _regular(5, STAR_WAIST)
    else:
        raise ValueError(f"there is no shape {shape!r}")
    low, high = unit.min(axis=0), unit.max(axis=0)
    scale = min(2 * a / (high[0] - low[0]), 2 * b / (high[1] - low[1]))
    centre = -(low + high) / 2 * scale
    return unit * scale + centre, centre


def _regular(points: int, waist: float) -> Points:
    """Return a regular polygon of radius 1 (waist 1), or a star with its inner corners at `waist`."""
    count = points if waist == 1.0 else 2 * points
    angles = np.arange(count) * (2 * math.pi / count)
    radii = np.where(np.arange(count) % 2, waist, 1.0)
    return np.stack([radii * np.sin(angles), -radii * np.cos(angles)], axis=1)


def _inset(outer: Points, centre: Points, width: float) -> Points | None:
    """Return the outline whose edges lie `width` further in: the same shape, smaller around the centre."""
    (x0, y0), (x1, y1) = outer[0] - centre, outer[1] - centre
    length = math.hypot(x1 - x0, y1 - y0)
    reach = abs(x0 * y1 - x1 * y0) / length  # from the centre to the edge
    if width >= reach:
        return None
    inset: Points = (outer - centre) * (1 - width / reach) + centre
    return inset


def _ellipse(a: float, b: float, width: float) -> tuple[Points, Points | None]:
    angles = np.arange(ELLIPSE_CORNERS) * (2 * math.pi / ELLIPSE_CORNERS)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    outer = circle * (a, b)
    if width == 0:
        return outer, outer
    if width >= min(a, b):
        return outer, None
    normals = circle * (b, a) / np.hypot(circle[:, 0] * b, circle[:, 1] * a)[:, None]
    inner = outer - width * normals
    # A wide stroke at a narrow end would cross itself: keep the points that no part of the edge is nearer to.
    reach = np.hypot(normals[:, 0] * a, normals[:, 1] * b)
    is_kept = ((inner @ normals.T) <= reach - width + 1e-6 * max(a, b)).all(axis=1)
    return outer, inner[is_kept]


def _placed(points: Points, box: Box) -> Points:
    turn = math.radians(box.rotation % 360)
    cos, sin = round(math.cos(turn), 15), round(math.sin(turn), 15)  # a quarter turn keeps edges exact
    placed: Points = points @ np.array([(cos, sin), (-sin, cos)]) + np.array([box.x, box.y])
    return placed
