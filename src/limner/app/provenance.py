"""Says of a completed run what it came to in short, and what made its outputs in full."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from limner.app.generating import made_by_model
from limner.engine.composing import INPUTS_STEP
from limner.errors import NotFound, Unavailable
from limner.store.contract import Store
from limner.types import Asset, Event, Json, Output, Purchase, PurchaseState, Run, RunType, Status
from limner.types.json import present

BATCH = 500
STEP_FACTS = ("action_id", "version", "edition", "params", "params_sha256")
"""What the log says of a step when it begins. Runs of earlier versions have the action's id only."""

STEP_ENDED = ("step", "cached", "provider", "charged_usd")
"""What the log says of the end of every step that a provider made; the rest is the provider's own."""


def run_summary(run: Run, assets: Mapping[str, Asset], provenance: str | None = None) -> Json | None:
    """Return a completed run in short: outputs by hash, score, seed, revisions, cost; None before that.

    provenance: where the whole of it can be read.
    """
    if run.status is not Status.COMPLETED:
        return None
    seconds = ((run.completed_at or 0) - (run.started_at or run.created_at)) / 1000
    return present(
        outputs=[_output(each, assets, is_short=True) for each in run.outputs],
        score=(run.evaluation or {}).get("score"),
        seed=run.seed,
        revision=run.revision,
        brand_kit=run.request.get("brand_kit"),
        seconds=round(seconds, 3),
        charged_usd=run.charged_usd,
        provenance=provenance,
    )


async def provenance_of(store: Store, run: Run, assets: Mapping[str, Asset]) -> Json:
    """Return what made a run's outputs: technique or model, inputs, seed, kit, steps, versions, score and hashes.

    Of two runs of one request, `run_id`, the times and `cached_steps` differ, and what providers did.
    Raises: Unavailable with code `conflict`, for a run that has not completed.
    """
    if run.status is not Status.COMPLETED:
        raise Unavailable(
            f"{run.run_id} is {run.status.value}: only what a completed run made has a provenance.",
            code="conflict",
            next_step=f"Call get_run(run_id={run.run_id!r}) to see how it stands.",
        )
    events = await _all_events(store, run.run_id)
    last = next((event.data for event in reversed(events) if event.type == "completed"), {})
    engine = last.get("engine")
    return present(
        limner_version=engine["limner"] if engine else None,
        run_id=run.run_id,
        **{run.type.value: _target(run)},
        inputs=run.request["inputs"],
        input_files=await _input_files(store, run),
        seed=run.seed,
        brand_kit=run.request.get("brand_kit"),
        evaluation=_evaluation(run, events),
        created_at=run.created_at,
        started_at=run.started_at,
        completed_at=run.completed_at,
        engine=engine,
        steps=_steps(events),
        purchases=_purchases(await store.purchases(run.run_id), events) or None,
        cached_steps=sorted(
            event.data["step"]
            for event in events
            if event.type == "step_completed" and event.data.get("cached")
        ),
        outputs=[_output(each, assets) for each in run.outputs],
    )


async def _all_events(store: Store, run_id: str) -> list[Event]:
    found: list[Event] = []
    while batch := await store.events(run_id, found[-1].seq if found else 0, BATCH):
        found.extend(batch)
    return found


def _target(run: Run) -> Json:
    match run.type:
        case RunType.TECHNIQUE:
            return {"technique_id": run.target_id, "name": run.target_name, "revision": run.revision}
        case RunType.ACTION:
            return {"action_id": run.target_id, "params": run.request.get("params", {})}
        case RunType.GENERATION:
            asked = {name: run.request[name] for name in ("version", "prompt", "params")}
            return {"model_id": run.target_id, **made_by_model(run), **asked}


async def _input_files(store: Store, run: Run) -> list[Json]:
    """Return the media that went in, by hash; of an address, what was fetched from it."""
    fetched = (await store.steps(run.run_id)).get(INPUTS_STEP)
    known: Json = (fetched.result if fetched else None) or {}
    found: list[Json] = []
    for name, value in sorted(run.request["inputs"].items()):
        values = known.get(name, value)
        for index, each in enumerate(values if isinstance(values, list) else [values]):
            asset = await _asset(store, run.caller, each)
            if asset is not None:
                numbered = {"index": index} if isinstance(value, list) else {}
                found.append({"input": name, **numbered, **_file(asset)})
    return found


async def _asset(store: Store, caller: str, value: Any) -> Asset | None:
    if not isinstance(value, str) or not value.startswith("asset_"):
        return None
    try:
        return await store.get_asset(caller, value)
    except NotFound:
        return None  # a text that begins like an id


def _evaluation(run: Run, events: list[Event]) -> Json | None:
    """Return the score with all evidence: the run has only its short form, its event all of it."""
    told = [event.data for event in events if event.type == "evaluated"]
    return told[-1] if told else run.evaluation


def _steps(events: list[Event]) -> list[Json]:
    """Return the steps that were executed, by name: which of several begins first is chance."""
    steps = {
        event.data["step"]: present(**{fact: event.data.get(fact) for fact in STEP_FACTS})
        for event in events
        if event.type == "step_started" and "action_id" in event.data
    }
    return [{"step": name, **steps[name]} for name in sorted(steps)]


def _purchases(found: Sequence[Purchase], events: list[Event]) -> list[Json]:
    """Return what providers were asked for and what each charged, by step; what none accepted is left out."""
    details = {
        event.data["step"]: {name: value for name, value in event.data.items() if name not in STEP_ENDED}
        for event in events
        if event.type == "step_completed" and "provider" in event.data
    }
    kept = [each for each in found if each.state is not PurchaseState.RELEASED]
    return [
        {
            "step": each.step,
            "provider": each.provider,
            "model": each.target,
            "state": each.state.value,
            "charged_usd": each.charged_usd,
            **present(job_id=each.job_id, details=details.get(each.step) or None),
        }
        for each in sorted(kept, key=lambda each: each.step)
    ]


def _output(output: Output, assets: Mapping[str, Asset], *, is_short: bool = False) -> Json:
    named = present(output_id=output.output_id, index=output.index, type=output.type.value)
    if output.asset_id is None:
        content = (output.text or "").encode()
        return {**named, "sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
    asset = assets[output.asset_id]
    size = (
        {} if is_short else {name: getattr(asset, name) for name in ("width", "height", "duration_seconds")}
    )
    return {**named, **_file(asset), **present(**size)}


def _file(asset: Asset) -> Json:
    return {
        "asset_id": asset.asset_id,
        "media_type": asset.media_type,
        "sha256": asset.sha256,
        "size_bytes": asset.size_bytes,
    }
