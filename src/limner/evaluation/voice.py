"""Holds a run's copy, and the words that are read in its pictures, against a brand's voice."""

from collections.abc import Sequence
from dataclasses import replace

from limner.evaluation import words
from limner.evaluation.scoring import Measured
from limner.types import Json

CRITERIA = ("banned_words", "required_words")
"""What words in pictures are held against too. Readability is of copy only: a picture has headlines, not sentences."""
NO_WORDS = "no words in the picture"


def against_voice(
    voice: Json, copy: Sequence[str], pictures: Sequence[Measured]
) -> dict[str, list[Measured]]:
    """Return what was measured of words, by criterion; empty when there is neither copy nor a picture.

    pictures: of each output what was read, in `evidence["lines"]`, or the reason why nothing was.
    """
    found: dict[str, list[Measured]] = {}
    if copy:
        found["readability"] = [words.grade(copy)]
    if copy or pictures:
        for name, measured in (("banned_words", _banned), ("required_words", _required)):
            asked = voice.get(name)
            missing = [Measured(reason=f"the brand kit names no {name}")]
            found[name] = measured(asked, copy, pictures) if asked else missing
    return found


def _banned(asked: Sequence[str], copy: Sequence[str], pictures: Sequence[Measured]) -> list[Measured]:
    """Return a measure of the copy, and one of each picture: the one with the most banned words counts."""
    of_copy = [words.banned(copy, asked)] if copy else []
    of_pictures = [
        replace(words.banned(_lines(each), asked), output=each.output) for each in pictures if _lines(each)
    ]
    return [*of_copy, *of_pictures, *_unread(pictures)]


def _required(asked: Sequence[str], copy: Sequence[str], pictures: Sequence[Measured]) -> list[Measured]:
    """Return one measure of all words together: a word need not stand in every place."""
    said = [*copy, *(line for each in pictures for line in _lines(each))]
    return [words.required(said, asked)] if said else _unread(pictures)


def _lines(picture: Measured) -> list[str]:
    lines: list[str] = picture.evidence.get("lines", [])
    return lines


def _unread(pictures: Sequence[Measured]) -> list[Measured]:
    return [
        Measured(reason=each.reason or NO_WORDS, output=each.output) for each in pictures if not _lines(each)
    ]
