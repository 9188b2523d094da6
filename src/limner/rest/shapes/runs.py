"""Runs: how they are started, how they stand, and what happened to them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from limner.rest.shapes.common import Answer, Body, Meta, ProjectId, UnixMs, Usd, WorkspaceId, example
from limner.rest.shapes.provenance import RunSummary
from limner.rest.shapes.techniques import PortTypeName

PublicStatus = Literal["pending", "running", "completed", "failed"]
RunTypeName = Literal["technique", "action", "generation"]
KindName = Literal["image", "video", "audio", "text"]
RunErrorCode = Literal[
    "provider_error", "model_timeout", "safety_blocked", "input_unreachable", "internal_error", "cancelled"
]
Key = Annotated[str, Field(min_length=1, max_length=255, description="As the header `Idempotency-Key`.")]
Callback = Annotated[
    str, Field(max_length=2000, description="Public https:// address that is told when the run has ended.")
]
Text = Annotated[str, Field(max_length=1_000_000)]


class StartBody(Body):
    """What every body that starts a run may say."""

    idempotency_key: Key | None = None
    callback_url: Callback | None = None
    seed: int = Field(0, ge=0, le=2**53 - 1, description="Same seed, same result.")
    max_cost_usd: float | None = Field(None, ge=0, description="Refuse if it would cost more.")
    dry_run: bool = Field(False, description="Only check and price it; start nothing.")
    allow_duplicate: bool = Field(
        False, description="Without a key: start anew even if the same request is in flight or just finished."
    )
    workspace_id: WorkspaceId | None = Field(None, description="By default the project's, or `ws_default`.")
    project_id: ProjectId | None = Field(None, description="By default the workspace's own.")


class PortValue(Body):
    """The value of one input; several with the same `id` for an input that takes several."""

    id: str = Field(min_length=1, max_length=200)
    type: PortTypeName
    value: Text = Field(
        description="Text as it is; media as https:// address, `asset_…` or data: URL up to 2 MB."
    )


class TechniqueRunBody(StartBody):
    """Starts a run of the technique in the path."""

    inputs: list[PortValue] = Field(default_factory=list, max_length=200)
    mode: Literal["async", "stream"] = Field(
        "async", description="`stream` answers with server-sent events that end with the run."
    )
    brand_kit: str | None = None
    evaluate: bool = Field(False, description="Score the outputs even without a brand kit.")
    revision: str | None = None


class StartTechnique(StartBody):
    """Starts a run of a technique."""

    technique_id: str = Field(min_length=1, max_length=200)
    inputs: dict[str, Any] = Field(default_factory=dict, description="Value by input id.")
    brand_kit: str | None = None
    evaluate: bool = Field(False, description="Score the outputs even without a brand kit.")
    revision: str | None = None


class ActionInput(Body):
    """One input of an action or model: `text` for text, `url` for media."""

    type: KindName
    name: str | None = Field(None, description="Not needed: these inputs go by their type.")
    text: Text | None = None
    url: Text | None = Field(None, description="https:// address, `asset_…` or data: URL up to 2 MB.")


class StartGeneration(StartBody):
    """Starts a run of a model."""

    model_config = example(
        type="image", prompt="A poster for a spring sale", model="limner/draft-1", params={"layout": "poster"}
    )

    prompt: Text
    type: KindName
    model: str | None = Field(
        None, max_length=200, description="A `model_id`; without it, the server chooses."
    )
    inputs: list[ActionInput] = Field(default_factory=list, max_length=200)
    params: dict[str, Any] = Field(
        default_factory=dict,
        description="The model's. `accept_drafts: true`, where no `model` is named: a layout draft will do.",
    )
    brand_kit: str | None = None
    evaluate: bool = Field(False, description="Score the outputs even without a brand kit.")


class StartAction(StartBody):
    """Starts a run of one action."""

    model_config = example(action_id="split-text", inputs=[{"type": "text", "text": "One line\nand another"}])

    action_id: str = Field(min_length=1, max_length=200)
    inputs: list[ActionInput] = Field(default_factory=list, max_length=200)
    params: dict[str, Any] = Field(default_factory=dict)


class TechniqueNamed(Answer):
    """Which technique a run executes."""

    technique_id: str
    name: str
    revision: str | None = None


class ActionNamed(Answer):
    """Which action a run executes."""

    action_id: str


class ModelNamed(Answer):
    """Which model a run uses."""

    model_id: str


class Started(Answer):
    """A run that was started, or that the request repeats (header `Idempotent-Replayed: true`)."""

    run_id: str
    type: RunTypeName
    status: PublicStatus
    charged_cost: Usd
    estimated_seconds: float
    poll_url: str
    project_id: str
    workspace_id: str
    technique: TechniqueNamed | None = None
    action: ActionNamed | None = None
    model: ModelNamed | None = None


class StepCost(Answer):
    """What one step costs at most."""

    step: str
    estimated_usd: Usd | None = Field(description="Of all its repetitions; null: not known.")
    count: int | None = Field(description="How often it runs; null: only the run knows.")
    model_id: str | None = Field(None, description="The model that is asked first.")


class Cost(Answer):
    """What a run costs at most, in US dollars, step by step."""

    estimated_usd: Usd = Field(description="The sum of what is known.")
    by_step: list[StepCost]
    unpriced: list[str] | None = Field(None, description="Models and steps without a known price.")


class Priced(Answer):
    """The answer to `dry_run`: nothing was started."""

    cost: Cost


class RunOutput(Answer):
    """One result. A list gives several with the same `output_id` and an `index`."""

    output_id: str
    type: PortTypeName
    url: str | None = Field(
        None, description="Where the file is, by a link that expires; of `text`, the text itself."
    )
    index: int | None = None
    asset_id: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    is_missing: bool | None = Field(None, description="Whether the file was deleted.")


class Attempt(Answer):
    """One attempt to deliver a callback."""

    at: UnixMs
    ms: int = Field(description="How long it took.")
    status: int | None = Field(None, description="What the receiver answered.")
    error: str | None = None


class Delivery(Answer):
    """The callback of one ending of a run."""

    delivery_id: str
    event: str
    url: str
    state: Literal["pending", "delivered", "failed"]
    attempts: list[Attempt]
    created_at: UnixMs
    due_at: int | None = Field(None, description="When the next attempt is made.")


class RunDetail(Answer):
    """A run as it stands."""

    run_id: str
    type: RunTypeName
    status: PublicStatus = Field(description="A cancelled run is `failed`, with `error_code: cancelled`.")
    phase: Literal["queued", "composing", "rendering", "done", "failed", "cancelled"]
    progress: float = Field(ge=0, le=100)
    message: str
    created_at: UnixMs
    started_at: UnixMs | None = None
    completed_at: UnixMs | None = None
    charged_cost: Usd | None = None
    error_code: RunErrorCode | None = None
    error_message: str | None = None
    error: dict[str, Any] | None = Field(None, description="The error in Limner's own, finer words.")
    outputs: list[RunOutput] | None = None
    evaluation: dict[str, Any] | None = None
    poll_url: str
    project_id: str
    workspace_id: str
    seed: int
    brand_kit: str | None = None
    last_seq: int = Field(description="The number of its last event.")
    fidelity: str | None = Field(
        None, description="Of a model's run: how close the result is to what was asked."
    )
    unmatched_terms: list[str] | None = Field(
        None, description="Of a layout draft: words of the prompt that it does not show."
    )
    technique: TechniqueNamed | None = None
    action: ActionNamed | None = None
    model: ModelNamed | None = None
    callbacks: list[Delivery] | None = Field(None, description="Who was told of its end, and how that went.")
    run_summary: RunSummary | None = Field(None, description="Of a completed run, where it is read alone.")


class HistoryRow(RunDetail):
    """A run of a technique in the history."""

    technique_run_id: str
    technique: TechniqueNamed


class History(Answer):
    """A page of runs of techniques, newest first."""

    technique_runs: list[HistoryRow]
    meta: Meta
