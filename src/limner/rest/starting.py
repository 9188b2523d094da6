"""Starting runs: of a technique, of a model, of an action."""

from collections.abc import Sequence
from typing import Any

from fastapi import Response

from limner.app.requests import StartRequest
from limner.app.studio import RunView
from limner.errors import FieldError, InvalidInput, LimnerError, NotFound
from limner.rest import documents
from limner.rest.errors import documented
from limner.rest.events import EVENT_STREAM, stream_run
from limner.rest.keys import REPLAYED, KeyHeader, PreferHeader, is_strict, note_replay, one_key
from limner.rest.routing import new_router
from limner.rest.session import Caller, Session
from limner.rest.shapes.common import TechniqueName
from limner.rest.shapes.runs import (
    ActionInput,
    PortValue,
    Priced,
    RunDetail,
    StartAction,
    StartBody,
    Started,
    StartGeneration,
    StartTechnique,
    TechniqueRunBody,
)
from limner.types import Json, Port, Run, RunType

router = new_router("Runs")
_FAILURES = documented(402, 404, 409, 422)
_REPLAYED: Any = {
    REPLAYED: {"description": "`true` when the request repeats an earlier one.", "schema": {"type": "string"}}
}
_STARTED: Any = {**_FAILURES, 200: {"headers": _REPLAYED}}


@router.post(
    "/techniques/{technique_id}/runs",
    response_model=RunDetail | Priced,
    responses={
        **_FAILURES,
        200: {
            "headers": _REPLAYED,
            "content": EVENT_STREAM,
            "description": "The run as it stands; with `mode: stream`, its events, the last with the run.",
        },
    },
    operation_id="runTechnique",
)
async def run_technique(
    caller: Caller,
    response: Response,
    technique_id: TechniqueName,
    body: TechniqueRunBody,
    key: KeyHeader = None,
    prefer: PreferHeader = None,
) -> Any:
    """Start a run of a technique, and answer with it as it stands, or follow it to its end."""
    entry = await caller.studio.get_technique(technique_id, body.revision)
    request = StartRequest(
        technique_id=entry.technique.technique_id,
        inputs=_by_port(entry.technique.inputs, body.inputs),
        brand_kit=body.brand_kit,
        evaluate=body.evaluate,
        revision=body.revision,
        **_common(body, key),
    )
    if body.dry_run:
        return await _priced(caller, request)
    view = await _start(caller, response, request, prefer)
    if body.mode == "stream":
        return stream_run(caller, view.run.run_id, dict(response.headers))
    return documents.run_alone(caller, view)


@router.post(
    "/runs/technique", response_model=Started | Priced, responses=_STARTED, operation_id="startTechniqueRun"
)
async def start_technique(
    caller: Caller,
    response: Response,
    body: StartTechnique,
    key: KeyHeader = None,
    prefer: PreferHeader = None,
) -> Json:
    """Start a run of a technique."""
    request = StartRequest(
        technique_id=body.technique_id,
        inputs=body.inputs,
        brand_kit=body.brand_kit,
        evaluate=body.evaluate,
        revision=body.revision,
        **_common(body, key),
    )
    if body.dry_run:
        return await _priced(caller, request)
    view = await _start(caller, response, request, prefer)
    return documents.started(caller, view.run, await _estimate(caller, view.run))


@router.post(
    "/runs/generation", response_model=Started | Priced, responses=_STARTED, operation_id="startGenerationRun"
)
async def start_generation(
    caller: Caller,
    response: Response,
    body: StartGeneration,
    key: KeyHeader = None,
    prefer: PreferHeader = None,
) -> Json:
    """Start a run of a model."""
    request = StartRequest(
        generate=body.type,
        prompt=body.prompt,
        model_id=body.model,
        inputs=_by_kind(body.inputs),
        params=body.params,
        brand_kit=body.brand_kit,
        evaluate=body.evaluate,
        **_common(body, key),
    )
    try:
        if body.dry_run:
            return await _priced(caller, request)
        view = await _start(caller, response, request, prefer)
    except (InvalidInput, NotFound) as error:
        raise _about_the_body(error) from error
    return documents.started(caller, view.run, await _estimate(caller, view.run))


