"""Find out what a file is from its bytes, and prove that it can be decoded before anything uses it."""

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from xml.parsers import expat

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageSequence

from limner.actions.guise import CONTAINERS, PICTURES, as_text, looks_like
from limner.actions.job import Job, Made, over_limit
from limner.actions.video import Shape, opened, picture_stream, shape_of, unreadable
from limner.errors import InvalidMedia
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Kind, Limits, MediaInfo

PILLOW_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files."""
ORIENTATION_TAG = 0x0112  # Exif 2.3, table 4; values 5 to 8 swap the sides
ANIMATION_PIXELS = 1_000_000_000
"""Frames of an animated picture are decoded up to this many pixels, the first one always."""
TEXT_SUFFIXES = frozenset(
    {".txt", ".md", ".json", ".csv", ".yaml", ".yml", ".xml", ".srt", ".vtt", ".css", ""}
)


def verify(job: Job) -> tuple[Made, ...]:
    """Return one file's `MediaInfo` as JSON text; `params.field` names the file in errors."""
    (path,) = (given.path for values in job.inputs.values() for given in values if given.path is not None)
    info = probe(path, job.limits, job.params.get("field", "inputs"))
    return (Made(Kind.TEXT, text=json.dumps(asdict(info))),)


def probe(path: Path, limits: Limits, field: str = "inputs") -> MediaInfo:
    """Return what a file is, after decoding enough of it to know that the rest can be used.

    A still is decoded wholly. Of a video or a sound every packet is read and the first frame of each
    stream decoded. A document is recognised, not decoded.

    Raises: InvalidMedia, when the file is damaged or is no media; InvalidInput, when it is over a limit.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    media_type = sniff(head)
    if media_type in PICTURES:
        return _probe_picture(path, media_type, limits, field)
    if media_type in CONTAINERS:
        return _probe_container(path, media_type, limits, field)
    if media_type == "application/pdf":
        return MediaInfo(media_type, path.stat().st_size)
    if media_type == "image/svg+xml" and path.suffix.lower() in {".svg", ""}:
        return _probe_drawing(path, limits, field)
    if media_type in ("text/plain", "application/json") and path.suffix.lower() in TEXT_SUFFIXES:
        return _probe_text(path, field)
    raise InvalidMedia.of(
        field, f"is not an image, video, sound or document: it looks like {looks_like(head)}"
    )


def _probe_picture(path: Path, media_type: str, limits: Limits, field: str) -> MediaInfo:
    try:
        with _no_pixel_cap(), Image.open(path, formats=PILLOW_FORMATS) as image:
            width, height = image.size
            _check_pixels(width, height, limits, field)
            _decode_frames(image)
            turned = image.getexif().get(ORIENTATION_TAG, 1) in (5, 6, 7, 8)
    except PILLOW_ERRORS as error:
        name = media_type.removeprefix("image/").upper()
        raise InvalidMedia.of(field, f"the {name} picture is damaged or incomplete: {error}") from error
    if turned:
        width, height = height, width
    return MediaInfo(media_type, path.stat().st_size, width, height)


@contextmanager
def _no_pixel_cap() -> Iterator[None]:
    # Pillow refuses above its own fixed cap before the size can be read; ours is checked right after.
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _decode_frames(image: Image.Image) -> None:
    image.load()
    decoded = image.width * image.height
    if not getattr(image, "is_animated", False):
        return
    for frame in ImageSequence.Iterator(image):
        frame.load()
        decoded += frame.width * frame.height
        if decoded > ANIMATION_PIXELS:
            return


def _check_pixels(width: int, height: int, limits: Limits, field: str) -> None:
    if width * height > limits.max_pixels:
        what = f"the number of pixels ({width} x {height})"
        raise over_limit(field, what, width * height, limits.max_pixels, "LIMNER_MAX_PIXELS")


def _probe_container(path: Path, media_type: str, limits: Limits, field: str) -> MediaInfo:
    with opened(path, field) as container:
        picture = picture_stream(container)
        sounds = container.streams.audio
        if picture is None and not sounds:
            raise InvalidMedia.of(field, "has neither a picture nor a sound track")
        if picture is not None:
            _check_pixels(picture.width, picture.height, limits, field)
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


def _probe_text(path: Path, field: str) -> MediaInfo:
    if as_text(path.read_bytes()) is None:
        raise InvalidMedia.of(field, "starts like plain text but is not UTF-8 text throughout")
    return MediaInfo("text/plain", path.stat().st_size)


def _probe_drawing(path: Path, limits: Limits, field: str) -> MediaInfo:
    """Check that an SVG is well-formed and declares no entities, and read its size in pixels."""
    root: dict[str, str] = {}
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if not root:
            root.update({"": name, **attributes})

    def refuse(*_: object) -> None:
        raise InvalidMedia.of(field, "the SVG declares entities, which are not accepted")

    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        raise InvalidMedia.of(field, f"the SVG is not well-formed: {error}") from error
    width, height = _drawing_size(root)
    _check_pixels(width or 0, height or 0, limits, field)
    return MediaInfo("image/svg+xml", path.stat().st_size, width, height)


def _drawing_size(root: dict[str, str]) -> tuple[int | None, int | None]:
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = [root.get("width", ""), root.get("height", "")]
    try:
        if not all(side and not side.endswith("%") for side in sides):
            sides = box[2:4]
        width, height = (round(float(side.removesuffix("px"))) for side in sides)
    except (ValueError, OverflowError):
        return None, None
    return (width, height) if width > 0 and height > 0 else (None, None)
