"""Means along the rows of a picture, in linear light of 16 bits: each is the difference of two running sums."""

from math import floor

import numpy as np
from numpy.typing import NDArray

from limner.actions.colour_spaces import Bytes, Floats, bytes_to_linear, linear_to_bytes

Sums = NDArray[np.uint32]

STRIP_SAMPLES = 100_000
"""Samples that are worked on at once: their sums, of 4 bytes each, stay in the CPU's second cache."""
WHITE = 65535


def level_streaks(pixels: Bytes, radius: float) -> Bytes:
    """Return rows of pixels, each the mean of those within `radius` in its row; edges are continued.

    pixels: shape (height, width, 3 or 4), the fourth channel their coverage. Returns the same shape.
    """
    furthest = floor(radius + 0.5)
    if furthest == 0:
        return pixels
    decode = np.rint(bytes_to_linear(np.arange(256, dtype=np.uint8)) * WHITE).astype(np.uint32)
    encode = linear_to_bytes(np.linspace(0, 1, WHITE + 1, dtype=np.float32))
    result = np.empty_like(pixels)
    height, width, channels = pixels.shape
    rows = max(1, STRIP_SAMPLES // (width * channels))
    for top in range(0, height, rows):
        strip = np.pad(pixels[top : top + rows], ((0, 0), (furthest + 1, furthest), (0, 0)), mode="edge")
        mean = _means(_light(strip, decode), furthest, radius)
        result[top : top + rows] = _encoded(mean, encode)
    return result


def _light(pixels: Bytes, decode: Sums) -> Sums:
    """Return linear light, 0 to 65535; where there is transparency, each counts as far as it covers."""
    if pixels.shape[2] == 3:
        return decode.take(pixels, mode="clip")
    light = decode.take(pixels[..., :3], mode="clip")
    alpha = pixels[..., 3:].astype(np.uint32)
    return np.concatenate([(light * alpha + 127) // 255, alpha * (WHITE // 255)], axis=2)


def _means(light: Sums, furthest: int, radius: float) -> Floats:
    """Return the mean around each pixel but the padding; the two furthest count as far as they are reached."""
    sums = light.cumsum(axis=1, dtype=np.uint32)  # where it overflows, differences are right all the same
    inner = sums[:, 2 * furthest : -1] - sums[:, 1 : -2 * furthest]
    outer = sums[:, 2 * furthest + 1 :] - sums[:, : -2 * furthest - 1]
    rest = radius - furthest + 0.5
    mean: Floats = np.multiply(inner, (1 - rest) / (2 * radius), dtype=np.float32)
    mean += np.multiply(outer, rest / (2 * radius), dtype=np.float32)
    return mean


def _encoded(mean: Floats, encode: Bytes) -> Bytes:
    """Return means, 0 to 65535, as 8-bit sRGB, and the coverage."""
    if mean.shape[2] == 3:
        return encode.take((mean + np.float32(0.5)).astype(np.uint16), mode="clip")
    alpha = mean[..., 3:]
    colours = np.minimum(mean[..., :3] * (WHITE / np.maximum(alpha, 1)), WHITE) + np.float32(0.5)
    coverage = (alpha / (WHITE // 255) + np.float32(0.5)).astype(np.uint8)
    return np.concatenate([encode.take(colours.astype(np.uint16), mode="clip"), coverage], axis=2)
