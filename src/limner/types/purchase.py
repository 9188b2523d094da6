"""Purchases: paid requests to providers, each a line of the ledger from the moment before it is sent."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types.json import Json


class PurchaseState(StrEnum):
    """How much is known of a paid request."""

    INTENDED = "intended"
    """It is about to be sent, or was, and no word has come back yet."""
    ACCEPTED = "accepted"
    """The provider has taken it on; counted at its price."""
    SETTLED = "settled"
    """It is over, and costs what is charged."""
    RELEASED = "released"
    """It is over, and costs nothing: nothing was accepted, or the provider charges nothing for it."""
    UNKNOWN = "unknown"
    """It was sent, and nobody knows whether it was accepted; counted at its price."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A paid request of one step of one run. Money in US dollars."""

    key: str
    """Names the request at the provider too: 64 hexadecimal digits."""
    run_id: str
    step: str
    provider: str
    target: str
    """The provider's own id of the model or technique."""
    state: PurchaseState
    price_usd: float | None
    """What it was said to cost; None: that was not known."""
    charged_usd: float = 0.0
    """What it counts for in the run's charge."""
    job_id: str | None = None
    """The provider's own name of the work, once it has accepted."""
    handle: Json | None = None
    """What collects the work."""
    sent_at: int = 0
    """When the intent was written down, in Unix milliseconds."""
    ended_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether its result, or word of it, is still to come."""
        return self.state in (PurchaseState.INTENDED, PurchaseState.ACCEPTED)

    @property
    def can_have_cost(self) -> bool:
        """Whether something was paid for it, or may have been: then what it was for is not asked for again."""
        is_paid = self.charged_usd > 0 or self.price_usd is None or self.state is PurchaseState.UNKNOWN
        return is_paid and self.state is not PurchaseState.RELEASED


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one model, or one technique with a price of its own, came to for a caller. Money in US dollars."""

    caller: str
    provider: str
    """`limner` for the price of a technique itself, which is not what its steps cost."""
    target: str
    """The provider's own id of the model or technique; ours for the price of a technique."""
    requests: int
    """Those that cost something, or may have."""
    charged_usd: float
    unknown: tuple[str, ...] = ()
    """The runs of those that nobody knows the outcome of, one for each request; they count at their price."""
    unpriced: int = 0
    """How many of them had no known price, and count nothing here."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What was charged in a stretch of time, the dearest first, and what is being worked on now."""

    charged: tuple[CostLine, ...]
    """Of the runs that ended in that time: its sum is what the callers' days came to."""
    under_way: tuple[CostLine, ...]
    """Of the runs that have not ended, whenever they began: what they have been charged by now."""
