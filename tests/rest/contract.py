"""The wire shapes of the public techniques and runs API, written down from its documents, not from our code."""

from typing import Any

from jsonschema import Draft202012Validator

TEXT, NUMBER, WHOLE, FLAG = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"}
TIME = {"type": "integer", "minimum": 1_600_000_000_000, "maximum": 4_000_000_000_000}
RUN_STATUS = {"enum": ["pending", "running", "completed", "failed"]}
MEDIA = {"enum": ["image", "video", "audio", "text"]}


def shape(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object; a name that ends in `_` may be left out. More fields are ours."""
    required = [name for name in properties if not name.endswith("_")]
    return {
        "type": "object",
        "required": required,
        "properties": {name.removesuffix("_"): value for name, value in properties.items()},
    }


def items(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def prefixed(prefix: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{prefix}"}


META = shape(next_cursor={"type": ["string", "null"]}, total_estimate_=WHOLE)
PORT = shape(
    id=TEXT,
    name=TEXT,
    type={"enum": ["imageUrl", "videoUrl", "audioUrl", "text", "documentUrl"]},
    description_=TEXT,
    specified_aspect_ratio_=TEXT,
    specified_duration_=NUMBER,
    optional_=FLAG,
    allow_multiple_=FLAG,
)
TECHNIQUE = shape(
    technique_id=prefixed("tech_"),
    name=TEXT,
    description_=TEXT,
    run_cost=NUMBER,
    inputs=items(PORT),
    outputs=items(PORT),
)
TECHNIQUES = shape(techniques=items(TECHNIQUE), meta=META)
OUTPUT = shape(output_id=TEXT, type=PORT["properties"]["type"], url=TEXT)
RUN = shape(
    run_id=prefixed("run_"),
    status=RUN_STATUS,
    progress={"type": "number", "minimum": 0, "maximum": 100},
    created_at=TIME,
    started_at_=TIME,
    completed_at_=TIME,
    charged_cost_=NUMBER,
    error_code_={
        "enum": [
            "provider_error",
            "model_timeout",
            "safety_blocked",
            "input_unreachable",
            "internal_error",
            "cancelled",
        ]
    },
    error_message_=TEXT,
    outputs_=items(OUTPUT),
    poll_url_=TEXT,
)
TECHNIQUE_NAMED = shape(technique_id=prefixed("tech_"), name=TEXT)
ANY_RUN = shape(
    **{name if name in RUN["required"] else f"{name}_": value for name, value in RUN["properties"].items()},
    type={"enum": ["generation", "technique", "action"]},
    technique_=TECHNIQUE_NAMED,
    model_=shape(model_id=TEXT),
    action_=shape(action_id=TEXT),
)
HISTORY_ROW = shape(
    **{name if name in RUN["required"] else f"{name}_": value for name, value in RUN["properties"].items()},
    technique_run_id=prefixed("run_"),
    technique=TECHNIQUE_NAMED,
    project_id=prefixed("prj_"),
    workspace_id=prefixed("ws_"),
)
HISTORY = shape(technique_runs=items(HISTORY_ROW), meta=META)
STARTED = shape(
    run_id=prefixed("run_"),
    type={"enum": ["generation", "technique", "action"]},
    charged_cost=NUMBER,
    estimated_seconds=NUMBER,
    poll_url_=TEXT,
    project_id_=prefixed("prj_"),
    model_=shape(model_id=TEXT),
    technique_=TECHNIQUE_NAMED,
    action_=shape(action_id=TEXT),
)
MODELS = shape(models=items(shape(model_id=TEXT, name=TEXT, provider=TEXT, type=MEDIA)), meta=META)
_COUNT = {"anyOf": [{"const": True}, shape(min=WHOLE, max_=WHOLE)]}
_ACTION_PORT = shape(name=TEXT, type=MEDIA, multiple_=_COUNT, optional_=FLAG)
ACTION = shape(
    action_id=TEXT,
    name=TEXT,
    description=TEXT,
    charged_cost=NUMBER,
    inputs=items(_ACTION_PORT),
    outputs=items(_ACTION_PORT),
    params=items(
        shape(
            key=TEXT,
            type=TEXT,
            label=TEXT,
            default_value={},
            available_values_=items(shape(label=TEXT, value={})),
            min_number_value_=NUMBER,
            max_number_value_=NUMBER,
            number_step_=NUMBER,
        )
    ),
)
ACTIONS = shape(actions=items(ACTION), meta=META)
ASSET = shape(
    asset_id=prefixed("asset_"),
    status={"enum": ["pending_upload", "ready", "failed"]},
    content_type_=TEXT,
    width_=WHOLE,
    height_=WHOLE,
    size_bytes_=WHOLE,
    url_=TEXT,
)
WORKSPACES = shape(workspaces=items(shape(workspace_id=prefixed("ws_"), name=TEXT)), meta=META)
PROJECTS = shape(
    projects=items(shape(project_id=prefixed("prj_"), workspace_id=prefixed("ws_"), name=TEXT)), meta=META
)


def check(document: Any, wanted: dict[str, Any]) -> Any:
    """Return a document that has this shape."""
    Draft202012Validator(wanted).validate(document)
    return document
