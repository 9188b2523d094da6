"""Runs, techniques and models as the JSON documents of DESIGN §7: what agents and the command line see."""

from collections.abc import Callable
from typing import Any

from limner.app.generating import described, is_drafted, made_by_model
from limner.app.requests import ModelFilter, RevisionEntry, TechniqueEntry
from limner.app.studio import RunView, Studio
from limner.errors import NotFound
from limner.techniques.schema import input_schema, output_schema
from limner.types import Asset, Disposition, Event, Json, Kind, Model, Output, Port, Run, RunType, Status
from limner.types.json import present

MAX_TEXT_CHARS = 1200
MAX_ABOUT_CHARS = 40
"""So much of what a drafting model says of its picture: what matters of it stands in the run itself."""
EXAMPLE_KIT = "homestead"

PlaceOf = Callable[[Asset], Json]
"""Where a reader of this face finds an asset: `{"path": …}` on this machine, `{"url": …}` elsewhere."""


def local_place(studio: Studio, asset: Asset) -> Json:
    """Return where an asset is on this machine, or that its file is gone: the run is still to be told."""
    try:
        return {"path": str(studio.path(asset))}
    except NotFound:
        return {"is_missing": True}


def run_document(view: RunView, place_of: PlaceOf, events: list[Event] | None = None) -> Json:
    """Return a Run. Fields without a value are left out; `events` only when they are asked for."""
    run = view.run
    document = {
        **run_row(run),
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "outputs": [output_document(run, each, view.assets, place_of) for each in run.outputs] or None,
        "evaluation": run.evaluation,
        "cost": {
            "estimated_usd": _rounded(run.estimated_usd),
            "charged_usd": _rounded(run.charged_usd),
            **present(has_unpriced=run.has_unpriced or None),
        },
        **made_by_model(run),
        "seed": run.seed,
        "brand_kit": run.brand_kit,
        "idempotency_key": run.idempotency_key,
        "expires_at": run.expires_at,
        **_disposition(view.disposition),
        "last_seq": run.seq,
        "events": [event_document(event) for event in events] if events is not None else None,
        "error": run.error,
        "next_step": next_step(run),
    }
    return present(**document)


def run_row(run: Run) -> Json:
    """Return a run as one short row of a list, without its outputs."""
    return {
        "run_id": run.run_id,
        "type": run.type.value,
        **_target(run),
        "status": run.status.value,
        "phase": run.phase.value,
        "progress": _rounded(run.progress),
        "message": _message(run),
        "created_at": run.created_at,
    }


def _target(run: Run) -> Json:
    match run.type:
        case RunType.TECHNIQUE:
            named = {"technique_id": run.target_id, "name": run.target_name, "revision": run.revision}
            return {"technique": named}
        case RunType.ACTION:
            return {"action": {"action_id": run.target_id}}
        case RunType.GENERATION:
            return {"model": {"model_id": run.target_id}}


def _disposition(disposition: Disposition | None) -> Json:
    """Return what became of the call, for the answer to `start_run` only."""
    if disposition is None:
        return {}
    said: Json = {
        "replayed": disposition is Disposition.REPLAYED,
        "deduplicated": disposition is Disposition.DEDUPLICATED,
    }
    if disposition is Disposition.JOINED:
        said["joined"] = True
    if disposition is Disposition.RETRIED:
        said["retried"] = True
    return said


def _message(run: Run) -> str:
    if run.status is Status.COMPLETED and run.started_at and run.completed_at:
        return f"Done in {(run.completed_at - run.started_at) / 1000:.1f} s"
    return run.message


def output_document(run: Run, output: Output, assets: dict[str, Asset], place_of: PlaceOf) -> Json:
    """Return one output: text, or where the file is with its type and size."""
    document: Json = {"output_id": output.output_id, "type": output.type.value}
    if output.index is not None:
        document["index"] = output.index
    if output.asset_id is None:
        text = output.text or ""
        most = MAX_ABOUT_CHARS if is_drafted(run) and described(output) else MAX_TEXT_CHARS
        document["text"] = text[:most]
        if len(text) > most:
            document |= {"is_truncated": True, "text_chars": len(text), "resource": output_uri(run, output)}
        return document
    asset = assets[output.asset_id]
    return document | present(
        media_type=asset.media_type,
        **place_of(asset),
        asset_id=asset.asset_id,
        width=asset.width,
        height=asset.height,
        duration_seconds=asset.duration_seconds,
        size_bytes=asset.size_bytes,
    )


def output_uri(run: Run, output: Output) -> str:
    """Return the resource address of an output; the index of a list follows the id."""
    tail = "" if output.index is None else f"/{output.index}"
    return f"limner://runs/{run.run_id}/outputs/{output.output_id}{tail}"


def event_document(event: Event) -> Json:
    """Return an event: seq, type, at, then what its type adds."""
    return {"seq": event.seq, "type": event.type, "at": event.at, **event.data}


def next_step(run: Run) -> str:
    """Return what an agent should do with a run in this state."""
    match run.status:
        case Status.PENDING | Status.RUNNING:
            return (
                f"Still working. Call get_run(run_id='{run.run_id}', wait_seconds=30); "
                "the run goes on whatever happens to this connection."
            )
        case Status.COMPLETED:
            has_picture = any(output.type.kind in (Kind.IMAGE, Kind.VIDEO) for output in run.outputs)
            look = f" To look at a picture call view_output(run_id='{run.run_id}')." if has_picture else ""
            return f"Give the user the outputs.{_honestly(run)}{look}"
        case Status.FAILED:
            told = (run.error or {}).get("next_step", "Read the error.")
            again = (
                " Then call start_run again with the same idempotency_key: finished steps are not repeated."
                if run.charged_usd == 0 and run.idempotency_key
                else ""
            )
            return f"{told}{again}"
        case Status.CANCELLED:
            return "The run was cancelled. To start anew, call start_run with a new idempotency_key."


