"""The picture of a camera held by hand: it sways, trembles and turns a little, and never shows an edge."""

import numpy as np
from PIL import Image

from limner.actions.colour_spaces import Bytes
from limner.actions.filter_film import Planes

SHIFT_AT_FULL = 0.05
"""Largest shift at amount 1, as a share of the shorter side."""
TURN_AT_FULL = 0.012
"""Largest turn at amount 1, in radians."""
SPARE_PX = 2
"""What interpolation reads beyond the edge."""


class Handheld:
    """Shakes frames; the same frame number is always shaken alike."""

    def __init__(self, size: tuple[int, int], seed: int, rate: float, amount: float) -> None:
        """size: width and height. rate: frames per second. amount: 0 (still) to 1."""
        self._hand = Hand(seed, rate)
        self._reach, self._turn = SHIFT_AT_FULL * amount * min(size), TURN_AT_FULL * amount
        widest = 1 + self._turn * max(size) / min(size)
        self._zoom = widest / (1 - 2 * min(0.25, (self._reach + SPARE_PX) / min(size)))

    def __call__(self, planes: Planes, number: int) -> Planes:
        """Return the planes of one frame, shaken."""
        x, y, turn = self._hand.at(number)
        x, y, turn = x * self._reach, y * self._reach, turn * self._turn
        luma = moved(planes[0], x, y, turn, self._zoom, Image.Resampling.BICUBIC)
        blue, red = (
            moved(plane, x / 2, y / 2, turn, self._zoom, Image.Resampling.BILINEAR) for plane in planes[1:]
        )
        return luma, blue, red


class Hand:
    """The path of a camera held by hand: slow sway and quick tremble, each of x, y and turn within -1 to 1."""

    def __init__(self, seed: int, rate: float) -> None:
        """rate: frames per second."""
        random = np.random.default_rng(seed)
        self._hertz = np.array([[0.7], [1.6], [3.1], [5.3], [8.2]]) * random.uniform(0.85, 1.15, (5, 3))
        self._phase = random.uniform(0, 2 * np.pi, (5, 3))
        weights = np.array([[0.32], [0.28], [0.2], [0.13], [0.07]])
        self._weights, self._rate = weights, rate

    def at(self, number: int) -> tuple[float, float, float]:
        """Return x, y and turn at a frame."""
        waves = np.sin(2 * np.pi * self._hertz * number / self._rate + self._phase)
        x, y, turn = (waves * self._weights).sum(axis=0).tolist()
        return x, y, turn


def moved(plane: Bytes, x: float, y: float, angle: float, zoom: float, resampling: Image.Resampling) -> Bytes:
    """Return a plane shifted by x, y pixels, turned by radians and enlarged about its middle."""
    height, width = plane.shape
    cos, sin = np.cos(angle) / zoom, np.sin(angle) / zoom
    middle_x, middle_y = width / 2, height / 2
    matrix = (
        cos,
        -sin,
        middle_x - x - cos * middle_x + sin * middle_y,
        sin,
        cos,
        middle_y - y - sin * middle_x - cos * middle_y,
    )
    image = Image.fromarray(plane)
    return np.asarray(image.transform((width, height), Image.Transform.AFFINE, matrix, resampling))
