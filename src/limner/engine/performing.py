"""One step of one run: use its checkpoint, or the cache, or a worker; then checkpoint it."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio

from limner.canonical import canonical_json, fingerprint
from limner.engine.progress import Report
from limner.engine.retrying import retried
from limner.engine.seams import ActionOf, MediaShelf
from limner.engine.workers import Assignment, Result, Workers
from limner.errors import LimnerError, NotFound, StepFailed
from limner.store.contract import Store
from limner.types import Action, Fence, Json, Kind, MediaInfo, NewEvent, StepRecord, StepState

MOST_PARAMS_BYTES = 1000
"""Longer parameters stand in the log by their hash: a text of a megabyte is in the request already."""
TOLD = ("planning", "reasoning", "tool_call")
MOST_TOLD, MOST_TOLD_BYTES = 50, 4_000
"""Events of one action about how it came to its result, and the bytes of each."""
KindInputs = Mapping[Kind, Sequence[str]]
"""Asset ids (media) or text, by kind."""


class Performer:
    """Performs the action steps of one attempt at a run."""

    def __init__(
        self,
        *,
        fence: Fence,
        caller: str,
        seed: int,
        store: Store,
        media: MediaShelf,
        workers: Workers,
        action_of: ActionOf,
        scratch: Path,
        checkpoints: Mapping[str, StepRecord],
    ) -> None:
        self._fence = fence
        self._caller = caller
        self._seed = seed
        self._store = store
        self._media = media
        self._workers = workers
        self._action_of = action_of
        self._scratch = scratch
        self._checkpoints = checkpoints

    def checkpoint(self, path: str) -> Json | None:
        """Return the result of a step that is finished already (`{}` when it was skipped)."""
        record = self._checkpoints.get(path)
        if record is None or record.state not in (StepState.DONE, StepState.SKIPPED):
            return None
        return record.result or {}

    def failure(self, path: str) -> StepFailed | None:
        """Return the error of a step that has failed for good: doing it again could pay for it twice."""
        record = self._checkpoints.get(path)
        if record is None or record.state is not StepState.FAILED or record.result is None:
            return None
        error = record.result["error"]
        return StepFailed(error["message"], code=error["code"], next_step=error["next_step"])

    async def skip(self, path: str) -> Json:
        """Checkpoint a step that its `when`, or a missing input, leaves out."""
        if self.checkpoint(path) is None:
            events = [NewEvent("step_skipped", {"step": path})]
            await self._store.finish_step(
                self._fence, path, state=StepState.SKIPPED, result={}, events=events
            )
        return {}

    async def action(
        self, path: str, action_id: str, inputs: KindInputs, params: Json, report: Report
    ) -> Json:
        """Return what an action makes: asset ids or text, by kind; a list where it makes several.

        Raises: InvalidInput, InvalidMedia, StepFailed, LostOwnership.
        """
        if (done := self.checkpoint(path)) is not None:
            report(1.0, path)
            return done
        action = self._action_of(action_id)
        filled = {**action.defaults(), **params}
        started = NewEvent(
            "step_started", {"step": path, "action_id": action_id, **_made_with(action, filled)}
        )
        await self._store.begin_step(self._fence, path, [started])
        try:
            known, was_cached = await self._result(path, action, inputs, filled, report)
        except LimnerError as error:
            await self._fail(path, error)
            raise
        events = [
            *(NewEvent(told["type"], {"step": path, **told["data"]}) for told in known.get("told", ())),
            *(NewEvent("warning", {"step": path, "message": text}) for text in known["warnings"]),
            NewEvent("step_completed", {"step": path, "cached": was_cached}),
        ]
        made: Json = known["made"]
        await self._store.finish_step(
            self._fence, path, state=StepState.DONE, result=made, was_cached=was_cached, events=events
        )
        report(1.0, path)
        return made

    async def note_retry(self, path: str, attempt: int, error: LimnerError) -> None:
        """Log that a step is tried again."""
        event = NewEvent("step_retried", {"step": path, "attempt": attempt, "reason": error.message})
        await self._store.record(self._fence, [event])

    async def _fail(self, path: str, error: LimnerError) -> None:
        event = NewEvent("step_failed", {"step": path, "error": error.document()})
        await self._store.finish_step(self._fence, path, state=StepState.FAILED, events=[event])

    async def _result(
        self, path: str, action: Action, inputs: KindInputs, params: Json, report: Report
    ) -> tuple[Json, bool]:
        edition = {"edition": action.edition} if action.edition else {}
        key = fingerprint(
            {
                "action": action.action_id,
                "version": action.version,
                "params": params,
                "inputs": {kind.value: list(values) for kind, values in inputs.items()},
                "seed": self._seed,
                **edition,
            }
        )
        if (known := await self._recall(key, action)) is not None:
            return known, True
        heard = Heard()
        made = await retried(
            lambda: self._work(path, action, inputs, params, report, heard),
            on_retry=partial(self.note_retry, path),
        )
        known = {"made": made, "warnings": heard.warnings, **({"told": heard.told} if heard.told else {})}
        await self._store.remember(key, known)
        return known, False

    async def _recall(self, key: str, action: Action) -> Json | None:
        known = await self._store.recall(key)
        if known is None:
            return None
        asset_ids = _media_of(known["made"], action)
        try:
            for asset_id in asset_ids:
                asset = await self._store.get_asset(None, asset_id)
                if not await anyio.Path(self._media.path(asset)).is_file():
                    raise NotFound(f"the file of {asset_id} is gone")
        except NotFound:
            await self._store.forget(key)
            return None
        await self._store.grant(self._caller, asset_ids)
        return known

    async def _work(
        self,
        path: str,
        action: Action,
        inputs: KindInputs,
        params: Json,
        report: Report,
        heard: "Heard",
    ) -> Json:
        folder = self._scratch / path.replace("/", "~")
        await anyio.Path(folder).mkdir(parents=True, exist_ok=True)
        heard.told.clear()  # of an attempt that came to nothing

        def on_message(message: Json) -> None:
            if "progress" in message:
                report(float(message["progress"]), message.get("message") or path)
            else:
                heard.take(message)

        try:
            results = await self._workers.run(
                Assignment(
                    handler=action.handler,
                    inputs={
                        kind: [await self._given(kind, v) for v in values] for kind, values in inputs.items()
                    },
                    params=params,
                    folder=folder,
                    seed=self._seed,
                    timeout_seconds=action.timeout_seconds,
                ),
                on_message=on_message,
            )
            return await self._keep(action, results)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))

    async def _given(self, kind: Kind, value: str) -> Json:
        if kind is Kind.TEXT:
            return {"text": value}
        asset = await self._store.get_asset(None, value)
        return {"path": str(self._media.path(asset)), "media_type": asset.media_type}

    async def _keep(self, action: Action, results: Sequence[Result]) -> Json:
        """Move the files that a worker made into the assets and return the step's result."""
        made: dict[str, list[Any]] = {port.kind.value: [] for port in action.outputs}
        for result in results:
            if result.path is None or result.info is None:
                made[result.kind.value].append(result.text or "")
            else:
                asset = await self._media.adopt(result.path, MediaInfo(**result.info), self._caller)
                made[result.kind.value].append(asset.asset_id)
        for port in action.outputs:
            if len(made[port.kind.value]) < port.least:
                raise StepFailed(f"{action.action_id} made no {port.kind.value}")
        return {
            port.kind.value: made[port.kind.value] if port.is_list else made[port.kind.value][0]
            for port in action.outputs
        }


