"""Tell a file's media type from its first bytes, before anything that decodes gets to see it."""

import json
import re

HEAD_BYTES = 4096
"""How many bytes `sniff` wants; fewer are taken to be the whole file."""

EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/heic": ".heic",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/svg+xml": ".svg",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "video/ogg": ".ogv",
    "audio/mp4": ".m4a",
    "audio/webm": ".weba",
    "audio/x-matroska": ".mka",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/aac": ".aac",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
}
"""The file extension by media type; `extension_of` has the rest."""

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_OTHER_BRANDS = frozenset({b"jp2 ", b"jpx ", b"jpm ", b"crx ", b"jxl "})
"""Brands of the same box format that hold pictures we do not read: JPEG 2000, Canon raw, JPEG XL."""
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_JSON_START = re.compile(r'(\{\s*("|\})|\[\s*([\[{"\]]|-?\d+(\.\d+)?\s*[,\]]))')
_HTML_START = re.compile(r"<(!doctype\s+html|html|head|body|script|title)\b", re.IGNORECASE)
_SVG_START = re.compile(r"<([a-z_][\w.-]*:)?svg[\s>/]", re.IGNORECASE)


def extension_of(media_type: str) -> str:
    """Return the extension, with its dot, that files of a media type get; `.bin` for an unknown one."""
    return EXTENSIONS.get(media_type, ".bin")


def sniff(head: bytes) -> str | None:
    """Return the media type that the first `HEAD_BYTES` of a file show, or None when they show none.

    A container's type is a first guess: only its streams tell a video from a sound.
    """
    for prefix, media_type in _PREFIXES:
        if head.startswith(prefix):
            return media_type
    if head[:4] in (b"RIFF", b"RF64"):
        return _RIFF.get(head[8:12])
    return _box(head) or _ebml(head) or _ogg(head) or _bitmap(head) or _mpeg_audio(head) or _text(head)


def _box(head: bytes) -> str | None:
    """The ISO base media format (ISO 14496-12) and its ancestor, QuickTime."""
    if head[4:8] in _QUICKTIME_BOXES:
        return "video/quicktime" if int.from_bytes(head[:4], "big") >= 8 or head[:4] == b"\0\0\0\1" else None
    if head[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if len(major) < 4 or major in _OTHER_BRANDS:
        return None
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if major in _HEIC_BRANDS:
        return "image/heic"
    if major in _SOUND_BRANDS:
        return "audio/mp4"
    return "video/quicktime" if major == b"qt  " else "video/mp4"


def _ebml(head: bytes) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    at = head.find(b"\x42\x82", 4, 128)  # DocType, RFC 8794 §11.2.6
    document_type = head[at + 3 : at + 3 + (head[at + 2] & 0x7F)] if 0 < at < len(head) - 3 else b""
    return {b"webm": "video/webm", b"matroska": "video/x-matroska"}.get(document_type.rstrip(b"\0"))


def _ogg(head: bytes) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"


def _bitmap(head: bytes) -> str | None:
    is_bitmap = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS
    return "image/bmp" if is_bitmap else None


def _mpeg_audio(head: bytes) -> str | None:
    if head.startswith(b"ID3"):
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
        return "audio/flac" if head[10 + size : 14 + size] == b"fLaC" else "audio/mpeg"
    if len(head) < 4 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:  # ADTS: twelve sync bits, layer 0
        return "audio/aac" if head[2] & 0x3C < 0x34 else None
    has_sync, version, layer = head[1] & 0xE0 == 0xE0, head[1] & 0x18, head[1] & 0x06
    rates_exist = head[2] & 0xF0 not in (0x00, 0xF0) and head[2] & 0x0C != 0x0C
    return "audio/mpeg" if has_sync and version != 0x08 and layer == 0x02 and rates_exist else None


def _text(head: bytes) -> str | None:
    text = _decoded(head)
    if text is None or not text.strip():
        return None
    start = _past_prolog(text)
    if _SVG_START.match(start):
        return "image/svg+xml"
    if _HTML_START.match(start):
        return "text/html"
    return "application/json" if _is_json(text.strip(), is_whole=len(head) < HEAD_BYTES) else "text/plain"


def _decoded(head: bytes) -> str | None:
    """Return the head as text when it is UTF-8 without control characters; the cut may split a character."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < HEAD_BYTES - 3 or error.reason != "unexpected end of data":
            return None
        text = head[: error.start].decode("utf-8-sig")
    return None if _CONTROL.search(text) else text


def _past_prolog(text: str) -> str:
    """Return what follows an XML declaration, processing instructions, comments and an SVG doctype."""
    text = text.lstrip()
    while True:
        if text.startswith("<?"):
            _, found, rest = text.partition("?>")
        elif text.startswith("<!--"):
            _, found, rest = text.partition("-->")
        elif text[:9].lower() == "<!doctype" and not _HTML_START.match(text):
            _, found, rest = text.partition("]>" if "[" in text.partition(">")[0] else ">")
        else:
            return text
        if not found:
            return ""
        text = rest.lstrip()


def _is_json(text: str, *, is_whole: bool) -> bool:
    if not _JSON_START.match(text):
        return False
    if not is_whole:
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
