"""The bundled typefaces: a style's name in, a font out, and which characters it cannot set."""

import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent.parent / "library" / "fonts"

FILES = {
    "sans": "Inter-Regular.ttf",
    "sans-bold": "Inter-Bold.ttf",
    "sans-italic": "Inter-Italic.ttf",
    "serif": "LimnerSerif-Regular.ttf",
    "serif-bold": "LimnerSerif-Bold.ttf",
    "mono": "JetBrainsMono-Regular.ttf",
    "mono-bold": "JetBrainsMono-Bold.ttf",
    "sans-medium": "Inter-Medium.ttf",
    "sans-semibold": "Inter-SemiBold.ttf",
    "serif-display": "LimnerSerifDisplay-Regular.ttf",
}
"""Font files by style. The first seven are the public `font_family`; the rest are for our own layouts."""

PUBLIC_STYLES = tuple(FILES)[:7]

_PROBE_PX = 48
_UNASSIGNED = "\U0010ffff"
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


@cache
def font(style: str, size_px: float) -> ImageFont.FreeTypeFont:
    """Return the font of a style from FILES at a size in pixels per em, with HarfBuzz shaping where built in."""
    return ImageFont.truetype(FOLDER / FILES[style], size_px)


def missing_glyphs(text: str, style: str) -> str:
    """Return the characters of `text`, each once, that the style's font would set as an empty box."""
    seen = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(
        character for character in seen if not _is_invisible(character) and _lacks(style, character)
    )


def without_missing(text: str, style: str) -> tuple[str, str]:
    """Return the text that can be set, and the characters that were left out of it."""
    text = unicodedata.normalize("NFC", text)
    missing = missing_glyphs(text, style)
    gone = dict.fromkeys((ord(character) for character in missing), "")
    if missing:
        gone |= dict.fromkeys((0x200D, *_VARIATION_SELECTORS), "")
    return text.translate(gone), missing


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE or ord(character) in _VARIATION_SELECTORS


@cache
def _lacks(style: str, character: str) -> bool:
    return _shape(style, character) == _shape(style, _UNASSIGNED)


@cache
def _shape(style: str, character: str) -> tuple[tuple[int, int], bytes]:
    """Return the size and pixels of one glyph: equal to the unassigned character's means not in the font."""
    mask = font(style, _PROBE_PX).getmask(character)
    return mask.size, bytes(mask)
