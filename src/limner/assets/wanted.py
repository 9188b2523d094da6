"""What a file that comes in must be: of the kind that a field asks for, or one that may be uploaded."""

from dataclasses import dataclass
from typing import Protocol

from limner.assets.kinds import TEXTS, kind_of, require_kind, require_known
from limner.errors import InvalidMedia
from limner.types import Asset, Kind

UPLOADS = TEXTS | {
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "audio/mpeg",
    "audio/wav",
    "audio/ogg",
    "application/pdf",
}
"""The media types of uploads. Source: the public API, and texts, which techniques take too."""
MAX_UPLOAD_PIXELS = 150_000_000
"""Of a picture; the server's own limit may be lower. Source: the public API."""
_IN_CONTAINERS = (Kind.VIDEO, Kind.AUDIO)


class Wanted(Protocol):
    """Says which files are taken."""

    def require_head(self, media_type: str | None, field: str) -> str:
        """Return the type that a file's first bytes show. Raises: InvalidMedia, when it cannot be wanted."""

    def require(self, asset: Asset, field: str) -> None:
        """Raise InvalidMedia unless a file, by all that is known of it, is wanted."""


@dataclass(frozen=True, slots=True)
class OfKind:
    """Wants a file of one kind."""

    kind: Kind

    def require_head(self, media_type: str | None, field: str) -> str:
        """Return the type that the first bytes show, when it can be of the kind."""
        return require_known(media_type, self.kind, field)

    def require(self, asset: Asset, field: str) -> None:
        """Refuse a file of another kind."""
        require_kind(self.kind, asset.media_type, field)


@dataclass(frozen=True, slots=True)
class Uploadable:
    """Wants a file that may be uploaded; of the kind that was announced, if one was."""

    kind: Kind | None = None

    def require_head(self, media_type: str | None, field: str) -> str:
        """Return the type that the first bytes show, when such files may be uploaded."""
        if media_type is None:
            raise _refused("is no media of a known type", field)
        # Only the streams of a container tell a sound from a video.
        if kind_of(media_type) not in _IN_CONTAINERS:
            _require_uploadable(media_type, field)
        return media_type

    def require(self, asset: Asset, field: str) -> None:
        """Refuse a type that is not uploaded, a picture that is too large, and what was not announced."""
        _require_uploadable(asset.media_type, field)
        pixels = (asset.width or 0) * (asset.height or 0)
        if asset.kind is Kind.IMAGE and pixels > MAX_UPLOAD_PIXELS:
            raise InvalidMedia.of(
                field,
                f"is {asset.width} × {asset.height} = {pixels / 1e6:.0f} megapixels, "
                f"the limit is {MAX_UPLOAD_PIXELS // 1_000_000}",
            )
        if self.kind is not None:
            require_kind(self.kind, asset.media_type, field)


def _require_uploadable(media_type: str, field: str) -> None:
    if media_type not in UPLOADS:
        raise _refused(f"is {media_type}, which is not taken", field)


def _refused(problem: str, field: str) -> InvalidMedia:
    return InvalidMedia.of(field, problem, next_step=f"Send one of: {', '.join(sorted(UPLOADS))}.")
