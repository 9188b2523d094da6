"""Ask for what stands at an address that a stranger named: https only, pinned to checked addresses, redirects too."""

import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import anyio

from limner.assets.public_address import PinnedClient, Resolve, Timeouts, checked_addresses
from limner.assets.web_address import WAY_OUT, location_of, parse_address, unreachable
from limner.errors import InvalidInput

if TYPE_CHECKING:
    import httpx  # imported on first use: 80 ms that a server which never fetches need not pay

T = TypeVar("T")
Receive: TypeAlias = "Callable[[httpx.URL, httpx.Response], Awaitable[T]]"
"""Reads an answer that is no redirect; what it raises is raised."""

MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """An answer that names another address."""

    location: str


class Web:
    """The public internet, as far as strangers may send us there."""

    def __init__(
        self,
        *,
        is_allowed: Callable[[str], bool],
        resolve: Resolve,
        ssl_context: ssl.SSLContext | None,
        timeouts: Timeouts,
    ) -> None:
        """is_allowed: whether an IP address may be asked."""
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._client = PinnedClient(timeouts=timeouts, ssl_context=ssl_context)
        self._whole_seconds = timeouts.whole_seconds

    async def get(
        self, address: str, field: str, *, noun: str, headers: Mapping[str, str], receive: "Receive[T]"
    ) -> T:
        """Return what `receive` makes of the answer, all redirects followed. noun: what is fetched, for errors.

        Raises: InvalidInput, when the address may not be asked; InvalidMedia with code `input_unreachable`, when it
        does not answer well within the whole time; whatever `receive` raises.
        """
        whole = self._whole_seconds
        try:
            with anyio.fail_after(whole):
                url = parse_address(address, field)
                for _ in range(MAX_REDIRECTS + 1):
                    found = await self._ask(url, field, headers, receive)
                    if not isinstance(found, _Elsewhere):
                        return found
                    url = parse_address(found.location, field, redirected_by=url.host)
        except TimeoutError as error:
            raise unreachable(field, f"the {noun} did not arrive within {whole:g} s") from error
        raise InvalidInput.of(field, f"redirects more than {MAX_REDIRECTS} times", next_step=WAY_OUT)

    async def _ask(
        self, url: "httpx.URL", field: str, headers: Mapping[str, str], receive: "Receive[T]"
    ) -> "T | _Elsewhere":
        """Ask the first address of the host that answers; return where it redirects to, or what was received."""
        import httpx

        problem = "no address answered"
        for pinned in await checked_addresses(url, field, is_allowed=self._is_allowed, resolve=self._resolve):
            try:
                async with self._client.answer("GET", url, pinned, headers=headers) as response:
                    if response.has_redirect_location:
                        return _Elsewhere(location_of(url, response, field))
                    return await receive(url, response)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                problem = str(error) or type(error).__name__
            except httpx.TimeoutException as error:
                raise unreachable(field, f"{url.host} stopped sending") from error
            except httpx.TransportError as error:
                raise unreachable(field, f"{url.host} answered badly or broke off: {error}") from error
        raise unreachable(field, f"{url.host} cannot be connected to: {problem}")


def require_good(response: "httpx.Response", host: str, field: str, *, noun: str) -> None:
    """Refuse an answer that is not the thing itself, sent plainly. Raises: InvalidMedia, code `input_unreachable`."""
    code = response.status_code
    if code != HTTPStatus.OK:
        phrase = f"{code} {response.reason_phrase}".strip()
        raise unreachable(field, f"{host} answered {phrase}", is_passing=code >= 500 or code == 429)
    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise unreachable(field, f"{host} sends the {noun} compressed, which was not asked for")