def _honestly(run: Run) -> str:
    """Return what the user must be told of a draft: that it is one, and what it leaves out."""
    if not is_drafted(run):
        return ""
    missing = " and does not show unmatched_terms" if "unmatched_terms" in made_by_model(run) else ""
    return f" Tell them that it is a layout draft, not a generated picture{missing}."


def technique_row(entry: TechniqueEntry) -> Json:
    """Return a technique as one compact row of a list."""
    technique = entry.technique
    row: Json = {
        "technique_id": technique.technique_id,
        "name": technique.name,
        "description": technique.description,
        "signature": entry.signature,
        "price_usd": None if entry.price_usd is None else _rounded(entry.price_usd),
        "availability": entry.availability.value,
    }
    if entry.needs:
        row["needs"] = list(entry.needs)
    if technique.reads_brand:
        row["brand_kit"] = "required" if technique.needs_brand else "optional"
    return row


def technique_document(entry: TechniqueEntry) -> Json:
    """Return a technique with its ports, schemas and an example call."""
    technique = entry.technique
    return {
        **technique_row(entry),
        "revision": technique.revision,
        "is_published": entry.is_published,
        "fidelity": technique.fidelity,
        "tags": list(technique.tags),
        "estimated_seconds": technique.estimated_seconds,
        "run_cost": _rounded(entry.known_price_usd),
        "inputs": [port_document(port) for port in technique.inputs],
        "outputs": [port_document(port) for port in technique.outputs],
        "input_schema": input_schema(technique),
        "output_schema": output_schema(technique),
        "definition": technique.definition,
        "example": example_call(entry),
    }


def revision_document(entry: RevisionEntry) -> Json:
    """Return a revision of a technique as lists show it."""
    return present(
        revision=entry.revision,
        is_published=entry.is_published,
        is_draft=entry.is_draft,
        created_at=entry.created_at,
    )


def port_document(port: Port) -> Json:
    """Return a port in the public shape."""
    return present(
        id=port.id,
        name=port.name,
        type=port.type.value,
        description=port.description or None,
        optional=port.optional or "default" in port.schema or None,
        allow_multiple=port.allow_multiple or None,
        specified_aspect_ratio=port.specified_aspect_ratio,
        specified_duration=port.specified_duration,
    )


def example_call(entry: TechniqueEntry) -> Json:
    """Return arguments of `start_run` that would start this technique."""
    technique = entry.technique
    given: Json = dict(technique.examples[0]["inputs"]) if technique.examples else {}
    for port in technique.inputs:
        if port.id not in given and not port.optional and "default" not in port.schema:
            given[port.id] = _example_value(port)
    return {
        "technique_id": technique.technique_id,
        "inputs": given,
        **({"brand_kit": EXAMPLE_KIT} if technique.needs_brand else {}),
        "idempotency_key": f"{technique.slug}-1",
    }


def _example_value(port: Port) -> Any:
    names = {
        Kind.IMAGE: "photo.jpg",
        Kind.VIDEO: "clip.mp4",
        Kind.AUDIO: "sound.mp3",
        Kind.DOCUMENT: "page.pdf",
    }
    value = port.schema.get("enum", ["…"])[0] if port.type.kind is Kind.TEXT else names[port.type.kind]
    least = int(port.schema.get("minItems", 1))
    return [value] * least if port.allow_multiple else value


async def models_document(studio: Studio, wanted: ModelFilter) -> Json:
    """Return a page of what generates here, and the types that nothing generates, with the way out.

    Raises: InvalidInput, for a bad limit or cursor.
    """
    page = await studio.list_models(wanted)
    lacking = {} if wanted.available_only else await studio.models.lacking()
    document: Json = {
        "models": [model_document(model) for model in page.items],
        "unavailable": [
            {"type": kind.value, "availability": "needs_provider", "message": message}
            for kind, message in lacking.items()
            if wanted.type in (None, kind)
        ],
        "meta": {"next_cursor": page.next_cursor, "total_estimate": page.total_estimate},
        "next_step": (
            "Call start_run with generate, prompt, model_id and params."
            if page.items
            else "Techniques and actions run here without a model: list_techniques(runnable_only=true)."
        ),
    }
    if wanted.available_only:
        del document["unavailable"]
    return document


def model_document(model: Model) -> Json:
    """Return a model with what it takes: media by kind, and parameters as JSON Schema properties."""
    return {
        "model_id": model.model_id,
        "name": model.name,
        "type": model.type.value,
        "provider": model.provider,
        "fidelity": model.fidelity,
        "description": model.description,
        "inputs": [
            {"kind": port.kind.value, "least": port.least, "most": port.most, "description": port.description}
            for port in model.inputs
        ],
        "params": model.params,
        "price_usd": None if model.price_usd is None else _rounded(model.price_usd),
        **present(price_param=model.price_param),
        "estimated_seconds": _rounded(model.estimated_seconds),
        "availability": model.availability.value,
    }


def _rounded(value: float) -> float:
    """Return a number without noise: whole ones as integers."""
    rounded = round(value, 6)
    return int(rounded) if float(rounded).is_integer() else rounded
