"""What the Studio knows, as the public API writes it. Fields without a value are left out."""

from collections.abc import Sequence
from typing import Any

from limner.app.documents import event_document, port_document, technique_document
from limner.app.generating import made_by_model
from limner.app.provenance import run_summary
from limner.app.requests import TechniqueEntry
from limner.app.studio import RunView
from limner.public import public_error, public_status
from limner.rest.session import Session
from limner.rest.wording import all_in_public_words, in_public_words
from limner.types import (
    Action,
    ActionPort,
    Asset,
    AssetStatus,
    Event,
    Json,
    Kind,
    Model,
    Output,
    Run,
    RunType,
    Upload,
)
from limner.types.json import present

_PARAM_TYPES = {
    "string": "string",
    "number": "float",
    "integer": "int",
    "boolean": "bool",
    "object": "dict",
    "array": "string[]",
}
"""JSON Schema's types in the words of the public API."""


def technique_row(entry: TechniqueEntry) -> Json:
    """Return a technique as lists show it."""
    technique = entry.technique
    return present(
        technique_id=technique.technique_id,
        name=technique.name,
        description=technique.description,
        run_cost=entry.known_price_usd,
        is_run_cost_known=False if entry.price_usd is None else None,
        inputs=[port_document(port) for port in technique.inputs],
        outputs=[port_document(port) for port in technique.outputs],
        availability=entry.availability.value,
        needs=list(entry.needs) or None,
    )


def technique_detail(entry: TechniqueEntry) -> Json:
    """Return a technique with its schemas and an example."""
    full = technique_document(entry)
    names = (
        "revision",
        "is_published",
        "fidelity",
        "tags",
        "estimated_seconds",
        "input_schema",
        "output_schema",
        "definition",
    )
    shown = {name: full[name] for name in names}
    return {**technique_row(entry), **shown, "example": _public_example(entry, full["example"])}


def _public_example(entry: TechniqueEntry, example: Json) -> Json:
    """Return an example call with addresses in place of the names of files, which are not read over HTTP."""
    inputs = dict(example["inputs"])
    for port in entry.technique.inputs:
        value = inputs.get(port.id)
        if port.type.kind is Kind.TEXT or value is None:
            continue
        inputs[port.id] = [_address(each) for each in value] if isinstance(value, list) else _address(value)
    return {**example, "inputs": inputs}


def _address(name: str) -> str:
    return name if "://" in name else f"https://example.com/{name}"


def run_detail(session: Session, view: RunView) -> Json:
    """Return a run as it stands."""
    run = view.run
    problem = public_error(run)
    code, message = problem if problem else (None, None)
    return present(
        run_id=run.run_id,
        type=run.type.value,
        status=public_status(run),
        phase=run.phase.value,
        progress=round(run.progress, 2),
        message=run.message,
        created_at=run.created_at,
        started_at=run.started_at,
        completed_at=run.completed_at,
        charged_cost=run.charged_usd,
        error_code=code,
        error_message=None if message is None else in_public_words(message),
        error=all_in_public_words(run.error),
        outputs=[_output(session, each, view.assets) for each in run.outputs] or None,
        evaluation=run.evaluation,
        poll_url=poll_url(session, run),
        project_id=run.project_id,
        workspace_id=run.workspace_id,
        seed=run.seed,
        brand_kit=run.brand_kit,
        last_seq=run.seq,
        **made_by_model(run),
        **_target(run),
    )


def run_alone(session: Session, view: RunView) -> Json:
    """Return a run as it stands, with its summary once it has completed: as a run is read that is not in a list."""
    document = run_detail(session, view)
    summary = run_summary(view.run, view.assets, f"{poll_url(session, view.run)}/provenance")
    return document if summary is None else {**document, "run_summary": summary}


def history_row(session: Session, view: RunView) -> Json:
    """Return a run of a technique as the history shows it."""
    return {**run_detail(session, view), "technique_run_id": view.run.run_id}


def started(session: Session, run: Run, estimated_seconds: float) -> Json:
    """Return what starting a run answers."""
    return {
        "run_id": run.run_id,
        "type": run.type.value,
        "status": public_status(run),
        "charged_cost": run.charged_usd,
        "estimated_seconds": estimated_seconds,
        "poll_url": poll_url(session, run),
        "project_id": run.project_id,
        "workspace_id": run.workspace_id,
        **_target(run),
    }


def poll_url(session: Session, run: Run) -> str:
    """Return where a run can be read again."""
    return f"{session.api.base_url}/runs/{run.run_id}"


