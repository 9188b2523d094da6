"""Webhooks: what is told to a callback address, each try to tell it, and the secrets that sign it."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types.json import Json


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when it began (Unix ms), what was answered or went wrong, and how long it took."""

    at: int
    status: int | None
    """The HTTP status; None when no answer came."""
    error: str | None
    """Why it does not count as delivered; None when it does."""
    ms: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """The end of a run, on its way to the run's callback address."""

    delivery_id: str
    run_id: str
    caller: str
    url: str
    event: str
    """`run.completed` or `run.failed`."""
    data: Json
    """What is told of the run, as it stood when it ended."""
    created_at: int
    state: DeliveryState
    attempts: tuple[Attempt, ...] = ()
    due_at: int | None = None
    """When it is tried next, in Unix ms; None when it has ended."""


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this process may try now, and the secrets to sign it with, the newest first."""

    delivery: Delivery
    secret_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """A secret that signs a caller's deliveries, by its name: the secret itself is derived, and stored nowhere."""

    secret_id: str
    created_at: int


def origin_of(address: str) -> str:
    """Return the scheme, host and port of an address with a path, and a slash: `https://example.com:8443/`."""
    return "/".join(address.split("/", 3)[:3]) + "/"
