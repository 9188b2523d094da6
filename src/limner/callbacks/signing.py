"""What is sent: the message, and the signature by which a receiver knows who wrote it and when."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from limner.types import Delivery

API_VERSION = "v1"
PREFIX = "whsec_"


def derive_secret(installation_secret: bytes, secret_id: str) -> str:
    """Return the secret of that name: always the same in one installation, and not to be guessed in another."""
    digest = hmac.new(installation_secret, f"webhook:{secret_id}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def build_body(delivery: Delivery) -> bytes:
    """Return the message, the same bytes at every try."""
    document = {
        "id": delivery.delivery_id,
        "type": delivery.event,
        "api_version": API_VERSION,
        "created_at": delivery.created_at,
        "data": delivery.data,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def build_headers(delivery: Delivery, body: bytes, secrets: Sequence[str], at: int) -> dict[str, str]:
    """Return the headers of a try made at `at`, in Unix seconds, signed with each of the secrets."""
    signatures = [f"v1={sign(secret, body, at)}" for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "limner",
        "Limner-Signature": ",".join([f"t={at}", *signatures]),
        "Limner-Webhook-Id": delivery.delivery_id,
        "Limner-Event": delivery.event,
    }


def sign(secret: str, body: bytes, at: int) -> str:
    """Return the HMAC-SHA256 of `{at}.{body}`, in hexadecimal digits."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
