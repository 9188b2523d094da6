"""Finds the head of a portrait without a trained model: by skin, and by the outline of the person."""

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.cutout_regions import regions

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the picture."""
SIDE = 256
UPPER = 0.66
"""A head is in this upper part of the person."""


def find_head(person: Image.Image) -> Box:
    """Return where the head is, hair included. person: mode RGBA, the person on nothing.

    The face is the largest region of skin colour high up in the person; a head is 1.5 times as wide as the skin
    that shows and reaches up to the outline. Without skin, it is the top of the outline.
    """
    scale = max(person.size) / SIDE
    size = (max(8, round(person.width / scale)), max(8, round(person.height / scale)))
    small = person.resize(size, Image.Resampling.BOX)
    alpha = to_unit(np.asarray(small.getchannel("A")))
    rows = np.nonzero((alpha > 0.5).any(axis=1))[0]
    if not len(rows):
        return 0.0, 0.0, float(person.width), float(person.height)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    face = _face(small, alpha, top + (bottom - top) * UPPER)
    left, upper, right, lower = face or _crown(alpha, top, bottom)
    if face:
        # Hair reaches up to the outline above the face, but a hat or a raised hand is no part of it.
        middle = slice(int(left), max(int(left) + 1, int(right)))
        crown = np.nonzero((alpha[:, middle] > 0.5).any(axis=1))[0]
        upper = max(float(crown[0]) if len(crown) else upper, upper - 0.6 * (lower - upper))
    return left * scale, upper * scale, right * scale, lower * scale


def has_face(person: Image.Image) -> bool:
    """Whether skin like a face's shows high up in a person on nothing, mode RGBA."""
    small = person.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    alpha = to_unit(np.asarray(small.getchannel("A")))
    rows = np.nonzero((alpha > 0.5).any(axis=1))[0]
    if not len(rows):
        return False
    return _face(small, alpha, rows[0] + (rows[-1] + 1 - rows[0]) * UPPER) is not None


def _face(small: Image.Image, alpha: Floats, lowest: float) -> Box | None:
    """Return the box of the skin that is most likely the face, or None."""
    color = np.asarray(small.convert("RGB").convert("YCbCr")).astype(np.float32)
    light, blue, red = np.moveaxis(color, -1, 0)
    # Source: Chai & Ngan 1999, doi:10.1109/76.767122, a little wider for warm light.
    skin = (blue > 75) & (blue < 129) & (red > 132) & (red < 176) & (light > 45) & (alpha > 0.5)
    skin[round(lowest) :] = False
    skin = smooth(skin.astype(np.float32), 1.6) > 0.55
    best, chosen = 0.0, None
    for region in regions(skin)[:12]:
        ys, xs = np.nonzero(region)
        width, height = float(np.ptp(xs)) + 1, float(np.ptp(ys)) + 1
        fill = len(ys) / (width * height)
        shape = np.exp(-(np.log(max(height, 1) / width / 1.15) ** 2) / 0.5)
        score = len(ys) * fill * shape * (1.2 - ys.mean() / skin.shape[0])
        if score > best and len(ys) > 0.004 * skin.size:
            best = float(score)
            chosen = (float(xs.min()), float(ys.min()), float(xs.max()) + 1, float(ys.max()) + 1)
    return chosen


def _crown(alpha: Floats, top: int, bottom: int) -> Box:
    """Return the top of an outline as a head: a third of the height at most."""
    height = max(4.0, (bottom - top) * 0.34)
    xs = np.nonzero((alpha[top : top + max(2, int(height * 0.7))] > 0.5).any(axis=0))[0]
    middle = float(xs.mean()) if len(xs) else alpha.shape[1] / 2
    half = min(height * 0.42, (float(np.ptp(xs)) + 1) / 2 if len(xs) else height)
    return middle - half, float(top), middle + half, top + height
