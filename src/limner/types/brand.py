"""Brand kits: one revision of what a brand looks and sounds like, and what `$brand` shows of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.types.json import Json

COLOR_ROLES = ("primary", "ink", "paper", "secondary", "accent")
"""What a palette's colours are for. Every kit has the first three; each role stands once."""
MOST_COLORS = 12
LEAST_COLORS = 3
MOST_REFERENCES = 8
MOST_WORDS = 200
MOST_RATIOS = 12
FONT_FAMILIES = ("sans", "sans-bold", "sans-italic", "serif", "serif-bold", "mono", "mono-bold")
"""The public `font_family` values: what a kit's type comes to when an action sets it."""

_TEXT: Json = {"type": "string"}
_HEX: Json = {"type": "string", "pattern": "^#[0-9a-f]{6}$"}
_FACE: dict[str, Any] = {
    "family": _TEXT,
    "weight": {"type": "integer", "minimum": 100, "maximum": 900},
    "font_family": {"type": "string", "enum": list(FONT_FAMILIES)},
}

SHOWN: dict[str, Any] = {
    "id": _TEXT,
    "name": _TEXT,
    "description": _TEXT,
    "palette": (
        {"name": _TEXT, "hex": _HEX, "role?": _TEXT, "share?": {"type": "number"}},
        LEAST_COLORS,
        MOST_COLORS,
    ),
    "hex_codes": (_HEX, LEAST_COLORS, MOST_COLORS),
    "colors": {f"{role}{'' if role in COLOR_ROLES[:3] else '?'}": _HEX for role in COLOR_ROLES},
    "type": {"heading": _FACE, "body": _FACE},
    "voice": {
        "tone": _TEXT,
        "required_words?": (_TEXT, 1, MOST_WORDS),
        "banned_words?": (_TEXT, 1, MOST_WORDS),
    },
    "ratios?": (_TEXT, 1, MOST_RATIOS),
    "logo?": {"type": "image"},
    "references?": ({"type": "image"}, 1, MOST_REFERENCES),
}
"""What `$brand` shows: a schema is a value, `(each, least, most)` a list, any other mapping a group.

`?` marks what a kit may lack. `limner.brands.shown` fills it; techniques are checked against it when they are loaded.
"""


@dataclass(frozen=True, slots=True)
class BrandFile:
    """A picture of a kit: its content's name, and where it stands now. path None: the kit came from the store."""

    field: str
    """`logo`, or `references[0]`."""
    sha256: str
    media_type: str
    size_bytes: int
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class BrandKit:
    """One revision of a brand kit, checked and ready to use."""

    brand_kit: str
    """The id, a slug."""
    name: str
    description: str
    revision: str
    definition: Json
    """The canonical content that `revision` is the hash of: files by their content, not by their names."""
    files: tuple[BrandFile, ...] = ()
    """The logo, then the references."""
