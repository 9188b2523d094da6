"""Models: what generates, what one is asked to make, and the action that is one's work on this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from limner.types.action import ActionPort
from limner.types.json import Json
from limner.types.media import Kind
from limner.types.technique import Availability

GENERATED = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.TEXT)
"""What models make."""
LAYOUT_DRAFT = "layout-draft"
"""The fidelity of what is set out like the thing asked for, and is not it: type, colour, labelled places."""


@dataclass(frozen=True, slots=True)
class Model:
    """Something that generates: its contract, not its code. Money in US dollars."""

    model_id: str
    name: str
    description: str
    provider: str
    type: Kind
    """One of GENERATED."""
    params: Json
    """JSON Schema properties by parameter name; each has `type`, `description` and `default`."""
    inputs: tuple[ActionPort, ...] = ()
    """The media that it takes beside the prompt."""
    max_prompt_chars: int = 10_000
    fidelity: str = "model"
    """`model`, or LAYOUT_DRAFT."""
    capabilities: tuple[str, ...] = ()
    version: int = 1
    """Goes up when the result for an equal request changes; part of a run's fingerprint."""
    availability: Availability = Availability.READY
    price_usd: float = 0.0
    estimated_seconds: float = 5.0

    @property
    def is_draft(self) -> bool:
        """Whether it only drafts, and so serves only who names it or accepts drafts."""
        return self.fidelity == LAYOUT_DRAFT


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model is asked to make, its media brought in."""

    model_id: str
    prompt: str
    params: Json
    inputs: Mapping[Kind, Sequence[str]] = field(default_factory=dict)
    """Asset ids by kind."""
    seed: int = 0
    brand: Json = field(default_factory=dict)
    """What `$brand` shows of the brand kit, its logo as a `data:` address; empty without a kit."""


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One action with everything that it is given: asset ids or text by kind, and parameters."""

    action_id: str
    inputs: Mapping[Kind, Sequence[str]]
    params: Json
