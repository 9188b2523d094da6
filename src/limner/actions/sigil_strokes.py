"""Finds the strokes of a sigil: the outline of what a picture is about, and the strongest lines inside it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from limner.actions.canvas import lay
from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.line_chains import Line, trace
from limner.actions.line_edges import Edges, find_edges, thinned
from limner.actions.product import trimmed
from limner.actions.subject import find_subject, follow_edges
from limner.actions.svg import Points

WORK_SIDE = 480
MARGIN = 12
"""Pixels of nothing around the picture, so that what its border cuts is closed there."""
BORDER = 5
"""Pixels from the photo's border within which an outline is the border's."""
LEAST_PART = 30
"""Pixels that a part of an outline is long at the least."""
LEAST_SHARE, MOST_SHARE = 0.02, 0.93
"""A subject that fills less or more of the picture was not found."""
BACKING_STEP = 18
"""8-bit levels from a plain ground at which the object begins."""
FLAT = 1.0
"""A picture whose strongest edge is weaker, in Lab units per pixel, shows nothing."""
INNER_DETAIL = (4.5, 0.30)
"""What inner lines need: Lab units per pixel at least, and a part of the strongest's strength."""


def find_strokes(image: Image.Image, inner: int, warn: Callable[[str], None]) -> tuple[list[Line], Floats]:
    """Return the strokes in drawing order, and the silhouette, 0 to 1; both in one frame of pixels.

    inner: how many lines inside the outline at most.
    """
    small = image.copy()
    small.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.LANCZOS)
    mask = _padded(silhouette(small))
    photo = Image.new("RGB", mask.size, "white")
    lay(photo, small, (MARGIN, MARGIN))
    shape = to_unit(np.asarray(mask))
    outline = [line for line in _outline(mask) if line.length > 60]
    if image.mode != "RGBA":
        outline = [part for line in outline for part in _inside_frame(line, mask.size)]
        outline.sort(key=lambda line: -line.length)
    edges = find_edges(photo, rounds=3)
    if image.mode != "RGBA" and float(find_edges(small, rounds=0).strength.max()) < FLAT:
        return [], shape
    lines = _inner(edges, shape)
    if not outline:
        warn("inputs.image: no subject stands out; the sigil is drawn from the picture's strongest lines.")
        shape = np.zeros_like(shape)
        lines = _inner(edges, np.ones_like(shape))
    return [*outline[:6], *lines[:inner]], shape


def silhouette(image: Image.Image) -> Image.Image:
    """Return a mask of what the picture is about; empty where nothing stands out."""
    if image.mode == "RGBA":
        mask = image.getchannel("A")
    else:
        product = trimmed(image)
        if product.backing == "photo":
            mask = follow_edges(image, find_subject(image))
        else:
            step = ImageChops.difference(image, Image.new("RGB", image.size, product.color))
            strongest = np.asarray(step).max(axis=2)
            mask = Image.fromarray(((strongest > BACKING_STEP) * 255).astype(np.uint8))
    share = float(to_unit(np.asarray(mask)).mean())
    return mask if LEAST_SHARE < share < MOST_SHARE else Image.new("L", image.size)


def _padded(mask: Image.Image) -> Image.Image:
    padded = Image.new("L", (mask.width + 2 * MARGIN, mask.height + 2 * MARGIN))
    padded.paste(mask, (MARGIN, MARGIN))
    return padded


def _outline(mask: Image.Image) -> list[Line]:
    """Return the borders of a mask as closed lines, the longest first."""
    # Made hard, then soft again everywhere alike: a blurred part of the border is as much outline as a sharp one.
    calm = mask.point([0] * 128 + [255] * 128).filter(ImageFilter.GaussianBlur(2))
    crest, x, y = thinned(find_edges(Image.merge("RGB", [calm] * 3), rounds=0))
    top = float(crest.max())
    lines = trace(crest, x, y, 0.2 * top, 0.3 * top, 24) if top > 1 else []
    return sorted((replace(line, points=_rounded(line)) for line in lines), key=lambda line: -line.length)


def _inside_frame(line: Line, size: tuple[int, int]) -> list[Line]:
    """Return the parts of an outline that do not run along the photo's border: where it is cut, nothing ends."""
    low, high = MARGIN + BORDER, np.array(size) - MARGIN - BORDER
    free = ((line.points > low) & (line.points < high)).all(axis=1)
    if free.all():
        return [line]
    points = line.points
    if line.is_closed:
        first = int(np.argmin(free))
        points, free = np.roll(points, -first, axis=0), np.roll(free, -first)
    breaks = np.flatnonzero(np.diff(free.astype(np.int8))) + 1
    parts = [
        part for part, flag in zip(np.split(points, breaks), np.split(free, breaks), strict=True) if flag[0]
    ]
    lengths = [int(np.linalg.norm(np.diff(part, axis=0), axis=1).sum()) for part in parts]
    return [
        replace(line, points=part, is_closed=False, length=length)
        for part, length in zip(parts, lengths, strict=True)
        if length > LEAST_PART
    ]


def _inner(edges: Edges, shape: Floats) -> list[Line]:
    """Return the strongest lines that lie inside the silhouette, away from its border."""
    crest, x, y = thinned(edges)
    deep = _eroded(shape > 0.5, 7)
    crest = np.where(deep, crest, 0).astype(np.float32)
    top = float(crest.max())
    high = max(INNER_DETAIL[0], INNER_DETAIL[1] * top)
    lines = trace(crest, x, y, 0.35 * high, 0.8 * high, 9) if top > INNER_DETAIL[0] else []
    return [replace(line, points=_rounded(line)) for line in lines if line.length > 26]


def _eroded(inside: np.ndarray, steps: int) -> np.ndarray:
    for _ in range(steps):
        shrunk = inside.copy()
        shrunk[1:] &= inside[:-1]
        shrunk[:-1] &= inside[1:]
        shrunk[:, 1:] &= inside[:, :-1]
        shrunk[:, :-1] &= inside[:, 1:]
        inside = shrunk
    return inside


def _rounded(line: Line) -> Points:
    """Return the line's points, evenly spaced and calm: a sign, not a tracing."""
    points = np.concatenate([line.points, line.points[:1]]) if line.is_closed else line.points
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(4, int(along[-1] / 2))
    even = np.stack(
        [np.interp(np.linspace(0, along[-1], count), along, points[:, axis]) for axis in (0, 1)], -1
    )
    weights = np.hanning(11)[1:-1] / np.hanning(11).sum()
    if line.is_closed:
        ring = np.concatenate([even[-5:-1], even, even[1:5]])
    else:
        ring = (
            np.concatenate([2 * even[:1] - even[4:0:-1], even, 2 * even[-1:] - even[-2:-6:-1]])
            if count > 5
            else even
        )
    if len(ring) < count + 8:
        return even
    return np.stack([np.convolve(ring[:, axis], weights, "valid") for axis in (0, 1)], axis=-1)
