"""Works on one colour of a picture, or on all others: remove, replace or keep it: `filter-color-image`."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import Bytes, Floats, lab_to_srgb, srgb_to_lab, to_unit
from limner.actions.filter_looks import grayscale
from limner.actions.filter_match import nearness, shades
from limner.actions.job import Job, Made
from limner.actions.stills import RGBA, open_image, parse_color, save_image
from limner.types import Json, Kind

STRIP_ROWS = 256
STRIP_COLOURS = 400_000
EVERY_COLOUR = 1 << 24
LEAST_REST = 0.05
"""Less of a pixel than this says nothing about the colour that was mixed in."""

Edit: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Colours (n, 3) and how far each is chosen (n,), 0 to 1, to new colours and what is left of their alpha."""


def filter_color_image(job: Job) -> tuple[Made, ...]:
    """Remove, replace or keep a colour."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    job.progress(0.2, "Choosing")
    change = edit_of(job.params)
    pixels = np.array(image.convert("RGBA"))
    table = _table(pixels, change).view("<u4").ravel()  # rows of four bytes take thrice as long to look up
    job.progress(0.6, "Changing")
    for rows in _strips(pixels):
        changed = table.take(_codes(rows)).view(np.uint8).reshape(rows.shape)
        if image.mode == "RGBA":
            changed[..., 3] = (changed[..., 3] * rows[..., 3].astype(np.uint16) + 127) // 255
        rows[:] = changed
    job.progress(0.8, "Saving")
    path = save_image(Image.fromarray(pixels), job, "color-filtered", graphic=is_lossless(job))
    return (Made(Kind.IMAGE, path=path),)


def edit_of(params: Json) -> Callable[[Floats], Floats]:
    """Return what `params` ask for as a function of colours (n, 3) to colours with alpha (n, 4), 0 to 1."""
    mode, is_inverted = params["mode"], params["invert"]
    target = _unit(parse_color(params["target_color"], "params.target_color"))
    other = parse_color(params["replacement_color"], "params.replacement_color")
    tolerance, softness = float(params["tolerance"]), float(params["softness"])
    edits: dict[str, Edit] = {
        "remove": partial(_removed, None if is_inverted else target),
        "replace": partial(_replaced, srgb_to_lab(target), other),
        "keep": _greyed,
    }

    def change(colours: Floats) -> Floats:
        chosen = nearness(colours, target, tolerance, softness)
        if is_inverted != (mode == "keep"):
            chosen = 1 - chosen
        result = np.concatenate([colours, np.ones((len(colours), 1), np.float32)], axis=1)
        touched = chosen > 0
        result[touched, :3], result[touched, 3] = edits[mode](colours[touched], chosen[touched])
        return result

    return change


def _removed(target: Floats | None, colours: Floats, chosen: Floats) -> tuple[Floats, Floats]:
    """Make chosen colours see-through, and take what is left of the target out of half-chosen ones."""
    rest = 1 - chosen
    if target is not None:
        mixed_in = chosen[:, None] * target
        colours = np.clip((colours - mixed_in) / np.maximum(rest, LEAST_REST)[:, None], 0, 1)
    return colours, rest


def _replaced(target_lab: Floats, other: RGBA, colours: Floats, chosen: Floats) -> tuple[Floats, Floats]:
    """Put another colour in the place of the target, in the same shade, so that light and shadow stay."""
    lab = srgb_to_lab(colours)
    moved = lab_to_srgb(lab + shades(lab, target_lab) * (srgb_to_lab(_unit(other)) - target_lab))
    return colours + (moved - colours) * chosen[:, None], 1 - chosen * (1 - other[3] / 255)


def _greyed(colours: Floats, chosen: Floats) -> tuple[Floats, Floats]:
    """Turn chosen colours, which are all but the kept one, to grey of their luminance."""
    return colours + (grayscale(colours) - colours) * chosen[:, None], np.ones_like(chosen)


def _table(pixels: Bytes, change: Callable[[Floats], Floats]) -> Bytes:
    """Return the result for every colour that occurs, by its code.

    A photograph of 12 megapixels has about 300 000 colours: Lab for each of them is quick and exact.
    """
    occurs = np.zeros(EVERY_COLOUR, bool)
    for rows in _strips(pixels):
        occurs[_codes(rows)] = True
    table = np.zeros((EVERY_COLOUR, 4), np.uint8)
    codes = np.flatnonzero(occurs)
    for start in range(0, len(codes), STRIP_COLOURS):
        some = codes[start : start + STRIP_COLOURS]
        colours = np.stack([some & 255, some >> 8 & 255, some >> 16], axis=1).astype(np.uint8)
        table[some] = np.round(np.clip(change(to_unit(colours)), 0, 1) * 255)
    return table


def _strips(pixels: Bytes) -> list[Bytes]:
    return [pixels[top : top + STRIP_ROWS] for top in range(0, len(pixels), STRIP_ROWS)]


def _codes(rows: Bytes) -> NDArray[np.uint32]:
    """Return red, green and blue of rows of RGBA as one number, red in its lowest bits."""
    return rows.view("<u4")[..., 0] & np.uint32(EVERY_COLOUR - 1)


def _unit(color: RGBA) -> Floats:
    return to_unit(np.array(color[:3], np.uint8))
