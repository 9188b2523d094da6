"""The JSON Schema of brand kits, so that editors complete and explain them."""

from limner.brands.rubric import CRITERIA, MOST_WEIGHT, SIDES
from limner.brands.shape import FACES, GRADES, HEX, ID, MOST_ID_CHARS, RATIO, REQUIRED
from limner.brands.typefaces import FAMILIES
from limner.types import Json
from limner.types.brand import (
    COLOR_ROLES,
    LEAST_COLORS,
    MOST_COLORS,
    MOST_RATIOS,
    MOST_REFERENCES,
    MOST_WORDS,
)


def format_schema() -> Json:
    """Return the JSON Schema (2020-12) of a kit file. It checks the form; `brands check` also files and sums."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Limner brand kit",
        "type": "object",
        "properties": {
            "brand_kit": {
                **_matching(ID, "The id: lower-case words joined by -. Runs refer to it."),
                "maxLength": MOST_ID_CHARS,
            },
            "name": _text("What people call it.", 80),
            "description": _text("What the brand is, in one or two sentences.", 2000),
            "palette": _palette(),
            "type": _object({face: _face() for face in FACES}, FACES, "The pairing of typefaces."),
            "voice": _voice(),
            "logo": _logo(),
            "ratios": _list(
                _matching(RATIO, 'Width to height, as "16:9".'), MOST_RATIOS, "Aspect ratios in use."
            ),
            "references": _list(_reference(), MOST_REFERENCES, "Pictures that show the brand at its best."),
            "rubric": {"type": "array", "items": _criterion(), "description": "What outputs are scored on."},
        },
        "required": list(REQUIRED),
        "additionalProperties": False,
    }


def _palette() -> Json:
    color = _object(
        {
            "name": _text("What people call the colour.", 40),
            "hex": _matching(HEX, 'Such as "#9caf88", in quotes.'),
            "role": {
                "enum": list(COLOR_ROLES),
                "description": "Each stands once; the first three must be there.",
            },
            "share": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "Of a usual layout's area.",
            },
        },
        ("name", "hex"),
    )
    return {**_list(color, MOST_COLORS, "The colours, the most used first."), "minItems": LEAST_COLORS}


def _face() -> Json:
    weights = sorted({weight for family in FAMILIES.values() for weight in family.weights})
    return _object(
        {
            "family": {"enum": list(FAMILIES), "description": "A family that ships with Limner."},
            "weight": {"enum": weights, "default": 400},
            "fallbacks": _list(_text("A family.", 60), 6, "Used where the family is not installed."),
        },
        ("family",),
    )


def _voice() -> Json:
    words = _list(_text("A word or a phrase.", 60), MOST_WORDS, "")
    grade: Json = {"type": "number", "minimum": GRADES[0], "maximum": GRADES[1]}
    return _object(
        {
            "tone": _text("How the brand speaks.", 400),
            "required_words": {**words, "description": "Words that copy should have."},
            "banned_words": {**words, "description": "Words that copy must not have."},
            "reading_grade": _object(
                dict.fromkeys(SIDES, grade), (), "Flesch-Kincaid grade of copy (English)."
            ),
        },
        ("tone",),
    )


def _logo() -> Json:
    return _object(
        {
            "file": _text("An SVG or PNG beside the kit.", 255),
            "clear_space": {
                "type": "number",
                "minimum": 0,
                "maximum": 4,
                "default": 0.25,
                "description": "Free space around it, as a share of its height.",
            },
            "min_width_px": {"type": "integer", "minimum": 1, "maximum": 4096, "default": 48},
        },
        ("file",),
    )


def _reference() -> Json:
    properties = {
        "file": _text("A JPEG, PNG or WebP beside the kit.", 255),
        "title": _text("What it shows.", 120),
    }
    return _object(properties, ("file",))


def _criterion() -> Json:
    limits = _object({side: {"type": "number"} for side in SIDES}, (), "What full marks need.")
    return _object(
        {
            "id": {
                "enum": list(CRITERIA),
                "description": "; ".join(f"{name}: {each.measures}" for name, each in CRITERIA.items()),
            },
            "weight": {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_WEIGHT, "default": 1},
            "limits": limits,
            "hard_limits": {**limits, "description": "What must not be broken: it caps the score."},
        },
        ("id",),
    )


def _object(properties: Json, required: tuple[str, ...], description: str = "") -> Json:
    schema: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return schema | ({"description": description} if description else {})


def _list(items: Json, most: int, description: str) -> Json:
    return {"type": "array", "items": items, "maxItems": most, "description": description}


def _text(description: str, most: int) -> Json:
    return {"type": "string", "minLength": 1, "maxLength": most, "description": description}


def _matching(pattern: str, description: str) -> Json:
    return {"type": "string", "pattern": f"^{pattern}$", "description": description}
