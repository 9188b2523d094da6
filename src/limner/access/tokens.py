"""Access tokens of an OAuth issuer: JWTs that it signed, for this server, valid now, with the scopes it takes."""

from collections.abc import Sequence
from typing import Any

import jwt

from limner.access.issuer import IssuerKeys
from limner.access.jwks import ALGORITHMS
from limner.errors import Forbidden, Unauthorized
from limner.types import Json, Principal

LEEWAY_SECONDS = 30
"""How far the issuer's clock may be off."""
MOST_CHARACTERS = 16_384
MOST_SUBJECT_CHARACTERS = 255
"""As OpenID Connect Core §2 bounds `sub`."""
TYPES = ("jwt", "at+jwt", "application/at+jwt")
"""What `typ` may be, when it is there (RFC 9068 §4): tokens of other kinds are not for calling."""
_REASONS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ExpiredSignatureError, "The token has expired."),
    (jwt.ImmatureSignatureError, "The token is not valid yet."),
    (jwt.InvalidAudienceError, "The token is for another server."),
    (jwt.InvalidIssuerError, "The token is from another issuer."),
    (jwt.InvalidSignatureError, "The token's signature is wrong."),
)


class TokenVerifier:
    """Checks the tokens of one issuer. Source: RFC 9068 §4, RFC 8707 §2, RFC 8725 §3."""

    def __init__(
        self, keys: IssuerKeys, *, audiences: Sequence[str], required_scopes: Sequence[str] = ()
    ) -> None:
        self.issuer = keys.issuer
        self.required_scopes = tuple(required_scopes)
        self._keys = keys
        self._audiences = tuple(audiences)

    async def verify(self, token: str) -> Principal:
        """Return whom a token was issued for.

        Raises: Unauthorized, saying why; Forbidden, when scopes are missing; IssuerUnavailable, when the issuer's keys
        cannot be had.
        """
        algorithm, key_id = self._read_header(token)
        key = await self._keys.find(key_id, algorithm)
        if key is None:
            raise self._refusal("The token is not signed with a key that its issuer publishes.")
        claims = self._claims(token, key, algorithm)
        subject = claims["sub"]
        if not subject or len(subject) > MOST_SUBJECT_CHARACTERS or not subject.isprintable():
            raise self._refusal("The token's subject is empty, too long or unprintable.")
        scopes = scopes_of(claims)
        self._require_scopes(scopes)
        return Principal(caller=f"oauth:{self.issuer}:{subject}", name=subject, scopes=scopes)

    def _read_header(self, token: str) -> tuple[str, str | None]:
        """Return the algorithm and the key id that a token names, neither of them trusted yet."""
        if len(token) > MOST_CHARACTERS:
            raise self._refusal(f"The token is longer than {MOST_CHARACTERS} characters.")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise self._refusal("The token is no JWT.") from None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise self._refusal("The token is signed in a way that is not accepted.")
        if str(header.get("typ", TYPES[0])).lower() not in TYPES:
            raise self._refusal("The token is no access token.")
        if "crit" in header:  # PyJWT sees to it since 2.11
            raise self._refusal("The token has an extension that is not known here.")
        return str(algorithm), key_id

    def _claims(self, token: str, key: jwt.PyJWK, algorithm: str) -> Json:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self.issuer,
                audience=self._audiences,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.MissingRequiredClaimError as error:
            raise self._refusal(f"The token has no {error.claim!r}.") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            told = (reason for kind, reason in _REASONS if isinstance(error, kind))
            raise self._refusal(next(told, "The token is malformed.")) from None
        return claims

    def _require_scopes(self, scopes: Sequence[str]) -> None:
        if missing := [each for each in self.required_scopes if each not in scopes]:
            raise Forbidden(f"The token lacks: {' '.join(missing)}.", scopes=self.required_scopes)

    def _refusal(self, message: str) -> Unauthorized:
        audience = " or ".join(self._audiences)
        return Unauthorized(message, next_step=f"Get a new access token from {self.issuer} for {audience}.")


def scopes_of(claims: Json) -> tuple[str, ...]:
    """Return the scopes of a token: words in `scope` (RFC 8693 §4.2) or `scp`, which some issuers write as a list."""
    found: list[str] = []
    for name in ("scope", "scp"):
        value = claims.get(name)
        words = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
        found += [word for word in words if isinstance(word, str)]
    return tuple(dict.fromkeys(found))
