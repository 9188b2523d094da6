"""The one way a film is written: H.264 and AAC in MP4 that starts at once, equal input giving equal bytes."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.frame import PictureType, VideoFrame

from limner.actions.job import Job, no_result, over_limit
from limner.actions.sound import BLOCK, SAMPLE_RATE, Samples, Tape, to_frame

QUALITY = {"preset": "veryfast", "crf": "21", "threads": "2", "x264-params": "mbtree=0"}
"""Two threads, because their number changes the bytes. No macroblock tree: at widths such as 902 its
AVX code reads memory that nobody wrote (seen with MALLOC_PERTURB_), and equal frames gave other bytes."""
KEYFRAME_SECONDS = 2
AUDIO_BITS = 192_000
BT709 = 1
"""The number of ITU-R BT.709 for primaries, transfer and matrix alike (ISO/IEC 23091-2)."""
LIMITED_RANGE = 1


def check_length(job: Job, count: int, rate: Fraction) -> None:
    """Check a film's length against the limits before the work begins.

    Raises: InvalidInput, naming the limit and the setting that moves it.
    """
    limits = job.limits
    if count > limits.max_frames:
        raise over_limit("inputs", "the number of frames", count, limits.max_frames, "LIMNER_MAX_FRAMES")
    if count / rate > limits.max_duration_seconds:
        what, seconds = "the film's duration in seconds", round(float(count / rate), 2)
        raise over_limit("inputs", what, seconds, limits.max_duration_seconds, "LIMNER_MAX_SECONDS")


def write_film(
    job: Job,
    name: str,
    pictures: Iterable[VideoFrame],
    rate: Fraction,
    count: int,
    sound: Iterable[Samples] | None = None,
) -> Path:
    """Write a film into the job's folder and return its path.

    pictures: `count` frames in yuv420p, BT.709, of one even size, one per 1/rate seconds; they and the
    sound are taken as they are needed, so neither is ever whole in memory. sound: cut, or followed by
    silence, to the length of the picture; None for a silent film without a track.
    Raises: InvalidInput, over a limit; StepFailed, when there was not one picture.
    """
    check_length(job, count, rate)
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        raise no_result(name, "the input has no picture to show")
    path = job.new_file(f"{name}.mp4")
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        film = _Film(container, first, rate, None if sound is None else Tape(sound))
        for number, picture in enumerate(chain([first], pictures), start=1):
            film.show(picture)
            job.progress(number / count)
        film.end()
    return path


class _Film:
    """A container being written: pictures go in, and as much sound as goes with them."""

    def __init__(
        self, container: OutputContainer, first: VideoFrame, rate: Fraction, tape: Tape | None
    ) -> None:
        self._container, self._rate, self._tape = container, rate, tape
        self._shown = self._heard = 0
        self._video: Any = container.add_stream("libx264", rate=rate, options=QUALITY)
        self._video.width, self._video.height, self._video.pix_fmt = first.width, first.height, "yuv420p"
        codec = self._video.codec_context
        codec.flags |= Flags.bitexact
        codec.thread_type = "FRAME"
        codec.gop_size = max(1, round(KEYFRAME_SECONDS * rate))
        codec.time_base = 1 / rate
        codec.color_primaries = codec.color_trc = codec.colorspace = BT709
        codec.color_range = LIMITED_RANGE
        self._audio: Any = None
        if tape is not None:
            self._audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
            self._audio.bit_rate = AUDIO_BITS
            self._audio.codec_context.flags |= Flags.bitexact

    def show(self, picture: VideoFrame) -> None:
        """Encode one picture, and the sound up to its end."""
        picture.pts, picture.time_base = self._shown, 1 / self._rate
        picture.pict_type = PictureType.NONE
        self._container.mux(self._video.encode(picture))
        self._shown += 1
        while self._heard + BLOCK <= self._samples_due():
            self._sound(BLOCK)

    def end(self) -> None:
        """Encode the rest of the sound and what the encoders still hold."""
        if rest := self._samples_due() - self._heard:
            self._sound(rest)
        self._container.mux(self._video.encode(None))
        if self._audio is not None:
            self._container.mux(self._audio.encode(None))

    def _samples_due(self) -> int:
        return round(self._shown * SAMPLE_RATE / self._rate) if self._tape else 0

    def _sound(self, count: int) -> None:
        if self._tape is not None:
            self._container.mux(self._audio.encode(to_frame(self._tape.take(count), self._heard)))
            self._heard += count
