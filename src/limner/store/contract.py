"""What every store can do, SQLite's or another: one Protocol per noun, and all of them as `Store`.

Each method is one transaction. Those that take a `Fence` raise LostOwnership when the run has ended or
another owner or attempt holds it. Times are Unix milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from limner.store.contract_api import AnswerStore, PlaceStore, UploadStore
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

MAX_DEATHS = 5
INTERRUPTED_AFTER_MS = 3_600_000
EVENTS_AT_ONCE = 1000
RUNS_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A revision that the store keeps; its definition is fetched apart."""

    technique_id: str
    revision: str
    created_at: int
    is_published: bool


class RunReader(Protocol):
    """Runs as callers see them."""

    async def get_run(self, caller: str, run_id: str) -> Run:
        """Return a run of the caller's. Raises: NotFound."""

    async def view_run(self, caller: str, run_id: str) -> tuple[Run, dict[str, Asset]]:
        """Return a run of the caller's with the assets that its outputs name. Raises: NotFound."""

    async def assets_of(self, wanted: Sequence[Run]) -> dict[str, Asset]:
        """Return the assets that the outputs of runs name, by id."""

    async def find_by_key(self, caller: str, workspace_id: str, operation: str, key: str) -> Run:
        """Return the run that a key names while its window lasts. Raises: NotFound."""

    async def load_run(self, run_id: str) -> Run:
        """Return a run, whoever started it: for the engine, never for a face. Raises: NotFound."""

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
        """Return a page of the caller's runs, newest first; of several statuses, those in any of them.

        Raises: InvalidInput, for a bad cursor.
        """

    async def snapshot(
        self, run_id: str, after_seq: int = 0, limit: int = EVENTS_AT_ONCE
    ) -> tuple[Run, list[Event]]:
        """Return a run and its events after `after_seq`, as of one moment. Raises: NotFound."""

    async def events(self, run_id: str, after_seq: int = 0, limit: int = EVENTS_AT_ONCE) -> list[Event]:
        """Return the events after `after_seq`, oldest first; none for an unknown run."""

    async def last_seqs(self, run_ids: Sequence[str]) -> dict[str, int]:
        """Return the number of the last event of each run that exists."""

    async def spending(self, caller: str) -> Spending:
        """Return what the caller's runs cost in this UTC day: those charged in it, and those under way."""

    async def backlog(self) -> Backlog:
        """Return what waits, whoever it belongs to: for the operator, never for a caller."""

    def data_version(self) -> int:
        """Return a number that changes with every commit; cheap enough to poll on the event loop."""


class RunWriter(Protocol):
    """Runs as callers start and end them."""

    async def start(self, new: NewRun) -> tuple[Run, Disposition]:
        """Make a run, or find the one that key and fingerprint name; say which.

        Raises: IdempotencyConflict, when the key names a run of another request; BudgetExceeded and
        ConsentNeeded, when a run would be executed that costs more than `new` allows. Then nothing is stored.
        """

    async def cancel(self, caller: str, run_id: str) -> tuple[Run, bool]:
        """End a run of the caller's; return it and whether this call ended it. Raises: NotFound."""


class RunOwner(Protocol):
    """Runs as the engine works on them."""

    async def claim(self, owner: str, limit: int, run_ids: Sequence[str] | None = None) -> list[Run]:
        """Take up to `limit` runs that nobody works on, oldest first; of `run_ids` only, when given."""

    async def record(self, fence: Fence, events: Sequence[NewEvent] = (), **changes: Any) -> Run:
        """Change a run and log events.

        changes: status, phase, progress (never goes down), message, outputs, evaluation, error,
        estimated_usd, charged_usd, seed. A terminal status ends the ownership.
        """

    async def active_owners(self) -> set[str]:
        """Return every owner that holds a run."""

    async def release(
        self,
        owner: str,
        *,
        died: bool,
        max_deaths: int = MAX_DEATHS,
        interrupted_after_ms: int = INTERRUPTED_AFTER_MS,
    ) -> list[str]:
        """Take every run from an owner; return their ids, oldest first.

        died: it did not let go by itself. Each run then counts a death and is failed as
        `crashed_too_often` after more than `max_deaths`, or as `interrupted` when it costs money and its
        last event is older than `interrupted_after_ms`. All others can be claimed again.
        """

    async def still_owned(self, owner: str, run_ids: Sequence[str]) -> set[str]:
        """Return those of `run_ids` that are active and the owner's."""


class StepStore(Protocol):
    """Checkpoints, and results that outlive their run."""

    async def begin_step(self, fence: Fence, step: str, events: Sequence[NewEvent] = ()) -> StepRecord:
        """Note that a step is being executed; return it. A done or skipped one is returned unchanged.

        An unfinished step keeps the `result` that an earlier execution stored.
        """

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
        """Store what a step came to, with changes and events as in `record`.

        purchase: how the paid request stands that the step came to, as in `note_purchase`, in the same transaction.
        """

    async def steps(self, run_id: str) -> dict[str, StepRecord]:
        """Return the checkpoints of a run, by step."""

    async def recall(self, key: str) -> Json | None:
        """Return the result kept under a key, across runs."""

    async def remember(self, key: str, result: Json) -> None:
        """Keep a result, in place of an older one."""

    async def forget(self, key: str) -> None:
        """Drop a result."""


