"""Turns a picture by any angle, its edge as smooth as its inside."""

import math

import numpy as np
from PIL import Image, ImageChops

from limner.actions.aspect import Size
from limner.actions.shapes_coverage import coverage_mask
from limner.actions.shapes_outline import Box, outline

RIM = 3
"""Pixels: what bicubic interpolation reaches beyond a smooth edge."""


def turned_by(image: Image.Image, angle: float, size: Size) -> Image.Image:
    """Return the picture turned about its middle in a see-through frame of `size`, in mode RGBA.

    Its border is drawn outwards before and its edge cut afterwards: were the edge interpolated like the
    rest, it would get a bright rim.
    """
    array = np.asarray(image)
    rimmed = Image.fromarray(np.pad(array, ((RIM, RIM), (RIM, RIM), (0, 0)), mode="edge"))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = size[0] / 2, size[1] / 2
    left = rimmed.width / 2 - (cos * x + sin * y)
    top = rimmed.height / 2 - (-sin * x + cos * y)
    data = (cos, sin, left, -sin, cos, top)  # where in the picture a place of the result lies
    turned = rimmed.transform(size, Image.Transform.AFFINE, data, Image.Resampling.BICUBIC)
    edge = outline("rectangle", Box(x, y, image.width, image.height, angle), 0).outer
    mask = coverage_mask(edge, size)
    alpha = ImageChops.multiply(turned.getchannel("A"), mask) if turned.mode == "RGBA" else mask
    turned.putalpha(alpha)
    return turned
