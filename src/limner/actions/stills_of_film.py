"""Take frames out of a film as pictures: at full size, upright, in sRGB, without passing through 4:2:0 again."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import floor

import av
import numpy as np
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from limner.actions.frame_graph import FULL_RANGE, TURNS, FrameGraph, from_hdr, matrix, then
from limner.actions.video import EPSILON, Clip, Shape, timed_frames

REOPENING = 12
"""Frames that are decoded in the time that it takes to open the file again at a later keyframe."""
SEEK_SECONDS = 8.0
"""A search that begins no later begins at the start: decoding what lies between takes no longer."""

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3): red, green and blue."""


class Developer(FrameGraph):
    """Turns the frames of one clip into pixels, at the clip's own size or another; repeats cost nothing.

    layout: FFmpeg's name of how red, green and blue lie in a frame; `gbrp`, each in a plane of its own, takes half
    the time.
    """

    def __init__(self, shape: Shape, size: tuple[int, int] | None = None, layout: str = "rgb24") -> None:
        super().__init__()
        self._layout = layout
        self._turns = TURNS.get(shape.turn, ())
        self.size = size or (shape.width, shape.height)
        self._last: tuple[VideoFrame, Pixels] | None = None

    def __call__(self, picture: VideoFrame) -> Pixels:
        """Return a frame's pixels; they are shared between calls, so they must not be written to."""
        if self._last is None or self._last[0] is not picture:
            pixels = np.asarray(self.developed(picture).to_ndarray(), np.uint8)
            self._last = (picture, pixels)
        return self._last[1]

    def developed(self, picture: VideoFrame) -> VideoFrame:
        """Return a frame upright in the layout of red, green and blue."""
        return self._through(picture)

    def _link(self, graph: av.filter.Graph, node: FilterContext, picture: VideoFrame) -> None:
        for text in (*self._turns, self._scale(picture), f"format={self._layout}", "buffersink"):
            node = then(graph, node, text)

    def _scale(self, picture: VideoFrame) -> str:
        name = picture.format.name
        is_full = picture.color_range == FULL_RANGE or name.startswith("yuvj") or picture.format.is_rgb
        width, height = self.size
        scale = (
            f"scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int"
            f":in_color_matrix={matrix(picture)}:in_range={'full' if is_full else 'limited'}"
        )
        return scale + from_hdr(picture)


def frames_at(clip: Clip, numbers: Sequence[int]) -> Iterator[VideoFrame]:
    """Return the frames with these numbers, counted at the clip's rate, in ascending order.

    A number that is wanted twice gives the same object twice. What lies between is decoded only where a wanted
    frame depends on it.
    """
    if not numbers:
        return
    rate = float(clip.rate)
    ticks = [floor(time * rate + 0.5) for time in clip.times]
    places = [max(0, bisect_right(ticks, number) - 1) for number in numbers]
    keys = [bisect_left(clip.times, time) for time in clip.keyframes]
    edges = [0]
    for n, (before, place) in enumerate(pairwise(places), start=1):
        key = keys[bisect_right(keys, place) - 1] if keys and keys[0] <= place else 0
        if key - before > REOPENING:
            edges.append(n)
    for start, end in pairwise([*edges, len(numbers)]):
        yield from _together(clip, numbers[start:end], [clip.times[place] for place in places[start:end]])


def _together(clip: Clip, numbers: Sequence[int], times: Sequence[float]) -> Iterator[VideoFrame]:
    """Return frames that are decoded in one go. times: when each of them is shown."""
    found = 0
    for time, frame in timed_frames(clip, times[0], needed=frozenset(times)):
        while found < len(times) and abs(time - times[found]) < EPSILON:
            yield frame
            found += 1
        if found == len(times) or time > times[found]:
            break
    if found < len(times):  # the file's packets and its frames tell different times
        yield from _near(clip, numbers[found:])


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