class PurchaseStore(Protocol):
    """The ledger of paid requests. What an active run is charged is always the sum of its purchases."""

    async def note_purchase(self, fence: Fence, purchase: Purchase, events: Sequence[NewEvent] = ()) -> Run:
        """Write down how a paid request stands, by its key, and log events."""

    async def correct_purchase(self, purchase: Purchase) -> Run:
        """Write down what became known of a paid request after its run had ended; return the run."""

    async def purchases(self, run_id: str) -> list[Purchase]:
        """Return the paid requests of a run, the oldest first."""

    async def costs(self, since: int, before: int, caller: str | None = None) -> Costs:
        """Return what was charged for the runs that ended between two moments, and what those under way have by now.

        caller: only theirs; None: everybody's, for the operator.
        """


class AssetStore(Protocol):
    """What is known of media files, and who may read them."""

    async def add_asset(self, asset: Asset, caller: str) -> None:
        """Store an asset, unless it is there, and let the caller read it."""

    async def get_asset(self, caller: str | None, asset_id: str) -> Asset:
        """Return an asset that the caller may read; any when `caller` is None.

        asset_id: its own, or the one that was promised for it before it was uploaded. Raises: NotFound.
        """

    async def list_assets(self, caller: str, *, limit: int, cursor: str | None = None) -> Page:
        """Return a page of the Assets that the caller may read, the one that it got last first.

        Raises: InvalidInput, for a bad cursor.
        """

    async def grant(self, caller: str, asset_ids: Sequence[str]) -> None:
        """Let the caller read assets. Raises: NotFound, when one does not exist; then none is granted."""


class RevisionStore(Protocol):
    """Revisions of techniques that were run or published."""

    async def save_revision(
        self, technique_id: str, revision: str, definition: Json, *, created_at: int | None = None
    ) -> None:
        """Keep a revision; one that is there stays as it is."""

    async def get_revision(self, technique_id: str, revision: str) -> Json:
        """Return the definition of a revision. Raises: NotFound."""

    async def list_revisions(self, technique_id: str) -> list[StoredRevision]:
        """Return the kept revisions of a technique, newest first."""

    async def publish(self, technique_id: str, revision: str) -> None:
        """Make a kept revision the published one. Raises: NotFound."""

    async def unpublish(self, technique_id: str) -> None:
        """Leave a technique without a published revision."""

    async def published(self) -> dict[str, str]:
        """Return the published revision by technique id."""


class BrandKitStore(Protocol):
    """Revisions of brand kits that runs have used."""

    async def save_brand_kit(self, brand_kit: str, revision: str, definition: Json) -> None:
        """Keep a revision; one that is there stays as it is."""

    async def get_brand_kit(self, brand_kit: str, revision: str) -> Json:
        """Return the definition of a revision. Raises: NotFound."""


class DeliveryStore(Protocol):
    """What is to be told to callback addresses."""

    async def next_delivery_at(self) -> int | None:
        """Return when the next delivery is due; None when none waits."""

    async def claim_deliveries(
        self, limit: int, *, lease_ms: int, per_origin: int, in_hand: Mapping[str, int]
    ) -> list[ClaimedDelivery]:
        """Take up to `limit` deliveries that are due; nobody else is given them for `lease_ms`.

        per_origin: how many of one receiver may be in hand at once. in_hand: how many this process has, by
        origin (`https://example.com/`). A caller without a secret gets one.
        """

    async def note_attempt(self, delivery_id: str, attempt: Attempt, *, retry_ms: int | None) -> None:
        """Write down how a try went; after one that failed, the next is `retry_ms` from now, or never."""

    async def deliveries_of(self, run_id: str) -> list[Delivery]:
        """Return the deliveries of a run, the oldest first."""


class WebhookSecretStore(Protocol):
    """Which secrets sign a caller's deliveries."""

    async def webhook_secrets(self, caller: str) -> list[WebhookSecret]:
        """Return the caller's secrets, the newest first: two at most."""

    async def add_webhook_secret(self, caller: str) -> WebhookSecret:
        """Make another secret; a third takes the place of the oldest."""

    async def remove_webhook_secret(self, caller: str, secret_id: str) -> None:
        """Make a secret of the caller's invalid. Raises: NotFound."""


class Store(
    RunReader,
    RunWriter,
    RunOwner,
    StepStore,
    PurchaseStore,
    AssetStore,
    UploadStore,
    PlaceStore,
    AnswerStore,
    RevisionStore,
    BrandKitStore,
    DeliveryStore,
    WebhookSecretStore,
    Protocol,
):
    """A place where runs live."""

    async def open(self) -> None:
        """Connect, and bring the tables up to date. Raises: StoreError."""

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
