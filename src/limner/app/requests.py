"""What a caller may ask for, as plain values; the faces build these from their own wire formats."""

from dataclasses import dataclass, field

from limner.types import Availability, Json, Kind, PortType, RunType, Status, Technique

DEFAULT_WORKSPACE = "ws_default"
DEFAULT_PROJECT = "prj_default"
START_OPERATION = "runs.start"


@dataclass(frozen=True, slots=True)
class StartRequest:
    """One call of `start_run`. Exactly one of technique_id, action_id and generate is given."""

    technique_id: str | None = None
    action_id: str | None = None
    generate: str | None = None
    prompt: str | None = None
    model_id: str | None = None
    inputs: Json = field(default_factory=dict)
    params: Json = field(default_factory=dict)
    brand_kit: str | None = None
    evaluate: bool = False
    """Whether outputs are scored without a brand kit; with one they always are."""
    seed: int = 0
    revision: str | None = None
    idempotency_key: str | None = None
    max_cost_usd: float | None = None
    allow_duplicate: bool = False
    callback_url: str | None = None
    workspace_id: str | None = None
    """None: that of the project, or the default one."""
    project_id: str | None = None
    """None: the default one of the workspace."""


@dataclass(frozen=True, slots=True)
class TechniqueFilter:
    """Which techniques a list shows."""

    query: str | None = None
    input_type: PortType | None = None
    output_type: PortType | None = None
    runnable_only: bool = False
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Which models a list shows."""

    type: Kind | None = None
    query: str | None = None
    """Words that all must occur in the id, name, provider or description."""
    available_only: bool = False
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class BrandFilter:
    """Which brand kits a list shows."""

    query: str | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs a list shows, newest first."""

    statuses: tuple[Status, ...] = ()
    """Runs in any of these; empty: in all."""
    run_type: RunType | None = None
    technique_id: str | None = None
    workspace_id: str | None = None
    project_id: str | None = None
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TechniqueEntry:
    """A technique with whether it can be started now."""

    technique: Technique
    availability: Availability
    needs: tuple[str, ...] = ()
    """What is missing, in words: `an image model`."""
    is_published: bool = True
    signature: str = ""
    """Inputs → outputs in one line."""
    price_usd: float | None = 0.0
    """What a run costs with the least that it can be given, in US dollars; None where that is not known."""
    known_price_usd: float = 0.0
    """So much of it as is known."""


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """One revision of a technique."""

    revision: str
    is_published: bool
    is_draft: bool
    """Whether it is what the technique's file says now, and is not published."""
    created_at: int | None = None
    """When the store began to keep it, in Unix milliseconds; None: it is in a file only."""