@router.post(
    "/runs/action", response_model=Started | Priced, responses=_STARTED, operation_id="startActionRun"
)
async def start_action(
    caller: Caller,
    response: Response,
    body: StartAction,
    key: KeyHeader = None,
    prefer: PreferHeader = None,
) -> Json:
    """Start a run of one action."""
    request = StartRequest(
        action_id=body.action_id,
        inputs=_by_kind(body.inputs),
        params=body.params,
        **_common(body, key),
    )
    if body.dry_run:
        return await _priced(caller, request)
    view = await _start(caller, response, request, prefer)
    return documents.started(caller, view.run, await _estimate(caller, view.run))


async def _priced(caller: Session, request: StartRequest) -> Json:
    return {"cost": await caller.studio.price(caller.caller, request)}


async def _start(caller: Session, response: Response, request: StartRequest, prefer: str | None) -> RunView:
    view = await caller.studio.start_run(caller.caller, request)
    key = request.idempotency_key
    note_replay(response, view.run, view.disposition, key=key, strict=is_strict(prefer))
    return view


def _common(body: StartBody, key: str | None) -> Json:
    return {
        "idempotency_key": one_key(key, body.idempotency_key),
        "callback_url": body.callback_url,
        "seed": body.seed,
        "max_cost_usd": body.max_cost_usd,
        "allow_duplicate": body.allow_duplicate,
        "workspace_id": body.workspace_id,
        "project_id": body.project_id,
    }


def _about_the_body(error: LimnerError) -> LimnerError:
    """Return an error about the fields of a request as one about those of the body, where `model` names the model."""
    fields = [
        FieldError("model", each.message) if each.field == "model_id" else each for each in error.fields
    ]
    return type(error)(error.message, fields=fields, next_step=error.next_step, code=error.code)


def _by_port(ports: Sequence[Port], given: Sequence[PortValue]) -> Json:
    """Return values by input id, lists for inputs that take several. Raises: InvalidInput."""
    known = {port.id: port for port in ports}
    values: Json = {}
    problems: list[FieldError] = []
    for index, each in enumerate(given):
        port = known.get(each.id)
        if port is not None and port.type.value != each.type:
            problem = f"is {each.type}, the input {each.id} takes {port.type.value}"
            problems.append(FieldError(f"inputs[{index}].type", problem))
        elif port is not None and port.allow_multiple:
            values.setdefault(each.id, []).append(each.value)
        elif each.id in values:
            problems.append(
                FieldError(f"inputs[{index}].id", f"{each.id} takes one value, and has one already")
            )
        else:
            values[each.id] = each.value  # an id that the technique does not have is refused with all else
    if problems:
        raise InvalidInput.of_all(problems)
    return {name: _unwrapped(value) for name, value in values.items()}


def _unwrapped(value: Any) -> Any:
    """Return a list that was sent as one JSON text as that text: what reads values knows both."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _by_kind(given: Sequence[ActionInput]) -> Json:
    """Return the inputs of an action as lists by kind. Raises: InvalidInput."""
    values: Json = {}
    problems: list[FieldError] = []
    for index, each in enumerate(given):
        wanted = "text" if each.type == "text" else "url"
        other = "url" if wanted == "text" else "text"
        value = getattr(each, wanted)
        if value is None or getattr(each, other) is not None:
            problems.append(
                FieldError(f"inputs[{index}]", f"of type {each.type} takes `{wanted}`, and only that")
            )
        else:
            values.setdefault(each.type, []).append(value)
    if problems:
        raise InvalidInput.of_all(problems)
    return values


async def _estimate(caller: Session, run: Run) -> float:
    """Return how many seconds a run like this one takes."""
    if run.type is RunType.TECHNIQUE and run.revision:
        return (await caller.studio.techniques.revision(run.target_id, run.revision)).estimated_seconds
    if run.type is RunType.GENERATION:
        model = (await caller.studio.models.models()).get(run.target_id)
        return model.estimated_seconds if model else 0.0
    found = (each for each in caller.studio.actions if each.action_id == run.target_id)
    return next((each.estimated_seconds for each in found), 0.0)
