"""The picture of a camera held by hand: it sways, trembles and turns a little, and never shows an edge."""

from collections.abc import Sequence

import numpy as np

from limner.actions.colour_spaces import Bytes
from limner.actions.film_between import cropped, cut
from limner.actions.film_turned import turned
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
        (luma,) = moved(planes[:1], x, y, turn, self._zoom)
        blue, red = moved(planes[1:], x / 2, y / 2, turn, self._zoom)
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


def moved(planes: Sequence[Bytes], x: float, y: float, angle: float, zoom: float) -> list[Bytes]:
    """Return one or two planes of one size shifted by x, y pixels, turned by radians, enlarged about the middle."""
    height, width = planes[0].shape
    middle_x, middle_y = width / 2 - x, height / 2 - y
    level = [turned(plane, angle, (middle_x, middle_y)) for plane in planes]
    reach_x, reach_y = width / zoom / 2, height / zoom / 2
    return cropped(
        level,
        cut(middle_x - reach_x, middle_x + reach_x, width),
        cut(middle_y - reach_y, middle_y + reach_y, height),
    )
