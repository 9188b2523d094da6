"""The gate: who a request is from, by its key or its token, and whether it comes too often."""

import time
from collections.abc import Sequence
from typing import Protocol, Self

from limner.access.challenges import challenge
from limner.access.keys import KeyRing
from limner.access.rates import Clock, Rates
from limner.config import Settings
from limner.errors import LimnerError, Unauthorized
from limner.types import ApiKey, Json, Principal

LOCAL = Principal(caller="local", name="local")
"""Everybody on a server without keys."""


class Verifier(Protocol):
    """What checks access tokens."""

    issuer: str
    required_scopes: tuple[str, ...]

    async def verify(self, token: str) -> Principal:
        """Return whom a token is for. Raises: Unauthorized, Forbidden, IssuerUnavailable."""


class Gatekeeper:
    """Lets callers in: all of them as one where neither keys nor an issuer are set."""

    def __init__(
        self,
        *,
        keys: Sequence[ApiKey] = (),
        tokens: Verifier | None = None,
        requests_per_minute: int = 600,
        daily_budget_usd: float | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._keys = KeyRing(keys)
        self._tokens = tokens
        self._requests_per_minute = requests_per_minute
        self._daily_budget_usd = daily_budget_usd
        self._rates = Rates(clock=clock)

    @classmethod
    def from_settings(cls, settings: Settings, *, clock: Clock = time.monotonic) -> Self:
        """Return the gatekeeper that the settings describe. It asks the issuer for nothing before a token comes."""
        return cls(
            keys=settings.api_keys,
            tokens=_verifier(settings.oauth_issuer, settings, clock) if settings.oauth_issuer else None,
            requests_per_minute=settings.requests_per_minute,
            daily_budget_usd=settings.daily_budget_usd,
            clock=clock,
        )

    @property
    def is_open(self) -> bool:
        """Whether nobody needs a key."""
        return not self._keys and self._tokens is None

    async def admit(self, authorization: str | None, api_key: str | None) -> Principal:
        """Return who sent a request, by its headers `Authorization` and `X-API-Key`, and count it.

        A bearer token in `Authorization` is what counts when both are there. On an open server all are one caller,
        which is not limited: one client could use up what another needs.
        Raises: Unauthorized, Forbidden, TooManyRequests, IssuerUnavailable.
        """
        if self.is_open:
            return LOCAL
        principal = await self._identify(authorization, api_key)
        key = self._keys.of_caller(principal.caller)
        own_rate = key.requests_per_minute if key else None
        self._rates.take(principal.caller, own_rate or self._requests_per_minute)
        return principal

    async def _identify(self, authorization: str | None, api_key: str | None) -> Principal:
        bearer = _bearer(authorization)
        sent = bearer or (api_key or "").strip()
        if not sent:
            raise self._nothing_sent(authorization)
        if key := self._keys.find(sent):
            return Principal(caller=key.caller, name=key.name)
        if bearer and self._tokens and _looks_like_jwt(bearer):
            return await self._tokens.verify(bearer)
        if not self._keys:
            raise Unauthorized("What was sent is no access token (a JWT).", next_step=self._way_in())
        raise Unauthorized("The API key is not one of this server's.", next_step=self._way_in())

    def _nothing_sent(self, authorization: str | None) -> Unauthorized:
        if authorization and authorization.strip():
            return Unauthorized(
                "Authorization must read `Bearer`, a space, and the key or token.", next_step=self._way_in()
            )
        return Unauthorized("This server needs a key or a token.", is_missing=True, next_step=self._way_in())

    def _way_in(self) -> str | None:
        """Return how to be let in; None where the error's own words say it."""
        if self._tokens is None:
            return None
        token = f"Send an access token of {self._tokens.issuer} as `Authorization: Bearer TOKEN`"
        return f"{token}, or an API key of this server as `X-API-Key: KEY`." if self._keys else f"{token}."

    def challenge(self, resource_metadata_url: str, error: LimnerError) -> str:
        """Return the `WWW-Authenticate` header for an error; the address stands in it where tokens are taken."""
        if self._tokens is None:
            return challenge(error)
        return challenge(
            error, resource_metadata_url=resource_metadata_url, scopes=self._tokens.required_scopes
        )

    def resource_metadata(self, resource_url: str) -> Json | None:
        """Return the protected resource metadata of RFC 9728; None where no tokens are taken."""
        if self._tokens is None:
            return None
        document: Json = {
            "resource": resource_url,
            "resource_name": "Limner",
            "authorization_servers": [self._tokens.issuer],
            "bearer_methods_supported": ["header"],
        }
        if self._tokens.required_scopes:
            document["scopes_supported"] = list(self._tokens.required_scopes)
        return document

    def budget_of(self, caller: str) -> float | None:
        """Return what a caller may spend in a UTC day, in US dollars; None: no limit."""
        key = self._keys.of_caller(caller)
        own = key.daily_budget_usd if key else None
        return self._daily_budget_usd if own is None else own


def _verifier(issuer: str, settings: Settings, clock: Clock) -> Verifier:
    # Imported here: PyJWT and its cryptography take 200 ms that a server without an issuer need not pay.
    from limner.access.issuer import IssuerKeys
    from limner.access.tokens import TokenVerifier

    keys = IssuerKeys(issuer, jwks_url=settings.oauth_jwks_url, clock=clock)
    return TokenVerifier(keys, audiences=settings.oauth_audience, required_scopes=settings.oauth_scopes)


def _bearer(authorization: str | None) -> str:
    """Return what follows the scheme `Bearer`, in whatever case it is written; empty when it does not."""
    scheme, _, sent = (authorization or "").strip().partition(" ")
    return sent.strip() if scheme.lower() == "bearer" else ""


def _looks_like_jwt(text: str) -> bool:
    """Whether a text has the shape of a signed JWT: three parts, the first beginning an encoded JSON object."""
    return text.startswith("eyJ") and text.count(".") == 2
