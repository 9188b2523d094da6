"""What a run's event stream says: messages of server-sent events, and the events in them."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from limner.rest.shapes.common import Answer, UnixMs
from limner.rest.shapes.runs import PublicStatus

PhaseName = Literal["queued", "composing", "rendering", "done", "failed", "cancelled"]


class RunEvent(Answer):
    """A fact about a run.

    Types: queued, phase, progress, step_…, routed, not_accepted, planning, reasoning, tool_call, warning, resumed,
    evaluated, completed, failed, cancelled.
    """

    model_config = ConfigDict(extra="allow")

    seq: int = Field(description="Its number in the run, from 1 without a gap.")
    type: str
    at: UnixMs
    phase: PhaseName | None = None
    progress: float | None = None
    message: str | None = None
    step: str | None = Field(None, description="The step of the technique that it is about.")
    error: dict[str, Any] | None = None
    text: str | None = Field(None, description="Of planning and reasoning: in words.")
    by: str | None = Field(
        None, description="Of planning and reasoning: the model; `rules` where no model was asked."
    )
    tool: str | None = Field(None, description="Of tool_call: what was called.")
    arguments: Any = Field(None, description="Of tool_call: with what, cut if it is long.")
    result: Any = Field(None, description="Of tool_call: what came back, cut if it is long.")
    status: PublicStatus | None = Field(None, description="Of the last event: how the run ended.")


class EventMessage(Answer):
    """One message of a stream, as browsers' EventSource reads them. Comments keep a silent stream open."""

    event: str = Field(description="The type of the event; `run` for the run as it ended.")
    data: str = Field(description="JSON: a RunEvent; with `event: run` a RunDetail.")
    id: str | None = Field(None, description="The number of the event, for `Last-Event-ID`.")
    retry: int | None = Field(None, description="Milliseconds to wait before connecting again.")
