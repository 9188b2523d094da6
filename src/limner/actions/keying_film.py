"""Write a film with transparency: VP9 with an alpha channel and Opus in WebM, equal input giving equal bytes."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.frame import PictureType, VideoFrame

from limner.actions.encode import BT709, KEYFRAME_SECONDS, LIMITED_RANGE
from limner.actions.job import Job, no_result
from limner.actions.sound import SAMPLE_RATE, Samples, Tape, to_frame

QUALITY = {
    "crf": "24",
    "b": "0",
    "deadline": "realtime",
    "cpu-used": "6",
    "threads": "2",
    "tile-columns": "1",
    "row-mt": "0",
    "auto-alt-ref": "0",
}
"""Threads over tiles alone, because threads over rows change the bytes. No alt-ref: libvpx has none with alpha."""
OPUS_BITS = 160_000
OPUS_BLOCK = 960


def write_alpha_film(
    job: Job,
    name: str,
    pictures: Iterable[VideoFrame],
    rate: Fraction,
    count: int,
    sound: Iterable[Samples] | None = None,
) -> Path:
    """Write a film of yuva420p frames in BT.709 into the job's folder and return its path.

    WebM is what browsers and editors show with transparency; ProRes 4444 would be 30 times the size.
    pictures, sound: as in `encode.write_film`.
    Raises: StepFailed, when there was not one picture.
    """
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        raise no_result(name, "the input has no picture to show")
    path = job.new_file(f"{name}.webm")
    with av.open(str(path), "w", format="webm", options={"fflags": "+bitexact"}) as container:
        film = _AlphaFilm(container, first, rate, None if sound is None else Tape(sound))
        for number, picture in enumerate(chain([first], pictures), start=1):
            film.show(picture)
            job.progress(number / count)
        film.end()
    return path


class _AlphaFilm:
    """A container being written: pictures go in, and as much sound as goes with them."""

    def __init__(
        self, container: OutputContainer, first: VideoFrame, rate: Fraction, tape: Tape | None
    ) -> None:
        self._container, self._rate, self._tape = container, rate, tape
        self._shown = self._heard = 0
        self._video: Any = container.add_stream("libvpx-vp9", rate=rate, options=QUALITY)
        self._video.width, self._video.height, self._video.pix_fmt = first.width, first.height, "yuva420p"
        codec = self._video.codec_context
        codec.flags |= Flags.bitexact
        codec.gop_size = max(1, round(KEYFRAME_SECONDS * rate))
        codec.time_base = 1 / rate
        codec.color_primaries = codec.color_trc = codec.colorspace = BT709
        codec.color_range = LIMITED_RANGE
        self._audio: Any = None
        if tape is not None:
            self._audio = container.add_stream("libopus", rate=SAMPLE_RATE, layout="stereo")
            self._audio.bit_rate = OPUS_BITS
            self._audio.codec_context.flags |= Flags.bitexact

    def show(self, picture: VideoFrame) -> None:
        """Encode one picture, and the sound up to its end."""
        picture.pts, picture.time_base = self._shown, 1 / self._rate
        picture.pict_type = PictureType.NONE
        self._container.mux(self._video.encode(picture))
        self._shown += 1
        while self._heard + OPUS_BLOCK <= self._samples_due():
            self._sound(OPUS_BLOCK)

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
