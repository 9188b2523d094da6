"""The JSON Schema of technique files, so that editors complete and explain them."""

from limner.techniques.agent_terms import (
    LEAST_COST_USD,
    MOST_CALLS,
    MOST_COST_USD,
    MOST_SECONDS,
    MOST_TOOLS,
    MOST_TURNS,
    WEB,
)
from limner.techniques.narrowing import TYPES
from limner.techniques.ports import ID_PATTERN, RATIO_PATTERN
from limner.techniques.shape import BRAND_KIT, FIDELITIES, ID, MAX_PRICE_USD
from limner.techniques.steps import FILE_KINDS, KEYS, PREFERENCES
from limner.types import AgentLimits, Json, PortType, StepKind
from limner.types.media import GENERATED_NAMES

_REFERENCE: Json = {
    "type": "string",
    "pattern": r"^\$(inputs|steps|brand|run|item|index)",
    "description": "A reference: $inputs.x, $steps.s.image, $steps.s.image[0], $brand.palette, $run.seed, $item.",
}
_PLACE: Json = {"$ref": "#/$defs/reference"}


def format_schema() -> Json:
    """Return the JSON Schema (2020-12) of a technique file. It checks the form; `techniques check` also the graph."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Limner technique",
        "type": "object",
        "properties": {
            "technique_id": {
                **_matching(ID, "tech_ and lower-case words joined by -. Stable: others refer to it."),
                "maxLength": 58,
            },
            "name": _text("What people call it.", 80),
            "description": _text("What it does, in one or two sentences; agents choose by it.", 2000),
            "inputs": {
                "type": "array",
                "items": {"$ref": "#/$defs/input"},
                "description": "What a caller gives.",
            },
            "steps": {
                "type": "object",
                "propertyNames": {"pattern": f"^{ID_PATTERN}$"},
                "additionalProperties": {"$ref": "#/$defs/step"},
                "minProperties": 1,
                "description": "The work, by step id. Steps that do not read each other run at the same time.",
            },
            "outputs": {"type": "array", "items": {"$ref": "#/$defs/output"}, "minItems": 1},
            "fidelity": {"enum": list(FIDELITIES), "default": "faithful"},
            "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"}},
            "examples": {"type": "array", "items": _example()},
            "estimated_seconds": {"type": "number", "exclusiveMinimum": 0, "default": 5},
            "price_usd": {
                "type": "number",
                "minimum": 0,
                "maximum": MAX_PRICE_USD,
                "default": 0,
                "description": "What a run costs the caller, in US dollars; at most six decimals.",
            },
            "brand_kit": {
                "enum": list(BRAND_KIT),
                "default": BRAND_KIT[0],
                "description": "Whether a technique that reads $brand runs without a brand kit.",
            },
        },
        "required": ["technique_id", "name", "description", "steps", "outputs"],
        "additionalProperties": False,
        "$defs": _definitions(),
    }


def _definitions() -> Json:
    return {
        "reference": _REFERENCE,
        "choice": {
            "type": "object",
            "properties": {"first": {"type": "array", "minItems": 1}},
            "required": ["first"],
            "additionalProperties": False,
            "description": "The first of these that has a value.",
        },
        "input": _port(),
        "output": _port(source={"anyOf": [_PLACE, {"$ref": "#/$defs/choice"}]}),
        "narrowing": _narrowing(),
        "step": {"oneOf": [_step(kind) for kind in FILE_KINDS]},
    }


def _text(description: str, most: int) -> Json:
    return {"type": "string", "minLength": 1, "maxLength": most, "description": description}


def _matching(pattern: str, description: str) -> Json:
    return {"type": "string", "pattern": f"^{pattern}$", "description": description}


def _example() -> Json:
    return {
        "type": "object",
        "properties": {"title": _text("What the example shows.", 120), "inputs": {"type": "object"}},
        "required": ["inputs"],
        "additionalProperties": False,
    }


def _port(source: Json | None = None) -> Json:
    properties: Json = {
        "id": _matching(ID_PATTERN, "A lower-case word."),
        "name": _text("The label.", 80),
        "type": {"enum": [str(kind) for kind in PortType]},
        "description": {"type": "string"},
        "optional": {"type": "boolean", "default": False},
        "allow_multiple": {"type": "boolean", "default": False, "description": "Makes it a list."},
        "schema": {"$ref": "#/$defs/narrowing"},
        "specified_aspect_ratio": _matching(RATIO_PATTERN, 'Such as "16:9".'),
        "specified_duration": {"type": "number", "exclusiveMinimum": 0, "description": "Seconds."},
        "fit": {"enum": ["crop", "pad"], "description": "How a picture of another ratio is made to fit."},
    }
    required = ["id", "type"]
    if source is not None:
        properties["from"] = source
        required.append("from")
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _narrowing() -> Json:
    keywords: Json = {
        "type": {"enum": list(TYPES)},
        "enum": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "multipleOf": {"type": "number", "exclusiveMinimum": 0},
        "minLength": {"type": "integer", "minimum": 0},
        "maxLength": {"type": "integer", "minimum": 0},
        "pattern": {"type": "string", "format": "regex"},
    }
    item = {"type": "object", "properties": keywords, "additionalProperties": False}
    whole: Json = {
        **keywords,
        "default": {"type": ["string", "number", "boolean", "array"]},
        "minItems": {"type": "integer", "minimum": 0},
        "maxItems": {"type": "integer", "minimum": 0},
        "items": item,
    }
    return {"type": "object", "properties": whole, "additionalProperties": False}


def _step(kind: StepKind) -> Json:
    known: Json = {
        "action": _text("The id of an action: `limner techniques` lists them.", 80),
        "generate": {"enum": list(GENERATED_NAMES), "description": "What a model shall make."},
        "technique": _matching(ID, "The id of another technique."),
        "agent": _text("The name of an agent.", 80),
        "inputs": {
            "type": "object",
            "description": "By kind (image, video, audio, text); of a technique by input id.",
        },
        "params": {"type": "object"},
        "prompt": _text("A reference or a template: {{ inputs.title }}.", 20_000),
        "model": _text("Pins one model.", 200),
        "needs": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"},
            "description": "Capabilities that the model must have.",
        },
        "prefer": {"enum": list(PREFERENCES), "description": "What decides between models that fit."},
        "tools": {"type": "array", "items": _tool(), "maxItems": MOST_TOOLS},
        "result": {
            "type": "object",
            "description": "The JSON Schema of the object that the agent returns; without it, text.",
        },
        "limits": _limits(),
        "revision": _matching("rev_[0-9a-f]{32}", "Pins one revision of the nested technique."),
        "for_each": {"anyOf": [_PLACE, {"$ref": "#/$defs/choice"}, _zip()]},
        "when": {"anyOf": [_PLACE, *_conditions()]},
    }
    return {
        "type": "object",
        "properties": {key: known[key] for key in KEYS[kind]},
        "required": [kind.value],
        "additionalProperties": False,
    }


def _tool() -> Json:
    named: Json = {
        "action": {"action": _text("The id of an action.", 80)},
        "technique": {
            "technique": _matching(ID, "The id of a technique."),
            "revision": _matching("rev_[0-9a-f]{32}", "Pins one revision of it."),
        },
    }
    shapes: list[Json] = [
        {"type": "object", "properties": shape, "required": [kind], "additionalProperties": False}
        for kind, shape in named.items()
    ]
    return {"anyOf": [{"const": WEB, "description": "Reads pages of the public web."}, *shapes]}


def _limits() -> Json:
    default = AgentLimits()
    return {
        "type": "object",
        "properties": {
            "turns": {"type": "integer", "minimum": 1, "maximum": MOST_TURNS, "default": default.turns},
            "calls": {"type": "integer", "minimum": 0, "maximum": MOST_CALLS, "default": default.calls},
            "cost_usd": {
                "type": "number",
                "minimum": LEAST_COST_USD,
                "maximum": MOST_COST_USD,
                "default": default.cost_usd,
            },
            "seconds": {"type": "number", "minimum": 1, "maximum": MOST_SECONDS, "default": default.seconds},
        },
        "additionalProperties": False,
        "description": "Where the agent stops: turns of the model, calls of tools, US dollars, seconds.",
    }


def _zip() -> Json:
    return {
        "type": "object",
        "properties": {
            "zip": {"type": "object", "minProperties": 1, "additionalProperties": _PLACE},
            "lead": {"type": "string", "description": "The member that sets the length; else the first."},
        },
        "required": ["zip"],
        "additionalProperties": False,
    }


def _conditions() -> list[Json]:
    shapes: list[Json] = [
        {"value": _PLACE, "equals": {}},
        {"value": _PLACE, "in": {"type": "array"}},
        {"missing": _PLACE},
    ]
    return [
        {"type": "object", "properties": shape, "required": list(shape), "additionalProperties": False}
        for shape in shapes
    ]
