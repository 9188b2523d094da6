"""Blurs a picture as a moving camera does, in linear light, at the same cost for every distance and direction.

A streak is a mean along a slanted line. The lines of the picture that cross it are moved so that the slant becomes
straight; then the mean is a running sum, of which each line adds one and drops one; and it is moved back.
A level streak needs no moving: it is the difference of two sums along the same line.
"""

from collections import deque
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin

import numpy as np
from PIL import Image

from limner.actions.blur_level import level_streaks
from limner.actions.colour_spaces import Bytes, Floats, bytes_to_linear, linear_to_bytes, to_unit

LEVEL_DRIFT = 0.01
"""Pixels: a streak that leaves its line by less counts as level, or upright."""


def motion(image: Image.Image, radius: float, angle: float) -> Image.Image:
    """Return the picture as if moved by `radius` pixels to both sides. angle: degrees clockwise, 0 is level."""
    across, down = cos(radians(angle)), sin(radians(angle))
    if radius * abs(down) < LEVEL_DRIFT:
        return Image.fromarray(level_streaks(np.asarray(image), radius))
    if radius * abs(across) < LEVEL_DRIFT:
        return _turned(Image.fromarray(level_streaks(np.asarray(_turned(image)), radius)))
    if abs(across) < abs(down):
        return Image.fromarray(_streaked(np.asarray(image), Streak(radius * abs(down), across / down)))
    streaked = _streaked(np.asarray(_turned(image)), Streak(radius * abs(across), down / across))
    return _turned(Image.fromarray(streaked))


def _turned(image: Image.Image) -> Image.Image:
    """Return the picture with its rows as columns."""
    return image.transpose(Image.Transpose.TRANSPOSE)


@dataclass(frozen=True, slots=True)
class Streak:
    """A slanted line across lines of pixels. reach: lines to each side. slope: pixels moved a line, -1 to 1."""

    reach: float
    slope: float

    @property
    def furthest(self) -> int:
        """The furthest line to each side that is covered, if only in part."""
        return floor(self.reach + 0.5)

    @property
    def rest(self) -> float:
        """How much of the furthest lines is covered, 0 to 1; of those before them all is."""
        return self.reach - self.furthest + 0.5

    @property
    def margin(self) -> int:
        """How many pixels beyond the end of a line may be asked for."""
        return ceil(abs(self.slope) * self.furthest) + 2

    def shift(self, number: int) -> tuple[int, float]:
        """Return how far the nth line is moved: whole pixels, and the part of one."""
        place = self.slope * number
        return floor(place), place - floor(place)


def _streaked(lines: Bytes, streak: Streak) -> Bytes:
    """Return lines of pixels, shape (lines, pixels, channels), with the mean along the streak; edges are continued."""
    count, length = lines.shape[:2]
    furthest, margin = streak.furthest, streak.margin
    if furthest == 0:
        return lines
    padded = np.pad(lines, ((0, 0), (margin, margin + 1), (0, 0)), mode="edge")
    ends = [streak.shift(number)[0] for number in (-furthest, count + furthest)]
    origin = max(ends) + margin
    total = np.zeros((origin - min(ends) + length + margin, lines.shape[2]), np.float32)

    def straightened(number: int) -> tuple[int, Floats]:
        """Return the nth line, moved, and where in the sum it begins."""
        whole, part = streak.shift(number)
        light = _light(padded[min(max(number, 0), count - 1)])
        return origin - whole - margin, light[:-1] * np.float32(1 - part) + light[1:] * np.float32(part)

    window = deque(straightened(number) for number in range(-furthest, furthest))
    for start, light in list(window)[1:-1]:
        total[start : start + len(light)] += light
    result = np.empty_like(lines)
    for number in range(count):
        window.append(straightened(number + furthest))
        start, light = window[-2]
        total[start : start + len(light)] += light
        whole, part = streak.shift(number)
        first = origin - whole - 1
        sums = total[first : first + length + 1].copy()
        for start, light in (window[0], window[-1]):
            sums += light[first - start : first - start + length + 1] * np.float32(streak.rest)
        moved_back = sums[:-1] * np.float32(part) + sums[1:] * np.float32(1 - part)
        result[number] = _pixels(np.divide(moved_back, 2 * streak.reach, dtype=np.float32))
        start, light = window[1]
        total[start : start + len(light)] -= light
        window.popleft()
    return result


def _light(pixels: Bytes) -> Floats:
    """Return pixels in linear light; where there is transparency, each counts as far as it covers."""
    light = bytes_to_linear(pixels[:, :3])
    if pixels.shape[1] == 3:
        return light
    alpha = to_unit(pixels[:, 3:])
    return np.concatenate([light * alpha, alpha], axis=1)


def _pixels(light: Floats) -> Bytes:
    if light.shape[1] == 3:
        return linear_to_bytes(light)
    alpha = light[:, 3:]
    colours = linear_to_bytes(np.divide(light[:, :3], np.maximum(alpha, 1e-4), dtype=np.float32))
    coverage = np.clip(alpha * 255 + 0.5, 0, 255).astype(np.uint8)
    return np.concatenate([colours, coverage], axis=1)
