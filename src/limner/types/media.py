"""Media: what kinds there are, what a file says about itself, and what a worker may use.

Named tuples, not dataclasses: every worker process loads them, and making dataclasses takes longer than the rest of
its start.
"""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a value is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    DOCUMENT = "document"


GENERATED = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.TEXT)
"""What models make."""
GENERATED_NAMES = tuple(kind.value for kind in GENERATED)


class PortType(StrEnum):
    """The public type of a technique's input or output."""

    IMAGE = "imageUrl"
    VIDEO = "videoUrl"
    AUDIO = "audioUrl"
    TEXT = "text"
    DOCUMENT = "documentUrl"

    @property
    def kind(self) -> Kind:
        """The kind of the value that goes through such a port."""
        return Kind(self.value.removesuffix("Url"))

    @classmethod
    def of(cls, kind: Kind) -> "PortType":
        """Return the public type for a kind."""
        return cls(kind.value if kind is Kind.TEXT else f"{kind.value}Url")


class MediaInfo(NamedTuple):
    """What the bytes of a media file say about it. Sizes in pixels, bytes and seconds."""

    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    has_audio: bool | None = None


class Limits(NamedTuple):
    """What one worker process may use."""

    max_pixels: int = 64_000_000
    max_frames: int = 18_000
    max_duration_seconds: float = 600.0
    max_input_bytes: int = 500_000_000
    max_output_bytes: int = 1_000_000_000
    memory_bytes: int = 3_000_000_000
    cpu_seconds: int = 900
