"""Fetch media from the public internet: https only, pinned to a checked address, bounded in everything."""

import copy
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread

from limner.assets.addresses import is_public
from limner.assets.public_address import Resolve, Timeouts, resolve_host
from limner.assets.scratch import create, storage_errors
from limner.assets.size import RAISE_LIMIT, too_large
from limner.assets.web import Web, require_good
from limner.errors import InvalidMedia
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Limits

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server which never fetches need not pay

NOUN = "file"
CHUNK_BYTES = 1 << 18
_HEADERS = {
    "Accept": "image/*, video/*, audio/*, application/pdf, text/plain;q=0.5, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "limner",
}
_DEFAULT_LIMITS = Limits()
_DEFAULT_TIMEOUTS = Timeouts()


class Fetcher:
    """Brings one file from an address that a caller gave, and trusts nothing about it."""

    def __init__(
        self,
        *,
        is_allowed: Callable[[str], bool] = is_public,
        resolve: Resolve = resolve_host,
        ssl_context: ssl.SSLContext | None = None,
        limits: Limits = _DEFAULT_LIMITS,
        timeouts: Timeouts = _DEFAULT_TIMEOUTS,
    ) -> None:
        self._web = Web(is_allowed=is_allowed, resolve=resolve, ssl_context=ssl_context, timeouts=timeouts)
        self._most_bytes = limits.max_input_bytes
        self._way_out = RAISE_LIMIT

    def limited_to(self, most_bytes: int, way_out: str) -> "Fetcher":
        """Return a fetcher of files up to `most_bytes`; `way_out` is what to do with a larger one."""
        limited = copy.copy(self)
        if most_bytes < self._most_bytes:
            limited._most_bytes, limited._way_out = most_bytes, way_out
        return limited

    async def fetch(self, address: str, field: str, target: Path) -> None:
        """Write what an https:// address holds to the new file `target`, which stays behind on failure too.

        Raises: InvalidInput, when the address may not be fetched; InvalidMedia, when what it holds is no
        media or too large, and with code `input_unreachable` when it cannot be had (404, time-out …).
        """
        await self._web.get(
            address,
            field,
            noun=NOUN,
            headers=_HEADERS,
            receive=lambda url, response: self._receive(response, url.host, field, target),
        )

    async def _receive(self, response: "httpx.Response", host: str, field: str, target: Path) -> None:
        """Write the body of a good answer to `target`, no more of it than is allowed."""
        claimed = self._require_good(response, host, field)
        head, size_bytes, is_known = b"", 0, False
        with storage_errors(target.parent, claimed), os.fdopen(create(target), "wb") as file:
            async for chunk in response.aiter_raw(CHUNK_BYTES):
                size_bytes += len(chunk)
                if size_bytes > self._most_bytes:
                    raise too_large(field, None, self._most_bytes, self._way_out)
                if not is_known:
                    head += chunk[:HEAD_BYTES]
                    is_known = len(head) >= HEAD_BYTES and _require_media(head[:HEAD_BYTES], field)
                await anyio.to_thread.run_sync(file.write, chunk)
            await anyio.to_thread.run_sync(file.flush)
        if not is_known:
            _require_media(head, field)

    def _require_good(self, response: "httpx.Response", host: str, field: str) -> int | None:
        """Refuse an answer that is not the file itself; return how many bytes it announces."""
        require_good(response, host, field, noun=NOUN)
        claimed = response.headers.get("content-length", "")
        if not (claimed.isascii() and claimed.isdigit()):
            return None
        size_bytes = int(claimed[:20])
        if size_bytes > self._most_bytes:
            raise too_large(field, size_bytes, self._most_bytes, self._way_out)
        return size_bytes


def _require_media(head: bytes, field: str) -> bool:
    """Refuse what is no media by its first bytes; True otherwise."""
    if not head:
        raise InvalidMedia.of(field, "the address holds no data")
    match sniff(head):
        case None:
            raise InvalidMedia.of(field, "the address holds no media of a known type")
        case "text/html":
            problem = "the address is a web page (text/html), not a media file"
            way_out = "Send the address of the file itself, not of the page that shows it."
            raise InvalidMedia.of(field, problem, next_step=way_out)
        case _:
            return True
