"""Fetch media from the public internet: https only, pinned to a checked address, bounded in everything."""

import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import anyio
import anyio.to_thread

from limner.assets.addresses import is_public
from limner.assets.scratch import create, storage_errors
from limner.assets.size import too_large
from limner.assets.web_address import WAY_OUT, host_of, location_of, parse_address, unreachable
from limner.errors import InvalidInput, InvalidMedia
from limner.sniff import HEAD_BYTES, sniff
from limner.types import Limits

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server which never fetches need not pay

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) → IP addresses. Raises: OSError."""

MAX_REDIRECTS = 3
MAX_ADDRESSES = 3
"""Addresses of one host that are tried, one after the other."""
CHUNK_BYTES = 1 << 18
_HEADERS = {
    "Accept": "image/*, video/*, audio/*, application/pdf, text/plain;q=0.5, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "limner",
}
_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a fetch may take: to connect, between two pieces of data, and as a whole."""

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    whole_seconds: float = 120.0


_DEFAULT_TIMEOUTS = Timeouts()


async def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the system's order. Raises: OSError."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


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
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._ssl_context = ssl_context
        self._most_bytes = limits.max_input_bytes
        self._timeouts = timeouts

    async def fetch(self, address: str, field: str, target: Path) -> None:
        """Write what an https:// address holds to the new file `target`, which stays behind on failure too.

        Raises: InvalidInput, when the address may not be fetched; InvalidMedia, when what it holds is no
        media or too large, and with code `input_unreachable` when it cannot be had (404, time-out …).
        """
        whole = self._timeouts.whole_seconds
        try:
            with anyio.fail_after(whole):
                await self._follow(address, field, target)
        except TimeoutError as error:
            raise unreachable(field, f"the file did not arrive within {whole:g} s") from error

    async def _follow(self, address: str, field: str, target: Path) -> None:
        url = parse_address(address, field)
        for _ in range(MAX_REDIRECTS + 1):
            location = await self._get(url, field, target)
            if location is None:
                return
            url = parse_address(location, field, redirected_by=url.host)
        raise InvalidInput.of(field, f"redirects more than {MAX_REDIRECTS} times", next_step=WAY_OUT)

    async def _get(self, url: "httpx.URL", field: str, target: Path) -> str | None:
        """Fetch from the first address of the host that answers; return where it redirects to, if it does."""
        import httpx

        problem = "no address answered"
        for pinned in await self._addresses(url, field):
            try:
                async with self._answer(url, pinned) as response:
                    if response.has_redirect_location:
                        return location_of(url, response, field)
                    await self._receive(response, url.host, field, target)
                    return None
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                problem = str(error) or type(error).__name__
            except httpx.TimeoutException as error:
                raise unreachable(field, f"{url.host} stopped sending") from error
            except httpx.TransportError as error:
                raise unreachable(field, f"{url.host} answered badly or broke off: {error}") from error
        raise unreachable(field, f"{url.host} cannot be connected to: {problem}")

    async def _addresses(self, url: "httpx.URL", field: str) -> Sequence[str]:
        """Return the host's addresses, all of them public: one that is not spoils the host."""
        host = host_of(url)
        try:
            found: Sequence[str] = [str(ip_address(host))]
        except ValueError:
            try:
                found = await self._resolve(host, url.port or 443)
            except (OSError, UnicodeError) as error:
                raise unreachable(field, f"no address is known for the host {host!r}") from error
        if not found:
            raise unreachable(field, f"no address is known for the host {host!r}")
        if not all(self._is_allowed(each) for each in found):
            raise InvalidInput.of(
                field, f"the host {host!r} is not on the public internet", next_step=WAY_OUT
            )
        return found[:MAX_ADDRESSES]

    @asynccontextmanager
    async def _answer(self, url: "httpx.URL", pinned: str) -> AsyncIterator["httpx.Response"]:
        """Ask for `url` at the address `pinned`; the name stays in the Host header and the certificate check.

        A client of its own for every request: no cookie, connection or header goes from one to the next.
        """
        import httpx

        if self._ssl_context is None:
            self._ssl_context = await anyio.to_thread.run_sync(
                lambda: httpx.create_ssl_context(trust_env=False)
            )
        times = self._timeouts
        client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(verify=self._ssl_context, trust_env=False),
            timeout=httpx.Timeout(times.read_seconds, connect=times.connect_seconds),
            trust_env=False,
            follow_redirects=False,
        )
        headers = {**_HEADERS, "Host": url.netloc.decode("ascii")}
        asked = client.build_request(
            "GET", url.copy_with(host=pinned), headers=headers, extensions={"sni_hostname": host_of(url)}
        )
        async with client:
            response = await client.send(asked, stream=True)
            try:
                yield response
            finally:
                await response.aclose()

    async def _receive(self, response: "httpx.Response", host: str, field: str, target: Path) -> None:
        """Write the body of a good answer to `target`, no more of it than is allowed."""
        claimed = self._require_good(response, host, field)
        head, size_bytes, is_known = b"", 0, False
        with storage_errors(target.parent, claimed), os.fdopen(create(target), "wb") as file:
            async for chunk in response.aiter_raw(CHUNK_BYTES):
                size_bytes += len(chunk)
                if size_bytes > self._most_bytes:
                    raise too_large(field, None, self._most_bytes)
                if not is_known:
                    head += chunk[:HEAD_BYTES]
                    is_known = len(head) >= HEAD_BYTES and _require_media(head[:HEAD_BYTES], field)
                await anyio.to_thread.run_sync(file.write, chunk)
            await anyio.to_thread.run_sync(file.flush)
        if not is_known:
            _require_media(head, field)

    def _require_good(self, response: "httpx.Response", host: str, field: str) -> int | None:
        """Refuse an answer that is not the file itself; return how many bytes it announces."""
        code = response.status_code
        if code != HTTPStatus.OK:
            phrase = f"{code} {response.reason_phrase}".strip()
            raise unreachable(field, f"{host} answered {phrase}", is_passing=code >= 500 or code == 429)
        if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise unreachable(field, f"{host} sends the file compressed, which was not asked for")
        claimed = response.headers.get("content-length", "")
        if not (claimed.isascii() and claimed.isdigit()):
            return None
        size_bytes = int(claimed[:20])
        if size_bytes > self._most_bytes:
            raise too_large(field, size_bytes, self._most_bytes)
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
