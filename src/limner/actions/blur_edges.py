"""Blurs that look at colours: one that keeps edges, and one that takes a single colour."""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.blur_soft import gaussian_blur
from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit
from limner.actions.filter_lookup import through_cube

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
SMALL_PIXELS = 4_000_000


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
    mask = _closeness(image, colour, tolerance)
    chosen = (ImageChops.invert(mask) if inverted else mask).filter(ImageFilter.GaussianBlur(1))
    base = image.convert("RGB")
    alone = base.copy()
    alone.putalpha(ImageChops.multiply(chosen, _alpha(image)))
    blurred = gaussian_blur(alone.convert("RGBa"), radius).convert("RGBA").convert("RGB")
    return _with_alpha_of(image, Image.composite(blurred, base, ImageChops.multiply(chosen, _alpha(image))))


def _closeness(image: Image.Image, colour: tuple[int, int, int], tolerance: float) -> Image.Image:
    """Return 255 where a pixel has the colour and 0 where not, in mode L."""
    wanted = srgb_to_lab(to_unit(np.array(colour, np.uint8)))
    fade = max(tolerance / 3, 1.0)

    def near(colours: Floats) -> Floats:
        apart = np.linalg.norm(srgb_to_lab(colours) - wanted, axis=-1, keepdims=True)
        return np.broadcast_to((tolerance + fade / 2 - apart) / fade, colours.shape)

    return through_cube(near)(image.convert("RGB")).getchannel("R")


def _alpha(image: Image.Image) -> Image.Image:
    return image.getchannel("A") if image.mode == "RGBA" else Image.new("L", image.size, 255)


def _with_alpha_of(image: Image.Image, result: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result
