"""Finds the edges of a picture as people would draw them: of what stays when texture is smoothed away."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit

REACH = 5
"""Half the width of the edge-preserving filter, in pixels."""
SPACE, RANGE = 3.0, 9.0
"""Its standard deviations: in pixels, and in Lab units."""
TRANSPARENCY = 60.0
"""How many Lab units the edge of what is see-through counts as."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a picture changes: arrays of its shape. `normal_x`, `normal_y` point across the edge."""

    strength: Floats
    """In Lab units per pixel."""
    normal_x: Floats
    normal_y: Floats


def find_edges(image: Image.Image, rounds: int) -> Edges:
    """Return the edges of a picture. rounds: how often texture is smoothed, 0 to 4.

    The gradient of all channels together. Source: Di Zenzo 1986, doi:10.1016/0734-189X(86)90223-9
    """
    field = srgb_to_lab(to_unit(np.asarray(image.convert("RGB"))))
    if image.mode == "RGBA":
        alpha = to_unit(np.asarray(image.getchannel("A")))[..., None]
        field = np.concatenate([field * alpha, TRANSPARENCY * alpha], axis=-1)
    for _ in range(rounds):
        field = _calmed(_calmed(field, 0), 1)
    field = smooth(field, 0.8)
    across = np.gradient(field, axis=1) if field.shape[1] > 1 else np.zeros_like(field)
    down = np.gradient(field, axis=0) if field.shape[0] > 1 else np.zeros_like(field)
    xx, yy, xy = (
        smooth((first * second).sum(axis=-1).astype(np.float32), 0.9)
        for first, second in ((across, across), (down, down), (across, down))
    )
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    strength = np.sqrt(np.maximum(xx + yy + spread, 0) / 2)
    return Edges(strength.astype(np.float32), np.cos(angle), np.sin(angle))


def _calmed(field: Floats, axis: int) -> Floats:
    """Return a bilateral blur along one axis: neighbours count by nearness and by likeness.

    Source: Pham & van Vliet 2005, Separable Bilateral Filtering, doi:10.1109/ICME.2005.1521458
    """
    width = [(REACH, REACH) if each == axis else (0, 0) for each in range(field.ndim)]
    padded = np.pad(field, width, mode="edge")
    length = field.shape[axis]
    total = np.zeros_like(field)
    weights = np.zeros(field.shape[:2], np.float32)
    for step in range(2 * REACH + 1):
        part = padded[step : step + length] if axis == 0 else padded[:, step : step + length]
        apart = ((part - field) ** 2).sum(axis=-1)
        weight = np.exp(-apart / (2 * RANGE**2) - (step - REACH) ** 2 / (2 * SPACE**2)).astype(np.float32)
        total += part * weight[..., None]
        weights += weight
    return total / weights[..., None]


def thinned(edges: Edges) -> tuple[Floats, Floats, Floats]:
    """Return the strength along the crests of the edges, 0 elsewhere, and the crests' x and y below a pixel."""
    strength = edges.strength
    rows, columns = np.indices(strength.shape, dtype=np.float32)
    ahead = _sampled(strength, rows + edges.normal_y, columns + edges.normal_x)
    behind = _sampled(strength, rows - edges.normal_y, columns - edges.normal_x)
    is_crest = (strength >= ahead) & (strength > behind)
    bend = np.minimum(ahead - 2 * strength + behind, -1e-6)
    offset = np.clip(0.5 * (behind - ahead) / bend, -0.5, 0.5)
    crest = np.where(is_crest, strength, 0).astype(np.float32)
    return crest, columns + 0.5 + offset * edges.normal_x, rows + 0.5 + offset * edges.normal_y


def _sampled(field: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return the field between its pixels, bilinear; beyond its edges it is continued."""
    rows = np.clip(rows, 0, field.shape[0] - 1)
    columns = np.clip(columns, 0, field.shape[1] - 1)
    top = np.minimum(rows.astype(np.intp), max(0, field.shape[0] - 2))
    left = np.minimum(columns.astype(np.intp), max(0, field.shape[1] - 2))
    below, right = np.minimum(top + 1, field.shape[0] - 1), np.minimum(left + 1, field.shape[1] - 1)
    part_y, part_x = rows - top, columns - left
    upper = field[top, left] * (1 - part_x) + field[top, right] * part_x
    lower = field[below, left] * (1 - part_x) + field[below, right] * part_x
    return np.asarray(upper * (1 - part_y) + lower * part_y, np.float32)
