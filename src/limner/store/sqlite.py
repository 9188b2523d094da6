"""The store in one SQLite file that several processes share. What each method does: `contract.Store`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from limner.store import (
    assets,
    brand_kits,
    budget,
    cache,
    deliveries,
    events,
    history,
    keys,
    ownership,
    purchases,
    revisions,
    runs,
    steps,
    webhook_secrets,
)
from limner.store.contract import (
    EVENTS_AT_ONCE,
    INTERRUPTED_AFTER_MS,
    MAX_DEATHS,
    RUNS_PER_PAGE,
    Store,
    StoredRevision,
)
from limner.store.sqlite_api import ApiTables
from limner.store.sqlite_file import unix_ms
from limner.types import (
    Asset,
    Attempt,
    Backlog,
    ClaimedDelivery,
    Costs,
    Delivery,
    Disposition,
    Event,
    Fence,
    Json,
    NewEvent,
    NewRun,
    Page,
    Purchase,
    Run,
    RunType,
    Spending,
    Status,
    StepRecord,
    StepState,
    WebhookSecret,
)

__all__ = ["SqliteStore", "unix_ms"]


class SqliteStore(ApiTables):
    """A `Store` for one machine: WAL, one transaction per method, SQL in threads."""

    # Runs, as callers see them

    async def start(self, new: NewRun) -> tuple[Run, Disposition]:
        """Make a run, or find the one that key and fingerprint name."""
        return await self._database.write(keys.start, new)

    async def get_run(self, caller: str, run_id: str) -> Run:
        """Return a run of the caller's."""
        return await self._database.look_up(runs.get, caller, run_id)

    async def view_run(self, caller: str, run_id: str) -> tuple[Run, dict[str, Asset]]:
        """Return a run of the caller's with the assets that its outputs name."""
        return await self._database.look_up(runs.view, caller, run_id)

    async def assets_of(self, wanted: Sequence[Run]) -> dict[str, Asset]:
        """Return the assets that the outputs of runs name, by id."""
        return await self._database.read(assets.of_runs, wanted)

    async def find_by_key(self, caller: str, workspace_id: str, operation: str, key: str) -> Run:
        """Return the run that a living key names."""
        return await self._database.look_up(keys.find, self._clock(), caller, workspace_id, operation, key)

    async def load_run(self, run_id: str) -> Run:
        """Return a run, whoever started it."""
        return await self._database.look_up(runs.load, run_id)

    async def list_runs(
        self,
        caller: str,
        *,
        status: Status | tuple[Status, ...] | None = None,
        target_id: str | None = None,
        run_type: RunType | None = None,
        project_id: str | None = None,
        workspace_id: str | None = None,
        limit: int = RUNS_PER_PAGE,
        cursor: str | None = None,
    ) -> Page:
        """Return a page of the caller's runs, newest first."""
        filters = {
            "status": status,
            "target_id": target_id,
            "type": run_type,
            "project_id": project_id,
            "workspace_id": workspace_id,
        }
        return await self._database.read(history.page, caller, filters, limit, cursor)

    async def snapshot(
        self, run_id: str, after_seq: int = 0, limit: int = EVENTS_AT_ONCE
    ) -> tuple[Run, list[Event]]:
        """Return a run and its later events, as of one moment."""
        return await self._database.read(runs.snapshot, run_id, after_seq, limit)

    async def events(self, run_id: str, after_seq: int = 0, limit: int = EVENTS_AT_ONCE) -> list[Event]:
        """Return the later events of a run."""
        return await self._database.read(events.read, run_id, after_seq, limit)

    async def last_seqs(self, run_ids: Sequence[str]) -> dict[str, int]:
        """Return the number of the last event of each run that exists."""
        return await self._database.read(events.last_seqs, run_ids)

    async def spending(self, caller: str) -> Spending:
        """Return what the caller's runs cost in this UTC day."""
        return await self._database.read(budget.spending, self._clock(), caller)

    async def backlog(self) -> Backlog:
        """Return what waits in the whole installation."""
        return await self._database.read(ownership.backlog)

    async def cancel(self, caller: str, run_id: str) -> tuple[Run, bool]:
        """End a run of the caller's."""
        return await self._database.write(runs.cancel, caller, run_id)

    # Runs, as the engine works on them

    async def claim(self, owner: str, limit: int, run_ids: Sequence[str] | None = None) -> list[Run]:
        """Take runs that nobody works on."""
        return await self._database.write(ownership.claim, owner, limit, run_ids)

    async def record(self, fence: Fence, events: Sequence[NewEvent] = (), **changes: Any) -> Run:
        """Change a run and log events."""
        return await self._database.write(runs.record, fence, events, changes)

    async def active_owners(self) -> set[str]:
        """Return every owner that holds a run."""
        return await self._database.read(ownership.active_owners)

    async def release(
        self,
        owner: str,
        *,
        died: bool,
        max_deaths: int = MAX_DEATHS,
        interrupted_after_ms: int = INTERRUPTED_AFTER_MS,
    ) -> list[str]:
        """Take every run from an owner."""
        return await self._database.write(ownership.release, owner, died, max_deaths, interrupted_after_ms)

    async def still_owned(self, owner: str, run_ids: Sequence[str]) -> set[str]:
        """Return the active runs among these that the owner holds."""
        return await self._database.read(ownership.still_owned, owner, run_ids)

    # Steps and cached results

    async def begin_step(self, fence: Fence, step: str, events: Sequence[NewEvent] = ()) -> StepRecord:
        """Note that a step is being executed."""
        return await self._database.write(steps.begin, fence, step, events)

    async def finish_step(
        self,
        fence: Fence,
        step: str,
        *,
        state: StepState,
        result: Json | None = None,
        was_cached: bool = False,
        purchase: Purchase | None = None,
        events: Sequence[NewEvent] = (),
        **changes: Any,
    ) -> Run:
        """Store what a step came to."""
        return await self._database.write(
            steps.finish, fence, step, state, result, was_cached, purchase, events, changes
        )

    async def steps(self, run_id: str) -> dict[str, StepRecord]:
        """Return the checkpoints of a run."""
        return await self._database.read(steps.read, run_id)

    async def recall(self, key: str) -> Json | None:
        """Return a kept result."""
        return await self._database.read(cache.recall, key)

    async def remember(self, key: str, result: Json) -> None:
        """Keep a result."""
        await self._database.write(cache.remember, key, result)

    async def forget(self, key: str) -> None:
        """Drop a kept result."""
        await self._database.write(cache.forget, key)

    # Paid requests

    async def note_purchase(self, fence: Fence, purchase: Purchase, events: Sequence[NewEvent] = ()) -> Run:
        """Write down how a paid request stands."""
        return await self._database.write(purchases.note, fence, purchase, events)

    async def correct_purchase(self, purchase: Purchase) -> Run:
        """Write down what became known of a paid request after its run had ended."""
        return await self._database.write(purchases.correct, purchase)

    async def purchases(self, run_id: str) -> list[Purchase]:
        """Return the paid requests of a run."""
        return await self._database.read(purchases.of_run, run_id)

    async def costs(self, since: int, before: int, caller: str | None = None) -> Costs:
        """Return what was paid for between two moments."""
        return await self._database.read(purchases.costs, since, before, caller)

    # Assets

    async def add_asset(self, asset: Asset, caller: str) -> None:
        """Store an asset and let the caller read it."""
        await self._database.write(assets.add, asset, caller)

    async def get_asset(self, caller: str | None, asset_id: str) -> Asset:
        """Return an asset that the caller may read."""
        return await self._database.look_up(assets.get, caller, asset_id)

    async def list_assets(self, caller: str, *, limit: int, cursor: str | None = None) -> Page:
        """Return a page of the assets that the caller may read."""
        return await self._database.read(assets.list_own, caller, limit, cursor)

    async def grant(self, caller: str, asset_ids: Sequence[str]) -> None:
        """Let the caller read assets."""
        await self._database.write(assets.grant, caller, asset_ids)

    # Revisions of techniques

    async def save_revision(
        self, technique_id: str, revision: str, definition: Json, *, created_at: int | None = None
    ) -> None:
        """Keep a revision."""
        await self._database.write(revisions.save, technique_id, revision, definition, created_at)

    async def get_revision(self, technique_id: str, revision: str) -> Json:
        """Return the definition of a revision."""
        return await self._database.read(revisions.get, technique_id, revision)

    async def list_revisions(self, technique_id: str) -> list[StoredRevision]:
        """Return the kept revisions of a technique."""
        return await self._database.read(revisions.list_all, technique_id)

    async def publish(self, technique_id: str, revision: str) -> None:
        """Make a kept revision the published one."""
        await self._database.write(revisions.publish, technique_id, revision)

    async def unpublish(self, technique_id: str) -> None:
        """Leave a technique without a published revision."""
        await self._database.write(revisions.unpublish, technique_id)

    async def published(self) -> dict[str, str]:
        """Return the published revisions."""
        return await self._database.read(revisions.published)

    # Brand kits

    async def save_brand_kit(self, brand_kit: str, revision: str, definition: Json) -> None:
        """Keep a revision."""
        await self._database.write(brand_kits.save, brand_kit, revision, definition)

    async def get_brand_kit(self, brand_kit: str, revision: str) -> Json:
        """Return the definition of a revision."""
        return await self._database.read(brand_kits.get, brand_kit, revision)

    # Webhooks

    async def next_delivery_at(self) -> int | None:
        """Return when the next delivery is due."""
        return await self._database.read(deliveries.next_at)

    async def claim_deliveries(
        self, limit: int, *, lease_ms: int, per_origin: int, in_hand: Mapping[str, int]
    ) -> list[ClaimedDelivery]:
        """Take deliveries that are due."""
        found = await self._database.read(deliveries.find_due, self._clock(), limit, per_origin, in_hand)
        return await self._database.write(deliveries.claim, found, lease_ms) if found else []

    async def note_attempt(self, delivery_id: str, attempt: Attempt, *, retry_ms: int | None) -> None:
        """Write down how a try went."""
        await self._database.write(deliveries.note_attempt, delivery_id, attempt, retry_ms)

    async def deliveries_of(self, run_id: str) -> list[Delivery]:
        """Return the deliveries of a run."""
        return await self._database.read(deliveries.of_run, run_id)

    async def webhook_secrets(self, caller: str) -> list[WebhookSecret]:
        """Return the caller's secrets."""
        return await self._database.read(webhook_secrets.of_caller, caller)

    async def add_webhook_secret(self, caller: str) -> WebhookSecret:
        """Make another secret."""
        return await self._database.write(webhook_secrets.add, caller)

    async def remove_webhook_secret(self, caller: str, secret_id: str) -> None:
        """Make a secret invalid."""
        await self._database.write(webhook_secrets.remove, caller, secret_id)


if TYPE_CHECKING:
    _: type[Store] = SqliteStore
