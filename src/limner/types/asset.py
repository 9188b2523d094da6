"""Assets: the media files that Limner keeps."""

from dataclasses import dataclass

from limner.types.media import Kind


@dataclass(frozen=True, slots=True)
class Asset:
    """A media file, content-addressed: the same bytes are the same asset."""

    asset_id: str
    sha256: str
    media_type: str
    size_bytes: int
    created_at: int
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None

    @property
    def kind(self) -> Kind:
        """The kind of media, from its media type. A drawing (SVG) is a document: it has no pixels yet."""
        if self.media_type == "image/svg+xml":
            return Kind.DOCUMENT
        head = self.media_type.partition("/")[0]
        return Kind(head) if head in ("image", "video", "audio") else Kind.DOCUMENT
