"""Studio: everything that can be asked of Limner, the same for every face."""

from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from limner.app.brands import BrandCatalogue
from limner.app.costs import bounds_of, statement
from limner.app.evaluating import Evaluator
from limner.app.models import ModelCatalogue
from limner.app.paging import require_limit
from limner.app.places import Places
from limner.app.previews import Previews
from limner.app.provenance import provenance_of
from limner.app.remembering import Remembering
from limner.app.requests import (
    START_OPERATION,
    BrandFilter,
    ModelFilter,
    RunFilter,
    StartRequest,
    TechniqueEntry,
    TechniqueFilter,
)
from limner.app.starting import Starter
from limner.app.techniques import TechniqueCatalogue
from limner.app.uploading import Uploading
from limner.app.webhooks import SecretOf, Webhooks
from limner.engine.following import Update, follow, wait_until_done
from limner.engine.news import News
from limner.engine.seams import MediaShelf
from limner.errors import NotFound
from limner.store.budget import check_cap
from limner.store.contract import Store
from limner.types import (
    Action,
    Asset,
    Backlog,
    BrandKit,
    Delivery,
    Disposition,
    Event,
    Json,
    Model,
    NewRun,
    Output,
    Page,
    Project,
    Run,
    Upload,
    Workspace,
)


class Worker(Protocol):
    """The engine of this process, as far as the Studio needs it."""

    def wake(self, run_id: str) -> None:
        """Take up a run that has just been started."""

    def drop(self, run_id: str) -> None:
        """Stop work on a run that was cancelled."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with the assets that its outputs name, and what `start_run` did to get it."""

    run: Run
    assets: dict[str, Asset]
    disposition: Disposition | None = None


