"""Lay the frames of a film over one another, as if the shutter had stayed open."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from limner.actions.filter_film import planes_of
from limner.actions.job import Job, Made, no_result
from limner.actions.stills import save_image
from limner.actions.stills_of_film import Developer, Pixels
from limner.actions.video import Shape, constant, survey, timed_frames
from limner.types import Kind

PLANAR = ("yuv420p", "yuvj420p")
"""What frames are added up in as they are; others become red, green and blue first, which takes longer."""

Sums = NDArray[np.uint32]
"""255 times 16 million frames fit."""


def video_to_long_exposure(job: Job) -> tuple[Made, ...]:
    """Make one picture of many frames."""
    clip = survey(job.path(Kind.VIDEO), "inputs.video")
    stride, most = int(job.params["frame_stride"]), int(job.params["max_frames"])
    available = clip.frame_count(clip.rate)
    count = min(most, -(-available // stride))
    frames = constant(timed_frames(clip), clip.rate, min(available, (count - 1) * stride + 1))
    chosen = _counted(job, islice(frames, 0, None, stride), count)
    pixels = BLENDS[job.params["blend_mode"]](chosen, clip.shape)
    return (Made(Kind.IMAGE, save_image(Image.fromarray(pixels), job, "exposure")),)


def _counted(job: Job, frames: Iterable[VideoFrame], count: int) -> Iterator[VideoFrame]:
    number = 0
    for number, frame in enumerate(frames, start=1):
        yield frame
        job.progress(number / count, f"exposed frame {number} of {count}")
    if number == 0:
        raise no_result("video-to-long-exposure", "the video has no frame to show")


def average(frames: Iterable[VideoFrame], shape: Shape) -> Pixels:
    """Return the mean of the frames: what moves fades, what stands still stays.

    Frames are added up as they are stored, and only the mean is made red, green and blue: that conversion
    is linear, so the result is the same but for colours that no screen shows, and ten times as fast.
    """
    develop = Developer(shape)
    stored: dict[tuple[object, ...], Exposure] = {}
    total: Sums = np.zeros((develop.size[1], develop.size[0], 3), np.uint32)
    count = 0
    for frame in frames:
        count += 1
        # A stream may change its form midway.
        form = (frame.format.name, frame.width, frame.height, frame.colorspace, frame.color_range)
        if form in stored:
            stored[form].add(frame)
        elif frame.format.name in PLANAR and frame.width % 2 == frame.height % 2 == 0:
            stored[form] = Exposure(frame)
        else:
            total += develop(frame)
    for exposure in stored.values():
        total += develop(exposure.mean()).astype(np.uint32) * np.uint32(exposure.count)
    return rounded_mean(total, count)


class Exposure:
    """The sum of frames of one form, from which one frame of their mean is made."""

    def __init__(self, first: VideoFrame) -> None:
        self._first = first
        self._total: Sums = first.to_ndarray().astype(np.uint32)
        self.count = 1

    def add(self, frame: VideoFrame) -> None:
        """Add one frame more."""
        self._total += np.asarray(frame.to_ndarray(), np.uint8)
        self.count += 1

    def mean(self) -> VideoFrame:
        """Return the mean as a frame that says the same of its colours as the first."""
        frame = VideoFrame.from_ndarray(rounded_mean(self._total, self.count), self._first.format.name)
        frame.colorspace, frame.color_range = self._first.colorspace, self._first.color_range
        frame.color_trc = self._first.color_trc
        return frame


def rounded_mean(total: Sums, count: int) -> Pixels:
    """Return a sum divided by its count, to the nearest whole value."""
    return ((total + count // 2) // count).astype(np.uint8)


def lighten(frames: Iterable[VideoFrame], shape: Shape) -> Pixels:
    """Return the brightest that each place ever was, in each colour: lights leave trails."""
    return _folded(frames, shape, np.maximum)


def darken(frames: Iterable[VideoFrame], shape: Shape) -> Pixels:
    """Return the darkest that each place ever was: dark things leave trails on a bright ground."""
    return _folded(frames, shape, np.minimum)


def _folded(frames: Iterable[VideoFrame], shape: Shape, fold: Callable[..., Pixels]) -> Pixels:
    develop = Developer(shape, layout="gbrp")
    layers = (planes_of(develop.developed(frame)) for frame in frames)
    blended = tuple(plane.copy() for plane in next(layers))
    for layer in layers:
        for total, plane in zip(blended, layer, strict=True):
            fold(total, plane, out=total)
    green, blue, red = blended
    return np.dstack([red, green, blue])


BLENDS: dict[str, Callable[[Iterable[VideoFrame], Shape], Pixels]] = {
    "average": average,
    "lighten": lighten,
    "darken": darken,
}
