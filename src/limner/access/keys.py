"""API keys: made once, and from then on known by their hash alone."""

import secrets
from collections.abc import Sequence

from limner.config.api_keys import MOST_CHARACTERS, hash_key
from limner.types import ApiKey

PREFIX = "lmn_"
"""Lets people and secret scanners see what a stray string is."""
RANDOM_BYTES = 32


def new_key() -> str:
    """Return a fresh key: 256 random bits after the prefix, 47 characters."""
    return f"{PREFIX}{secrets.token_urlsafe(RANDOM_BYTES)}"


class KeyRing:
    """The keys that open this server."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._by_hash = {key.sha256: key for key in keys}
        self._by_caller = {key.caller: key for key in keys}

    def __bool__(self) -> bool:
        return bool(self._by_hash)

    def find(self, key: str) -> ApiKey | None:
        """Return what is known of a key that was sent.

        A plain dictionary is safe from timing: what is compared is a SHA-256, and whoever sends a key cannot choose
        its hash, so that the time of a comparison tells nothing that leads nearer to a good key.
        """
        if len(key) > MOST_CHARACTERS:
            return None
        return self._by_hash.get(hash_key(key))

    def of_caller(self, caller: str) -> ApiKey | None:
        """Return the key of a caller; None when it came without one."""
        return self._by_caller.get(caller)
