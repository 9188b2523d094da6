"""The words that action specs describe their parameters with: each returns one JSON Schema property."""

from limner.types import Json


def number(default: float, minimum: float, maximum: float, description: str) -> Json:
    """Return the schema of a number; `description` names its unit."""
    return {
        "type": "number",
        "default": default,
        "minimum": minimum,
        "maximum": maximum,
        "description": description,
    }


def whole(default: int, minimum: int, maximum: int, description: str) -> Json:
    """Return the schema of a number without a fraction. The value may arrive as `3.0`: take `int()` of it."""
    return {**number(default, minimum, maximum, description), "multipleOf": 1}


def choice(default: str, options: tuple[str, ...], description: str) -> Json:
    """Return the schema of one word of several."""
    if default not in options:
        raise ValueError(f"the default {default!r} is not one of {options}")
    return {"type": "string", "enum": list(options), "default": default, "description": description}


def flag(default: bool, description: str) -> Json:
    """Return the schema of a yes or no."""
    return {"type": "boolean", "default": default, "description": description}


def colour(default: str, description: str) -> Json:
    """Return the schema of a colour as `limner.actions.stills.parse_color` reads it."""
    forms = "#rgb, #rrggbb, #rrggbbaa, a CSS name or transparent"
    return {
        "type": "string",
        "format": "color",
        "default": default,
        "maxLength": 40,
        "description": f"{description} ({forms}).",
    }


def text(default: str, description: str, *, longest: int = 10_000) -> Json:
    """Return the schema of free text of at most `longest` characters."""
    return {"type": "string", "default": default, "maxLength": longest, "description": description}


def group(description: str, **properties: Json) -> Json:
    """Return the schema of an object of parameters, such as a point with `x` and `y`.

    Handlers get the default of the whole object, never of a part: read parts with
    `value.get("x", schema_default)` where a caller may send only one.
    """
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "default": {name: schema["default"] for name, schema in properties.items()},
        "description": description,
    }
