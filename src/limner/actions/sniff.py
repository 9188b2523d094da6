"""Tell what bytes are from the bytes alone: the first thing that happens to a file from outside."""

import re

HEAD_BYTES = 4096

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
        "audio/mpeg",
        "audio/wav",
        "audio/ogg",
        "audio/flac",
        "audio/aac",
    }
)
"""Time-based media that Limner opens. A container's final type also depends on the streams in it."""

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_TOP_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})

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
_SVG = re.compile(r"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]", re.S | re.I)
_HTML = re.compile(
    r"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body|script|title)\b", re.S | re.I
)


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file say, or None when they say none."""
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix):
            return media_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _sniff_brand(head)
    if head[4:8] in _TOP_BOXES:
        return "video/quicktime"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    return _sniff_mpeg_audio(head) or _sniff_markup(head)


def _sniff_brand(head: bytes) -> str | None:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if head[8:12] in _HEIF_BRANDS:
        return None
    return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"


def _sniff_mpeg_audio(head: bytes) -> str | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] & 0x06
    if layer == 0:
        return "audio/aac" if head[1] & 0xF0 == 0xF0 else None
    return "audio/mpeg" if head[2] & 0xF0 != 0xF0 else None


def _sniff_markup(head: bytes) -> str | None:
    text = as_text(head)
    if text is None or not text.strip():
        return None
    if _SVG.match(text):
        return "image/svg+xml"
    return "text/html" if _HTML.match(text) else "text/plain"


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
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "a HEIC picture (convert it to JPEG or PNG first)"
    if head.lstrip().startswith((b"#EXTM3U", b"ffconcat")):
        return "a playlist that points to other files"
    words_by_type = {
        "text/html": "a web page (HTML)",
        "image/svg+xml": "an SVG drawing",
        "text/plain": "plain text",
        "application/pdf": "a PDF document",
    }
    media_type = sniff(head)
    if media_type is None:
        return "data of no media type that is known here"
    return words_by_type.get(media_type, media_type)
