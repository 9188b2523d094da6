"""Assets as callers bring them in and look at them: uploaded, fetched, or promised first and sent later."""

from collections.abc import AsyncIterable
from typing import Protocol

from limner.app.paging import require_limit
from limner.assets.kinds import kind_of
from limner.assets.wanted import UPLOADS
from limner.errors import InvalidInput, NotFound, Unavailable
from limner.store.contract import Store
from limner.types import Asset, AssetStatus, Kind, Page, Upload

UPLOAD_LIFETIME_MS = 3_600_000
"""How long a promised file may be sent."""
_OTHER_NAMES = {
    "image/jpg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
}
"""How else browsers call types that may be uploaded."""


class Intake(Protocol):
    """The door through which uploads come in."""

    async def receive(
        self,
        content: AsyncIterable[bytes],
        *,
        field: str,
        caller: str,
        kind: Kind | None = None,
        name: str = "",
    ) -> Asset:
        """Bring in what a caller sends. Raises: InvalidMedia."""

    async def receive_from(self, address: str, *, field: str, caller: str) -> Asset:
        """Bring in what a public address holds. Raises: InvalidInput."""


class Uploading:
    """Brings in the assets of one installation, and shows each caller its own."""

    def __init__(self, *, store: Store, media: Intake) -> None:
        self._store = store
        self._media = media

    async def list_assets(self, caller: str, limit: int, cursor: str | None) -> Page:
        """Return a page of Asset, newest first: what the caller uploaded, and what its runs made.

        Raises: InvalidInput.
        """
        require_limit(limit)
        return await self._store.list_assets(caller, limit=limit, cursor=cursor)

    async def get_asset(self, caller: str, asset_id: str) -> Asset | Upload:
        """Return an asset of the caller's; by an id that was promised, how its upload stands. Raises: NotFound."""
        try:
            return await self._store.get_upload(caller, asset_id)
        except NotFound:
            return await self._store.get_asset(caller, asset_id)

    async def add(self, caller: str, content: AsyncIterable[bytes], *, field: str, name: str) -> Asset:
        """Store an upload: the same bytes are the same asset. Raises: InvalidMedia, naming `field`."""
        return await self._media.receive(content, field=field, caller=caller, name=name)

    async def add_from(self, caller: str, address: str, *, field: str) -> Asset:
        """Fetch a public https:// address, and store what it holds. Raises: InvalidInput, naming `field`."""
        return await self._media.receive_from(address, field=field, caller=caller)

    async def promise(self, caller: str, content_type: str) -> Upload:
        """Promise an id for a file to be sent within the hour. Raises: InvalidInput, for another type."""
        media_type = content_type.partition(";")[0].strip().lower()
        media_type = _OTHER_NAMES.get(media_type, media_type)
        if media_type not in UPLOADS:
            problem = f"is {content_type[:100]!r}, must be one of: {', '.join(sorted(UPLOADS))}"
            raise InvalidInput.of("content_type", problem)
        return await self._store.create_upload(caller, media_type, lifetime_ms=UPLOAD_LIFETIME_MS)

    async def receive(self, asset_id: str, content: AsyncIterable[bytes], *, field: str, name: str) -> Upload:
        """Store a promised file, whoever sends it; one that cannot be used may be followed by another.

        Raises: NotFound, also when its time has passed; Unavailable, code `conflict`, when the file is there;
        InvalidMedia, naming `field`.
        """
        upload = await self._store.open_upload(asset_id)
        kind = kind_of(upload.media_type)
        try:
            asset = await self._media.receive(
                content, field=field, caller=upload.caller, kind=kind, name=name
            )
        except InvalidInput as error:
            await self._store.fail_upload(asset_id, error.document())
            raise
        return await self._store.complete_upload(asset_id, asset.asset_id)

    async def complete(self, caller: str, asset_id: str) -> Asset | Upload:
        """Return what became of a promised file: ready, or failed with the reason.

        Raises: NotFound; Unavailable, code `conflict`, while nothing was sent.
        """
        found = await self.get_asset(caller, asset_id)
        if isinstance(found, Upload) and found.status is AssetStatus.PENDING:
            raise Unavailable(
                f"Nothing was uploaded to {asset_id} yet.",
                code="conflict",
                next_step="Send the file to the address that came with the id, then complete it.",
            )
        return found