def event(each: Event) -> Json:
    """Return an event of a run."""
    document: Json = all_in_public_words(event_document(each))
    return document


def action(each: Action) -> Json:
    """Return an action."""
    return {
        "action_id": each.action_id,
        "name": each.name,
        "description": each.description,
        "charged_cost": 0,
        "inputs": [_action_port(port) for port in each.inputs],
        "outputs": [_action_port(port) for port in each.outputs],
        "params": [_action_param(key, schema) for key, schema in each.params.items()],
    }


def model(each: Model) -> Json:
    """Return a model."""
    return {
        "model_id": each.model_id,
        "name": each.name,
        "description": each.description,
        "provider": each.provider,
        "type": each.type.value,
        "fidelity": each.fidelity,
        "availability": each.availability.value,
        "capabilities": list(each.capabilities),
        "estimated_credits": each.price_of({}),
        "estimated_seconds": each.estimated_seconds,
        "inputs": [_action_port(port) for port in each.inputs],
        "params": [_model_param(name, schema) for name, schema in each.params.items()],
    }


def _model_param(name: str, schema: Json) -> Json:
    options = [{"label": str(value), "value": value} for value in schema.get("enum", ())]
    return present(
        name=name,
        type=_param_type(schema),
        required=False,
        default=schema.get("default"),
        label=_label(name),
        description=schema.get("description"),
        min=schema.get("minimum"),
        max=schema.get("maximum"),
        options=options or None,
    )


def _param_type(schema: Json) -> str:
    if schema["type"] == "number" and schema.get("multipleOf") == 1:
        return "int"
    return _PARAM_TYPES[schema["type"]]


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def asset(session: Session, each: Asset | Upload) -> Json:
    """Return an asset, under the id that the caller knows it by."""
    if isinstance(each, Asset):
        return {"asset_id": each.asset_id, "status": AssetStatus.READY.value, **_file(session, each)}
    facts = {"content_type": each.media_type} if each.asset is None else _file(session, each.asset)
    problem = None if each.error is None else {name: each.error[name] for name in ("code", "message")}
    problem = all_in_public_words(problem)
    return {
        **facts,
        **present(
            asset_id=each.asset_id, status=each.status.value, created_at=each.created_at, error=problem
        ),
    }


def _file(session: Session, each: Asset) -> Json:
    return present(
        content_type=each.media_type,
        width=each.width,
        height=each.height,
        duration_seconds=each.duration_seconds,
        size_bytes=each.size_bytes,
        created_at=each.created_at,
        **session.place(each),
    )


def _output(session: Session, output: Output, assets: dict[str, Asset]) -> Json:
    named: Json = {"output_id": output.output_id, "type": output.type.value}
    if output.index is not None:
        named["index"] = output.index
    if output.asset_id is None:
        return {**named, "url": output.text or ""}
    found = assets[output.asset_id]
    return present(
        **named,
        **session.place(found),
        asset_id=found.asset_id,
        media_type=found.media_type,
        size_bytes=found.size_bytes,
        width=found.width,
        height=found.height,
        duration_seconds=found.duration_seconds,
    )


def _target(run: Run) -> Json:
    match run.type:
        case RunType.TECHNIQUE:
            named = present(technique_id=run.target_id, name=run.target_name, revision=run.revision)
            return {"technique": named}
        case RunType.ACTION:
            return {"action": {"action_id": run.target_id}}
        case RunType.GENERATION:
            return {"model": {"model_id": run.target_id}}


def _action_port(port: ActionPort) -> Json:
    count = present(min=port.least, max=port.most) if port.is_list else None
    return present(
        name=port.kind.value,
        type=port.kind.value if port.kind is not Kind.DOCUMENT else "text",
        multiple=count,
        optional=True if port.least == 0 else None,
        description=port.description or None,
    )


def _action_param(key: str, schema: Json) -> Json:
    kind = schema.get("type", "string")
    options: Sequence[Any] = schema.get("enum", ())
    is_whole = kind == "integer"
    return present(
        key=key,
        type="number" if is_whole else kind,
        label=_label(key),
        description=schema.get("description", ""),
        available_values=[{"label": str(each), "value": each} for each in options] or None,
        min_number_value=schema.get("minimum"),
        max_number_value=schema.get("maximum"),
        number_step=schema.get("multipleOf", 1 if is_whole else None),
    ) | {"default_value": schema.get("default")}
