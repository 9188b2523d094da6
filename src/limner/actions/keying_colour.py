"""The colour of a backdrop: as its preset says, or as it is found in the film."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

PRESETS = {"green": (0, 177, 64), "blue": (0, 71, 187)}
"""Chroma key green and blue as painted and printed: Pantone 354 C and 2728 C."""
LEAST_CHROMA = 12.0
LEAST_SHARE = 0.02
"""A backdrop covers at least this share of the picture."""
COS_SECTOR = 0.82
"""Colours within 35 degrees of a preset's hue may be its backdrop."""
BIN = 4


@dataclass(frozen=True, slots=True)
class Key:
    """A colour without its brightness: Cb and Cr of BT.709 in 8 bits, 0 for grey."""

    blue: float
    red: float

    @property
    def chroma(self) -> float:
        """The distance from grey."""
        return hypot(self.blue, self.red)

    @property
    def is_colourful(self) -> bool:
        """Whether a keyer can tell it from grey."""
        return self.chroma >= LEAST_CHROMA


def key_of(color: tuple[int, ...]) -> Key:
    """Return the key of an sRGB colour. Source: ITU-R BT.709-6, item 3.3 and 3.5."""
    red, green, blue = (value / 255 for value in color)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return Key(224 * (blue - luma) / 1.8556, 224 * (red - luma) / 1.5748)


def backdrop(frames: Iterable[VideoFrame], usual: Key) -> Key | None:
    """Return the commonest colour of the usual key's hue in yuv420p frames, None where there is hardly any."""
    chroma = np.concatenate([_chroma(frame) for frame in frames])
    length = np.hypot(chroma[:, 0], chroma[:, 1])
    along = (chroma[:, 0] * usual.blue + chroma[:, 1] * usual.red) / usual.chroma
    alike = chroma[(length >= LEAST_CHROMA) & (along >= COS_SECTOR * length)]
    if len(alike) < LEAST_SHARE * len(chroma):
        return None
    bins = np.arange(-128, 129, BIN)
    counts, _, _ = np.histogram2d(alike[:, 0], alike[:, 1], bins=(bins, bins))
    row, column = np.unravel_index(counts.argmax(), counts.shape)
    peak = np.array([bins[row], bins[column]]) + BIN / 2
    near = alike[np.abs(alike - peak).max(axis=1) <= 1.5 * BIN]
    blue, red = near.mean(axis=0)
    return Key(float(blue), float(red))


def _chroma(frame: VideoFrame) -> NDArray[np.float32]:
    """Return Cb and Cr of every other sample, shape (n, 2), 0 for grey."""
    planes = [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[::2, : plane.width : 2].ravel()
        for plane in frame.planes[1:3]
    ]
    return np.stack(planes, axis=1).astype(np.float32) - 128
