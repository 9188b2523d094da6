"""Sets one line in as many fonts as its scripts take: measured and drawn run by run, from left to right."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from PIL import ImageDraw, features

from limner.actions.bidi import has_right_to_left, levels, runs_right_to_left, visual_order
from limner.actions.fonts import Typeface, bundled, extra, is_invisible
from limner.actions.words_marks import seen_characters

_KANA = ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))
_HANGUL = ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3))


@dataclass(frozen=True, slots=True)
class Manner:
    """What a whole text settles for each of its lines. language: whose forms of the ideographs it takes."""

    is_rtl: bool = False
    language: str = "zh"


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line in one font and one direction."""

    text: str
    typeface: Typeface
    is_rtl: bool


def manner_of(text: str) -> Manner:
    """Return how a text is set: its first letter tells the direction, kana or hangul the language."""
    language = "ja" if _any_in(text, _KANA) else "ko" if _any_in(text, _HANGUL) else "zh"
    return Manner(runs_right_to_left(text), language)


class Face:
    """A style at a size, with the fonts that stand in for it where it lacks a script."""

    def __init__(self, style: str, size_px: float, manner: Manner) -> None:
        self._style = style
        self._size_px = size_px
        self._manner = manner

    def getlength(self, line: str) -> float:
        """Return the width of a line in pixels."""
        runs = runs_of(line, self._style, self._manner)
        if runs is None:
            return bundled(self._style).at(self._size_px).getlength(line)
        return sum(self._length(run) for run in runs)

    def draw(self, draw: ImageDraw.ImageDraw, x: float, y: float, line: str) -> None:
        """Draw a line in white; `x` is its left end, `y` its baseline."""
        runs = runs_of(line, self._style, self._manner)
        if runs is None:
            draw.text((x, y), line, fill=255, font=bundled(self._style).at(self._size_px), anchor="ls")
            return
        for run in runs:
            face, direction = run.typeface.at(self._size_px), _direction(run)
            draw.text((x, y), run.text, fill=255, font=face, anchor="ls", direction=direction)
            x += self._length(run)

    def _length(self, run: Run) -> float:
        return run.typeface.at(self._size_px).getlength(run.text, direction=_direction(run))


@lru_cache(maxsize=4096)
def runs_of(line: str, style: str, manner: Manner) -> tuple[Run, ...] | None:
    """Return a line's runs from left to right; None where the style's own font sets it all, left to right."""
    if not manner.is_rtl and (line.isascii() or not extra(style)):
        return None
    faces = _faces_of(line, style, manner)
    if not manner.is_rtl and not has_right_to_left(line) and set(faces) <= {bundled(style)}:
        return None
    deep = levels(line, is_rtl=manner.is_rtl)
    runs, depths = [], []
    at = 0
    for (face, level), group in groupby(zip(faces, deep, strict=True)):
        length = len(list(group))
        runs.append(Run(line[at : at + length], face, level % 2 == 1))
        depths.append(level)
        at += length
    return tuple(visual_order(runs, depths))


def _faces_of(line: str, style: str, manner: Manner) -> list[Typeface]:
    """Return the font of each character: the first that has all of what is seen as one. Spaces stay the style's."""
    own, others = bundled(style), extra(style, manner.language)
    found: list[Typeface] = []
    for start, end in pairwise((*seen_characters(line), len(line))):
        cluster = line[start:end]
        if all(is_invisible(character) for character in cluster):
            # What directs or joins belongs to the letters before it.
            found += [own if cluster == " " or not found else found[-1]] * len(cluster)
            continue
        whole = _first_with(cluster, (own, *others))
        if whole is not None:
            found += [whole] * len(cluster)
        else:
            found += [_first_with(character, (own, *others)) or own for character in cluster]
    return found


def _first_with(characters: str, faces: tuple[Typeface, ...]) -> Typeface | None:
    return next((face for face in faces if all(face.has(character) for character in characters)), None)


def _direction(run: Run) -> str | None:
    # None without FriBiDi, where Pillow takes no direction; fonts that need one are not offered then.
    return ("rtl" if run.is_rtl else "ltr") if features.check("raqm") else None


def _any_in(text: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for character in text for first, last in ranges)
