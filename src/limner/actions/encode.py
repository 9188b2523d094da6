"""The one way a film is written, equal input giving equal bytes: MP4 that starts at once, or WebM with alpha."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.frame import PictureType, VideoFrame

from limner.actions.film_flattened import warn_of_flattening
from limner.actions.film_length import check_length as check_length
from limner.actions.job import Job, no_result
from limner.actions.sound import BLOCK, SAMPLE_RATE, Samples, Tape, to_frame

KEYFRAME_SECONDS = 2
BT709 = 1
"""The number of ITU-R BT.709 for primaries, transfer and matrix alike (ISO/IEC 23091-2)."""
LIMITED_RANGE = 1


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """What a film is written as. `block` is the encoder's samples per frame of sound."""

    container: str
    container_options: Mapping[str, str]
    video_codec: str
    video_options: Mapping[str, str]
    pixels: str
    audio_codec: str
    audio_bits: int
    block: int
    thread_type: str | None = None
    """None: as the codec does by itself."""


MP4 = FilmFormat(
    container="mp4",
    container_options={"movflags": "+faststart", "fflags": "+bitexact"},
    video_codec="libx264",
    # Two threads, because their number changes the bytes. No macroblock tree: at widths such as 902 its AVX code
    # reads memory that nobody wrote (seen with MALLOC_PERTURB_), and equal frames gave other bytes.
    # No thread of its own for looking ahead: it holds nine more frames, 100 MB of 4K, for the same bytes.
    video_options={
        "preset": "veryfast",
        "crf": "21",
        "threads": "2",
        "x264-params": "mbtree=0:sync-lookahead=0",
    },
    pixels="yuv420p",
    audio_codec="aac",
    audio_bits=192_000,
    block=BLOCK,
    thread_type="FRAME",
)
WEBM_WITH_ALPHA = FilmFormat(
    container="webm",
    container_options={"fflags": "+bitexact"},
    video_codec="libvpx-vp9",
    # Threads over tiles alone, because threads over rows change the bytes. No alt-ref: libvpx has none with alpha.
    video_options={
        "crf": "24",
        "b": "0",
        "deadline": "realtime",
        "cpu-used": "6",
        "threads": "2",
        "tile-columns": "1",
        "row-mt": "0",
        "auto-alt-ref": "0",
        "lag-in-frames": "0",  # each of the two encoders would hold 25 pictures: 230 MB more at 1080p, and slower
    },
    pixels="yuva420p",
    audio_codec="libopus",
    audio_bits=160_000,
    block=960,
)
"""What browsers and editors show with transparency."""


def write_film(
    job: Job,
    name: str,
    pictures: Iterable[VideoFrame],
    rate: Fraction,
    count: int,
    sound: Iterable[Samples] | None = None,
    form: FilmFormat = MP4,
) -> Path:
    """Write a film into the job's folder and return its path.

    pictures: `count` frames in `form.pixels`, BT.709, of one even size, one per 1/rate seconds; they and the
    sound are taken as they are needed, so neither is ever whole in memory. sound: cut, or followed by
    silence, to the length of the picture; None for a silent film without a track.
    Raises: InvalidInput, over a limit; StepFailed, when there was not one picture.
    """
    check_length(job, count, rate)
    if form.pixels != WEBM_WITH_ALPHA.pixels:
        warn_of_flattening(job)
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        raise no_result(name, "the input has no picture to show")
    path = job.new_file(f"{name}.{form.container}")
    options = dict(form.container_options)
    with av.open(str(path), "w", format=form.container, options=options) as container:
        film = _Film(container, form, first, rate, None if sound is None else Tape(sound))
        for number, picture in enumerate(chain([first], pictures), start=1):
            film.show(picture)
            job.progress(number / count)
        film.end()
    return path


class _Film:
    """A container being written: pictures go in, and as much sound as goes with them."""

    def __init__(
        self,
        container: OutputContainer,
        form: FilmFormat,
        first: VideoFrame,
        rate: Fraction,
        tape: Tape | None,
    ) -> None:
        self._container, self._rate = container, rate
        self._shown = 0
        new_stream: Any = container.add_stream  # its type follows a literal codec name, and this one is data
        self._video = new_stream(form.video_codec, rate=rate, options=dict(form.video_options))
        self._video.width, self._video.height, self._video.pix_fmt = first.width, first.height, form.pixels
        codec = self._video.codec_context
        codec.flags |= Flags.bitexact
        if form.thread_type is not None:
            codec.thread_type = form.thread_type
        codec.gop_size = max(1, round(KEYFRAME_SECONDS * rate))
        codec.time_base = 1 / rate
        codec.color_primaries = codec.color_trc = codec.colorspace = BT709
        codec.color_range = LIMITED_RANGE
        self._track = None if tape is None else Soundtrack(container, form, tape)

    def show(self, picture: VideoFrame) -> None:
        """Encode one picture, and the sound up to its end."""
        picture.pts, picture.time_base = self._shown, 1 / self._rate
        picture.pict_type = PictureType.NONE
        self._container.mux(self._video.encode(picture))
        self._shown += 1
        if self._track is not None:
            self._track.write(self._samples_due())

    def end(self) -> None:
        """Encode the rest of the sound and what the encoders still hold."""
        if self._track is not None:
            self._track.write(self._samples_due(), whole_blocks=False)
        self._container.mux(self._video.encode(None))
        if self._track is not None:
            self._track.end()

    def _samples_due(self) -> int:
        return round(self._shown * SAMPLE_RATE / self._rate)


class Soundtrack:
    """The sound of a container being written: as much as is due is taken from a tape and encoded."""

    def __init__(self, container: OutputContainer, form: FilmFormat, tape: Tape) -> None:
        self._container, self._tape, self._block = container, tape, form.block
        self._heard = 0
        new_stream: Any = container.add_stream  # its type follows a literal codec name, and this one is data
        self._stream = new_stream(form.audio_codec, rate=SAMPLE_RATE, layout="stereo")
        self._stream.bit_rate = form.audio_bits
        self._stream.codec_context.flags |= Flags.bitexact

    def write(self, due: int, *, whole_blocks: bool = True) -> None:
        """Encode what comes before the sample numbered `due`; of whole blocks only those that end there."""
        while self._heard + self._block <= due:
            self._encode(self._block)
        if not whole_blocks and due > self._heard:
            self._encode(due - self._heard)

    def end(self) -> None:
        """Encode what the encoder still holds."""
        self._container.mux(self._stream.encode(None))

    def _encode(self, count: int) -> None:
        self._container.mux(self._stream.encode(to_frame(self._tape.take(count), self._heard)))
        self._heard += count
