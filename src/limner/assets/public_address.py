"""Ask a host that a caller named: at addresses that were checked first, and at no other."""

import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeAlias

import anyio
import anyio.to_thread

from limner.assets.web_address import WAY_OUT, host_of, unreachable
from limner.errors import InvalidInput

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server which never asks need not pay

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) → IP addresses. Raises: OSError."""

MAX_ADDRESSES = 3
"""Addresses of one host that are tried, one after the other."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a request may take: to connect, between two pieces of data, and as a whole."""

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    whole_seconds: float = 120.0


async def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the system's order. Raises: OSError."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def checked_addresses(
    url: "httpx.URL",
    field: str,
    *,
    is_allowed: Callable[[str], bool],
    resolve: Resolve = resolve_host,
    way_out: str = WAY_OUT,
) -> Sequence[str]:
    """Return the host's addresses, all of them allowed: one that is not spoils the host.

    Raises: InvalidInput, when one is not allowed; InvalidMedia with code `input_unreachable`, when none is known.
    """
    host = host_of(url)
    try:
        found: Sequence[str] = [str(ip_address(host))]
    except ValueError:
        try:
            found = await resolve(host, url.port or (80 if url.scheme == "http" else 443))
        except (OSError, UnicodeError) as error:
            raise unreachable(field, f"no address is known for the host {host!r}") from error
    if not found:
        raise unreachable(field, f"no address is known for the host {host!r}")
    if not all(is_allowed(each) for each in found):
        raise InvalidInput.of(field, f"the host {host!r} is not on the public internet", next_step=way_out)
    return found[:MAX_ADDRESSES]


class PinnedClient:
    """Sends requests to addresses that were checked. Proxies of the environment are not used."""

    def __init__(self, *, timeouts: Timeouts, ssl_context: ssl.SSLContext | None = None) -> None:
        self._timeouts = timeouts
        self._ssl_context = ssl_context

    @asynccontextmanager
    async def answer(
        self,
        method: str,
        url: "httpx.URL",
        pinned: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
    ) -> AsyncIterator["httpx.Response"]:
        """Ask for `url` at the address `pinned`; the name stays in the Host header and the certificate check.

        Redirects are not followed. A client of its own for every request: no cookie, connection or header goes
        from one to the next. Raises: httpx.TransportError.
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
        asked = client.build_request(
            method,
            url.copy_with(host=pinned),
            headers={**headers, "Host": url.netloc.decode("ascii")},
            content=content,
            extensions={"sni_hostname": host_of(url)},
        )
        async with client:
            try:
                response = await client.send(asked, stream=True)
            except (
                httpx.InvalidURL
            ) as error:  # of a redirect: httpx reads it even when it is not to follow it
                raise httpx.RemoteProtocolError("redirects to an address that is not valid") from error
            try:
                yield response
            finally:
                await response.aclose()
