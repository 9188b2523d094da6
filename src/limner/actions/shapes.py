"""Draws shapes with smooth edges, on a picture or as a picture of their own."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from limner.actions.canvas import is_lossless, lay_ink, sheet
from limner.actions.job import Job, Made
from limner.actions.shapes_coverage import Coverage, bands, coverage
from limner.actions.shapes_outline import Box, Outline, Points, outline
from limner.actions.stills import RGBA, check_pixels, open_image, parse_color, save_image
from limner.types import Kind

CENTER_PERCENT, SIZE_PERCENT = 50.0, 40.0
"""What a part of `center` or `size` is when only the other part is given."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What an area is painted with; opacity 0 to 1."""

    color: RGBA
    opacity: float


def add_shape_to_image(job: Job) -> tuple[Made, ...]:
    """Draw a shape on a picture."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    is_drawn = draw(image, job)
    job.progress(0.8, "Saving")
    is_exact = not is_drawn or is_lossless(job)
    return (Made(Kind.IMAGE, save_image(image, job, "shape", graphic=is_exact)),)


def generate_shape_image(job: Job) -> tuple[Made, ...]:
    """Make a picture of a shape alone on a plain background."""
    size = (int(job.params["width"]), int(job.params["height"]))
    check_pixels(size, job.limits, "params.width")
    image = sheet(size, parse_color(job.params["background"], "params.background"))
    draw(image, job)
    job.progress(0.8, "Saving")
    return (Made(Kind.IMAGE, save_image(image, job, "shape", graphic=True)),)


def draw(image: Image.Image, job: Job) -> bool:
    """Draw the job's shape in place; whether it changed anything."""
    params = job.params
    fill = ink_of(job, "fill_color", float(params["fill_opacity"]) / 100)
    stroke_width = float(params["stroke_width"])
    stroke = ink_of(job, "stroke_color", 1.0 if stroke_width else 0.0)
    box = box_of(job, image.size)
    if box.width == 0 or box.height == 0 or fill.opacity == stroke.opacity == 0:
        return False
    edges = outline(params["shape"], box, stroke_width)
    left, top, right, bottom = _extent(edges.outer, image.size)
    if left >= right or top >= bottom:
        job.warn("params.center: the shape lies outside the picture, which stays as it is.")
        return False
    for first, end in bands(right - left, top, bottom):
        _paint(image, (left, first, right, end), edges, fill, stroke)
        job.progress(0.3 + 0.5 * (end - top) / (bottom - top), "Drawing")
    return True


def ink_of(job: Job, name: str, opacity: float) -> Ink:
    """Return the ink of a colour parameter; what the colour itself lets through counts too."""
    color = parse_color(job.params[name], f"params.{name}")
    return Ink(color, opacity * color[3] / 255)


def box_of(job: Job, size: tuple[int, int]) -> Box:
    """Return the box that is asked for in percent of the picture, in pixels."""
    center, extent = job.params["center"], job.params["size"]
    return Box(
        x=float(center.get("x", CENTER_PERCENT)) / 100 * size[0],
        y=float(center.get("y", CENTER_PERCENT)) / 100 * size[1],
        width=float(extent.get("x", SIZE_PERCENT)) / 100 * size[0],
        height=float(extent.get("y", SIZE_PERCENT)) / 100 * size[1],
        rotation=float(job.params["rotation"]),
    )


def _extent(points: Points, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the pixels that a polygon may touch: left, top, right, bottom, within the picture."""
    low, high = points.min(axis=0), points.max(axis=0)
    left, top = max(0, math.floor(low[0])), max(0, math.floor(low[1]))
    return left, top, min(size[0], math.ceil(high[0])), min(size[1], math.ceil(high[1]))


def _paint(
    image: Image.Image, band: tuple[int, int, int, int], edges: Outline, fill: Ink, stroke: Ink
) -> None:
    """Lay fill and stroke, side by side and not over each other, on one band of the picture."""
    left, top, right, bottom = band
    window = (left, top, right - left, bottom - top)
    whole = coverage(edges.outer, *window)
    part = image.crop(band)
    if edges.inner is edges.outer:
        _lay(part, whole * fill.opacity, fill)
    else:
        inside = coverage(edges.inner, *window) if edges.inner is not None else np.zeros_like(whole)
        stroked = np.maximum(whole - inside, 0) * stroke.opacity
        # The stroke is laid on the fill and thins it; this much more of the fill leaves as much as asked.
        _lay(part, np.minimum(inside * fill.opacity / np.maximum(1 - stroked, 1e-6), 1), fill)
        _lay(part, stroked, stroke)
    image.paste(part, band)


def _lay(part: Image.Image, share: Coverage, ink: Ink) -> None:
    """Paint on a part of the picture; share: how much of each pixel the ink hides, 0 to 1."""
    mask = Image.fromarray(np.rint(share * 255).astype(np.uint8))
    lay_ink(part, mask, (0, 0), (*ink.color[:3], 255))
