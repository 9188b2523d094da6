"""What fills the space around a picture that is padded: its own blurred copy, or its border drawn out."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from limner.actions.aspect import Size, cover_size

WORKING_SIDE = 256
"""The blurred copy is made this small, in pixels of its longer side, and enlarged smoothly."""
DIMMING = 0.86
PLAIN_SPREAD = 10.0
"""Largest standard deviation, in 8-bit levels, of a border that counts as plain."""

Pixels = NDArray[np.uint8]


def blurred(image: Image.Image, size: Size, amount: float) -> Image.Image:
    """Return the picture enlarged to cover `size`, blurred and a little darker, so that it steps back.

    amount: 0 (sharp) to 100.
    """
    opaque = Image.new("RGB", image.size, _mean_color(image))
    opaque.paste(image, (0, 0), image.getchannel("A") if image.mode == "RGBA" else None)
    if amount <= 0:
        return _cover(opaque, size, Image.Resampling.LANCZOS)
    scale = WORKING_SIDE / max(size)
    small_size = (max(2, round(size[0] * scale)), max(2, round(size[1] * scale)))
    radius = amount / 100 * WORKING_SIDE * 0.09
    reach = int(radius * 2) + 1
    small = np.asarray(_cover(opaque, small_size, Image.Resampling.BOX))
    # Mirrored borders: a plain Gaussian would let the border pixel's colour run in streaks.
    mirrored = Image.fromarray(np.pad(small, ((reach, reach), (reach, reach), (0, 0)), mode="symmetric"))
    soft = mirrored.filter(ImageFilter.GaussianBlur(radius))
    soft = soft.crop((reach, reach, reach + small_size[0], reach + small_size[1]))
    return _dither(np.asarray(soft.resize(size, Image.Resampling.BICUBIC)), DIMMING)


def extended(image: Image.Image, size: Size) -> Image.Image:
    """Return the picture in the middle of `size` with its border drawn outwards, smoothed along the edge."""
    left, top = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    right, bottom = size[0] - image.width - left, size[1] - image.height - top
    pixels = np.asarray(image)
    edges = ((top, bottom), (left, right), (0, 0))
    filled = np.pad(_smooth_edges(pixels), edges, mode="edge")
    filled[top : top + image.height, left : left + image.width] = pixels
    return Image.fromarray(filled)


def has_plain_border(image: Image.Image, axis: str) -> bool:
    """Whether the two edges that padding would draw out are of one even colour. axis: width or height."""
    pixels = np.asarray(image.convert("RGB"))
    deep = max(1, min(image.size) // 50)
    edges = (pixels[:, :deep], pixels[:, -deep:]) if axis == "width" else (pixels[:deep], pixels[-deep:])
    return all(float(edge.astype(np.float32).std(axis=(0, 1)).max()) <= PLAIN_SPREAD for edge in edges)


def _cover(image: Image.Image, size: Size, method: Image.Resampling) -> Image.Image:
    full = cover_size(image.size, size)
    left, top = (full[0] - size[0]) // 2, (full[1] - size[1]) // 2
    part = (left, top, left + size[0], top + size[1])
    scale = (image.width / full[0], image.height / full[1])
    box = (part[0] * scale[0], part[1] * scale[1], part[2] * scale[0], part[3] * scale[1])
    return image.resize(size, method, box=box)


def _dither(pixels: Pixels, gain: float) -> Image.Image:
    """Return the pixels dimmed, with half a level of fixed noise against banding."""
    noise = np.random.default_rng(0).random(pixels.shape[:2], dtype=np.float32)[:, :, None]
    return Image.fromarray((pixels * np.float32(gain) + noise).astype(np.uint8))


def _mean_color(image: Image.Image) -> tuple[int, int, int]:
    red, green, blue = np.asarray(image.convert("RGB").resize((1, 1), Image.Resampling.BOX))[0, 0].tolist()
    return red, green, blue


def _smooth_edges(pixels: Pixels) -> Pixels:
    """Return a copy whose outermost rows and columns are smoothed along their length, against streaks."""
    result = pixels.copy()
    for line in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        edge = result[line].astype(np.float32)
        reach = max(1, len(edge) // 16)
        window = np.hanning(2 * reach + 3)[1:-1]
        window /= window.sum()
        wide = np.pad(edge, ((reach, reach), (0, 0)), mode="edge")
        smooth = [np.convolve(wide[:, band], window, mode="valid") for band in range(edge.shape[1])]
        result[line] = np.stack(smooth, axis=1).round()
    return result
