"""In which direction each character of a line runs, where scripts from left to right and back meet.

Source: Unicode UAX 9, the implicit rules: W1 to W7, N0 to N2, I1, I2 and L2. Embeddings, overrides and isolates
count as nothing; the marks U+200E and U+200F do what they are for.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar

RIGHT_TO_LEFT = ("R", "AL")
_IGNORED = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_NEUTRAL = ("ON", "WS", "S", "B")
_NUMBERS = ("EN", "AN")
_PAIRS = "()[]{}⟨⟩《》「」『』【】〔〕（）［］｛｝"
_OPENING, _CLOSING = _PAIRS[::2], _PAIRS[1::2]

Item = TypeVar("Item")


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left (rules P2 and P3)."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in ("L", *RIGHT_TO_LEFT)), "L") != "L"


def has_right_to_left(text: str) -> bool:
    """Whether any character runs from right to left, or counts as a number among such."""
    return any(unicodedata.bidirectional(character) in (*RIGHT_TO_LEFT, "AN") for character in text)


def levels(text: str, *, is_rtl: bool) -> list[int]:
    """Return each character's level: even from left to right, odd back, higher ones within lower ones.

    is_rtl: whether the paragraph as a whole runs from right to left.
    """
    base = "R" if is_rtl else "L"
    kinds = _with_numbers([unicodedata.bidirectional(character) for character in text], base)
    _resolve_brackets(text, kinds, base)
    _resolve_neutrals(kinds, base)
    if is_rtl:
        return [1 if kind == "R" else 2 for kind in kinds]
    return [{"L": 0, "R": 1}.get(kind, 2) for kind in kinds]


def visual_order(items: Sequence[Item], levels: Sequence[int]) -> list[Item]:
    """Return items in the order in which they stand from left to right (rule L2)."""
    pairs = list(zip(items, levels, strict=True))
    for level in range(max(levels, default=0), 0, -1):
        is_deep = [pair[1] >= level for pair in pairs]
        for first, last in _stretches(is_deep, (True,)):
            pairs[first:last] = reversed(pairs[first:last])
    return [item for item, _ in pairs]


def _with_numbers(kinds: list[str], base: str) -> list[str]:
    """Return the kinds with numbers, and the signs about them, resolved (rules W1 to W7)."""
    before = base
    for index, kind in enumerate(kinds):
        if kind == "NSM" or kind in _IGNORED:
            kinds[index] = before
        before = kinds[index]
    _renamed_after(kinds, "EN", {"AL": "AN"}, base)
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):
        left, kind, right = kinds[index - 1 : index + 2]
        if left == right and ((left == "EN" and kind in ("ES", "CS")) or (left == "AN" and kind == "CS")):
            kinds[index] = left
    for first, last in _stretches(kinds, ("ET",)):
        if "EN" in (*kinds[max(0, first - 1) : first], *kinds[last : last + 1]):
            kinds[first:last] = ["EN"] * (last - first)
    kinds = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]
    _renamed_after(kinds, "EN", {"L": "L"}, base)
    return kinds


def _renamed_after(kinds: list[str], kind: str, names: dict[str, str], base: str) -> None:
    """Rename every `kind` by the letter before it that has a direction."""
    strong = base
    for index, each in enumerate(kinds):
        if each in ("L", *RIGHT_TO_LEFT):
            strong = each
        elif each == kind:
            kinds[index] = names.get(strong, kind)


def _resolve_brackets(text: str, kinds: list[str], base: str) -> None:
    """Give both brackets of a pair one direction (rule N0)."""
    other = "L" if base == "R" else "R"
    for opening, closing in _bracket_pairs(text, kinds):
        within = {_direction(kind) for kind in kinds[opening + 1 : closing]}
        if base in within:
            kinds[opening] = kinds[closing] = base
        elif other in within:
            earlier = (_direction(kind) for kind in reversed(kinds[:opening]))
            context = next((found for found in earlier if found), base)
            kinds[opening] = kinds[closing] = other if context == other else base


def _bracket_pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Return where pairs of brackets open and close, by their opening (definition BD16)."""
    open_at: list[tuple[str, int]] = []
    pairs = []
    for index, character in enumerate(text):
        if kinds[index] != "ON":
            continue
        if character in _OPENING:
            open_at.append((_CLOSING[_OPENING.index(character)], index))
        elif character in (closing for closing, _ in open_at):
            while open_at:
                closing, opening = open_at.pop()
                if closing == character:
                    pairs.append((opening, index))
                    break
    return sorted(pairs)


def _resolve_neutrals(kinds: list[str], base: str) -> None:
    """Give what has no direction that of its neighbours, or the paragraph's (rules N1 and N2)."""
    for first, last in _stretches(kinds, _NEUTRAL):
        left = _direction(kinds[first - 1]) if first else base
        right = _direction(kinds[last]) if last < len(kinds) else base
        kinds[first:last] = [left if left == right else base] * (last - first)


def _direction(kind: str) -> str:
    """Return L or R, as numbers count among neutrals; empty for a neutral."""
    return "R" if kind in _NUMBERS else kind if kind in ("L", "R") else ""


def _stretches(kinds: Sequence[Item], wanted: Sequence[Item]) -> list[tuple[int, int]]:
    """Return where unbroken rows of the wanted kinds begin and end."""
    found, at = [], 0
    for is_wanted, group in groupby(kinds, lambda kind: kind in wanted):
        length = len(list(group))
        if is_wanted:
            found.append((at, at + length))
        at += length
    return found
