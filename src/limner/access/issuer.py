"""An OAuth issuer's signing keys: found by its metadata, kept for a while, fetched again when they change."""

import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import anyio

from limner.access.documents import NoDocument, fetch_document
from limner.access.jwks import KeySet
from limner.access.rates import Clock
from limner.config.addresses import is_secure, is_this_machine
from limner.errors import IssuerUnavailable
from limner.types import Json

if TYPE_CHECKING:
    import jwt

log = logging.getLogger(__name__)

Fetch: TypeAlias = Callable[[str], Awaitable[Json]]

FRESH_SECONDS = 600.0
"""How long keys are used without asking again; a key that the issuer takes back is refused after at most that long."""
STALE_SECONDS = 3600.0
"""How old keys may be while the issuer cannot be reached."""
RENEW_SECONDS = 60.0
"""How often, at most, a token with an unknown key makes us ask: anyone can send such tokens."""
RETRY_SECONDS = 15.0
"""How long after a failure the issuer is left alone."""


class IssuerKeys:
    """The keys of one issuer."""

    def __init__(
        self,
        issuer: str,
        *,
        jwks_url: str | None = None,
        clock: Clock = time.monotonic,
        fetch: Fetch = fetch_document,
    ) -> None:
        self.issuer = issuer
        self._jwks_url = jwks_url
        self._clock = clock
        self._fetch_document = fetch
        self._lock = anyio.Lock()
        self._keys: KeySet | None = None
        self._fetched_at = self._renewed_at = self._failed_at = -math.inf
        self._problem: str | None = None

    async def find(self, key_id: str | None, algorithm: str) -> "jwt.PyJWK | None":
        """Return the key that a token names; an unknown one is asked for once.

        Raises: IssuerUnavailable, when the keys cannot be had.
        """
        keys = await self._current()
        found = keys.find(key_id, algorithm)
        if found is None and key_id is not None:
            found = (await self._renewed(keys)).find(key_id, algorithm)
        return found

    async def _current(self) -> KeySet:
        if self._keys is not None and (self._is_younger(FRESH_SECONDS) or self._is_being_fetched()):
            return self._keys
        async with self._lock:
            if self._keys is not None and self._is_younger(FRESH_SECONDS):
                return self._keys
            try:
                return await self._fetch()
            except IssuerUnavailable:
                if self._keys is None or not self._is_younger(STALE_SECONDS):
                    raise
                return self._keys

    def _is_being_fetched(self) -> bool:
        """Whether another request waits for the issuer, and the keys at hand still do meanwhile."""
        return self._lock.locked() and self._is_younger(STALE_SECONDS)

    async def _renewed(self, seen: KeySet) -> KeySet:
        """Return newer keys than `seen`, or the same where it is too early to ask again."""
        async with self._lock:
            if self._keys is not None and self._keys is not seen:
                return self._keys
            if self._problem is None and self._clock() - self._renewed_at < RENEW_SECONDS:
                return seen
            self._renewed_at = self._clock()
            return await self._fetch()

    async def _fetch(self) -> KeySet:
        if self._problem is not None and self._clock() - self._failed_at < RETRY_SECONDS:
            raise IssuerUnavailable(self._problem)
        try:
            self._keys = await self._from_issuer()
        except IssuerUnavailable as error:
            self._problem = f"The issuer {self.issuer} cannot be asked for its keys: {error.message}"
            self._failed_at = self._clock()
            log.warning("issuer_unavailable", extra={"issuer": self.issuer, "reason": error.message})
            raise IssuerUnavailable(self._problem) from error
        self._problem, self._fetched_at = None, self._clock()
        return self._keys

    async def _from_issuer(self) -> KeySet:
        address = self._jwks_url or await self._discovered()
        keys = KeySet(await self._fetch_document(address))
        if not keys:
            raise IssuerUnavailable(f"{address} lists no public key that signs tokens.")
        return keys

    async def _discovered(self) -> str:
        """Return where the metadata says that the keys are."""
        absent: NoDocument | None = None
        for address in metadata_addresses(self.issuer):
            try:
                return self._jwks_uri_of(await self._fetch_document(address), address)
            except NoDocument as error:
                absent = absent or error
        raise absent or IssuerUnavailable("it has no metadata.")

    def _jwks_uri_of(self, metadata: Json, address: str) -> str:
        if metadata.get("issuer") != self.issuer:
            raise IssuerUnavailable(f"{address} is the metadata of another issuer.")
        found = metadata.get("jwks_uri")
        if not isinstance(found, str) or not self._may_fetch(found):
            raise IssuerUnavailable(f"{address} has no jwks_uri that is an https:// address.")
        return found

    def _may_fetch(self, address: str) -> bool:
        """Whether keys may come from there; only an issuer on this machine may point to this machine."""
        try:
            return is_secure(address) and (is_this_machine(self.issuer) or not is_this_machine(address))
        except ValueError:
            return False

    def _is_younger(self, seconds: float) -> bool:
        return self._clock() - self._fetched_at < seconds


def metadata_addresses(issuer: str) -> Iterator[str]:
    """Yield where an issuer's metadata may be, in the order that MCP clients try.

    Source: RFC 8414 §3.1, the well-known part goes between host and path; OpenID Connect Discovery §4, at the end.
    """
    parts = urlsplit(issuer)
    host, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    yield f"{host}/.well-known/oauth-authorization-server{path}"
    yield f"{host}/.well-known/openid-configuration{path}"
    if path:
        yield f"{host}{path}/.well-known/openid-configuration"
