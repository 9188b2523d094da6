"""Find out what a file is from its bytes, and prove that it can be decoded before anything uses it.

Each kind of media has a module of its own, imported when a file of that kind comes: FFmpeg's libraries take longer
to load than a picture's header takes to read.
"""

import json
from pathlib import Path

from limner.actions.guise import CONTAINERS, PICTURES, looks_like
from limner.actions.job import Job, Made
from limner.errors import InvalidMedia
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Kind, Limits, MediaInfo

TEXT_SUFFIXES = frozenset(
    {".txt", ".md", ".json", ".csv", ".yaml", ".yml", ".xml", ".srt", ".vtt", ".css", ""}
)


def verify(job: Job) -> tuple[Made, ...]:
    """Return one file's `MediaInfo` as JSON text; `params.field` names the file in errors."""
    (path,) = (given.path for values in job.inputs.values() for given in values if given.path is not None)
    info = probe(path, job.limits, job.params.get("field", "inputs"))
    return (Made(Kind.TEXT, text=json.dumps(info._asdict())),)


def probe(path: Path, limits: Limits, field: str = "inputs") -> MediaInfo:
    """Return what a file is, after decoding enough of it to know that the rest can be used.

    A still is decoded wholly. Of a video or a sound every packet is read and the first frame of each
    stream decoded. A document is recognised, not decoded.

    Raises: InvalidMedia, when the file is damaged or is no media; InvalidInput, when it is over a limit.
    """
    return _probe(path, limits, field, is_own=False)


def probe_own(path: Path, limits: Limits) -> MediaInfo:
    """Return the same of a file that this process has just written: of a picture, only its header is read.

    Raises: as `probe`.
    """
    return _probe(path, limits, "outputs", is_own=True)


def _probe(path: Path, limits: Limits, field: str, *, is_own: bool) -> MediaInfo:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    media_type = sniff(head)
    if media_type in PICTURES:
        from limner.actions.probe_pictures import probe_picture

        return probe_picture(path, media_type, limits, field, is_decoded=not is_own)
    if media_type in CONTAINERS:
        from limner.actions.probe_containers import probe_container

        return probe_container(path, media_type, limits, field)
    if media_type == "application/pdf":
        return MediaInfo(media_type, path.stat().st_size)
    if media_type == "image/svg+xml" and path.suffix.lower() in {".svg", ""}:
        from limner.actions.probe_documents import probe_drawing

        return probe_drawing(path, limits, field)
    if media_type in ("text/plain", "application/json") and path.suffix.lower() in TEXT_SUFFIXES:
        from limner.actions.probe_documents import probe_text

        return probe_text(path, field)
    raise InvalidMedia.of(
        field, f"is not an image, video, sound or document: it looks like {looks_like(head)}"
    )
