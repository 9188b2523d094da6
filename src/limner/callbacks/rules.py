"""Which addresses may be told of a run's end: public ones by https; in development, this machine's too."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

import anyio

from limner.assets.addresses import is_public
from limner.assets.public_address import Resolve, checked_addresses, resolve_host
from limner.assets.web_address import parse_address
from limner.errors import InvalidInput, InvalidMedia

if TYPE_CHECKING:
    import httpx

FIELD = "callback_url"
MOST_CHARS = 2048
RESOLVE_SECONDS = 3.0
WAY_OUT = (
    "Give a public https:// address that takes POST requests, or leave callback_url out and call get_run."
)


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """What a callback address must be."""

    allow_loopback: bool = False
    """Whether it may also be on this machine, by http or https."""
    resolve: Resolve = resolve_host

    async def check(self, text: str) -> str:
        """Return an address as it is kept: with a path, without a fragment.

        A host that no address is known for is let through: it may have one when the run ends, and is judged then.
        Raises: InvalidInput, which names `callback_url`.
        """
        if len(text) > MOST_CHARS:
            raise InvalidInput.of(FIELD, f"is longer than {MOST_CHARS} characters", next_step=WAY_OUT)
        url = self.parse(text)
        with anyio.move_on_after(RESOLVE_SECONDS), suppress(InvalidMedia):
            await self.addresses(url)
        return str(url.copy_with(raw_path=url.raw_path, fragment=None))

    def parse(self, text: str) -> "httpx.URL":
        """Return an address whose spelling is good. Raises: InvalidInput."""
        schemes = ("https", "http") if self.allow_loopback else ("https",)
        return parse_address(text, FIELD, schemes=schemes, way_out=WAY_OUT)

    async def addresses(self, url: "httpx.URL") -> Sequence[str]:
        """Return the IP addresses that may be asked for `url`.

        Raises: InvalidInput, when one of the host's is not allowed; InvalidMedia, when none is known.
        """
        found = await checked_addresses(
            url, FIELD, is_allowed=self._is_allowed, resolve=self.resolve, way_out=WAY_OUT
        )
        if url.scheme == "http" and not all(is_loopback(each) for each in found):
            raise InvalidInput.of(
                FIELD, "is not https://, which only this machine may do without", next_step=WAY_OUT
            )
        return found

    def _is_allowed(self, address: str) -> bool:
        return is_public(address) or (self.allow_loopback and is_loopback(address))


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own, 127.0.0.0/8 or ::1."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