@dataclass(slots=True)
class Heard:
    """What a worker says beside how far it is, to be logged with its result, from the cache too."""

    warnings: list[str] = field(default_factory=list)
    told: list[Json] = field(default_factory=list)
    """How it came to the result: events, as `{type, data}`."""

    def take(self, message: Json) -> None:
        """Keep a message, no more of them than a log can bear."""
        if "warning" in message:
            self.warnings.append(str(message["warning"]))
        elif "event" in message and len(self.told) < MOST_TOLD:
            data = dict(message["event"])
            kind = data.pop("type")
            if kind in TOLD and len(canonical_json(data)) <= MOST_TOLD_BYTES:
                self.told.append({"type": kind, "data": data})


def _made_with(action: Action, params: Json) -> Json:
    """Return what an action's result depends on beside its inputs, for the log."""
    edition = {"edition": action.edition} if action.edition else {}
    if len(canonical_json(params)) > MOST_PARAMS_BYTES:
        return {"version": action.version, **edition, "params_sha256": fingerprint(params)}
    return {"version": action.version, **edition, "params": params}


def _media_of(made: Json, action: Action) -> list[str]:
    """Return the asset ids in an action's result."""
    found: list[str] = []
    for port in action.outputs:
        if port.kind is not Kind.TEXT:
            value = made[port.kind.value]
            found.extend(value if port.is_list else [value])
    return found
