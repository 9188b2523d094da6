"""Runs: what is asked for, how it stands, and who works on it."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types.json import Json
from limner.types.media import PortType


class Status(StrEnum):
    """Where a run stands, as the public API says it."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether a run in this status will never change again by itself."""
        return self in (Status.COMPLETED, Status.FAILED, Status.CANCELLED)


class Phase(StrEnum):
    """Where a run stands, finer: queued, composing, rendering, done (or how it ended)."""

    QUEUED = "queued"
    COMPOSING = "composing"
    RENDERING = "rendering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunType(StrEnum):
    """What a run executes."""

    TECHNIQUE = "technique"
    ACTION = "action"
    GENERATION = "generation"


@dataclass(frozen=True, slots=True)
class Output:
    """One result of a run: an asset or text."""

    output_id: str
    type: PortType
    asset_id: str | None = None
    text: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A snapshot of one run, as the store holds it. Times in Unix milliseconds, money in USD."""

    run_id: str
    type: RunType
    caller: str
    workspace_id: str
    project_id: str
    operation: str
    target_id: str
    """technique_id, action_id or model_id, by `type`."""
    target_name: str
    fingerprint: str
    request: Json
    """What the fingerprint is taken of; what a conflict's diff compares."""
    status: Status
    phase: Phase
    progress: float
    message: str
    created_at: int
    seq: int
    """The number of the run's last event."""
    revision: str | None = None
    seed: int = 0
    brand_kit: str | None = None
    idempotency_key: str | None = None
    expires_at: int | None = None
    """When the idempotency key is forgotten."""
    callback_url: str | None = None
    started_at: int | None = None
    completed_at: int | None = None
    owner: str | None = None
    attempt: int = 0
    deaths: int = 0
    outputs: tuple[Output, ...] = ()
    evaluation: Json | None = None
    error: Json | None = None
    estimated_usd: float = 0.0
    charged_usd: float = 0.0
    has_unpriced: bool = False
    """Whether some of its work has no known price: `estimated_usd` is what the rest costs."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """What `start` stores. The fingerprint is taken of `request`; equal requests are the same work."""

    type: RunType
    caller: str
    workspace_id: str
    project_id: str
    operation: str
    target_id: str
    target_name: str
    fingerprint: str
    request: Json
    revision: str | None = None
    seed: int = 0
    brand_kit: str | None = None
    idempotency_key: str | None = None
    window_ms: int = 86_400_000
    """How long the key is remembered."""
    may_deduplicate: bool = True
    """Without a key: join an identical run in flight or completed under two minutes ago."""
    callback_url: str | None = None
    estimated_usd: float = 0.0
    unpriced: tuple[str, ...] = ()
    """Models whose price is not known, and is not in `estimated_usd`."""
    max_cost_usd: float | None = None
    """What the caller says this run may cost. None: nothing was said."""
    may_spend_usd: float | None = None
    """Up to where nobody needs to be asked, when `max_cost_usd` says nothing. None: never."""
    daily_budget_usd: float | None = None
    """What all runs of the caller may cost in one UTC day. None: no limit."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the runs of a caller cost in this UTC day, in US dollars."""

    spent_usd: float
    """Charged for runs that ended."""
    reserved_usd: float
    """The price of the runs under way."""
    day_ends_at: int
    """Unix milliseconds."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the whole installation, whoever it belongs to."""

    waiting: int
    """Runs that nobody works on."""
    active: int
    """Runs in work, by any process."""
    oldest_waiting_at: int | None
    """When the first of the waiting ones was started, in Unix milliseconds."""
    callbacks: int
    """Callbacks still to be delivered."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof of ownership that every write of a run carries."""

    run_id: str
    owner: str
    attempt: int


class Disposition(StrEnum):
    """What `start` did with a request."""

    CREATED = "created"
    JOINED = "joined"
    REPLAYED = "replayed"
    RETRIED = "retried"
    DEDUPLICATED = "deduplicated"
