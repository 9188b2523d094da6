"""Turns a photograph into a clean line drawing: a picture, and an SVG of strokes that can be edited."""

import numpy as np
from PIL import Image

from limner.actions.canvas import lay, sheet
from limner.actions.job import Job, Made
from limner.actions.line_chains import Line, trace
from limner.actions.line_edges import Edges, find_edges, thinned
from limner.actions.stills import check_pixels, open_image, parse_color, save_image
from limner.actions.svg import curve, document, number, render, write_svg
from limner.types import Kind

WORK_SIDE = 1000
"""Lines are found at this longer side: finer detail is texture, not shape."""
LEAST_SIDE, MOST_SIDE = 1200, 4096
"""The longer side of the drawing in pixels: a small picture's lines are drawn larger, a huge one's smaller."""
MOST_LINES = 4000
WEIGHTS = {"outlines": 1.5, "shapes": 1.0, "details": 0.62}
"""Widths of the three groups of lines, in parts of the width asked for."""


def wireframe_image(job: Job) -> tuple[Made, ...]:
    """Draw the edges of a picture as smooth strokes of three weights."""
    picture = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    detail = float(job.params["detail"]) / 100
    color = parse_color(job.params["color"], "params.color")
    paper = parse_color(job.params["background"], "params.background")
    size = drawing_size(picture.size)
    check_pixels(size, job.limits, "inputs.image")
    small = picture.copy()
    small.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.LANCZOS)
    job.progress(0.1, "Smoothing texture away")
    edges = find_edges(small, rounds=4 - round(3 * detail))
    job.progress(0.5, "Tracing lines")
    lines = find_lines(edges, detail)
    if not lines:
        job.warn("inputs.image: has no edges to draw; try more detail.")
    scale = size[0] / small.width
    width = float(job.params["line_width"]) * max(size) / 1000
    svg = document(
        size, draw_lines(lines, scale, width, "#{:02x}{:02x}{:02x}".format(*color[:3])), "Wireframe"
    )
    job.progress(0.7, "Drawing")
    canvas = sheet(size, paper)
    lay(canvas, render(svg, size), (0, 0))
    path = save_image(canvas, job, "wireframe", graphic=True)
    return (Made(Kind.IMAGE, path), Made(Kind.DOCUMENT, write_svg(svg, job, "wireframe")))


def drawing_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the picture's own size, or one of its ratio within the bounds."""
    longer = max(size)
    scale = min(MOST_SIDE, max(LEAST_SIDE, longer)) / longer
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def find_lines(edges: Edges, detail: float) -> list[Line]:
    """Return the lines worth drawing. detail: 0 (only the strongest outlines) to 1."""
    crest, x, y = thinned(edges)
    seen = crest[crest > 0.6]
    if not len(seen):
        return []
    strong = float(np.percentile(seen, 97))
    high = max(2.4 - 1.4 * detail, strong * (0.4 - 0.3 * detail))
    shortest = max(4, round((34 - 24 * detail) * max(crest.shape) / WORK_SIDE))
    return trace(crest, x, y, high * 0.38, high, shortest)[:MOST_LINES]


def draw_lines(lines: list[Line], scale: float, width: float, color: str) -> list[str]:
    """Return the lines as groups of paths by weight, the heaviest last, on top."""
    groups: dict[str, list[Line]] = {name: [] for name in WEIGHTS}
    worth = [line.strength * min(1.0, line.length / 60) for line in lines]
    middle = float(np.percentile(worth, 80)) if worth else 0.0
    for line, value in zip(lines, worth, strict=True):
        groups[
            "outlines" if value >= 0.95 * middle else "shapes" if value > 0.4 * middle else "details"
        ].append(line)
    body = [f'<g fill="none" stroke="{color}" stroke-linecap="round" stroke-linejoin="round">']
    for name in reversed(WEIGHTS):
        body.append(f'<g id="{name}" stroke-width="{number(max(0.5, width * WEIGHTS[name]))}">')
        body += [
            f'<path d="{curve(each.points * scale, is_closed=each.is_closed)}"/>' for each in groups[name]
        ]
        body.append("</g>")
    return [*body, "</g>"]
