"""Chooses icons by the words of a theme."""

import re
from dataclasses import dataclass

from limner.actions.icon_glyphs import Glyph, glyphs

FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "app",
        "at",
        "by",
        "for",
        "from",
        "icon",
        "icons",
        "in",
        "into",
        "it",
        "its",
        "kit",
        "landing",
        "line",
        "minimal",
        "modern",
        "my",
        "of",
        "on",
        "or",
        "our",
        "pack",
        "page",
        "set",
        "simple",
        "site",
        "small",
        "style",
        "suite",
        "that",
        "the",
        "theme",
        "this",
        "to",
        "ui",
        "website",
        "with",
        "your",
    ]
)
"""Words of a theme that name no thing."""
OWN_NAME, MEANING, KIN = 100.0, 40.0, 3.0
"""What it counts that a word is an icon's name, is among its words, or that it shares words with a chosen icon."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The icons for a theme, the nearest first. kin: those of them that only go with the others."""

    glyphs: tuple[Glyph, ...]
    kin: tuple[str, ...]
    unmatched: tuple[str, ...]
    """The theme's words that no icon stands for."""


def choose(theme: str, count: int) -> Choice:
    """Return `count` icons: those that the theme's words call for, then what goes with them."""
    words = [word for word in re.findall(r"[a-z][a-z0-9-]*", theme.lower()) if word not in FILLERS]
    words += [word for word in re.findall(r"[^\W\d_a-zA-Z][\w]*", theme) if not word.isascii()]
    scores: dict[Glyph, float] = {}
    unmatched = []
    for place, word in enumerate(dict.fromkeys(words)):
        called = {glyph: score for glyph in glyphs() if (score := _score(glyph, word))}
        if not called:
            unmatched.append(word)
        for glyph, score in called.items():
            scores[glyph] = scores.get(glyph, 0.0) + score / (1 + 0.02 * place)
    direct = sorted(scores, key=lambda glyph: -scores[glyph])
    rest = [glyph for glyph in glyphs() if glyph not in scores]
    near = sorted(rest, key=lambda glyph: -_kinship(glyph, direct))
    chosen = (direct + near)[:count]
    return Choice(
        tuple(chosen), tuple(glyph.name for glyph in chosen if glyph not in scores), tuple(unmatched)
    )


def _score(glyph: Glyph, word: str) -> float:
    """Return how well one icon answers one word."""
    for form in _forms(word):
        if form in glyph.words:
            return OWN_NAME if form == glyph.name else MEANING - glyph.words.index(form)
    return 0.0


def _forms(word: str) -> tuple[str, ...]:
    """Return a word and what it may be the plural or another form of."""
    forms = [word]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith(("es", "ed")):
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
    if word.endswith("ing"):
        forms += [word[:-3], word[:-3] + "e"]
    return tuple(forms)


def _kinship(glyph: Glyph, chosen: list[Glyph]) -> float:
    """Return how many words an icon shares with those chosen; the first of them count most."""
    return sum(
        len(set(glyph.words) & set(each.words)) * KIN / (1 + place) for place, each in enumerate(chosen)
    )
