"""Finds what stands on a plain ground, as a poster's words or a product do: cutting any of it off would ruin it."""

import numpy as np
from PIL import Image

from limner.actions.aspect import Size

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""

WORKING_SIDE = 640
GROUND_SPREAD = 12
"""Levels, of 255, that a place may differ from the ground and still be it."""
GROUND_SHARE = 0.97
"""The share of the outermost places that is the ground, where there is one."""
MARGIN = 0.05
"""The room that is left around the content, in parts of the picture's longer side, where it has so much."""


def content_box(image: Image.Image) -> Box | None:
    """Return the box of all that stands on a ground of one colour, with a margin.

    None: no one colour, or transparency, runs along the edges, or nothing stands on it.
    """
    scale = min(1.0, WORKING_SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = np.asarray(image.resize(size, Image.Resampling.BOX).convert("RGBA")).astype(np.int16)
    if min(size) < 3:
        return None
    small[small[:, :, 3] == 0] = 0  # the colour of what cannot be seen is nothing
    rim = np.concatenate([small[0], small[-1], small[1:-1, 0], small[1:-1, -1]])
    ground = np.median(rim, axis=0)
    if (np.abs(rim - ground).max(axis=1) <= GROUND_SPREAD).mean() < GROUND_SHARE:
        return None
    stands = np.abs(small - ground).max(axis=2) > GROUND_SPREAD
    columns, rows = stands.any(axis=0).nonzero()[0], stands.any(axis=1).nonzero()[0]
    if not len(columns):
        return None
    room = MARGIN * max(image.size)
    sides = (columns[0] / scale, rows[0] / scale, (columns[-1] + 1) / scale, (rows[-1] + 1) / scale)
    return (
        max(0, round(sides[0] - room)),
        max(0, round(sides[1] - room)),
        min(image.width, round(sides[2] + room)),
        min(image.height, round(sides[3] + room)),
    )


def window_around(box: Box, size: Size, within: Size) -> Box | None:
    """Return the window of `size` with a box in its middle, as far as the picture reaches; None: it is too small."""
    is_enough = box[2] - box[0] <= size[0] <= within[0] and box[3] - box[1] <= size[1] <= within[1]
    if not is_enough:
        return None
    left = min(max(0, (box[0] + box[2] - size[0]) // 2), within[0] - size[0])
    top = min(max(0, (box[1] + box[3] - size[1]) // 2), within[1] - size[1])
    return left, top, left + size[0], top + size[1]


def shortened(box: Box, size: Size, within: Size) -> Box:
    """Return the part of a picture that holds a box whole, cut on the side that is too long for the ratio of `size`."""
    if size[0] / within[0] < size[1] / within[1]:
        return box[0], 0, box[2], within[1]
    return 0, box[1], within[0], box[3]
