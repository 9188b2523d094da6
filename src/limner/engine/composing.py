"""The composing phase: bring remote inputs in, and hold every input to what its port promises."""

from collections.abc import Mapping
from functools import partial

from limner.engine.performing import Performer
from limner.engine.progress import Report
from limner.engine.retrying import retried
from limner.engine.seams import MediaShelf
from limner.errors import InvalidInput, StepFailed
from limner.store.contract import Store
from limner.types import Asset, Fence, Kind, NewEvent, Port, StepState

RATIO_TOLERANCE = 0.01
DURATION_TOLERANCE_SECONDS = 0.1
INPUTS_STEP = "$inputs"


class Composer:
    """Makes a run's inputs ready, once: what it fetched is checkpointed like a step."""

    def __init__(
        self, *, fence: Fence, caller: str, store: Store, media: MediaShelf, performer: Performer
    ) -> None:
        self._fence = fence
        self._caller = caller
        self._store = store
        self._media = media
        self._performer = performer

    async def fetch(self, values: Mapping[str, tuple[Kind, list[str]]]) -> dict[str, list[str]]:
        """Return values by field with every URL replaced by the asset that it was fetched as.

        Raises: InvalidInput, InvalidMedia (code `input_unreachable` when the host does not answer).
        """
        if (known := self._performer.checkpoint(INPUTS_STEP)) is not None:
            return {field: list(assets) for field, assets in known.items()}
        is_remote = any(
            kind is not Kind.TEXT and self._media.is_remote(value)
            for kind, items in values.values()
            for value in items
        )
        if not is_remote:
            return {field: items for field, (_, items) in values.items()}
        await self._store.begin_step(
            self._fence, INPUTS_STEP, [NewEvent("step_started", {"step": INPUTS_STEP})]
        )
        fetched = {
            field: [await self._bring(field, kind, value) for value in items]
            for field, (kind, items) in values.items()
        }
        await self._store.finish_step(
            self._fence,
            INPUTS_STEP,
            state=StepState.DONE,
            result=fetched,
            events=[NewEvent("step_completed", {"step": INPUTS_STEP, "cached": False})],
        )
        return fetched

    async def _bring(self, field: str, kind: Kind, value: str) -> str:
        if kind is Kind.TEXT or not self._media.is_remote(value):
            return value
        asset = await retried(
            lambda: self._media.ingest(value, kind=kind, field=f"inputs.{field}", caller=self._caller),
            on_retry=partial(self._performer.note_retry, INPUTS_STEP),
        )
        return asset.asset_id

    async def fit(self, port: Port, asset_id: str, path: str, report: Report) -> str:
        """Return an asset that keeps the port's promise: this one, or one cropped or padded to its ratio.

        Raises: InvalidInput, naming the port, when it does not fit and the port does not say how.
        """
        asset = await self._store.get_asset(None, asset_id)
        problem = misfit(port, asset)
        if problem is None:
            return asset_id
        if port.fit is None or _ratio_problem(port, asset) is None:
            raise InvalidInput.of(path, problem)
        params = {"aspect_ratio": port.specified_aspect_ratio, "fit": port.fit}
        inputs = {Kind.IMAGE: [asset_id]}
        made = await self._performer.action(f"${path}", "change-image-ar", inputs, params, report)
        return str(made["image"])


def misfit(port: Port, asset: Asset) -> str | None:
    """Say how an asset breaks a port's aspect ratio or duration; None when it keeps both."""
    return _ratio_problem(port, asset) or _duration_problem(port, asset)


def _ratio_problem(port: Port, asset: Asset) -> str | None:
    if not port.specified_aspect_ratio or not asset.width or not asset.height:
        return None
    across, _, down = port.specified_aspect_ratio.partition(":")
    wanted = float(across) / float(down)
    if abs(asset.width / asset.height / wanted - 1) <= RATIO_TOLERANCE:
        return None
    return f"is {asset.width} × {asset.height}, must have the aspect ratio {port.specified_aspect_ratio}"


def _duration_problem(port: Port, asset: Asset) -> str | None:
    if not port.specified_duration or asset.duration_seconds is None:
        return None
    if abs(asset.duration_seconds - port.specified_duration) <= DURATION_TOLERANCE_SECONDS:
        return None
    return f"lasts {asset.duration_seconds:.2f} s, must last {port.specified_duration:g} s"


def output_problem(port: Port, asset: Asset) -> StepFailed | None:
    """Return the error of an output that breaks its port's promise, or None."""
    problem = misfit(port, asset)
    if problem is None:
        return None
    return StepFailed(
        f"outputs.{port.id}: {problem}",
        code="output_mismatch",
        next_step="Mend the technique file: say `fit: crop` or `fit: pad` on the output port.",
    )
