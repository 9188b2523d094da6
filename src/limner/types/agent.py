"""Agents: what one may use, must return and may not exceed, and a page of the web as one reads it."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types.json import Json


class ToolKind(StrEnum):
    """What a tool of an agent is."""

    ACTION = "action"
    TECHNIQUE = "technique"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class AgentTool:
    """One thing that an agent may use."""

    kind: ToolKind
    target: str = ""
    """The id of the action or technique."""
    revision: str | None = None
    """Of a technique: the revision it is pinned to."""


@dataclass(frozen=True, slots=True)
class AgentLimits:
    """Where an agent stops, whether it has its result or not."""

    turns: int = 12
    """So often the model is asked; a result that has to be mended may take one more."""
    calls: int = 24
    """So many tools are called."""
    cost_usd: float = 0.5
    """What its turns, and paid steps of the techniques that it calls, cost together, in US dollars."""
    seconds: float = 600.0
    """Nothing new is begun after it."""


@dataclass(frozen=True, slots=True)
class AgentTerms:
    """What an agent step says beside its prompt."""

    tools: tuple[AgentTool, ...] = ()
    result: Json | None = None
    """JSON Schema of the object that it returns; None: text."""
    limits: AgentLimits = AgentLimits()


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a page says: plain text, without markup."""

    url: str
    """Where it was found, after redirects."""
    title: str
    text: str
    is_cut: bool = False
    """Whether it goes on."""
