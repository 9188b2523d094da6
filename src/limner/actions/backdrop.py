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

STRIP_ROWS = 256

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""


def blurred(image: Image.Image, size: Size, amount: float, *, is_covered: bool = False) -> Image.Image:
    """Return the picture enlarged to cover `size`, blurred and a little darker, so that it steps back.

    amount: 0 (sharp) to 100. is_covered: whether the picture itself will lie in the middle; where it is opaque,
    what it hides is left black.
    """
    opaque = _opaque(image)
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
    canvas = Image.new("RGB", size)
    hidden = image.size if is_covered and image.mode == "RGB" else (0, 0)
    for part in _parts_around(hidden, size):
        _draw_part(canvas, soft, part)
    return canvas


def _opaque(image: Image.Image) -> Image.Image:
    """Return the picture on its mean colour; itself, not a copy, where nothing is see-through."""
    if image.mode == "RGB":
        return image
    opaque = Image.new("RGB", image.size, _mean_color(image))
    opaque.paste(image, (0, 0), image.getchannel("A"))
    return opaque


def _parts_around(hidden: Size, size: Size) -> list[Box]:
    """Return the strips of a canvas of `size` that a picture in its middle does not hide."""
    left, top = (size[0] - hidden[0]) // 2, (size[1] - hidden[1]) // 2
    right, bottom = left + hidden[0], top + hidden[1]
    above, below = (0, 0, size[0], top), (0, bottom, *size)
    beside = ((0, top, left, bottom), (right, top, size[0], bottom))
    return [strip for part in (above, below, *beside) for strip in _strips(part)]


def _strips(part: Box) -> list[Box]:
    left, top, right, bottom = part
    rows = range(top, bottom, STRIP_ROWS) if left < right else ()
    return [(left, row, right, min(row + STRIP_ROWS, bottom)) for row in rows]


def _draw_part(canvas: Image.Image, soft: Image.Image, part: Box) -> None:
    """Draw one part of the canvas: the small picture enlarged, dimmed, and dithered against banding."""
    across, down = soft.width / canvas.width, soft.height / canvas.height
    window = (part[0] * across, part[1] * down, part[2] * across, part[3] * down)
    large = soft.resize((part[2] - part[0], part[3] - part[1]), Image.Resampling.BICUBIC, box=window)
    noise = np.random.default_rng(part[:2]).random((large.height, large.width, 1), dtype=np.float32)
    dithered = (np.asarray(large) * np.float32(DIMMING) + noise).astype(np.uint8)
    canvas.paste(Image.fromarray(dithered), part)


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
