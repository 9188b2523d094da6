"""Film grain: noise that depends on the seed and the number of the frame, strongest in the mid-tones."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_spaces import Bytes

TILE = 1024
FINE_LINES = 900
"""Shorter side, in pixels, up to which a grain is one pixel; larger pictures have larger grains."""
LEVELS_AT_FULL = 34.0
"""Standard deviation of the noise in a mid-tone, in 8-bit levels, at strength 1."""
STRIP_ROWS = 256
FEW_ROWS = 32
"""Rows of one channel that the processor's cache holds."""


class Grain:
    """The grain of one picture or film; calling it again for the same frame gives the same noise."""

    def __init__(self, seed: int, size: tuple[int, int], strength: float) -> None:
        """size: width and height. strength: 0 (none) to 1."""
        self._seed, self._strength = seed, strength
        self._tile = _tile(seed, max(1.0, min(size) / FINE_LINES))
        self._weight = _weights(strength)
        self._field_tiles: NDArray[np.int16] | None = None

    def on_levels(self, levels: Bytes, number: int = 0) -> Bytes:
        """Return one channel, brightness, with grain; shape (height, width)."""
        if self._strength <= 0:
            return levels
        noise = self._field(levels.shape, number)
        grained = np.empty(levels.shape, np.uint8)
        for top in range(0, len(levels), FEW_ROWS):
            rows = slice(top, top + FEW_ROWS)
            moved = self._weight.take(levels[rows])
            moved *= noise[rows]
            moved >>= 12
            moved += levels[rows]
            grained[rows] = moved.clip(0, 255)
        return grained

    def on_image(self, image: Image.Image, number: int = 0) -> Image.Image:
        """Return a picture with the same grain on red, green and blue; transparency is kept."""
        if self._strength <= 0:
            return image
        pixels = np.array(image)
        levels = np.asarray(image.convert("L"))
        noise = self._field(levels.shape, number)
        for top in range(0, len(pixels), STRIP_ROWS):
            rows = slice(top, top + STRIP_ROWS)
            moved = (noise[rows] * self._weight[levels[rows]]) >> 12
            pixels[rows, :, :3] = np.clip(pixels[rows, :, :3] + moved[..., None], 0, 255)
        return Image.fromarray(pixels)

    def _field(self, shape: tuple[int, ...], number: int) -> NDArray[np.int16]:
        random = np.random.default_rng([self._seed, number, 1])
        top, left = (int(offset) for offset in random.integers(0, TILE, 2))
        down, across = (-(-(TILE + length) // TILE) for length in shape)
        if self._field_tiles is None or self._field_tiles.shape != (down * TILE, across * TILE):
            self._field_tiles = np.tile(self._tile, (down, across))
        return self._field_tiles[top : top + shape[0], left : left + shape[1]]


def _tile(seed: int, grain_px: float) -> NDArray[np.int16]:
    """Return noise that tiles without a seam, standard deviation 256, each grain about `grain_px` wide."""
    white = np.random.default_rng([seed, 0]).standard_normal((TILE, TILE), dtype=np.float32)
    sigma = 0.45 * grain_px
    down, across = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None]
    soft = np.fft.irfft2(
        np.fft.rfft2(white) * np.exp(-2 * (np.pi * sigma) ** 2 * (down**2 + across**2)), (TILE, TILE)
    )
    return np.asarray(np.clip(soft / soft.std() * 256, -1024, 1024), np.int16)


def _weights(strength: float) -> NDArray[np.int32]:
    """Return by brightness how far noise moves it: silver shows in mid-tones, hardly in black and white."""
    level = np.linspace(0, 1, 256)
    bump = 0.3 + 0.7 * np.sqrt(4 * level * (1 - level))
    return np.asarray(np.round(bump * strength * LEVELS_AT_FULL * 4096 / 256), np.int32)
