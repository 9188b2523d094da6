"""Which media types Limner decodes, and what to call the bytes of those that it does not."""

from limner.sniff import sniff

PICTURES = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp", "image/avif"}
)
"""Stills that Limner decodes."""
CONTAINERS = frozenset(
    {
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/x-matroska",
        "video/x-msvideo",
        "video/ogg",
        "audio/mp4",
        "audio/mpeg",
        "audio/wav",
        "audio/ogg",
        "audio/flac",
        "audio/aac",
    }
)
"""Time-based media that Limner opens. A container's final type also depends on the streams in it."""

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%!PS", "a PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (b"PK\x03\x04", "a ZIP archive (or an Office document)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"8BPS", "a Photoshop document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"FLV\x01", "a Flash video"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
    (b"\x00\x00\x01\xba", "an MPEG program stream"),
)


def as_text(head: bytes) -> str | None:
    """Return the bytes as text when they are UTF-8 without control characters, else None."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not merely a character cut in two at the end
            return None
        text = head[: error.start].decode("utf-8-sig")
    return None if any(character < " " and character not in "\t\n\r\f" for character in text) else text


def looks_like(head: bytes) -> str:
    """Return in words what the bytes look like, for the message of a refusal."""
    if not head:
        return "an empty file"
    for prefix, words in _FOREIGN:
        if head.startswith(prefix):
            return words
    if head.lstrip().startswith((b"#EXTM3U", b"ffconcat")):
        return "a playlist that points to other files"
    words_by_type = {
        "text/html": "a web page (HTML)",
        "image/svg+xml": "an SVG drawing",
        "text/plain": "plain text",
        "application/json": "plain text (JSON)",
        "image/heic": "a HEIC picture (convert it to JPEG or PNG first)",
        "application/pdf": "a PDF document",
    }
    media_type = sniff(head)
    if media_type is None:
        return "data of no media type that is known here"
    return words_by_type.get(media_type, media_type)
