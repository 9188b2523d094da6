"""Signed links: an address that opens one file until a time, for readers who cannot send a key."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

SECRET_BYTES = 32
VALID_SECONDS = 24 * 3600
ROUNDED_TO_SECONDS = 3600


class LinkSigner:
    """Signs the names of files, and checks what it signed. Servers that share the secret share their links."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, name: str, now: float) -> tuple[int, str]:
        """Return when a link to `name` made `now` ends, in Unix seconds, and its signature.

        The end is a full hour, 24 to 25 hours away, so that a link stays the same for a while and can be cached.
        """
        until = (int(now) // ROUNDED_TO_SECONDS + 1) * ROUNDED_TO_SECONDS + VALID_SECONDS
        return until, self._signature(name, until)

    def is_valid(self, name: str, until: int, signature: str, now: float) -> bool:
        """Whether this signer made the signature, and its time has not passed."""
        expected = self._signature(name, until)
        return hmac.compare_digest(expected.encode(), signature.encode()) and now < until

    def _signature(self, name: str, until: int) -> str:
        return hmac.new(self._secret, f"{until}:{name}".encode(), hashlib.sha256).hexdigest()


def installation_secret(path: Path) -> bytes:
    """Return the secret kept in a file that only its owner may read; made at the first call.

    Of several processes that make it at once, one wins and all return the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
    try:
        os.link(draft, path)  # fails when the file is there: never replaces another process's secret
    except FileExistsError:
        pass  # the usual case: it was made before
    finally:
        draft.unlink()
    return path.read_bytes()
