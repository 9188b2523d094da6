"""Where a character that people see begins, and where a word ends, in any script."""

import unicodedata
from collections.abc import Iterator

ZERO_WIDTH_JOINER = "\u200d"
_JOINED = ((0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F), (0xFF9E, 0xFF9F))
"""Skin tones, tags of flags and half-width sound marks: no marks by category, but bound like them."""
_BOUND = "\u200c\u200d\u0e33\u0eb3"
_HANGUL = ((0x1100, 0x11FF), (0xA960, 0xA97C), (0xAC00, 0xD7FB))
_HANGUL_FOLLOWING = ((0x1160, 0x11FF), (0xD7B0, 0xD7FB))
_FLAGS = (0x1F1E6, 0x1F1FF)
_KATAKANA = ((0x3031, 0x3035), (0x30A0, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))
_APART = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3006, 0x3007), (0x3021, 0x3029), (0x3041, 0x309F),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, Hiragana and ideographs: scripts without spaces, where any character may end a word."""
_MID_LETTERS = ".'‘’․·‧"  # UAX 29 adds the colon, as in Swedish abbreviations; CLDR takes it out again.
_MID_DIGITS = ".'‘’․,;"


def seen_characters(text: str) -> Iterator[int]:
    """Yield where each character that people see begins: a letter with its marks, a whole emoji, CR LF.

    Source: Unicode UAX 29, extended grapheme clusters, without Indic conjuncts and prepended marks.
    """
    flags = 0  # how many halves of flags stand before, without a gap
    for index, character in enumerate(text):
        before = text[index - 1] if index else ""
        is_flag = _is_in(character, (_FLAGS,))
        if not index or (not _is_bound(before, character) and not (is_flag and flags % 2)):
            yield index
        flags = flags + 1 if is_flag else 0


def _is_bound(before: str, character: str) -> bool:
    if before == "\r" and character == "\n":
        return True
    if before in "\r\n" or character < "\u0300":
        return False
    if _is_mark(character):
        return True
    if before == ZERO_WIDTH_JOINER:
        return unicodedata.category(character) == "So"
    return _is_in(character, _HANGUL_FOLLOWING) and _is_in(before, _HANGUL)


def _is_mark(character: str) -> bool:
    return (
        unicodedata.category(character).startswith("M") or character in _BOUND or _is_in(character, _JOINED)
    )


def is_word_edge(text: str, index: int) -> bool:
    """Whether a word may begin or end before `text[index]`.

    Source: Unicode UAX 29, default word boundaries, without Hebrew quotes and what joins no words.
    """
    if index in (0, len(text)):
        return True
    character, before = text[index], _previous(text, index)
    if before < 0 or text[index - 1] in "\r\n":
        return True
    if _is_ignored(character) or (text[index - 1] == ZERO_WIDTH_JOINER and _class(character) == "So"):
        return False
    left, right = _class(text[before]), _class(character)
    if {left, right} <= {"letter", "digit"} or left == right == "katakana":
        return False
    if "joiner" in (left, right):
        return not {left, right} <= {"letter", "digit", "katakana", "joiner"}
    return not (_spans(text, before, index, following=right) or _spans(text, before, index, following=left))


def _spans(text: str, before: int, index: int, *, following: str) -> bool:
    """Whether one sign between two letters, or two digits, joins them: `don't`, `3.14`."""
    signs = {"letter": _MID_LETTERS, "digit": _MID_DIGITS}.get(following)
    if signs is None:
        return False
    if text[before] in signs:
        outer = _previous(text, before)
        return outer >= 0 and _class(text[outer]) == following == _class(text[index])
    if text[index] in signs:
        beyond = index + 1
        while beyond < len(text) and _is_ignored(text[beyond]):
            beyond += 1
        return beyond < len(text) and _class(text[beyond]) == following == _class(text[before])
    return False


def _previous(text: str, index: int) -> int:
    """Return the place of the last character before `index` that is no mark; -1 when there is none."""
    index -= 1
    while index >= 0 and _is_ignored(text[index]):
        index -= 1
    return index


def _is_ignored(character: str) -> bool:
    if character < "\u00ad":
        return False
    return _is_mark(character) or (unicodedata.category(character) == "Cf" and character != "\u200b")


def _class(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return "digit"
    if category == "Pc":
        return "joiner"
    if _is_in(character, _KATAKANA):
        return "katakana"
    if category[0] == "L" or category == "Nl":
        return "other" if _is_in(character, _APART) else "letter"
    return category


def _is_in(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in ranges)
