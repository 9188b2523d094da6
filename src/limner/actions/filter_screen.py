"""Halftone: a picture as round dots of ink on paper, on a turned grid."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from limner.actions.colour_spaces import LUMINANCE, Bytes, Floats, bytes_to_linear, to_unit
from limner.actions.colour_tones import raise_contrast
from limner.actions.stills import RGBA

STRIP_ROWS = 128
AUTO_DOTS = 90
"""Dots along the shorter side when no size is given."""


CONTRAST = 0.3
"""How much the tones are steepened first: dots carry fewer of them than the picture has."""


def halftone(image: Image.Image, dot_px: float, angle: float, ink: RGBA, paper: RGBA) -> Image.Image:
    """Return the picture in dots, their edges smooth at any size.

    dot_px: distance of dots; 0 takes 1/90 of the shorter side. angle: degrees clockwise. Dots grow where
    the picture is dark, or where it is light if the ink is lighter than the paper.
    """
    pitch = max(2.0, dot_px or min(image.size) / AUTO_DOTS)
    tones = _radii(image, pitch, grows_with_light=_light(ink) > _light(paper))
    cover = np.concatenate(list(_coverage(tones, image.size, pitch, np.radians(angle))))
    mask = Image.fromarray(cover)
    printed = Image.composite(Image.new("RGBA", image.size, ink), Image.new("RGBA", image.size, paper), mask)
    if image.mode == "RGBA":
        both = np.minimum(np.asarray(printed.getchannel("A")), np.asarray(image.getchannel("A")))
        printed.putalpha(Image.fromarray(both))
    elif ink[3] == paper[3] == 255:
        printed = printed.convert("RGB")
    return printed


def _light(color: RGBA) -> float:
    if color[3] == 0:
        return 1.0
    return float(bytes_to_linear(np.array(color[:3], np.uint8)) @ LUMINANCE)


def _radii(image: Image.Image, pitch: float, *, grows_with_light: bool) -> Floats:
    """Return the radius in pixels of a dot at each point of a copy of the picture, a dot to a few points."""
    scale = min(1.0, 2.0 / pitch)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.convert("L").resize(size, Image.Resampling.BOX)
    grey = raise_contrast(to_unit(np.asarray(small)), CONTRAST)
    share = grey if grows_with_light else 1 - grey
    return (np.interp(share, *_areas()) * pitch).astype(np.float32)


def _areas() -> tuple[Floats, Floats]:
    """Return the share of its cell that a dot covers, and its radius in cells; above 0.5 dots overlap."""
    radius = np.linspace(0, np.sqrt(0.5), 200)
    safe = np.maximum(radius, 0.5)
    overlap = 4 * (safe**2 * np.arccos(0.5 / safe) - 0.5 * np.sqrt(safe**2 - 0.25))
    return (np.pi * radius**2 - overlap).astype(np.float32), radius.astype(np.float32)


def _coverage(radii: Floats, size: tuple[int, int], pitch: float, turn: float) -> Iterator[Bytes]:
    """Return how much ink lies on each pixel, 0 to 255, strip by strip: the most that a near dot gives."""
    width, height = size
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    x = np.arange(width, dtype=np.float32)[None] + 0.5 - width / 2
    for top in range(0, height, STRIP_ROWS):
        y = np.arange(top, min(top + STRIP_ROWS, height), dtype=np.float32)[:, None] + 0.5 - height / 2
        along, across = (x * cos + y * sin) / pitch, (y * cos - x * sin) / pitch
        cover = np.zeros(along.shape, np.float32)
        first, second = np.floor(along), np.floor(across)
        for u, v in ((first, second), (first + 1, second), (first, second + 1), (first + 1, second + 1)):
            centre_x = np.asarray((u * cos - v * sin) * pitch, np.float32)
            centre_y = np.asarray((u * sin + v * cos) * pitch, np.float32)
            radius = _sample(radii, centre_x, centre_y, size)
            away = np.hypot(along - u, across - v) * pitch
            np.maximum(cover, np.minimum(radius - away + 0.5, 2 * radius), out=cover)
        yield (np.clip(cover, 0, 1) * 255 + 0.5).astype(np.uint8)


def _sample(radii: Floats, x: Floats, y: Floats, size: tuple[int, int]) -> Floats:
    """Return the radius at points given from the middle of the picture; beyond its edge, the edge's."""
    rows, columns = radii.shape
    column = np.clip((x / size[0] + 0.5) * columns, 0, columns - 1).astype(np.intp)
    row = np.clip((y / size[1] + 0.5) * rows, 0, rows - 1).astype(np.intp)
    return np.asarray(radii[row, column], np.float32)
