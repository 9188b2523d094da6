"""Steps that generate: by a model of our own, or by a provider; each finished step is checkpointed with its charge."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

import anyio

from limner.engine.performing import KindInputs, Performer
from limner.engine.progress import Report
from limner.engine.purchasing import OrderOf, Purchaser
from limner.engine.seams import MediaShelf, Routes
from limner.errors import LimnerError, LostOwnership, NotAccepted, ProviderFailed, StepFailed
from limner.store.contract import Store
from limner.types import (
    Candidate,
    Fence,
    Generation,
    Given,
    Json,
    Kind,
    Made,
    MediaFile,
    NewEvent,
    Order,
    StepState,
    Task,
    Wanted,
)
from limner.types.model import EMBEDDED

MAX_TEXT_CHARS = 1_000_000
Kept = dict[str, list[Any]]
"""What was made, by output id: asset ids or text."""
EventsOf: TypeAlias = Callable[[Json], Sequence[NewEvent]]


class Maker:
    """Makes what steps generate, for one attempt at a run."""

    def __init__(
        self,
        *,
        fence: Fence,
        seed: int,
        store: Store,
        media: MediaShelf,
        performer: Performer,
        purchaser: Purchaser,
        routes: Routes,
        brand_of: Callable[[], Awaitable[Json]],
    ) -> None:
        """brand_of: returns what an embedded model sees of the run's brand kit."""
        self._brand_of = brand_of
        self._fence = fence
        self._seed = seed
        self._store = store
        self._media = media
        self._performer = performer
        self._purchaser = purchaser
        self._routes = routes

    async def generate(
        self, path: str, wanted: Wanted, prompt: str, inputs: KindInputs, report: Report
    ) -> Json:
        """Return what a model makes: `{kind: asset id or text}`, a list where it makes several.

        Raises: NotAccepted, when nobody takes it on; StepFailed, InvalidInput, LostOwnership.
        """
        if (done := self._performer.checkpoint(path)) is not None:
            report(1.0, path)
            return done
        candidates = await self._routes.candidates(wanted)
        remote = [each for each in candidates if each.provider != EMBEDDED]
        own = [each for each in candidates if each.provider == EMBEDDED]
        if self._purchaser.accounts.open_at(path) or (remote and candidates[0].provider != EMBEDDED):
            files = await self._files(inputs)

            def order_of(candidate: Candidate) -> Order:
                return Order(
                    task=Task.MODEL,
                    target=candidate.target,
                    kind=wanted.kind,
                    prompt=prompt,
                    params=candidate.params,
                    inputs=files,
                    seed=self._seed,
                )

            try:
                return await self.buy(
                    path, remote, order_of, lambda kept, made: _by_kind(kept, wanted.kind), report
                )
            except NotAccepted as error:
                if not own or error.code == "safety_blocked":
                    raise
        if not own:
            raise _nobody(wanted)
        model_id = own[0].model.model_id if own[0].model else ""
        asked = Generation(model_id, prompt, own[0].params, dict(inputs), self._seed, await self._brand_of())
        call = self._routes.embedded(asked)
        return await self._performer.action(path, call.action_id, call.inputs, call.params, report)

    def set_aside(self, own_price_usd: float) -> None:
        """Keep the technique's own price out of what its steps may cost."""
        self._purchaser.accounts.set_aside(own_price_usd)

    async def stop_all(self) -> None:
        """Stop upstream what is still being made for a run that has failed."""
        await self._purchaser.stop_all()

    async def remote(
        self, path: str, target: str, inputs: Mapping[str, Sequence[Given]], report: Report
    ) -> Json:
        """Return what a provider's technique makes: `{output id: asset id or text}`, a list where it makes several."""
        if (done := self._performer.checkpoint(path)) is not None:
            report(1.0, path)
            return done
        candidate = await self._routes.remote(target)

        def order_of(chosen: Candidate) -> Order:
            return Order(task=Task.TECHNIQUE, target=chosen.target, inputs=inputs, seed=self._seed)

        return await self.buy(path, [candidate], order_of, lambda kept, made: _singled(kept), report)

    async def buy(
        self,
        path: str,
        candidates: Sequence[Candidate],
        order_of: OrderOf,
        shape: Callable[[Kept, Made], Json],
        report: Report,
        events_of: EventsOf = lambda result: (),
    ) -> Json:
        """Have one of the candidates make something, and return it as `shape` says; the step's checkpoint.

        events_of: what else to log of the result. Raises: as `Purchaser.make`.
        """
        if (failure := self._performer.failure(path)) is not None:
            raise failure  # this process, or one before it, died between the step's end and the run's
        await self._store.begin_step(self._fence, path, [NewEvent("step_started", {"step": path})])
        async with self._purchaser.working(path):
            try:
                made = await self._purchaser.make(path, candidates, order_of, report)
            except LostOwnership:
                raise
            except LimnerError as error:
                await self._fail(path, error)
                raise
            with anyio.CancelScope(shield=True):  # it is paid for: whatever stops the work now, it is kept
                result = await self._finish(path, made, shape, events_of)
        report(1.0, path)
        return result

    async def _finish(
        self, path: str, made: Made, shape: Callable[[Kept, Made], Json], events_of: EventsOf
    ) -> Json:
        """Keep what was made as the step's checkpoint, with its charge. Raises: as `_keep`, LostOwnership."""
        try:
            result = shape(await self._keep(path, made), made)
        except LimnerError as error:
            if isinstance(error, ProviderFailed) and error.billed_usd is None:
                error.billed_usd = made.cost_usd
            await self._fail(path, error)
            raise
        purchase = self._purchaser.accounts.settled(path, made)
        about = {
            "step": path,
            "cached": False,
            "provider": purchase.provider,
            "charged_usd": purchase.charged_usd,
            **made.details,
        }
        try:
            await self._store.finish_step(
                self._fence,
                path,
                state=StepState.DONE,
                result=result,
                purchase=purchase,
                events=[*events_of(result), NewEvent("step_completed", about)],
            )
        except LostOwnership:
            await self._purchaser.abandon(purchase)
            raise
        return result

    async def _fail(self, path: str, error: LimnerError) -> None:
        """Store that a step came to nothing, with what it cost; for good, if it may have. Raises: LostOwnership."""
        purchase = self._purchaser.accounts.failed(path, error)
        told = {"error": error.document()}
        with anyio.CancelScope(shield=True):
            try:
                await self._store.finish_step(
                    self._fence,
                    path,
                    state=StepState.FAILED,
                    result=told if purchase is not None and purchase.can_have_cost else None,
                    purchase=purchase,
                    events=[NewEvent("step_failed", {"step": path, **told})],
                )
            except LostOwnership:
                if purchase is not None:
                    await self._purchaser.abandon(purchase)
                raise

    async def _files(self, inputs: KindInputs) -> dict[str, list[Given]]:
        return {
            kind.value: [await self.file(value) for value in values]
            for kind, values in inputs.items()
            if kind is not Kind.TEXT
        }

    async def file(self, asset_id: str) -> MediaFile:
        """Return an asset as a provider is given it. Raises: NotFound."""
        asset = await self._store.get_asset(None, asset_id)
        return MediaFile(self._media.path(asset), asset.media_type)

    async def _keep(self, path: str, made: Made) -> Kept:
        """Take what was made among the assets. Raises: ProviderFailed, when it cannot be used."""
        if not made.items and made.message is None:
            raise ProviderFailed("The provider has ended without a result.", billed_usd=None)
        kept: Kept = {}
        for item in made.items:
            if isinstance(item.value, str):
                if len(item.value) > MAX_TEXT_CHARS:
                    raise ProviderFailed(
                        f"The provider's text is longer than {MAX_TEXT_CHARS} characters.", billed_usd=None
                    )
                value = item.value
            else:
                value = await self._purchaser.admit(item.value, f"{path}.{item.output_id}")
            kept.setdefault(item.output_id, []).append(value)
        return kept


def _by_kind(kept: Kept, kind: Kind) -> Json:
    if not kept.get(kind.value):
        raise ProviderFailed(
            f"The provider made {', '.join(kept) or 'nothing'} in place of {kind}.", billed_usd=None
        )
    return _singled({kind.value: kept[kind.value]})


def _singled(kept: Kept) -> Json:
    return {name: values if len(values) > 1 else values[0] for name, values in kept.items()}


def _nobody(wanted: Wanted) -> StepFailed:
    needs = f" that has {' and '.join(wanted.needs)}" if wanted.needs else ""
    return StepFailed(
        f"No {wanted.kind} model can be had now{needs}.",
        code="needs_provider",
        next_step="Configure a provider, then start the run again.",
    )
