"""The shapes that light spreads to when a picture is blurred, and convolution with them at any size."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from limner.actions.colour_spaces import Floats

Aperture = Literal["circle", "hexagon", "pentagon"]

SUPERSAMPLING = 8
SPREAD_AREA = 640
"""Tiles are convolved with at least this many useful pixels a side: larger ones fall out of the CPU's cache."""


def aperture_kernel(radius: float, shape: Aperture) -> Floats:
    """Return the image of a point through a lens opening, summing to 1, odd-sized. radius: pixels."""
    reach = int(np.ceil(radius))
    side = 2 * reach + 1
    if shape == "circle":
        distance = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
        kernel = np.clip(radius + 0.5 - distance, 0.0, 1.0)
    else:
        kernel = _polygon(radius, 6 if shape == "hexagon" else 5, side)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _polygon(radius: float, corners: int, side: int) -> NDArray[np.float64]:
    """Return the coverage of each pixel by a regular polygon that stands on a side."""
    large = Image.new("L", (side * SUPERSAMPLING,) * 2)
    middle = (side * SUPERSAMPLING - 1) / 2
    turns = -np.pi / 2 + 2 * np.pi * np.arange(corners) / corners + (np.pi / 6 if corners == 6 else 0.0)
    reach = (radius + 0.35) * SUPERSAMPLING
    points = [(middle + reach * np.cos(turn), middle + reach * np.sin(turn)) for turn in turns]
    ImageDraw.Draw(large).polygon(points, fill=255)
    return np.asarray(large.reduce(SUPERSAMPLING), np.float64)


def gaussian_taps(sigma: float) -> Floats:
    """Return a Gaussian's weights out to three standard deviations, summing to 1."""
    reach = max(1, int(np.ceil(3 * sigma)))
    taps = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    return np.asarray(taps / taps.sum(), np.float32)


def smooth(field: Floats, sigma: float) -> Floats:
    """Return a Gaussian blur of a float array, shape (height, width, ...); edges are continued."""
    for axis in (0, 1):
        taps = gaussian_taps(sigma)
        reach = len(taps) // 2
        widths = [(reach, reach) if each == axis else (0, 0) for each in range(field.ndim)]
        padded = np.pad(field, widths, mode="edge")
        length = field.shape[axis]
        total = np.zeros_like(field)
        for start, tap in enumerate(taps):
            part = padded[start : start + length] if axis == 0 else padded[:, start : start + length]
            total += tap * part
        field = total
    return field


def convolve(field: Floats, kernel: Floats) -> Floats:
    """Return a float array, shape (height, width, channels), convolved with an odd-sized kernel.

    Edges are continued. Works tile by tile through the Fourier transform (overlap-save), so that neither
    the kernel's size nor the picture's decides the time and the memory per pixel.
    """
    reach = kernel.shape[0] // 2
    height, width, channels = field.shape
    result = np.empty_like(field)
    tile = _fast_length(2 * reach + min(max(SPREAD_AREA, 4 * reach), max(height, width)))
    useful = tile - 2 * reach
    spectrum = np.fft.rfft2(kernel, (tile, tile))
    for top, left in _tiles(height, width, useful):
        rows = np.clip(np.arange(top - reach, top - reach + tile), 0, height - 1)
        columns = np.clip(np.arange(left - reach, left - reach + tile), 0, width - 1)
        block = field[rows[:, None], columns[None]]
        bottom, right = min(top + useful, height), min(left + useful, width)
        for channel in range(channels):
            spread = np.fft.irfft2(np.fft.rfft2(block[..., channel]) * spectrum, (tile, tile))
            part = spread[2 * reach : 2 * reach + bottom - top, 2 * reach : 2 * reach + right - left]
            result[top:bottom, left:right, channel] = part
    return result


def _tiles(height: int, width: int, step: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, step):
        for left in range(0, width, step):
            yield top, left


def _fast_length(least: int) -> int:
    """Return the next length whose only prime factors are 2, 3 and 5: the Fourier transform's fast ones."""
    length = least + least % 2
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 2
