"""The public keys of a JSON Web Key Set, and which of them a token may be signed with."""

from typing import Any

import jwt

from limner.types import Json

FITS: dict[str, dict[str | None, tuple[str, ...]]] = {
    "RSA": {None: ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")},
    "EC": {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)},
    "OKP": {"Ed25519": ("EdDSA",)},
}
"""Key type → curve → algorithms. Asymmetric ones only: whoever can check a token here cannot make one."""
ALGORITHMS = tuple(name for curves in FITS.values() for names in curves.values() for name in names)
MOST_KEYS = 100
LEAST_RSA_BITS = 2048


class KeySet:
    """The keys that an issuer publishes; those that cannot sign an access token are left out."""

    def __init__(self, document: Json) -> None:
        listed = document.get("keys")
        entries = listed[:MOST_KEYS] if isinstance(listed, list) else []
        self._entries = [each for each in entries if isinstance(each, dict) and _is_for_signing(each)]
        self._ready: dict[tuple[str | None, str], jwt.PyJWK | None] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        """Return the key of this id that fits the algorithm; without an id, the only one that fits."""
        wanted = (key_id, algorithm)
        if wanted not in self._ready:
            found = self._find(key_id, algorithm)
            if found is None:
                return None  # not kept: ids that callers make up would fill the memory
            self._ready[wanted] = found
        return self._ready[wanted]

    def _find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        fitting = [each for each in self._entries if algorithm in _algorithms_of(each)]
        if key_id is not None:
            fitting = [each for each in fitting if each.get("kid") == key_id]
        elif len(fitting) > 1:
            return None
        return next((key for each in fitting if (key := _load(each, algorithm))), None)


def _is_for_signing(entry: dict[str, Any]) -> bool:
    operations = entry.get("key_ops")
    is_for_checking = not isinstance(operations, list) or "verify" in operations
    return entry.get("use", "sig") == "sig" and is_for_checking and bool(_algorithms_of(entry))


def _algorithms_of(entry: dict[str, Any]) -> tuple[str, ...]:
    kind = entry.get("kty")
    curves = FITS.get(kind, {}) if isinstance(kind, str) else {}
    curve = entry.get("crv") if kind != "RSA" else None
    fitting = curves.get(curve, ()) if curve is None or isinstance(curve, str) else ()
    named = entry.get("alg")
    return fitting if named is None else tuple(name for name in fitting if name == named)


def _load(entry: dict[str, Any], algorithm: str) -> jwt.PyJWK | None:
    """Return a key ready for use; None when it is malformed or too short to trust."""
    try:
        key = jwt.PyJWK(entry, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    bits = getattr(key.key, "key_size", LEAST_RSA_BITS)
    return None if entry["kty"] == "RSA" and bits < LEAST_RSA_BITS else key
