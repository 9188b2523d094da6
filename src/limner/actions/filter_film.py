"""Changes a film picture by picture: its frames as sRGB pictures or as brightness and colour planes."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import av
import numpy as np
from av.video.frame import VideoFrame

from limner.actions.colour_spaces import Bytes
from limner.actions.encode import check_length, write_film
from limner.actions.filter_grain import Grain
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job, Made
from limner.actions.sound import read_sound
from limner.actions.video import Clip, constant, survey, timed_frames
from limner.types import Kind

Planes: TypeAlias = tuple[Bytes, Bytes, Bytes]
"""Brightness (height, width), then blue and red difference at half of both; BT.709, limited range."""

FrameChange: TypeAlias = Callable[[VideoFrame, int], VideoFrame]
"""A frame in yuv420p, BT.709, and its number to another frame of the same size and format."""

Node: TypeAlias = tuple[str, dict[str, str]]
"""A filter by name and its options, which FFmpeg takes as they are: nothing in them is parsed."""

_EXACT = {"flags": "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"}
"""Without these flags colours come out up to three levels darker."""
_TO_RGB = {**_EXACT, "in_color_matrix": "bt709", "in_range": "limited", "out_range": "full"}
_TO_YUV = {**_EXACT, "out_color_matrix": "bt709", "in_range": "full", "out_range": "limited"}


def open_film(job: Job) -> Clip:
    """Measure the job's video and check its length and size against the limits before any work."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    check_length(job, clip.frame_count(clip.rate), clip.rate)
    return clip


def size_of(clip: Clip) -> tuple[int, int]:
    """Return the width and height of the film that is made of a clip."""
    return even(clip.shape.width), even(clip.shape.height)


def changed_film(
    job: Job, clip: Clip, name: str, change: FrameChange | None, *, moves: bool = False
) -> tuple[Made, ...]:
    """Write the clip with every frame changed, and with its sound. None changes nothing.

    moves: whether equal frames may change differently, as with noise; else a repeated one is changed once.
    """
    count = clip.frame_count(clip.rate)
    sound = read_sound(clip.path, clip.field, clip.start) if clip.has_sound else None
    pictures = _changed(clip, count, change, moves=moves)
    return (Made(Kind.VIDEO, write_film(job, name, pictures, clip.rate, count, sound)),)


def _changed(clip: Clip, count: int, change: FrameChange | None, *, moves: bool) -> Iterator[VideoFrame]:
    fit = Fitter(clip.shape, Frame(*size_of(clip)))
    before: VideoFrame | None = None
    result: VideoFrame | None = None
    for number, frame in enumerate(constant(timed_frames(clip), clip.rate, count)):
        fitted = fit(frame)
        if change is None:
            yield fitted
            continue
        if result is None or moves or fitted is not before:
            before, result = fitted, change(fitted, number)
        yield result


def after(first: FrameChange, second: FrameChange) -> FrameChange:
    """Return both changes in order."""
    return lambda frame, number: second(first(frame, number), number)


class InColour:
    """Applies a change of red, green and blue to frames."""

    def __init__(self, size: tuple[int, int], change: Callable[[Planes, int], Planes]) -> None:
        """size: width and height of every frame. change: red, green and blue and the frame's number to the same."""
        self._change = change
        # Planes, for FFmpeg takes a third of the time to them that it takes to pixels of three bytes.
        self._to_rgb = graph_of(size, "yuv420p", ("scale", _TO_RGB), ("format", {"pix_fmts": "gbrp"}))
        self._to_yuv = graph_of(size, "gbrp", ("scale", _TO_YUV), ("format", {"pix_fmts": "yuv420p"}))

    def __call__(self, frame: VideoFrame, number: int) -> VideoFrame:
        """Return the frame changed."""
        green, blue, red = planes_of(through(self._to_rgb, frame))
        red, green, blue = self._change((red, green, blue), number)
        return through(self._to_yuv, to_frame((green, blue, red), "gbrp"))


class InPlanes:
    """Applies a change of planes to frames, without the cost of a conversion."""

    def __init__(self, change: Callable[[Planes, int], Planes]) -> None:
        self._change = change

    def __call__(self, frame: VideoFrame, number: int) -> VideoFrame:
        """Return the frame changed."""
        return to_frame(self._change(planes_of(frame), number))


def planes_of(frame: VideoFrame) -> Planes:
    """Return the three planes of a frame as they lie in its memory; they are not to be written to."""
    first, second, third = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes
    )
    return first, second, third


def to_frame(planes: Planes, pixels: str = "yuv420p") -> VideoFrame:
    """Return three planes as a frame."""
    height, width = planes[0].shape
    frame = VideoFrame(width, height, pixels)
    for target, values in zip(planes_of(frame), planes, strict=True):
        target[:] = values
    return frame


def grained(seed: int, size: tuple[int, int], strength: float) -> FrameChange:
    """Return a change that lays film grain, 0 to 1, on the brightness of each frame; it `moves`."""
    grain = Grain(seed, size, strength)
    return InPlanes(lambda planes, number: (grain.on_levels(planes[0], number), *planes[1:]))


def graph_of(size: tuple[int, int], source: str, *nodes: Node) -> av.filter.Graph:
    """Return filters in a row, for frames of one size and pixel format."""
    graph = av.filter.Graph()
    graph.threads = 2
    start = graph.add_buffer(
        width=size[0], height=size[1], format=av.VideoFormat(source), time_base=Fraction(1, 1000)
    )
    chain = [graph.add(name, **options) for name, options in nodes]
    graph.link_nodes(start, *chain, graph.add("buffersink")).configure()
    return graph


def through(graph: av.filter.Graph, frame: VideoFrame) -> VideoFrame:
    """Return what a graph makes of a frame."""
    frame.pts = None
    graph.vpush(frame)
    return graph.vpull()
