"""Open video from outside safely, and read it as frames at a constant rate, whatever the file does."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from fractions import Fraction
from itertools import pairwise
from math import floor, fsum, inf
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from limner.actions.film_alpha import decode
from limner.errors import InvalidMedia

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mp3,wav,ogg,flac,aac,gif"
"""The demuxers that may look at a file. Playlists (hls, concat, dash) are not among them."""

USUAL_RATES = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
DECODER_THREADS = 2
ROUGH = {"skip_loop_filter": "noref"}
"""Saves a tenth of decoding. What others are made from is filtered: or else the picture would drift from keyframe to
keyframe and then jump back, which looks like a cut in films of few bits."""
EPSILON = 1e-6
"""Seconds by which times of the same frame may differ after conversion."""

Timed: TypeAlias = tuple[float, VideoFrame]
"""A frame and when it is shown, in seconds from the start of its clip."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a video is shown: pixels after rotation and with square pixels, turned counter-clockwise first."""

    width: int
    height: int
    turn: int
    """Degrees counter-clockwise, 0, 90, 180 or 270."""


@contextmanager
def opened(path: Path, field: str = "inputs") -> Iterator[InputContainer]:
    """Open a container so that nothing but its own bytes can be read.

    The file object leaves FFmpeg no path to resolve names against, the empty protocol list no way to
    open another file or address, and the format list no playlist format to ask for one.

    Raises: InvalidMedia, when no allowed format recognises the bytes.
    """
    with path.open("rb") as file:
        try:
            container = av.open(
                file,
                mode="r",
                options={"protocol_whitelist": "", "format_whitelist": FORMATS},
                metadata_errors="replace",  # tags are often Latin-1, and nobody reads them here
            )
        except av.error.FFmpegError as error:
            raise unreadable(field, error) from error
        with container:
            yield container


def unreadable(field: str, error: Exception) -> InvalidMedia:
    """Return the error of a container that FFmpeg could not read, with FFmpeg's reason."""
    reason = getattr(error, "strerror", None) or str(error) or "no frame in it can be decoded"
    return InvalidMedia.of(field, f"is damaged, incomplete, or no video or sound that is accepted: {reason}")


def picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the first moving picture of a container; the cover of a song is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def shape_of(frame: VideoFrame, stream: VideoStream) -> Shape:
    """Return how a frame of a stream is meant to be shown."""
    turn = round(frame.rotation / 90) % 4 * 90
    aspect = stream.sample_aspect_ratio or 1
    width, height = max(1, round(frame.width * aspect)), frame.height
    return Shape(height, width, turn) if turn in (90, 270) else Shape(width, height, turn)


@dataclass(frozen=True, slots=True)
class Clip:
    """A video to work on: where it is, how it is shown, and when its picture starts and how long it lasts."""

    path: Path
    field: str
    shape: Shape
    rate: Fraction
    """Frames per second at which to work; constant, whatever the file does."""
    start: float
    """The time stamp of the first frame, in seconds."""
    seconds: float
    has_sound: bool
    times: tuple[float, ...] = dataclass_field(default=(), repr=False)
    """When each frame is shown, in seconds from the first one, ascending."""
    keyframes: tuple[float, ...] = dataclass_field(default=(), repr=False)
    """Those of the times at which decoding can begin."""

    def frame_count(self, rate: Fraction) -> int:
        """Return how many frames the clip makes at a constant rate."""
        return max(1, round(self.seconds * rate))


def survey(path: Path, field: str = "inputs.video") -> Clip:
    """Measure a clip by reading its packets, without decoding more than the first frame.

    Raises: InvalidMedia, when it holds no video or cannot be read.
    """
    with opened(path, field) as container:
        stream = picture_stream(container)
        if stream is None:
            raise InvalidMedia.of(field, "has a sound track but no video")
        try:
            shape = shape_of(next(container.decode(stream)), stream)
            container.seek(0)
            times, keyframes, held = _packet_times(container, stream)
        except (av.error.FFmpegError, StopIteration) as error:
            raise unreadable(field, error) from error
        if not times:
            raise InvalidMedia.of(field, "has a video track without a single frame")
        rate = working_rate(times, (stream.average_rate, stream.base_rate))
        span = float(1 / rate)
        seconds = times[-1] - times[0] + (held if held > span / 2 else span)
        return Clip(
            path,
            field,
            shape,
            rate,
            start=times[0],
            seconds=seconds,
            has_sound=bool(container.streams.audio),
            times=tuple(time - times[0] for time in times),
            keyframes=tuple(time - times[0] for time in keyframes),
        )


def _packet_times(container: InputContainer, stream: VideoStream) -> tuple[list[float], list[float], float]:
    """Return the presentation times of all packets and of keyframes, in order, and how long the last is shown."""
    times, keyframes, last = [], [], (-1.0, 0.0)
    for packet in container.demux(stream):
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is None or packet.time_base is None or packet.is_discard:
            continue
        tick = packet.time_base
        time = stamp * tick.numerator / tick.denominator  # what float(stamp * tick) is, ten times as fast
        times.append(time)
        if packet.is_keyframe:
            keyframes.append(time)
        last = max(last, (time, (packet.duration or 0) * tick.numerator / tick.denominator))
    return sorted(times), sorted(keyframes), last[1]


