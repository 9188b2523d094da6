"""Turns a picture by any angle, its edge as smooth as its inside.

Its edge is cut in tiles, for most tiles have none.
"""

import math
from collections.abc import Iterator
from enum import Enum, auto

import numpy as np
from PIL import Image, ImageChops

from limner.actions.aspect import Size
from limner.actions.stills import RGBA
from limner.actions.turns_shears import sheared

TILE = 256

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""
Affine = tuple[float, float, float, float, float, float]
"""Where in the picture a place (x, y) of the result lies: a x + b y + c, d x + e y + f."""


class Part(Enum):
    """What of the picture is in a tile."""

    NOTHING = auto()
    EDGE = auto()
    INSIDE = auto()


def turned_by(image: Image.Image, angle: float, size: Size, corner: RGBA) -> Image.Image:
    """Return the picture turned clockwise about its middle in a frame of `size`. angle: -45 to 45 degrees.

    The frame is RGB in the colour of the corners when both are opaque, and else see-through RGBA. The picture's
    border is drawn outwards before and its edge cut afterwards: were the edge interpolated like the rest, it would
    get a bright rim.
    """
    source = image.convert("RGBa") if image.mode == "RGBA" else image
    pixels = sheared(np.asarray(source), angle, size)
    turned = Image.frombuffer(source.mode, size, pixels, "raw", source.mode, 0, 1)
    cover = Image.new("L", (source.width + 2, source.height + 2))
    cover.paste(255, (1, 1, source.width + 1, source.height + 1))
    is_opaque = image.mode == "RGB" and corner[3] == 255
    frame = Image.new("RGB", size, corner[:3]) if is_opaque else Image.new("RGBA", size)
    whole = _way_back(cover.size, angle, size)
    for box in _tiles(size):
        part = _part_in(box, whole, cover.size)
        if part is not Part.NOTHING:
            mask = _edge(cover, box, whole) if part is Part.EDGE else None
            _place(frame, turned.crop(box), box, mask)
    return frame


def _edge(cover: Image.Image, box: Box, way: Affine) -> Image.Image:
    """Return how much of each pixel of a tile the picture covers, in mode L."""
    a, b, c, d, e, f = way
    from_corner = (a, b, a * box[0] + b * box[1] + c, d, e, d * box[0] + e * box[1] + f)
    size = (box[2] - box[0], box[3] - box[1])
    return cover.transform(size, Image.Transform.AFFINE, from_corner, Image.Resampling.BILINEAR)


def _place(frame: Image.Image, tile: Image.Image, box: Box, mask: Image.Image | None) -> None:
    """Put a tile into the frame: mixed with what an RGB frame has there, or with its coverage into an RGBA one."""
    if frame.mode == "RGB":
        frame.paste(tile, box, mask)
        return
    if tile.mode == "RGBa":
        tile = tile.convert("RGBA")
    if mask is not None:
        tile.putalpha(ImageChops.multiply(tile.getchannel("A"), mask) if tile.mode == "RGBA" else mask)
    frame.paste(tile, box)


def _way_back(source: Size, angle: float, size: Size) -> Affine:
    """Return the way from a frame of `size` to a picture in its middle that is turned clockwise."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = size[0] / 2, size[1] / 2
    left, top = source[0] / 2 - (cos * x + sin * y), source[1] / 2 - (-sin * x + cos * y)
    return cos, sin, left, -sin, cos, top


def _tiles(size: Size) -> Iterator[Box]:
    for top in range(0, size[1], TILE):
        for left in range(0, size[0], TILE):
            yield left, top, min(left + TILE, size[0]), min(top + TILE, size[1])


def _part_in(box: Box, way: Affine, cover: Size) -> Part:
    """Return what of the picture is in a tile: the tile's corners say it. cover: its size and a pixel to each side."""
    a, b, c, d, e, f = way
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    along = ([a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners])
    pairs = list(zip(along, cover, strict=True))
    if all(min(places) >= 2 and max(places) <= side - 2 for places, side in pairs):
        return Part.INSIDE
    if any(max(places) < 0 or min(places) > side for places, side in pairs):
        return Part.NOTHING
    return Part.EDGE
