"""The typefaces: a style's name in, fonts out, and which characters none of them can set."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont, features

from limner.actions import fonts_extra

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

WEIGHTS = {"bold": 700, "semibold": 600, "medium": 500}
"""The weight at which an extra font stands beside a style, by the end of the style's name; others take 400."""
COLLECTION_ORDER = ("ja", "ko", "zh")
"""The first faces in the collection of Chinese, Japanese and Korean, by the language they are drawn for."""
UNSHAPED = ("NotoSans[", "NotoSansArmenian", "NotoSansCJK", "NotoSansGeorgian", "NotoSansSymbols")
"""The extra fonts that need no shaping: a glyph per character, from left to right."""

_PROBE_PX = 48
_UNASSIGNED = "\U0010ffff"
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file. index: which face of a collection. weight: of a variable font, 100 to 900; 0 for a static one."""

    path: Path
    index: int = 0
    weight: int = 0

    def at(self, size_px: float) -> ImageFont.FreeTypeFont:
        """Return the font at a size in pixels per em, with HarfBuzz shaping where built in."""
        return _opened(self, size_px)

    def has(self, character: str) -> bool:
        """Whether the font has a glyph for a character, or needs none."""
        return is_invisible(character) or not _lacks(self, character)


@cache
def bundled(style: str) -> Typeface:
    """Return the typeface of a style from FILES."""
    return Typeface(FOLDER / FILES[style])


@cache
def extra(style: str, language: str = "zh") -> tuple[Typeface, ...]:
    """Return the installed typefaces for other scripts, in a style's weight.

    language: ja, ko or zh: whose forms of the ideographs to take.
    """
    weight = WEIGHTS.get(style.partition("-")[2], 400)
    can_shape = features.check("raqm")
    return tuple(
        Typeface(path, COLLECTION_ORDER.index(language) if path.suffix == ".ttc" else 0, weight)
        for path in fonts_extra.files()
        if can_shape or path.name.startswith(UNSHAPED)
    )


def font(style: str, size_px: float) -> ImageFont.FreeTypeFont:
    """Return the bundled font of a style at a size in pixels per em."""
    return bundled(style).at(size_px)


def missing_glyphs(text: str, style: str) -> str:
    """Return the characters of `text`, each once, that neither the style's font nor an extra one has."""
    seen = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(
        character
        for character in seen
        if not bundled(style).has(character) and not any(face.has(character) for face in extra(style))
    )


def without_missing(text: str, style: str) -> tuple[str, str]:
    """Return the text that can be set, and the characters that were left out of it."""
    text = unicodedata.normalize("NFC", text)
    missing = missing_glyphs(text, style)
    gone = dict.fromkeys((ord(character) for character in missing), "")
    if missing and not extra(style):
        gone |= dict.fromkeys((0x200D, *_VARIATION_SELECTORS), "")
    return text.translate(gone), missing


def left_out(missing: str) -> str:
    """Return what to tell the user of characters that were left out: which, why, and what would help."""
    named = f"left out {missing}: "
    if not fonts_extra.files():
        return (
            f"{named}the bundled fonts have Latin, Greek and Cyrillic only; "
            f"the operator can install {fonts_extra.EXTRA} for other scripts."
        )
    if not features.check("raqm"):
        return f"{named}scripts that run from right to left or join their letters need the library FriBiDi."
    return f"{named}no installed font has it."


def way_out() -> str:
    """Return what a caller can do whose text no installed font can set."""
    if fonts_extra.files():
        return "Use text in other letters."
    return f"Use text in Latin, Greek or Cyrillic letters, or have the operator install {fonts_extra.EXTRA}."


def is_invisible(character: str) -> bool:
    """Whether a character has no ink of its own: a space, a control, or a choice between glyphs."""
    return unicodedata.category(character) in _INVISIBLE or ord(character) in _VARIATION_SELECTORS


@cache
def _opened(face: Typeface, size_px: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(face.path, size_px, index=face.index)
    if face.weight:
        font.set_variation_by_axes([face.weight])
    return font


@cache
def _lacks(face: Typeface, character: str) -> bool:
    return _shape(face, character) == _shape(face, _UNASSIGNED)


@cache
def _shape(face: Typeface, character: str) -> tuple[tuple[int, int], bytes]:
    """Return the size and pixels of one glyph: equal to the unassigned character's means not in the font."""
    mask = face.at(_PROBE_PX).getmask(character)
    return mask.size, bytes(mask)
