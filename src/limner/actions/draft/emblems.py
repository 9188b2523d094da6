"""Finds, among the icons that Limner can draw, the one that a brief's subject names."""

from limner.actions.draft.wording import title_of
from limner.actions.icon_choice import FILLERS
from limner.actions.icon_glyphs import Glyph, glyphs

NAMES = 2
"""How many of an icon's words are names of what it shows; the others are only what it goes with."""
_NOT_SHOWN = (
    "launch goal get find time note present view save hot home done price payment flight house shop idea "
    "team user"
)
NOT_SHOWN = frozenset(_NOT_SHOWN.split())
"""Second names that say other things as often as what the icon shows."""


def emblem_of(subject: str) -> tuple[Glyph, str] | None:
    """Return the icon of a thing that a subject's first words name, and the word; None where nothing fits."""
    words = [word.lower() for word in title_of(subject).split()]
    for word in words:
        glyph = None if word in FILLERS or word in NOT_SHOWN else _named(word)
        if glyph is not None:
            return glyph, word
    return None


def _named(word: str) -> Glyph | None:
    forms = {word, word.removesuffix("s"), word.removesuffix("es")}
    return next((glyph for glyph in glyphs() if forms & set(glyph.words[:NAMES])), None)
