"""Which media types count as which kind, and the refusal of a file of another kind."""

from limner.errors import InvalidMedia
from limner.sniff import EXTENSIONS
from limner.types import Kind

TEXTS = frozenset({"text/plain", "text/markdown", "application/json"})
DOCUMENTS = TEXTS | {"application/pdf", "image/svg+xml"}
"""An SVG is a document: nothing here decodes it as a picture before it is rendered."""

ANIMATIONS = frozenset({"image/gif"})
"""Pictures that FFmpeg plays. It reads no animated WebP, and of an APNG the first bytes tell no motion."""

_EXPECTED = {
    Kind.IMAGE: "an image",
    Kind.VIDEO: "a video",
    Kind.AUDIO: "a sound",
    Kind.TEXT: "a text file",
    Kind.DOCUMENT: "a document (PDF, SVG, Markdown, JSON or plain text)",
}
_WAYS_OUT = {
    (Kind.IMAGE, Kind.VIDEO): "Send an image, or take one from the video with extract-video-frames first.",
    (
        Kind.AUDIO,
        Kind.VIDEO,
    ): "Send a sound, or take it from the video with split-audio-from-video first.",
    (Kind.VIDEO, Kind.IMAGE): (
        "Send a video or a GIF, or make one from the image with ken-burns-video first."
    ),
}


def kind_of(media_type: str) -> Kind | None:
    """Return the kind of a media type; an animated GIF is an image. None: nothing that media may be."""
    if media_type in DOCUMENTS:
        return Kind.DOCUMENT
    head = media_type.partition("/")[0]
    return Kind(head) if head in ("image", "video", "audio") else None


def is_of_kind(kind: Kind, media_type: str) -> bool:
    """Whether a file of this media type may stand where `kind` is asked for; a GIF may be a video too."""
    if kind is Kind.VIDEO and media_type in ANIMATIONS:
        return True
    return media_type in TEXTS if kind is Kind.TEXT else kind_of(media_type) is kind


def require_kind(kind: Kind, media_type: str, field: str) -> None:
    """Raise InvalidMedia, `field: is video/mp4, expects an image`, unless the type is of the kind."""
    if is_of_kind(kind, media_type):
        return
    given = kind_of(media_type)
    way_out = "Send a file of the kind that is expected."
    if media_type == "image/svg+xml":
        way_out = "Render the drawing to PNG first, and send that."
    elif given is not None:
        way_out = _WAYS_OUT.get((kind, given), way_out)
    raise InvalidMedia.of(field, f"is {media_type}, expects {_EXPECTED[kind]}", next_step=way_out)


def require_known(media_type: str | None, kind: Kind, field: str) -> str:
    """Return the type that the first bytes show, refusing early what no closer look can turn into `kind`."""
    if media_type is None:
        types = ", ".join(each for each in EXTENSIONS if is_of_kind(kind, each))
        problem = f"is no media of a known type, expects {_EXPECTED[kind]}"
        raise InvalidMedia.of(field, problem, next_step=f"Send one of: {types}.")
    # Only the streams of a container tell a sound from a video.
    is_open = kind_of(media_type) in (Kind.AUDIO, Kind.VIDEO) and kind in (Kind.AUDIO, Kind.VIDEO)
    if not is_open:
        require_kind(kind, media_type, field)
    return media_type
