"""Gives films the colours that a change of pictures gives, by tables over brightness and both colour planes.

The change is made once, on a picture of every colour that a film can hold; frames are then looked up. A third of
what FFmpeg's lut3d costs, whose way leads through RGB and back, and at full size for all three planes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_spaces import Bytes
from limner.actions.filter_film import Planes
from limner.actions.filter_levels import Change

STRIP_ROWS = 30
"""Rows of a colour plane looked up at a time; the indices then stay in the processor's cache."""
_LEVELS = 256
_BLACK, _NEUTRAL = 16, 128


@dataclass(frozen=True, slots=True)
class Lattice:
    """The colours that a table knows, by the low bits that are dropped of brightness and of colour."""

    luma_shift: int
    chroma_shift: int

    def colours(self) -> Bytes:
        """Return them as sRGB, shape (blue levels, red levels * luma levels, 3). Source: ITU-R BT.709-6."""
        luma = (
            np.arange(0, _LEVELS, 1 << self.luma_shift, dtype=np.float32) + ((1 << self.luma_shift) - 1) / 2
        )
        # The least of the levels that share a place, so that grey, 128, is grey in the table.
        chroma = np.arange(0, _LEVELS, 1 << self.chroma_shift, dtype=np.float32)
        y = (luma - _BLACK) * (255 / 219) + 0.5
        blue, red = ((chroma - _NEUTRAL) * (255 / 224) for _ in range(2))
        reds, blues = y + 1.5748 * red[:, None], y + 1.8556 * blue[:, None]
        colours = np.empty((len(chroma), len(chroma), len(luma), 3), np.uint8)
        colours[..., 0] = np.clip(reds, 0, 255)
        colours[..., 2] = np.clip(blues, 0, 255)[:, None]
        for row, each in enumerate(blue):
            greens = y - (0.187324 * each + 0.468124 * red)[:, None]
            colours[row, ..., 1] = np.clip(greens, 0, 255)
        return colours.reshape(len(chroma), -1, 3)


FINE_LUMA = Lattice(luma_shift=0, chroma_shift=1)
FINE_CHROMA = Lattice(luma_shift=2, chroma_shift=0)


class InTable:
    """Looks up the planes of frames."""

    def __init__(self, change: Change, *, is_smooth: bool) -> None:
        """change: replaces colours, each by itself. is_smooth: whether like colours give like ones."""
        first = FINE_LUMA.colours()
        changed = _changed(change, first)
        self._luma = _luma(changed)
        self._lattice = FINE_CHROMA if is_smooth else FINE_LUMA
        self._chroma = _chroma(_changed(change, self._lattice.colours()) if is_smooth else changed)
        self._is_grey = bool((self._chroma == _NEUTRAL * 257).all())

    def __call__(self, planes: Planes, number: int) -> Planes:
        """Return the planes of one frame, changed."""
        return self._brightness(planes), *self._colours(planes)

    def _brightness(self, planes: Planes) -> Bytes:
        luma, blue, red = planes
        half, width = len(blue), luma.shape[1]
        pairs = luma.reshape(half, 2, width)
        place = ((blue >> 1).astype(np.uint16) << 7) | (red >> 1)
        places = (place.astype(np.uint32) * 0x10001).view(np.uint16)  # each twice, side by side
        made = np.empty_like(pairs)
        index = np.empty((STRIP_ROWS, 2, width), np.intp)
        for top in range(0, half, STRIP_ROWS):
            rows = slice(top, top + STRIP_ROWS)
            part = index[: len(pairs[rows])]
            np.left_shift(places[rows, None], 8, out=part, dtype=np.intp)
            part += pairs[rows]
            self._luma.take(part, out=made[rows], mode="clip")
        return made.reshape(luma.shape)

    def _colours(self, planes: Planes) -> tuple[Bytes, Bytes]:
        luma, blue, red = planes
        if self._is_grey:
            grey = np.full_like(blue, _NEUTRAL)
            return grey, grey
        lattice = self._lattice
        bits = 8 - lattice.chroma_shift
        packed = np.empty(blue.shape, np.uint16)
        for top in range(0, len(blue), STRIP_ROWS):
            rows = slice(top, top + STRIP_ROWS)
            pixels = slice(2 * top, 2 * (top + STRIP_ROWS))
            mean = (luma[pixels][::2, ::2] >> 1) + (luma[pixels][1::2, 1::2] >> 1)
            index = (blue[rows] >> lattice.chroma_shift).astype(np.intp) << bits
            index += red[rows] >> lattice.chroma_shift
            index <<= 8 - lattice.luma_shift
            index += mean >> lattice.luma_shift
            self._chroma.take(index, out=packed[rows], mode="clip")
        return (packed >> 8).astype(np.uint8), packed.astype(np.uint8)


def _changed(change: Change, colours: Bytes) -> Bytes:
    return np.asarray(change(Image.fromarray(colours)).convert("RGB")).reshape(-1, 3)


def _luma(colours: Bytes) -> Bytes:
    """Return the brightness of sRGB colours, shape (n,). Source: ITU-R BT.709-6."""
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32) * np.float32(219 / 255)
    return (colours @ weights + np.float32(_BLACK + 0.5)).astype(np.uint8)


def _chroma(colours: Bytes) -> NDArray[np.uint16]:
    """Return the blue and red differences of sRGB colours as one number, blue * 256 + red, shape (n,)."""
    red, green, blue = (colours[:, channel].astype(np.float32) for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    parts = (
        ((channel - luma) * np.float32(224 / 255 / span) + np.float32(_NEUTRAL + 0.5)).astype(np.uint16)
        for channel, span in ((blue, 1.8556), (red, 1.5748))
    )
    return np.asarray((next(parts) << 8) | next(parts), np.uint16)
