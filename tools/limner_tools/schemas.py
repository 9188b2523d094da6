"""The JSON Schema pieces that several tools share: portable, flat, and without required fields in results."""

from limner.types import Json, Status

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def arguments(properties: Json, required: tuple[str, ...] = ()) -> Json:
    """Return a tool's input schema."""
    schema: Json = {"$schema": DIALECT, "type": "object", "properties": properties}
    if required:
        schema["required"] = list(required)
    return schema | {"additionalProperties": False}


def result(properties: Json) -> Json:
    """Return a tool's output schema. Nothing is required: an error has only `error`."""
    return {"type": "object", "properties": {**properties, "error": ERROR, "next_step": NEXT_STEP}}


def text(description: str) -> Json:
    """Return the schema of a text argument."""
    return {"type": "string", "description": description}


NEXT_STEP: Json = {"type": "string", "description": "What to do next."}
ERROR: Json = {
    "type": "object",
    "description": "Why it did not work: code, message, fields [{field, message}], next_step.",
}
LIMIT: Json = {
    "type": "integer",
    "minimum": 1,
    "maximum": 100,
    "description": "Most items returned, 1 to 100.",
}
CURSOR: Json = {"type": "string", "description": "meta.next_cursor of the page before."}
META: Json = {"type": "object", "description": "next_cursor (null on the last page), total_estimate."}
WORKSPACE: Json = {"type": "string", "description": "Workspace id, ws_…. Default: ws_default."}
PROJECT: Json = {"type": "string", "description": "Project id, prj_…. Default: prj_default."}
RUN_ID: Json = {"type": "string", "description": "The run's id, run_…."}
STATUS: Json = {"type": "string", "enum": [status.value for status in Status]}

RUN: Json = result(
    {
        "run_id": RUN_ID,
        "status": STATUS,
        "phase": {
            "type": "string",
            "description": "queued, composing, rendering, done, failed or cancelled.",
        },
        "progress": {"type": "number", "description": "0 to 100."},
        "message": {"type": "string"},
        "outputs": {
            "type": "array",
            "items": {"type": "object"},
            "description": "output_id, type, index in a list; text, or path or url with media_type and size.",
        },
        "cost": {"type": "object", "description": "estimated_usd, charged_usd; has_unpriced."},
        "replayed": {
            "type": "boolean",
            "description": "True: an earlier run with this key; nothing was done again.",
        },
        "last_seq": {"type": "integer", "description": "Number of the last event, for since_seq."},
    }
)

CANCELLED: Json = result({"run_id": RUN_ID, "status": STATUS})
"""A Run too; hosts keep every tool's schema in view of the model, so this one says only what matters here."""
