"""Fetch pages of the public internet for agents: https only, at checked addresses, text only, bounded in everything."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio

from limner.assets.addresses import is_public
from limner.assets.public_address import PinnedClient, Resolve, Timeouts, checked_addresses, resolve_host
from limner.assets.web_address import location_of, parse_address, unreachable
from limner.errors import InvalidInput, InvalidMedia

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server which never fetches need not pay

FIELD = "url"
MAX_REDIRECTS = 3
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
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._client = PinnedClient(timeouts=timeouts, ssl_context=ssl_context)
        self._whole_seconds = timeouts.whole_seconds

    async def fetch(self, address: str) -> Fetched:
        """Return what a public https:// address holds, at most MAX_BYTES of it.

        Raises: InvalidInput, when the address may not be fetched; InvalidMedia, when it holds no text, and with
        code `input_unreachable` when it cannot be had.
        """
        try:
            with anyio.fail_after(self._whole_seconds):
                return await self._follow(address)
        except TimeoutError as error:
            raise unreachable(FIELD, f"the page did not arrive within {self._whole_seconds:g} s") from error

    async def _follow(self, address: str) -> Fetched:
        url = parse_address(address, FIELD)
        for _ in range(MAX_REDIRECTS + 1):
            found = await self._get(url)
            if isinstance(found, Fetched):
                return found
            url = parse_address(found, FIELD, redirected_by=url.host)
        raise InvalidInput.of(FIELD, f"redirects more than {MAX_REDIRECTS} times")

    async def _get(self, url: "httpx.URL") -> "Fetched | str":
        """Return the page, or where it redirects to."""
        import httpx

        problem = "no address answered"
        for pinned in await checked_addresses(url, FIELD, is_allowed=self._is_allowed, resolve=self._resolve):
            try:
                async with self._client.answer("GET", url, pinned, headers=_HEADERS) as response:
                    if response.has_redirect_location:
                        return location_of(url, response, FIELD)
                    return await _received(url, response)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                problem = str(error) or type(error).__name__
            except httpx.TimeoutException as error:
                raise unreachable(FIELD, f"{url.host} stopped sending") from error
            except httpx.TransportError as error:
                raise unreachable(FIELD, f"{url.host} answered badly or broke off: {error}") from error
        raise unreachable(FIELD, f"{url.host} cannot be connected to: {problem}")


async def _received(url: "httpx.URL", response: "httpx.Response") -> Fetched:
    code = response.status_code
    if code != HTTPStatus.OK:
        phrase = f"{code} {response.reason_phrase}".strip()
        raise unreachable(FIELD, f"{url.host} answered {phrase}", is_passing=code >= 500 or code == 429)
    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise unreachable(FIELD, f"{url.host} sends the page compressed, which was not asked for")
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
