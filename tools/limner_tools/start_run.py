"""start_run: the one tool that makes something."""

from collections.abc import Sequence

import mcp_types as t

from limner.app.documents import PlaceOf, output_uri, run_document
from limner.app.requests import StartRequest
from limner.app.studio import RunView
from limner.errors import ConsentNeeded
from limner.types import Event, Json
from limner.types.media import GENERATED_NAMES
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, ToolAnswer, answer
from limner_tools.run_card import shown_on_card
from limner_tools.tasks import task_created
from limner_tools.waiting import wait_seconds, wait_with_progress

MAX_ENUM = 64
DESCRIPTION = (
    "Start a run of a technique (or of one action) and return it, finished when it is quick. "
    "Choose one idempotency_key per result you want; if a call times out or you are unsure, call again with the "
    "SAME key: the same run answers, and nothing is made or paid twice. A run goes on when this call ends. "
    "Returns a Run: outputs with path or url when completed, else call get_run with its run_id."
)


CONTROLS: Json = {
    "seed": {"type": "integer", "minimum": 0, "description": "Same seed, same result. Default 0."},
    "idempotency_key": schemas.text("Your name for this result, 1 to 255 characters. Retry with the same."),
    "wait_seconds": {
        "type": "number",
        "minimum": 0,
        "description": "How long to wait for the end, at most 45. Default 20 with progress, else 4.",
    },
    "max_cost_usd": {"type": "number", "minimum": 0, "description": "Refuse if it would cost more."},
}
"""The arguments about the run that every tool which starts one has, beside the inputs."""


BRAND_KIT = schemas.text("Brand kit whose palette, type, voice and logo a technique uses, such as homestead.")


def describe(technique_ids: Sequence[str]) -> t.Tool:
    """Return the tool, its technique_id limited to what is published (while that is at most 64)."""
    technique_id = schemas.text("What to run: an id from list_techniques.")
    if 0 < len(technique_ids) <= MAX_ENUM:
        technique_id["enum"] = list(technique_ids)
    return t.Tool(
        name="start_run",
        title="Start a run",
        description=DESCRIPTION,
        input_schema=schemas.arguments(_properties(technique_id)),
        output_schema=schemas.RUN,
        annotations=t.ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
        ),
        _meta=shown_on_card(),
    )


def _properties(technique_id: Json) -> Json:
    return {
        "technique_id": technique_id,
        "action_id": schemas.text("Instead of technique_id: one action, such as blur-image."),
        "generate": {
            "type": "string",
            "enum": list(GENERATED_NAMES),
            "description": "Instead of technique_id: what a model makes from `prompt`.",
        },
        "prompt": schemas.text("With generate: what to make or say."),
        "model_id": schemas.text("With generate: which model, from list_models."),
        "inputs": {
            "type": "object",
            "description": (
                "Technique: value by input id. Action, model: by kind (image, video, audio, text), a list for several. "
                "Media is a path or file:// (local server only), https://, asset_… or a data: URL up to 2 MB."
            ),
        },
        "params": {
            "type": "object",
            "description": "Action, model: parameters by name. accept_drafts=true: a layout draft will do.",
        },
        "brand_kit": BRAND_KIT,
        "evaluate": {"type": "boolean", "description": "Score outputs even without a brand_kit."},
        "seed": CONTROLS["seed"],
        "revision": schemas.text("rev_… or draft. Default: the published one."),
        "idempotency_key": CONTROLS["idempotency_key"],
        "wait_seconds": CONTROLS["wait_seconds"],
        "max_cost_usd": CONTROLS["max_cost_usd"],
        "dry_run": {"type": "boolean", "description": "Only check and price it; start nothing."},
        "allow_duplicate": {
            "type": "boolean",
            "description": "Without a key: start anew even if the same call is in flight or just finished.",
        },
        "callback_url": schemas.text("HTTPS address told at the end. HTTP server only."),
        "workspace_id": schemas.WORKSPACE,
        "project_id": schemas.PROJECT,
    }


async def call(call: Call) -> ToolAnswer:
    """Start the run, follow it for a while, return it."""
    given = dict(call.arguments)
    dry_run = bool(given.pop("dry_run", False))
    given.pop("wait_seconds", None)
    request = StartRequest(**given)
    if dry_run:
        cost = await call.studio.price(call.caller, request)
        step = "Nothing was started. Call start_run without dry_run to start it."
        return answer({"cost": cost, "next_step": step})
    return await start(call, request)


async def start(call: Call, request: StartRequest) -> ToolAnswer:
    """Start a run, asking the user first when it costs much; follow it for a while, and return it."""
    new = await call.studio.prepare(call.caller, request)
    try:
        started = await call.studio.start(new, may_spend_usd=call.options.consent_usd)
    except ConsentNeeded as needed:
        question = await call.consent.settle(needed, new.target_name)
        if question is not None:
            return question
        started = await call.studio.start(new, may_spend_usd=needed.estimated_usd)
    if call.wants_task:
        return await task_created(call.studio, started.run)
    waited = await wait_with_progress(call, started.run.run_id, wait_seconds(call))
    return run_answer(RunView(waited.run, waited.assets, started.disposition), call.place_of)


def run_answer(view: RunView, place_of: PlaceOf, events: list[Event] | None = None) -> Json:
    """Return a Run, with events if they are given, and with a link to each output that is a file."""
    links: list[Json] = [
        {
            "type": "resource_link",
            "uri": output_uri(view.run, output),
            "name": output.output_id if output.index is None else f"{output.output_id}-{output.index + 1}",
            "mimeType": view.assets[output.asset_id].media_type,
            "size": view.assets[output.asset_id].size_bytes,
        }
        for output in view.run.outputs
        if output.asset_id is not None
    ]
    document = run_document(view, place_of, events)
    if any(output.get("is_missing") for output in document.get("outputs", ())):
        document["next_step"] = (
            "A file of this run was deleted. To make it again call start_run with a new idempotency_key."
        )
    if events and events[-1].seq < view.run.seq:
        document["next_step"] = (
            f"There are more events: call get_run(run_id={view.run.run_id!r}, since_seq={events[-1].seq})."
        )
    return answer(document, links=links)


TOOL = AgentTool("start_run", describe, call)