def working_rate(times: list[float], claimed: tuple[Fraction | None, ...]) -> Fraction:
    """Return the constant rate to work at: the stream's own, or its most usual one where it varies; at most 60.

    times: when each frame is shown, in order. claimed: what the header says, taken where the times bear
    it out, for it is exact and they are rounded.
    """
    spans = [later - earlier for earlier, later in pairwise(times)]
    middle = _median(spans) if spans else 0.0
    if middle <= 0:
        return next((rate for rate in claimed if rate and 1 <= rate <= 60), Fraction(25))
    mean_span = (times[-1] - times[0]) / len(spans)
    is_constant = all(abs(time - times[0] - n * mean_span) < 0.3 * mean_span for n, time in enumerate(times))
    usual_spans = [span for span in spans if span <= 2 * middle]
    usual_span = fsum(usual_spans) / len(usual_spans)
    rate = 1 / mean_span if is_constant else 1 / usual_span
    known = [each for each in claimed if each] + sorted(USUAL_RATES, key=lambda each: abs(each - rate))
    for each in known:
        if abs(rate - each) <= each / 200:
            return min(each, Fraction(60))
    return Fraction(min(max(rate, 1.0), 60.0)).limit_denominator(1001)


def _median(values: list[float]) -> float:
    """Return what `statistics` would, which takes longer to load than a sound takes to copy."""
    ordered, count = sorted(values), len(values)
    return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2


def timed_frames(
    clip: Clip,
    since: float = 0.0,
    until: float = inf,
    needed: frozenset[float] | None = None,
    *,
    is_rough: bool = False,
) -> Iterator[Timed]:
    """Decode a clip and return its frames in order with their times in seconds from the first one.

    since, until: only the frames of this span are returned; the decoder starts at the keyframe before.
    needed: some of the clip's times; frames of other times may be missing, where that saves their decoding.
    is_rough: whether frames that are only to be compared may show the edges of their blocks.
    Raises: InvalidMedia, when the decoder gives up.
    """
    with opened(clip.path, clip.field) as container:
        stream = picture_stream(container)
        if stream is None or stream.time_base is None:
            raise InvalidMedia.of(clip.field, "has no video")
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = DECODER_THREADS
        if is_rough:
            stream.codec_context.options = ROUGH
        try:
            if since > 0:
                _seek(container, stream, clip, since)
            for frame in decode(container, stream, _sparing(clip, stream, needed)):
                time = 0.0 if frame.time is None else frame.time - clip.start
                if time > until - EPSILON:
                    return
                if time >= since - EPSILON:
                    yield time, frame
        except av.error.FFmpegError as error:
            raise unreadable(clip.field, error) from error


def _sparing(
    clip: Clip, stream: VideoStream, needed: frozenset[float] | None
) -> "Callable[[Packet[Any]], None]":
    """Return what tells the decoder, packet by packet, to leave out frames that nothing needs.

    H.264 says of each frame whether others refer to it: about half do not, and the rest decodes without them.
    """
    codec = stream.codec_context
    if needed is None or codec.codec.canonical_name != "h264":
        return lambda packet: None

    def choose(packet: "Packet[Any]") -> None:
        tick = packet.time_base
        is_needed = (
            packet.pts is None
            or tick is None
            or packet.pts * tick.numerator / tick.denominator - clip.start in needed
        )
        codec.skip_frame = "DEFAULT" if is_needed else "NONREF"

    return choose


def _seek(container: InputContainer, stream: VideoStream, clip: Clip, since: float) -> None:
    """Go to the last keyframe that is shown by `since`, or to one before it."""
    tick = stream.time_base or Fraction(1)
    place = bisect_right(clip.keyframes, since + EPSILON) - 1
    nearest = clip.keyframes[place] if place >= 0 else 0.0
    # Some containers seek by decoding time, which runs ahead of showing time by a few frames: those can land
    # behind the keyframe.
    early = max(0.0, since - max(0.5, float(4 / clip.rate)))
    for moment in (nearest, early):
        offset = round((clip.start + moment) / tick)
        container.seek(offset, stream=stream)
        first = next(container.demux(stream), None)
        if first is not None and first.pts is not None and first.pts * tick <= clip.start + since + EPSILON:
            break
    container.seek(offset, stream=stream)


def constant(frames: Iterable[Timed], rate: Fraction, count: int) -> Iterator[VideoFrame]:
    """Return exactly `count` frames at a constant rate, repeating or dropping where the times ask for it.

    A frame that is repeated is the same object each time.
    """
    made = 0
    held: VideoFrame | None = None
    for time, frame in frames:
        tick = floor(time * rate + 0.5)
        while held is not None and made < min(tick, count):
            yield held
            made += 1
        held = frame
        if made >= count:
            return
    while held is not None and made < count:
        yield held
        made += 1
