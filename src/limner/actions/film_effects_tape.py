"""The look of a worn VHS tape: soft lines that do not stand still, colours that run, noise, dropouts."""

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from limner.actions.colour_spaces import Bytes, Floats
from limner.actions.filter_film import graph_of, planes_of, through, to_frame

LINES = 480
"""Lines of the shorter side that the tape keeps; everything happens at this size, then is enlarged."""
BAND_SECONDS = 7.0
"""How long the band of mistracking takes from the foot of the picture to its head."""
NOISE_AT_FULL = 30.0
"""Standard deviation of the noise at strength 1, in levels."""


class VideoTape:
    """Plays frames as a worn tape would; the same frame number always has the same flaws."""

    def __init__(self, size: tuple[int, int], seed: int, rate: float, strength: float) -> None:
        """size: width and height. rate: frames per second. strength: of the noise, 0 to 1."""
        scale = min(1.0, LINES / min(size))
        self._width = max(2, round(size[0] * scale / 2) * 2)
        self._height = max(2, round(size[1] * scale / 2) * 2)
        small = (self._width, self._height)
        self._recorder, self._player = _scaler(size, small, "bilinear"), _scaler(small, size, "bicubic")
        self._seed, self._rate, self._strength = seed, rate, strength

    def __call__(self, frame: VideoFrame, number: int) -> VideoFrame:
        """Return one frame as the tape gives it back."""
        random = np.random.default_rng([self._seed, number, 2])
        wear = self._wear(number)
        shift = self._line_shifts(random, wear)
        half_shift = np.asarray((shift[0::2] + shift[1::2]) / 4, np.float32)
        luma, blue, red = (plane.astype(np.float32) for plane in planes_of(through(self._recorder, frame)))
        luma = self._luma(luma, shift, wear, random)
        blue, red = (self._chroma(plane, half_shift, random) for plane in (blue, red))
        played = to_frame((_levels(luma), _levels(blue), _levels(red)))
        return through(self._player, played)

    def _wear(self, number: int) -> Floats:
        """Return per line, 0 to 1, how badly it tracks: the foot of the picture, and a band that climbs."""
        line = (np.arange(self._height, dtype=np.float32) + 0.5) / self._height
        foot = np.clip((line - 0.975) / 0.02, 0, 1)
        middle = 1.15 - 1.3 * (number / self._rate % BAND_SECONDS) / BAND_SECONDS
        band = np.clip(1 - np.abs(line - middle) / 0.035, 0, 1) * 0.55
        return np.asarray(np.maximum(foot, band), np.float32)

    def _line_shifts(self, random: np.random.Generator, wear: Floats) -> Floats:
        """Return how far each line is off to the right, in pixels: time-base errors of the drum."""
        lines = np.arange(self._height)
        knots = random.standard_normal(self._height // 24 + 2) * 0.0012
        sway = np.interp(lines, np.arange(len(knots)) * 24, knots)
        jitter = random.standard_normal(self._height) * (0.0005 + 0.008 * wear)
        skew = 0.05 * wear**2 * random.uniform(0.7, 1.3)
        return ((sway + jitter + skew) * self._width).astype(np.float32)

    def _luma(self, values: Floats, shift: Floats, wear: Floats, random: np.random.Generator) -> Floats:
        softest = _box(_box(moved_lines(values, shift), 3), max(1, self._width // 300) * 2 + 1)
        # The recorder's edge enhancement: a bright rim beside every dark edge.
        crisp = softest + (softest - _box(softest, 11))
        # Three even numbers make a bell in a quarter of the time of normal ones; 6 makes its deviation 1.
        noise = (_box(random.random(values.shape, dtype=np.float32), 3) - 0.5) * 6
        amount = self._strength * NOISE_AT_FULL * (1 + 2.5 * wear)[:, None]
        played: Floats = np.asarray(28 + 0.85 * (crisp - 16) + noise * amount, np.float32)
        self._drop_out(played, wear, random)
        played[1::2] *= 0.955
        return played

    def _chroma(self, values: Floats, shift: Floats, random: np.random.Generator) -> Floats:
        """Return a colour plane as 30 to 40 columns of colour can show it, late and streaked."""
        run = max(3, self._width // 64) | 1
        soft = _box(_box(moved_lines(values - 128, shift + run * 0.8), run), run)
        soft[1:] = (soft[1:] + soft[:-1]) / 2
        knots = random.standard_normal((len(values), 12), dtype=np.float32)
        streaks = np.asarray(Image.fromarray(knots).resize(values.shape[::-1], Image.Resampling.BICUBIC))
        return np.asarray(128 + soft + streaks * self._strength * NOISE_AT_FULL * 0.45, np.float32)

    def _drop_out(self, values: Floats, wear: Floats, random: np.random.Generator) -> None:
        """Draw streaks where the coating of the tape is gone: sudden white, fading to the right."""
        odds = 0.002 + 0.12 * wear
        for line in np.flatnonzero(random.random(self._height) < odds * min(1.0, 4 * self._strength)):
            start = int(random.integers(0, self._width))
            length = max(4, int(self._width * random.uniform(0.02, 0.12)))
            end = min(self._width, start + length)
            fading = np.linspace(1, 0, length, dtype=np.float32)[: end - start]
            values[line, start:end] += (225 - values[line, start:end]) * fading * random.uniform(0.5, 1)


def _scaler(size: tuple[int, int], new_size: tuple[int, int], interpolation: str) -> av.filter.Graph:
    """Return a graph that scales all three planes; smaller ones take the mean of what they cover."""
    width, height = new_size
    options = {"w": str(width), "h": str(height), "flags": f"{interpolation}+accurate_rnd"}
    return graph_of(size, "yuv420p", ("scale", options))


def _levels(values: Floats) -> Bytes:
    return np.asarray(np.clip(values + 0.5, 0, 255), np.uint8)


def _box(values: Floats, width: int) -> Floats:
    """Return the mean along each line over an odd number of pixels.

    Sums of one, two, four pixels and so on are made of each other, and those that fit the width are added.
    """
    side, count = width // 2, values.shape[1]
    sums, length = np.pad(values, ((0, 0), (side, side)), mode="edge"), 1
    total = np.zeros(values.shape, np.float32)
    start = 0
    while True:
        if width & length:
            total += sums[:, start : start + count]
            start += length
        length *= 2
        if length > width:
            break
        sums = sums[:, : -length // 2] + sums[:, length // 2 :]
    total /= np.float32(width)
    return total


def moved_lines(values: Floats, shift: Floats) -> Floats:
    """Return each line moved to the right by its own number of pixels; its ends are drawn outwards."""
    whole = np.floor(-shift)
    part = (-shift - whole)[:, None]
    reach = int(np.abs(whole).max()) + 1
    wide = np.pad(values, ((0, 0), (reach, reach)), mode="edge")
    # One copy of each line, a pixel longer; looked up pixel by pixel it takes five times as long.
    lines = sliding_window_view(wide, values.shape[1] + 1, axis=1)[
        np.arange(len(values)), whole.astype(np.intp) + reach
    ]
    return np.asarray(lines[:, :-1] * (1 - part) + lines[:, 1:] * part, np.float32)
