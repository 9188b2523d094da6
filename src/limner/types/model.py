"""Models: what generates, what one is asked to make, and the action that is one's work on this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from limner.types.action import ActionPort
from limner.types.json import Json
from limner.types.media import Kind
from limner.types.technique import Availability

EMBEDDED = "limner"
"""The provider of the models that run here, as actions."""
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
    remedy: str = ""
    """What makes it ready where it is not, in a sentence; empty: nothing is known that would."""
    price_usd: float | None = 0.0
    """Of one call, or of one unit of `price_param`; None: not known."""
    price_param: str | None = None
    """The parameter that the price is multiplied by, such as `duration` (seconds); None: a call costs the price."""
    price_base_usd: float = 0.0
    """What a call costs beside that, such as a prompt beside the tokens of its answer."""
    estimated_seconds: float = 5.0

    @property
    def native_id(self) -> str:
        """Its id in its provider's own words."""
        return self.model_id.removeprefix(f"{self.provider}/")

    def price_of(self, params: Json) -> float | None:
        """Return what a call with these parameters costs, in US dollars; None where that is not known."""
        if self.price_usd is None or self.price_param is None:
            return self.price_usd
        units = params.get(self.price_param, self.params.get(self.price_param, {}).get("default"))
        try:
            return round(self.price_base_usd + self.price_usd * float(units), 6)
        except (TypeError, ValueError):
            return None  # such as `auto`

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model is looked for that can do it."""

    kind: Kind
    model_id: str | None = None
    """None: whichever fits."""
    takes: Mapping[Kind, int] = field(default_factory=dict)
    """How many media of each kind it is given."""
    needs: tuple[str, ...] = ()
    """Capabilities that it must have."""
    prefer: str | None = None
    """`price` or `speed`; None: as the operator's policy says."""
    params: Json = field(default_factory=dict)
    accepts_drafts: bool = False
