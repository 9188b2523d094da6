"""Uploads: files that a caller has announced, under an id that is given before the bytes are known."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types.asset import Asset
from limner.types.json import Json


class AssetStatus(StrEnum):
    """Whether the file behind an `asset_…` id can be used, as the public API says it."""

    READY = "ready"
    PENDING = "pending_upload"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Upload:
    """An announced file, as it stood when it was read."""

    asset_id: str
    """What the caller was promised. The file's own id is that of `asset`; both name it."""
    caller: str
    media_type: str
    """As announced."""
    status: AssetStatus
    created_at: int
    """Unix milliseconds."""
    expires_at: int
    """Until when the file may be sent. Unix milliseconds."""
    asset: Asset | None = None
    """The file, when it is ready."""
    error: Json | None = None
    """Why what was sent cannot be used, or that nothing was sent in time: an error document."""
