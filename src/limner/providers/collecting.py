"""Brings in the files that a provider made: each at once, asked for again while it cannot be had, told by its bytes."""

import base64
import binascii
from pathlib import Path

import anyio

from limner.errors import NotAccepted, ProviderFailed
from limner.providers.patience import asked_again
from limner.providers.wire import Wire, media_file
from limner.types import Kind, MediaFile

MOST_FILES = 64
"""Of one piece of work."""
_CONTAINERS = {Kind.VIDEO, Kind.AUDIO}
"""Kinds that one container may hold either of: its first bytes do not tell which."""


async def brought_in(wire: Wire, address: str, target: Path, kind: Kind | None) -> MediaFile:
    """Bring one file in, from an address or a `data:` URI, to `target`, in place of what an earlier try left there.

    kind: what was asked for; None: any.
    Raises: NotAccepted, not passing: the file is gone; ProviderFailed: it is too large, no media, or not of `kind`.
    """

    async def once() -> MediaFile:
        await anyio.Path(target).unlink(missing_ok=True)
        if address.startswith("data:"):
            await anyio.Path(target).write_bytes(_decoded(address))
            return await media_file(target)
        return await wire.download(address, target)

    made = await asked_again(once)
    if kind is not None and made.kind is not kind and not {made.kind, kind} <= _CONTAINERS:
        raise ProviderFailed(
            f"{wire.settings.name} sent {made.media_type} where {kind} was asked for.", billed_usd=None
        )
    return made


def _decoded(address: str) -> bytes:
    head, _, data = address.partition(",")
    try:
        if not head.endswith(";base64"):
            raise ValueError("not base64")
        return base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error) as problem:
        raise ProviderFailed(
            f"The provider's result is a `data:` URI that cannot be read: {problem}.", billed_usd=None
        ) from problem


def lost(name: str, error: NotAccepted) -> ProviderFailed:
    """Return the error for work that was done, and whose result cannot be had any more: it counts as billed."""
    return ProviderFailed(
        f"{name} has done the work, and its result cannot be had: {error.message}",
        code="result_lost",
        billed_usd=None,
        next_step="Look for the result at the provider; to make it anew, start a new run.",
    )
