"""Blurs that look at colours: one that keeps edges, and one that takes a single colour."""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.blur_soft import enlarged, reduced_blur
from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
SMALL_PIXELS = 4_000_000
COLOUR_GRID = 33
"""Points per axis of the cube in which a colour's distance is looked up: eight 8-bit levels apart."""


def bilateral(image: Image.Image, radius: float, edge_threshold: float) -> Image.Image:
    """Return the picture smoothed within areas of like brightness, edges kept.

    radius: standard deviation in pixels. edge_threshold: how far apart, in percent of the range of
    brightness, neighbours still mix. Transparency is kept as it is.
    Source: Yang, Tan, Ahuja 2009, doi:10.1109/CVPR.2009.5206542: one blur per level of brightness, at
    reduced size, and each pixel takes the mean of the two levels that its own brightness lies between.
    """
    spread = max(2.0, edge_threshold * 2.55 / 2)
    levels = np.linspace(0, 255, max(3, int(np.ceil(255 / (1.25 * spread))) + 1))
    # Means over a radius need no more than two pixels of it; and 4 megapixels of floats fit any worker.
    factor = max(1, round(radius / 1.5), int(np.ceil(np.sqrt(image.width * image.height / SMALL_PIXELS))))
    colours = image.convert("RGB")
    guide = colours.convert("L")
    reduced = np.asarray(image.convert("RGBA").convert("RGBa").reduce(factor).convert("RGBA"))
    small, cover = reduced[..., :3].astype(np.float32), to_unit(reduced[..., 3])
    window = (0.0, 0.0, image.width / factor, image.height / factor)
    result = colours
    for before, level in zip([-1.0, *levels], levels, strict=False):
        mean = _mean_near(small, cover, float(level), spread, max(radius / factor, 0.3))
        layer = Image.fromarray(np.clip(mean + 0.5, 0, 255).astype(np.uint8))
        layer = layer.resize(image.size, Image.Resampling.BILINEAR, box=window)
        # Brighter pixels are covered again by the layers that follow.
        ramp = np.clip((np.arange(256) - before) / (level - before), 0, 1) * 255
        result = Image.composite(layer, result, guide.point([round(value) for value in ramp]))
    return _with_alpha_of(image, result)


def _mean_near(small: Floats, cover: Floats, level: float, spread: float, sigma: float) -> Floats:
    """Return the local mean of the pixels whose brightness is near `level`, counted as far as they cover."""
    away = (small @ LUMA - level) / spread
    weight = ((np.exp(-0.5 * away**2) + 1e-6) * (cover + 1e-6))[..., None]
    blurred = smooth(np.concatenate([small * weight, weight], axis=-1), sigma)
    return np.asarray(blurred[..., :3] / blurred[..., 3:], np.float32)


def target_colour(
    image: Image.Image,
    radius: float,
    colour: tuple[int, int, int],
    tolerance: float,
    *,
    inverted: bool = False,
) -> Image.Image:
    """Return the picture with only the areas near a colour blurred, or all others when `inverted`.

    tolerance: distance in CIE Lab that still counts as the colour, 0 to 100; the last third fades. The
    areas are blurred by themselves, so that their surroundings do not smear into them.
    """
    chosen = _closeness(image, colour, tolerance)
    if inverted:
        chosen = ImageChops.invert(chosen)
    if image.mode == "RGBA":
        chosen = ImageChops.multiply(chosen, image.getchannel("A"))
    base = image if image.mode == "RGB" else image.convert("RGB")
    alone = base.copy()
    alone.putalpha(chosen)
    small, factor = reduced_blur(alone.convert("RGBa"), radius)
    blurred = enlarged(small.convert("RGBA").convert("RGB"), image.size, factor)
    return _with_alpha_of(image, Image.composite(blurred, base, chosen))


def _closeness(image: Image.Image, colour: tuple[int, int, int], tolerance: float) -> Image.Image:
    """Return 255 where a pixel has the colour and 0 where not, in mode L, soft by a pixel.

    Looked up at half the size: enlarging it is what makes it soft.
    """
    wanted = srgb_to_lab(to_unit(np.array(colour, np.uint8)))
    fade = max(tolerance / 3, 1.0)
    axis = np.linspace(0.0, 1.0, COLOUR_GRID, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    apart = np.linalg.norm(srgb_to_lab(np.stack([red, green, blue], axis=-1)) - wanted, axis=-1)
    near = np.clip((tolerance + fade / 2 - apart) / fade, 0, 1).astype(np.float32)
    lookup = ImageFilter.Color3DLUT(COLOUR_GRID, np.repeat(near.ravel(), 3))
    half = _halved(image).filter(lookup).getchannel("R")
    window = (0.0, 0.0, image.width / 2, image.height / 2)
    return half.resize(image.size, Image.Resampling.BILINEAR, box=window)


def _halved(image: Image.Image) -> Image.Image:
    """Return the picture's colours at half the size; what is see-through lends none."""
    if image.mode == "RGB":
        return image.reduce(2)
    return image.convert("RGBa").reduce(2).convert("RGBA").convert("RGB")


def _with_alpha_of(image: Image.Image, result: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result
