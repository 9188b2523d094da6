"""Read `data:` URLs: small media written into the call itself."""

import base64
import binascii
from urllib.parse import unquote_to_bytes

from limner.errors import InvalidInput, InvalidMedia

MAX_BYTES = 2_000_000
"""Decoded. DESIGN §7: `data:` up to 2 MB."""
_WAY_OUT = (
    "Send the file as an https:// address, an asset_… id or, where the server reads them, a local path."
)
_PERCENT_GROWTH = 3  # one byte written as %XX


def decode_data_url(text: str, field: str) -> bytes:
    """Return the bytes of a `data:` URL (RFC 2397), base64 or percent-encoded.

    The media type that it claims is not used: the bytes tell.
    Raises: InvalidInput, when it is malformed; InvalidMedia, when it is empty or over `MAX_BYTES`.
    """
    header, comma, payload = text.partition(",")
    if not comma:
        raise InvalidInput.of(field, "is a data: URL without a comma before its data", next_step=_WAY_OUT)
    is_base64 = header.lower().rstrip().endswith(";base64")
    # Bounded before decoding; base64 may itself be percent-encoded (%2B, %3D).
    longest = MAX_BYTES * _PERCENT_GROWTH * (4 / 3 if is_base64 else 1)
    if len(payload) > longest:
        raise _too_large(field)
    data = _unquote(payload, field)
    if is_base64:
        data = _decode_base64(data, field)
    if len(data) > MAX_BYTES:
        raise _too_large(field)
    if not data:
        raise InvalidMedia.of(field, "is a data: URL without data")
    return data


def _unquote(payload: str, field: str) -> bytes:
    try:
        return unquote_to_bytes(payload)
    except UnicodeEncodeError as error:
        raise InvalidInput.of(field, "is a data: URL with characters that are not text") from error


def _decode_base64(data: bytes, field: str) -> bytes:
    packed = b"".join(data.split()).rstrip(b"=")
    if len(packed) * 3 // 4 > MAX_BYTES:
        raise _too_large(field)
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error as error:
        raise InvalidInput.of(
            field, "is a data: URL whose base64 is damaged or cut off", next_step=_WAY_OUT
        ) from error


def _too_large(field: str) -> InvalidMedia:
    problem = f"is a data: URL of more than {MAX_BYTES // 1_000_000} MB, the limit"
    return InvalidMedia.of(field, problem, next_step=_WAY_OUT)
