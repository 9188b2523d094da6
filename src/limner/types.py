"""The values that rooms hand to each other. Frozen, and without behaviour beyond reading themselves."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object; the only place where `Any` is welcome."""


class Kind(StrEnum):
    """What a value is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    DOCUMENT = "document"


class PortType(StrEnum):
    """The public type of a technique's input or output."""

    IMAGE = "imageUrl"
    VIDEO = "videoUrl"
    AUDIO = "audioUrl"
    TEXT = "text"
    DOCUMENT = "documentUrl"

    @property
    def kind(self) -> Kind:
        """The kind of the value that goes through such a port."""
        return Kind(self.value.removesuffix("Url"))

    @classmethod
    def of(cls, kind: Kind) -> "PortType":
        """Return the public type for a kind."""
        return cls(kind.value if kind is Kind.TEXT else f"{kind.value}Url")


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


class Availability(StrEnum):
    """Whether a technique can be started now."""

    READY = "ready"
    NEEDS_PROVIDER = "needs_provider"
    NOT_PUBLISHED = "not_published"


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What the bytes of a media file say about it. Sizes in pixels, bytes and seconds."""

    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    has_audio: bool | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A media file, content-addressed: the same bytes are the same asset."""

    asset_id: str
    sha256: str
    media_type: str
    size_bytes: int
    created_at: int
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None

    @property
    def kind(self) -> Kind:
        """The kind of media, from its media type. A drawing (SVG) is a document: it has no pixels yet."""
        if self.media_type == "image/svg+xml":
            return Kind.DOCUMENT
        head = self.media_type.partition("/")[0]
        return Kind(head) if head in ("image", "video", "audio") else Kind.DOCUMENT


@dataclass(frozen=True, slots=True)
class Port:
    """A typed input or output of a technique."""

    id: str
    name: str
    type: PortType
    description: str = ""
    optional: bool = False
    allow_multiple: bool = False
    schema: Json = field(default_factory=dict)
    """Narrows the value: enum, default, minimum … on text; minItems and maxItems where `allow_multiple`."""
    specified_aspect_ratio: str | None = None
    specified_duration: float | None = None
    """Seconds."""
    fit: str | None = None
    """`crop` or `pad`: how a picture of another ratio is made to fit. None: it is refused."""
    source: Any = None
    """Outputs only: the reference the value comes from (`from:` in the file)."""


class StepKind(StrEnum):
    """What a step uses."""

    ACTION = "action"
    GENERATE = "generate"
    TECHNIQUE = "technique"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a technique's graph."""

    id: str
    kind: StepKind
    target: str
    """The action id, technique id, model type or agent name, by `kind`."""
    inputs: Json = field(default_factory=dict)
    params: Json = field(default_factory=dict)
    prompt: str | None = None
    model: str | None = None
    revision: str | None = None
    """Of a nested technique: the revision it is pinned to."""
    for_each: Any = None
    when: Any = None
    after: tuple[str, ...] = ()
    """Ids of the steps whose results this one reads, computed from its references."""


@dataclass(frozen=True, slots=True)
class Technique:
    """One revision of a technique, checked and ready to run."""

    technique_id: str
    name: str
    description: str
    inputs: tuple[Port, ...]
    steps: tuple[Step, ...]
    outputs: tuple[Port, ...]
    revision: str
    definition: Json
    """The canonical content that `revision` is the hash of."""
    fidelity: str = "faithful"
    """faithful, procedural or model: how close the result is to what the name promises."""
    tags: tuple[str, ...] = ()
    examples: tuple[Json, ...] = ()
    estimated_seconds: float = 5.0

    @property
    def slug(self) -> str:
        """The id without its prefix."""
        return self.technique_id.removeprefix("tech_")


@dataclass(frozen=True, slots=True)
class ActionPort:
    """What an action takes or makes, of one kind. `most` None: no upper bound."""

    kind: Kind
    least: int = 1
    most: int | None = 1
    description: str = ""

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return self.most != 1


@dataclass(frozen=True, slots=True)
class Action:
    """One deterministic operation on media: its contract, not its code."""

    action_id: str
    name: str
    description: str
    inputs: tuple[ActionPort, ...]
    outputs: tuple[ActionPort, ...]
    params: Json
    """JSON Schema properties by parameter name; each has `type`, `description` and `default`."""
    handler: str
    """`module:function` that a worker process imports; never imported by the server."""
    version: int = 1
    """Goes up when the result for equal input changes; part of the cache key."""
    estimated_seconds: float = 1.0
    timeout_seconds: float = 300.0

    def params_schema(self) -> Json:
        """Return the JSON Schema (2020-12) of the parameters object."""
        return {"type": "object", "properties": self.params, "additionalProperties": False}

    def defaults(self) -> Json:
        """Return every parameter's default value."""
        return {name: schema["default"] for name, schema in self.params.items()}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker process may use."""

    max_pixels: int = 64_000_000
    max_frames: int = 18_000
    max_duration_seconds: float = 600.0
    max_input_bytes: int = 500_000_000
    max_output_bytes: int = 1_000_000_000
    memory_bytes: int = 3_000_000_000
    cpu_seconds: int = 900


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


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof of ownership that every write of a run carries."""

    run_id: str
    owner: str
    attempt: int


class StepState(StrEnum):
    """Where a step of a run stands."""

    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """The checkpoint of one step of one run. `executions` counts how often it was begun."""

    step: str
    state: StepState
    executions: int
    result: Json | None = None
    was_cached: bool = False


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it has its number. `data` holds what the type needs: phase, progress, step …"""

    type: str
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """An append-only fact about a run. `seq` starts at 1 and has no gaps; `at` is Unix milliseconds."""

    seq: int
    type: str
    at: int
    data: Json = field(default_factory=dict)


class Disposition(StrEnum):
    """What `start` did with a request."""

    CREATED = "created"
    JOINED = "joined"
    REPLAYED = "replayed"
    RETRIED = "retried"
    DEDUPLICATED = "deduplicated"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and where the next begins."""

    items: tuple[Any, ...]
    next_cursor: str | None
    total_estimate: int | None = None


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine with what its bytes say about it."""

    path: Path
    info: MediaInfo
