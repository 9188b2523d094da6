"""Prepares product pictures for a page: trims plain borders, evens exposure, fits them to their cell."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageChops

from limner.actions.aspect import Size, contain_size
from limner.actions.canvas import lay
from limner.actions.reframe import best_place, is_safe, narrow
from limner.actions.saliency import saliency
from limner.actions.stills import RGBA

Backing = Literal["photo", "clear", "light", "plain"]

EDGE_SPREAD = 8.0
"""Largest standard deviation of an edge, in 8-bit levels, that counts as plain."""
EDGE_DIFFERENCE = 14.0
OBJECT_DIFFERENCE = 16
LIGHT_BACKING = 228
AIR = 0.08
FILL_SIDE = 0.88
FILL_AREA = 0.70
"""A cut-out takes at most this share of its cell's sides, and of the root of its area: one visual scale."""
CUT_MASS = 0.6
"""A cell may cut a photograph that keeps its subject and this share of what draws the eye."""
CUT_MASS_ALONE, WHOLE = 0.8, 0.99
"""What makes a cut good enough that touches the subject; the share of it from which on it does not."""
LARGEST_SIDE = 1800
GAMMA_RANGE = (0.84, 1.19)


@dataclass(frozen=True, slots=True)
class Product:
    """A picture with its border trimmed, and what stood behind the object."""

    image: Image.Image
    backing: Backing
    color: tuple[int, int, int] = (255, 255, 255)

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.image.width / self.image.height


def trimmed(image: Image.Image) -> Product:
    """Return the picture cut to its object where that stands free: on transparency or on one plain colour."""
    if image.mode == "RGBA":
        box = image.getchannel("A").point([0] * 12 + [255] * 244).getbbox()
        return Product(image.crop(box) if box else image, "clear")
    pixels = np.asarray(image)
    edges = [edge.astype(np.float32) for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])]
    means = np.array([edge.mean(axis=0) for edge in edges])
    spread = max(float(edge.std(axis=0).max()) for edge in edges)
    if spread > EDGE_SPREAD or float(np.ptp(means, axis=0).max()) > EDGE_DIFFERENCE:
        return Product(image, "photo")
    red, green, blue = (round(float(value)) for value in means.mean(axis=0))
    difference = ImageChops.difference(image, Image.new("RGB", image.size, (red, green, blue)))
    strongest = np.asarray(difference).max(axis=2) > OBJECT_DIFFERENCE
    box = Image.fromarray((strongest * 255).astype(np.uint8)).getbbox()
    if box is None:
        return Product(image, "photo")
    backing: Backing = "light" if min(red, green, blue) >= LIGHT_BACKING else "plain"
    return Product(image.crop(_with_air(box, image.size)), backing, (red, green, blue))


def _with_air(box: tuple[int, int, int, int], size: Size) -> tuple[int, int, int, int]:
    """Return the box with room around it for what the threshold misses: the tail of a soft shadow."""
    air = round(AIR * max(box[2] - box[0], box[3] - box[1]))
    return max(0, box[0] - air), max(0, box[1] - air), min(size[0], box[2] + air), min(size[1], box[3] + air)


def shrunk(image: Image.Image) -> Image.Image:
    """Return the picture no larger than a page needs, so that nine large ones fit in memory."""
    factor = max(image.size) // LARGEST_SIDE
    return image.reduce(factor) if factor > 1 else image


def evened(products: list[Product]) -> list[Product]:
    """Return the pictures with their exposure brought gently towards their common middle."""
    if len(products) < 2:
        return products
    lights = [_middle_light(product) for product in products]
    target = float(np.median(lights))
    return [_with_gamma(each, light, target) for each, light in zip(products, lights, strict=True)]


