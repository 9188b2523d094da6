"""Where a line of text may end, in scripts with spaces between words and in those without."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from limner.actions.words_marks import seen_characters

_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x312F), (0x31A0, 0x4DBF), (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF), (0xFF01, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, ideographs, kana and their signs. Korean has spaces."""
_NO_START = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶー々ゝゞヽヾ〻ะาำๅๆฯະາຳຽໆຯ\u200b"
_NO_END = "เแโใไເແໂໃໄ"
_JOINING_BEFORE, _ENDING_AFTER = "\u17d2\u1039", "\u103a"
"""Signs that bind the next letter to their own, and one that makes its letter the end of a syllable."""


def units(paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield what may stand on a line of its own, each with the space that joins it to the one before: " " or "".

    Words are between spaces. In scripts without them a line may end after every character that people see, but
    neither before closing signs and small kana nor after opening ones. Where Thai, Lao, Khmer and Burmese words end
    takes a dictionary; a zero-width space, U+200B, tells it.
    """
    for word in paragraph.split():
        if is_spaced(word):
            yield " ", word
            continue
        first, *others = _parts(word)
        yield " ", first
        yield from (("", part) for part in others)


def is_spaced(text: str) -> bool:
    """Whether all of a text is in scripts that put spaces between words."""
    return text.isascii() or not any(_is_unspaced(character) for character in text)


def characters(word: str) -> list[str]:
    """Return a word's characters as people see them, marks with their letters."""
    return [word[start:end] for start, end in pairwise((*seen_characters(word), len(word)))]


def _parts(word: str) -> list[str]:
    parts = [""]
    for character in characters(word):
        if parts[-1] and _may_part(parts[-1][-1], character, has_told="\u200b" in word):
            parts.append("")
        parts[-1] += character
    return parts


def _may_part(before: str, after: str, *, has_told: bool) -> bool:
    if before == "\u200b":
        return True
    if has_told and _is_thai_like(before) and _is_thai_like(after[0]):
        return False
    if not (_is_unspaced(before) or _is_unspaced(after[0])):
        return False
    if after[0] in _NO_START or before in _NO_END or before in _JOINING_BEFORE or _ENDING_AFTER in after:
        return False
    return unicodedata.category(after[0]) not in ("Pe", "Pf", "Po") and (
        unicodedata.category(before) not in ("Ps", "Pi")
    )


def _is_thai_like(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _UNSPACED[:3])


def _is_unspaced(character: str) -> bool:
    return character > "\u0dff" and any(first <= ord(character) <= last for first, last in _UNSPACED)
