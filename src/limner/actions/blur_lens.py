"""Blurs a picture as a lens out of focus does, in linear light."""

from math import ceil

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import Aperture, aperture_kernel, convolve
from limner.actions.colour_spaces import LUMINANCE, Bytes, Floats, bytes_to_linear, linear_to_bytes, to_unit

STRIP_PIXELS = 4_000_000
"""Pixels that are held as floats at once: 64 MB a buffer with four channels."""
SHARPEST_RADIUS = 8.0
"""Larger discs are drawn at reduced size: one pixel in a thousand differs by more than a tenth."""
HIGHLIGHT_GAIN = 12.0
"""A clipped highlight was brighter than white; how much it counts more than middle grey."""


def bokeh(image: Image.Image, radius: float, shape: Aperture) -> Image.Image:
    """Return the picture out of focus: each highlight spreads to a disc or polygon of `radius` pixels."""
    factor = max(1, ceil(radius / SHARPEST_RADIUS))
    if factor == 1:
        return _through_kernel(image, aperture_kernel(radius, shape))
    small = bokeh(_reduced(image, factor), radius / factor, shape)
    window = (0.0, 0.0, image.width / factor, image.height / factor)
    return small.resize(image.size, Image.Resampling.BICUBIC, box=window)


def highlight_weights(light: Floats, gain: float) -> Floats:
    """Return how much each pixel counts, 1 to 1 + gain, shape (height, width, 1). light: linear, 0 to 1."""
    bright = np.clip((light[..., :3].max(axis=-1) + light[..., :3] @ LUMINANCE - 1.1) / 0.8, 0, 1)
    return np.asarray(1 + gain * bright**2, np.float32)[..., None]


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    if image.mode == "RGBA":
        return image.convert("RGBa").reduce(factor).convert("RGBA")
    return image.reduce(factor)


def _through_kernel(image: Image.Image, kernel: Floats) -> Image.Image:
    """Return the picture convolved in linear light, in strips with as much overlap as the kernel reaches."""
    pixels = np.asarray(image)
    result = np.empty_like(pixels)
    reach = kernel.shape[0] // 2
    step = max(256, STRIP_PIXELS // pixels.shape[1])
    for top in range(0, len(pixels), step):
        first, last = max(0, top - reach), min(len(pixels), top + step + reach)
        strip = _spread(pixels[first:last], kernel)
        result[top : top + step] = strip[top - first : top - first + step]
    return Image.fromarray(result)


def _spread(pixels: Bytes, kernel: Floats) -> Bytes:
    """Return a strip convolved: colours weighted by coverage and brightness, then divided by the weights."""
    light = bytes_to_linear(pixels[..., :3])
    alpha = to_unit(pixels[..., 3:])
    weights = highlight_weights(light, HIGHLIGHT_GAIN)
    if alpha.size:
        weights = weights * alpha
    spread = convolve(np.concatenate([light * weights, weights, alpha], axis=-1), kernel)
    mean = np.asarray(spread[..., :3] / np.maximum(spread[..., 3:4], 1e-4), np.float32)
    colours = linear_to_bytes(mean)
    coverage = np.clip(spread[..., 4:] * 255 + 0.5, 0, 255).astype(np.uint8)
    return np.concatenate([colours, coverage], axis=-1)