class Studio:
    """The operations. Each takes the caller, and shows a caller nothing of another's."""

    def __init__(
        self,
        *,
        store: Store,
        techniques: TechniqueCatalogue,
        brands: BrandCatalogue,
        models: ModelCatalogue,
        evaluator: Evaluator,
        actions: Sequence[Action],
        starter: Starter,
        remembering: Remembering,
        worker: Worker,
        news: News,
        media: MediaShelf,
        previews: Previews,
        places: Places,
        uploading: Uploading,
        webhook_secret_of: SecretOf | None = None,
    ) -> None:
        self.techniques = techniques
        self.brands = brands
        self.models = models
        self.evaluator = evaluator
        self.actions = tuple(actions)
        self.remembering = remembering
        self._store = store
        self._starter = starter
        self._worker = worker
        self._news = news
        self._media = media
        self._previews = previews
        self._places = places
        self._uploading = uploading
        self._webhooks = Webhooks(store=store, secret_of=webhook_secret_of)

    async def list_techniques(self, wanted: TechniqueFilter) -> Page:
        """Return a page of TechniqueEntry. Raises: InvalidInput."""
        return await self.techniques.find(wanted)

    async def get_technique(self, name: str, revision: str | None = None) -> TechniqueEntry:
        """Return a technique by id or slug. Raises: NotFound."""
        return await self.techniques.get(name, revision)

    async def list_brands(self, wanted: BrandFilter) -> Page:
        """Return a page of BrandKit, in id order. Raises: InvalidInput."""
        return await self.brands.find(wanted)

    async def get_brand(self, brand_kit: str, revision: str | None = None) -> BrandKit:
        """Return a brand kit by id: as it is now, or a revision that a run has used. Raises: NotFound."""
        return await self.brands.get(brand_kit, revision)

    async def list_models(self, wanted: ModelFilter) -> Page:
        """Return a page of Model, in id order. Raises: InvalidInput."""
        return await self.models.find(wanted)

    async def get_model(self, model_id: str) -> Model:
        """Return a model by id. Raises: NotFound."""
        return await self.models.get(model_id)

    async def price(self, caller: str, request: StartRequest) -> Json:
        """Return what a run would cost, having checked the request whole: `{estimated_usd, by_step, unpriced?}`.

        As `Price.document` says it. Nothing is started, and what was spent before is not looked at.
        Raises: InvalidInput, NotFound, Unavailable; BudgetExceeded, when the price is above `max_cost_usd`, or is not
        known and there is one.
        """
        new, price = await self._starter.prepare(caller, request)
        check_cap(new)
        return price.document(new.target_id)

    async def spending(self, caller: str) -> Json:
        """Return what the caller's runs cost in this UTC day: `{spent_usd, reserved_usd, budget_usd, day_ends_at}`.

        reserved_usd: the price of runs under way. budget_usd is None without a limit; day_ends_at in Unix ms.
        """
        today = await self._store.spending(caller)
        return {
            "spent_usd": today.spent_usd,
            "reserved_usd": today.reserved_usd,
            "budget_usd": self._starter.budget_of(caller),
            "day_ends_at": today.day_ends_at,
        }

    async def costs(self, month: str | None = None, caller: str | None = None) -> Json:
        """Return what a calendar month (UTC) cost, as `statement` says it: for the operator.

        month: `2026-11`; None: this one. caller: only theirs; None: everybody's.
        Raises: InvalidInput, for a month that is none.
        """
        since, before = bounds_of(month)
        return statement(since, await self._store.costs(since, before, caller))

    async def start_run(
        self, caller: str, request: StartRequest, *, may_spend_usd: float | None = None
    ) -> RunView:
        """Start a run, or return the one that this request repeats.

        may_spend_usd: up to which price nobody needs to be asked when the request has no `max_cost_usd`.
        Raises: InvalidInput, NotFound, Unavailable, IdempotencyConflict, BudgetExceeded, and ConsentNeeded above
        that price. A run that exists already is returned whatever it costs.
        """
        return await self.start(await self.prepare(caller, request), may_spend_usd=may_spend_usd)

    async def prepare(self, caller: str, request: StartRequest) -> NewRun:
        """Return the run that a request asks for, its media stored and its price known, for `start`.

        Raises: InvalidInput, NotFound, Unavailable.
        """
        new, _ = await self._starter.prepare(caller, request)
        return new

    async def start(self, new: NewRun, *, may_spend_usd: float | None = None) -> RunView:
        """Start what `prepare` gave, as `start_run` does; again, with more to spend, when the user was asked."""
        run, disposition = await self._store.start(replace(new, may_spend_usd=may_spend_usd))
        if disposition in (Disposition.CREATED, Disposition.RETRIED):
            self._worker.wake(run.run_id)
        return await self._view(run, disposition)

    async def get_run(self, caller: str, run_id: str) -> RunView:
        """Return a run. Raises: NotFound."""
        return RunView(*await self._store.view_run(caller, run_id))

    async def provenance(self, caller: str, run_id: str) -> Json:
        """Return what made a run's outputs. Raises: NotFound; Unavailable, code `conflict`, before it has completed."""
        return await provenance_of(self._store, *await self._store.view_run(caller, run_id))

    async def find_run(self, caller: str, key: str, workspace_id: str) -> RunView:
        """Return the run that an idempotency key names. Raises: NotFound."""
        return await self._view(await self._store.find_by_key(caller, workspace_id, START_OPERATION, key))

    async def wait(self, caller: str, run_id: str, seconds: float) -> RunView:
        """Return a run when it has ended, or as it stands after `seconds`. Raises: NotFound."""
        await self._store.get_run(caller, run_id)
        return await self._view(await wait_until_done(self._store, self._news, run_id, seconds))

    async def follow(self, caller: str, run_id: str, after_seq: int = 0) -> AsyncGenerator[Update, None]:
        """Yield a run's snapshots and events until its last. Raises: NotFound."""
        await self._store.get_run(caller, run_id)
        async with aclosing(follow(self._store, self._news, run_id, after_seq)) as updates:
            async for update in updates:
                yield update

    async def events(self, caller: str, run_id: str, after_seq: int, limit: int = 500) -> list[Event]:
        """Return a run's events after a number, oldest first. Raises: NotFound."""
        await self._store.get_run(caller, run_id)
        return await self._store.events(run_id, after_seq, limit)

    async def list_runs(self, caller: str, wanted: RunFilter) -> Page:
        """Return a page of Run, newest first. Raises: InvalidInput."""
        require_limit(wanted.limit)
        return await self._store.list_runs(
            caller,
            status=wanted.statuses or None,
            run_type=wanted.run_type,
            target_id=wanted.technique_id,
            project_id=wanted.project_id,
            workspace_id=wanted.workspace_id,
            limit=wanted.limit,
            cursor=wanted.cursor,
        )

    async def views(self, runs: Sequence[Run]) -> list[RunView]:
        """Return runs with the assets that their outputs name."""
        assets = await self._store.assets_of(runs)
        return [RunView(run, assets) for run in runs]

    async def cancel_run(self, caller: str, run_id: str) -> RunView:
        """End a run now; one that has ended stays as it is. Raises: NotFound."""
        run, ended_now = await self._store.cancel(caller, run_id)
        if ended_now:
            self._worker.drop(run_id)
        return await self._view(run)

    async def get_output(
        self, caller: str, run_id: str, output_id: str | None, index: int = 0
    ) -> tuple[Output, Asset | None]:
        """Return one output of a run, the first one when none is named, and its asset when it is media.

        Raises: NotFound, naming the outputs that there are.
        """
        run = await self._store.get_run(caller, run_id)
        named = [output for output in run.outputs if output_id in (None, output.output_id)]
        found = next((output for output in named if (output.index or 0) == index), None)
        if found is None:
            known = sorted({output.output_id for output in run.outputs})
            there = f"It has: {', '.join(known)}." if known else "It has none yet."
            raise NotFound(
                f"{run_id} has no output {output_id or 'to show'}{f' number {index}' if index else ''}. {there}",
                next_step=f"Call get_run(run_id={run_id!r}) to see the outputs.",
            )
        asset = await self._store.get_asset(caller, found.asset_id) if found.asset_id else None
        return found, asset

    async def webhook_secrets(self, caller: str) -> list[Json]:
        """Return what signs the caller's webhooks, the newest first: `{secret_id, secret, created_at}`, two at most.

        Raises: Unavailable, where no webhooks are sent.
        """
        return await self._webhooks.secrets(caller)

    async def new_webhook_secret(self, caller: str) -> Json:
        """Make another secret; a third takes the place of the oldest. Raises: Unavailable."""
        return await self._webhooks.new_secret(caller)

    async def delete_webhook_secret(self, caller: str, secret_id: str) -> None:
        """Make a secret invalid at once. Raises: NotFound."""
        await self._webhooks.delete_secret(caller, secret_id)

    async def deliveries(self, caller: str, run_id: str) -> list[Delivery]:
        """Return what a run's callback address was told, the oldest first, with each try. Raises: NotFound."""
        return await self._webhooks.deliveries(caller, run_id)

    async def get_asset(self, asset_id: str) -> Asset:
        """Return an asset, whoever it belongs to: for a reader with a signed link to it. Raises: NotFound."""
        return await self._store.get_asset(None, asset_id)

    async def list_assets(self, caller: str, limit: int, cursor: str | None = None) -> Page:
        """Return a page of Asset, newest first. Raises: InvalidInput."""
        return await self._uploading.list_assets(caller, limit, cursor)

    async def get_asset_of(self, caller: str, asset_id: str) -> Asset | Upload:
        """Return an asset of the caller's, or how its upload stands. Raises: NotFound."""
        return await self._uploading.get_asset(caller, asset_id)

    async def add_asset(
        self, caller: str, content: AsyncIterable[bytes], *, field: str = "file", name: str = ""
    ) -> Asset:
        """Store what a caller sends; `name` is the file's. Raises: InvalidMedia, naming `field`."""
        return await self._uploading.add(caller, content, field=field, name=name)

    async def add_asset_from(self, caller: str, address: str, *, field: str = "source") -> Asset:
        """Store what a public https:// address holds. Raises: InvalidInput, naming `field`."""
        return await self._uploading.add_from(caller, address, field=field)

    async def promise_upload(self, caller: str, content_type: str) -> Upload:
        """Promise an id for a file to be sent within the hour. Raises: InvalidInput."""
        return await self._uploading.promise(caller, content_type)

    async def receive_upload(
        self, asset_id: str, content: AsyncIterable[bytes], *, field: str = "file", name: str = ""
    ) -> Upload:
        """Store a promised file: for a sender with a signed link to it.

        Raises: NotFound; Unavailable, code `conflict`, when it is there already; InvalidMedia, naming `field`.
        """
        return await self._uploading.receive(asset_id, content, field=field, name=name)

    async def complete_upload(self, caller: str, asset_id: str) -> Asset | Upload:
        """Return what became of a promised file. Raises: NotFound; Unavailable, while nothing was sent."""
        return await self._uploading.complete(caller, asset_id)

    async def get_workspace(self, caller: str, workspace_id: str) -> Workspace:
        """Return a workspace that the caller may use. Raises: NotFound."""
        return await self._places.get_workspace(caller, workspace_id)

    async def list_workspaces(self, caller: str, limit: int, cursor: str | None = None) -> Page:
        """Return a page of Workspace, the default one first, then oldest first. Raises: InvalidInput."""
        return await self._places.list_workspaces(caller, limit, cursor)

    async def create_workspace(self, caller: str, name: str, *, key: str | None = None) -> Workspace:
        """Make a workspace with a default project; once for each key. Raises: InvalidInput."""
        return await self._places.create_workspace(caller, name, key=key)

    async def list_projects(
        self, caller: str, workspace_id: str | None, limit: int, cursor: str | None = None
    ) -> Page:
        """Return a page of Project, of one workspace or of all. Raises: InvalidInput, NotFound."""
        return await self._places.list_projects(caller, workspace_id, limit, cursor)

    async def create_project(
        self, caller: str, workspace_id: str, name: str, *, key: str | None = None
    ) -> Project:
        """Make a project in a workspace; once for each key. Raises: InvalidInput, NotFound."""
        return await self._places.create_project(caller, workspace_id, name, key=key)

    async def backlog(self) -> Backlog:
        """Return what waits in the whole installation, whoever it belongs to: for the operator."""
        return await self._store.backlog()

    async def preview(self, asset: Asset, max_pixels: int) -> Path:
        """Return a small picture of an image or a video, at most `max_pixels` on its longer side."""
        return await self._previews.of(asset, self._media.path(asset), max_pixels)

    def path(self, asset: Asset) -> Path:
        """Return where an asset's file is on this machine."""
        return self._media.path(asset)

    async def _view(self, run: Run, disposition: Disposition | None = None) -> RunView:
        has_media = any(output.asset_id for output in run.outputs)
        return RunView(run, await self._store.assets_of([run]) if has_media else {}, disposition)
