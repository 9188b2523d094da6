"""Techniques: their ports and steps, checked and ready to run."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from limner.types.agent import AgentTerms, ToolKind
from limner.types.json import Json
from limner.types.media import PortType

_PREFIX = "tech_"


def technique_id_of(name: str) -> str:
    """Return the id of the technique that `name` means: an id, or a slug."""
    return f"{_PREFIX}{slug_of(name)}"


def slug_of(technique_id: str) -> str:
    """Return a technique's id without its prefix; a slug, and the id of anything else, as it is."""
    return technique_id.removeprefix(_PREFIX)


class Availability(StrEnum):
    """Whether a technique can be started now."""

    READY = "ready"
    NEEDS_PROVIDER = "needs_provider"
    NOT_PUBLISHED = "not_published"


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
    REMOTE = "remote"
    """A technique of a provider's own; never in a file."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a technique's graph."""

    id: str
    kind: StepKind
    target: str
    """The action id, technique id, model type, agent name, or `PROVIDER/its-technique-id`, by `kind`."""
    inputs: Json = field(default_factory=dict)
    params: Json = field(default_factory=dict)
    prompt: str | None = None
    model: str | None = None
    needs: tuple[str, ...] = ()
    """Capabilities that the model must have."""
    prefer: str | None = None
    """Of a generated medium: `price` or `speed`; None: as the operator's policy says."""
    revision: str | None = None
    """Of a nested technique: the revision it is pinned to."""
    terms: AgentTerms | None = None
    """Of an agent."""
    for_each: Any = None
    when: Any = None
    after: tuple[str, ...] = ()
    """Ids of the steps whose results this one reads, computed from its references."""

    @property
    def techniques(self) -> tuple[tuple[str, str | None], ...]:
        """The techniques that it runs or may run: id and the revision it is pinned to."""
        if self.kind is StepKind.TECHNIQUE:
            return ((self.target, self.revision),)
        tools = self.terms.tools if self.terms else ()
        return tuple((tool.target, tool.revision) for tool in tools if tool.kind is ToolKind.TECHNIQUE)


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
    price_usd: float = 0.0
    """What a run costs the caller, in US dollars; 0 to 10,000."""
    reads_brand: tuple[str, ...] = ()
    """What its steps, and those of techniques nested in it, read of `$brand`: `palette`, `logo` …"""
    needs_brand: bool = False
    """Whether it cannot run without a brand kit."""

    @property
    def slug(self) -> str:
        """The id without its prefix."""
        return slug_of(self.technique_id)
