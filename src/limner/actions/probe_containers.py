"""What a film or a sound is: every packet read, and the first frame of each stream decoded."""

from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from limner.actions.job import over_limit
from limner.actions.probe_limits import check_pixels
from limner.actions.video import Shape, opened, picture_stream, shape_of, unreadable
from limner.errors import InvalidMedia
from limner.types import Limits, MediaInfo


def probe_container(path: Path, media_type: str, limits: Limits, field: str) -> MediaInfo:
    """Return what a film or a sound is.

    Raises: InvalidMedia, when it is damaged or has neither; InvalidInput, when it is over a limit.
    """
    with opened(path, field) as container:
        picture = picture_stream(container)
        sounds = container.streams.audio
        if picture is None and not sounds:
            raise InvalidMedia.of(field, "has neither a picture nor a sound track")
        if picture is not None:
            check_pixels(picture.width, picture.height, limits, field)
        _check_duration((container.duration or 0) / av.time_base, limits, field)
        try:
            duration = _packets_end(container, limits, field)
            container.seek(0)
            shape = _first_shape(container, picture, field)
            if picture is None:
                next(container.decode(sounds[0]))
        except (av.error.FFmpegError, StopIteration) as error:
            raise unreadable(field, error) from error
    if shape is None:
        media_type = media_type.replace("video/", "audio/").replace("quicktime", "mp4")
        return MediaInfo(media_type, path.stat().st_size, None, None, duration, True)
    media_type = media_type.replace("audio/", "video/")
    size = path.stat().st_size
    return MediaInfo(media_type, size, shape.width, shape.height, duration, bool(sounds))


def _check_duration(seconds: float, limits: Limits, field: str) -> None:
    if seconds > limits.max_duration_seconds:
        what, most = "the duration in seconds", limits.max_duration_seconds
        raise over_limit(field, what, round(seconds, 2), most, "LIMNER_MAX_SECONDS")


def _packets_end(container: InputContainer, limits: Limits, field: str) -> float:
    """Read every packet and return the length in seconds.

    The header's word is taken unless the packets contradict it: some recorders write none, and MP3
    headers guess.
    """
    first, last = float("inf"), 0.0
    for packet in container.demux():
        if packet.pts is None or packet.time_base is None:
            continue
        first = min(first, float(packet.pts * packet.time_base))
        last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        _check_duration(last - max(first, 0.0), limits, field)
    measured = max(0.0, last - max(first, 0.0)) if last else 0.0
    claimed = (container.duration or 0) / av.time_base
    return round(claimed if abs(claimed - measured) < 0.5 else measured, 6)


def _first_shape(container: InputContainer, picture: VideoStream | None, field: str) -> Shape | None:
    if picture is None:
        return None
    frame: VideoFrame = next(container.decode(picture))
    if frame.width < 1 or frame.height < 1:
        raise InvalidMedia.of(field, "its first video frame is empty")
    return shape_of(frame, picture)