def _middle_light(product: Product) -> float:
    """Return the mean lightness of the object, 0 to 1, without a light backing or transparency."""
    small = product.image.reduce(max(1, max(product.image.size) // 256))
    light = np.asarray(small.convert("L")).astype(np.float32)
    if product.backing == "clear":
        weight = np.asarray(small.getchannel("A")).astype(np.float32)
    elif product.backing == "light":
        weight = (light < LIGHT_BACKING).astype(np.float32)
    else:
        weight = np.ones_like(light)
    total = float(weight.sum())
    return float((light * weight).sum() / total / 255) if total > 0 else 0.5


def _with_gamma(product: Product, light: float, target: float) -> Product:
    wanted = np.log(max(target, 0.02)) / np.log(min(max(light, 0.02), 0.98))
    # Half of the way: a dark product among light ones should stay the darker one.
    gamma = float(np.clip(1 + (wanted - 1) * 0.5, *GAMMA_RANGE))
    curve = [round(255 * (value / 255) ** gamma) for value in range(256)]
    bands = [band.point(curve) for band in product.image.split()[:3]]
    image = Image.merge("RGB", bands)
    if product.backing == "clear":
        image.putalpha(product.image.getchannel("A"))
    red, green, blue = (curve[value] for value in product.color)
    return Product(image, product.backing, (red, green, blue))


def in_cell(product: Product, size: Size, panel: RGBA) -> Image.Image:
    """Return the picture of a cell: a photograph fills it, an object stands free in its middle.

    panel: what stands behind objects that have no colour of their own behind them.
    """
    if product.backing == "photo":
        return _photograph(product.image, size, panel)
    ground = product.color if product.backing == "plain" else panel[:3]
    cell = Image.new("RGB", size, ground)
    air = 1 + 2 * AIR if product.backing == "clear" else 1.0
    room = (max(1, round(size[0] * FILL_SIDE / air)), max(1, round(size[1] * FILL_SIDE / air)))
    fitted = contain_size(product.image.size, room)
    shrink = min(1.0, FILL_AREA / air * (size[0] * size[1]) ** 0.5 / (fitted[0] * fitted[1]) ** 0.5)
    fitted = (max(1, round(fitted[0] * shrink)), max(1, round(fitted[1] * shrink)))
    thing = scaled(product.image, fitted)
    place = ((size[0] - fitted[0]) // 2, (size[1] - fitted[1]) // 2)
    if product.backing == "light":
        # Multiplied, a white backing becomes the panel, and the product's own shadow stays.
        whitened = _whitened(thing, product.color)
        thing = ImageChops.multiply(whitened, Image.new("RGB", fitted, ground))
    if product.backing != "clear":
        thing.putalpha(_feather(fitted))
    lay(cell, thing, place)
    return cell


def _feather(size: Size) -> Image.Image:
    """Return a mask that fades to the edges, over half of the air around the object."""
    reach = max(1, round(max(size) * AIR / 2))
    ramps = [
        np.minimum(1, (np.minimum(np.arange(side), np.arange(side)[::-1]) + 0.5) / reach) for side in size
    ]
    mask = np.minimum(ramps[1][:, None], ramps[0][None, :])
    return Image.fromarray((mask * 255).astype(np.uint8))


def _whitened(image: Image.Image, backing: tuple[int, int, int]) -> Image.Image:
    curves = [[min(255, round(value * 255 / max(1, level - 3))) for value in range(256)] for level in backing]
    return Image.merge("RGB", [band.point(curve) for band, curve in zip(image.split(), curves, strict=True)])


def _photograph(image: Image.Image, size: Size, panel: RGBA) -> Image.Image:
    """Return a photograph cut to a cell; where that would cut its subject, whole on the panel, as behind a mat."""
    scale = min(image.width / size[0], image.height / size[1])
    window = (
        max(1, min(image.width, round(size[0] * scale))),
        max(1, min(image.height, round(size[1] * scale))),
    )
    found = saliency(image)
    place, kept = best_place(image, found, window)
    if is_safe(kept) or kept.mass > (CUT_MASS if kept.core >= WHOLE else CUT_MASS_ALONE):
        box = (*place, place[0] + window[0], place[1] + window[1])
        return scaled(image.crop(box), size)
    part = narrow(image, found, window)
    mat = Image.new("RGB", size, panel[:3])
    fitted = scaled(part, contain_size(part.size, size))
    lay(mat, fitted, ((size[0] - fitted.width) // 2, (size[1] - fitted.height) // 2))
    return mat


def scaled(image: Image.Image, size: Size) -> Image.Image:
    """Return the picture at a size; enlarged without the rings that the sharper filter leaves."""
    is_larger = size[0] > image.width
    return image.resize(size, Image.Resampling.BICUBIC if is_larger else Image.Resampling.LANCZOS)
