"""Fetch pages of the public internet for agents: https only, at checked addresses, text only, bounded in everything."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING

from limner.assets.addresses import is_public
from limner.assets.public_address import Resolve, Timeouts, resolve_host
from limner.assets.web import Web, require_good
from limner.errors import InvalidMedia

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server which never fetches need not pay

FIELD, NOUN = "url", "page"
MAX_BYTES = 2_000_000
"""Of a page, and no more is read of it: the largest texts that agents are shown are far smaller."""
HTML = ("text/html", "application/xhtml+xml")
_TEXTS = (*HTML, "application/json", "application/ld+json", "application/xml")
_HEADERS = {
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9, application/json;q=0.8",
    "Accept-Encoding": "identity",
    "User-Agent": "limner",
}
_TIMEOUTS = Timeouts(connect_seconds=10.0, read_seconds=15.0, whole_seconds=30.0)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came."""

    url: str
    media_type: str
    charset: str | None
    """As its headers say; None: they do not."""
    content: bytes
    is_cut: bool


class PageFetcher:
    """Brings one page from an address that a model or a caller named, and trusts nothing about it."""

    def __init__(
        self,
        *,
        is_allowed: Callable[[str], bool] = is_public,
        resolve: Resolve = resolve_host,
        ssl_context: ssl.SSLContext | None = None,
        timeouts: Timeouts = _TIMEOUTS,
    ) -> None:
        self._web = Web(is_allowed=is_allowed, resolve=resolve, ssl_context=ssl_context, timeouts=timeouts)

    async def fetch(self, address: str) -> Fetched:
        """Return what a public https:// address holds, at most MAX_BYTES of it.

        Raises: InvalidInput, when the address may not be fetched; InvalidMedia, when it holds no text, and with
        code `input_unreachable` when it cannot be had.
        """
        return await self._web.get(address, FIELD, noun=NOUN, headers=_HEADERS, receive=_received)


async def _received(url: "httpx.URL", response: "httpx.Response") -> Fetched:
    require_good(response, url.host, FIELD, noun=NOUN)
    said = Message()
    said["content-type"] = response.headers.get("content-type", "application/octet-stream")
    media_type = said.get_content_type()
    if not media_type.startswith("text/") and media_type not in _TEXTS:
        raise InvalidMedia.of(FIELD, f"the address holds {media_type}, not a page of text")
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            break
    return Fetched(
        url=str(url),
        media_type=media_type,
        charset=said.get_content_charset(),
        content=bytes(content[:MAX_BYTES]),
        is_cut=len(content) > MAX_BYTES,
    )
