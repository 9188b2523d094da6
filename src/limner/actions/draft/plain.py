"""Makes text safe and settable: one form of Unicode, no controls, and no letters that the fonts lack."""

import re
import unicodedata
from dataclasses import fields, replace
from typing import Any

from limner.actions.draft.brief import NEUTRAL_TITLE
from limner.actions.draft.types import Brand, Brief, Copy, Item, TypePair
from limner.actions.fonts import bundled

MOST_READ = 6000
MOST_SET = 280


def plain_text(text: str) -> str:
    """Return a text composed (NFC), without controls, directions and lone surrogates, its line breaks kept."""
    text = unicodedata.normalize("NFC", text[:MOST_READ])
    kept = (
        character
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        else " "
        for character in text.replace("\r\n", "\n").replace("\u2028", "\n")
    )
    return re.sub(r"[^\S\n]+", " ", "".join(kept)).strip()


def readable(brief: Brief, brand: Brand | None, pair: TypePair) -> tuple[Brief, Brand | None, str]:
    """Return a brief and a brand without what a page's typefaces lack, and the characters that were left out."""
    missing: dict[str, None] = {}
    faces = [bundled(style) for style in (pair.heading, pair.body, pair.strong)]

    def kept(text: str) -> str:
        gone = [character for character in text if not all(face.has(character) for face in faces)]
        missing.update(dict.fromkeys(gone))
        left = text.translate(dict.fromkeys(map(ord, [*gone, "\ufe0f", "\ufe0e"] if gone else [])))
        return " ".join(left.split())[:MOST_SET]

    copy = brief.copy
    changes: dict[str, Any] = {
        field.name: kept(getattr(copy, field.name)) for field in fields(Copy) if field.type is str
    }
    changes["headline"] = changes["headline"] or NEUTRAL_TITLE
    details = tuple(each for each in map(kept, copy.details) if each)
    items = tuple(Item(kept(item.name)[:80], kept(item.price)[:20]) for item in copy.items)
    copy = replace(copy, **changes, details=details, items=tuple(item for item in items if item.name))
    if brand is not None:
        brand = replace(brand, name=kept(brand.name))
    return replace(brief, copy=copy, subject=kept(brief.subject)), brand, "".join(missing)
