"""Take frames out of a film as pictures: at full size, upright, in sRGB, without passing through 4:2:0 again."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from limner.actions.fit import FULL_RANGE, HDR_CURVES, TURNS, matrix, then
from limner.actions.video import Clip, Shape, timed_frames

SEEK_SECONDS = 8.0
"""Wanted frames further apart are sought: decoding what lies between would take longer."""

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3): red, green and blue."""


class Developer:
    """Turns the frames of one clip into pixels, at the clip's own size or another; repeats cost nothing."""

    def __init__(self, shape: Shape, size: tuple[int, int] | None = None) -> None:
        self._turns = TURNS.get(shape.turn, ())
        self.size = size or (shape.width, shape.height)
        self._graph: av.filter.Graph | None = None
        self._seen: tuple[object, ...] = ()
        self._last: tuple[VideoFrame, Pixels] | None = None

    def __call__(self, picture: VideoFrame) -> Pixels:
        """Return a frame's pixels; they are shared between calls, so they must not be written to."""
        if self._last is not None and self._last[0] is picture:
            return self._last[1]
        seen = (picture.width, picture.height, picture.format.name, matrix(picture), picture.color_range)
        if self._graph is None or seen != self._seen:  # a stream may change its size midway
            self._graph, self._seen = self._build(picture), seen
        picture.pts = None
        self._graph.vpush(picture)
        pixels = np.asarray(self._graph.vpull().to_ndarray(), np.uint8)
        self._last = (picture, pixels)
        return pixels

    def _build(self, picture: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = 2
        node = graph.add_buffer(
            width=picture.width,
            height=picture.height,
            format=picture.format,
            time_base=Fraction(1, 1000),
        )
        for text in (*self._turns, self._scale(picture), "format=rgb24", "buffersink"):
            node = then(graph, node, text)
        graph.configure()
        return graph

    def _scale(self, picture: VideoFrame) -> str:
        name = picture.format.name
        is_full = picture.color_range == FULL_RANGE or name.startswith("yuvj") or picture.format.is_rgb
        width, height = self.size
        scale = (
            f"scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int"
            f":in_color_matrix={matrix(picture)}:in_range={'full' if is_full else 'limited'}"
        )
        if curve := HDR_CURVES.get(picture.color_trc):
            scale += f":in_transfer={curve}:out_transfer=bt709:in_primaries=bt2020:out_primaries=bt709"
        return scale


def frames_at(clip: Clip, numbers: Sequence[int]) -> Iterator[VideoFrame]:
    """Return the frames with these numbers, counted at the clip's rate, in ascending order.

    A number that is wanted twice gives the same object twice. Far apart, they are sought, not decoded up to.
    """
    gap = SEEK_SECONDS * clip.rate
    edges = [0, *(n for n, (one, next_one) in enumerate(pairwise(numbers), 1) if next_one - one > gap)]
    for start, end in pairwise([*edges, len(numbers)]):
        yield from _near(clip, numbers[start:end])


def _near(clip: Clip, numbers: Sequence[int]) -> Iterator[VideoFrame]:
    """Return frames that lie close together; the search goes back until the first of them is found.

    In a film of variable rate the frame that is shown at a time may be much older than that time.
    """
    back = 1.0
    while True:
        since = max(0.0, float(numbers[0] / clip.rate) - back)
        if since < SEEK_SECONDS:
            since = 0.0
        found = _shown(clip, numbers, since)
        first = next(found, None)
        if first is not None:
            yield first
            yield from found
            return
        if since == 0.0:
            return
        back *= 4


def _shown(clip: Clip, numbers: Sequence[int], since: float) -> Iterator[VideoFrame]:
    """Return what is shown at these numbers; nothing, when decoding from `since` on misses the first."""
    wanted, held = 0, None
    for time, frame in timed_frames(clip, since):
        number = int(time * clip.rate + 0.5)
        while wanted < len(numbers) and numbers[wanted] < number:
            if held is None:
                return
            yield held
            wanted += 1
        if wanted == len(numbers):
            return
        held = frame
    while held is not None and wanted < len(numbers):
        yield held
        wanted += 1
