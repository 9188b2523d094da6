"""What an adapter is: the two halves of asking for paid work, and what there is to ask for.

The two halves hold one promise: work is never paid for twice, and never lost. `submit` returns as soon as the
provider has accepted; the ticket is stored before anything else happens; `result` may be called again with the same
ticket, by another process too. What goes wrong is told apart by what it proves:

NotAccepted       nothing was accepted and nothing will be billed: connection refused, 429, 503, or a refusal (4xx)
OutcomeUnknown    the request may have been accepted: time-out, connection lost, 500, an answer cut short
ProviderFailed    it was accepted, and has ended without a result
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from limner.types import Made, Offers, Order, ProviderSettings, Ticket

OnProgress: TypeAlias = Callable[[float, str], None]
"""(fraction from 0 to 1, message)."""


class Provider(Protocol):
    """One configured provider."""

    settings: ProviderSettings
    takes_keys: bool
    """Whether a request that is sent again with the same key is the same job there, billed once."""

    async def offers(self) -> Offers:
        """Ask what it offers now. Raises: NotAccepted, when it cannot be reached or refuses us."""

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket | Made:
        """Ask for work, once; return its ticket, or the result of a provider that answers with it at once.

        key: names this request for ever, 64 hexadecimal digits. folder: where files that it made are put.
        Raises: NotAccepted, OutcomeUnknown, ProviderFailed.
        """

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        """Wait until accepted work has ended, and return what it made, its files downloaded into `folder`.

        Asks again, with growing pauses, while the provider cannot be reached.
        Raises: ProviderFailed; OutcomeUnknown, when the provider does not know the ticket any more.
        """

    async def cancel(self, ticket: Ticket) -> bool:
        """Ask that accepted work be stopped; return whether the provider confirmed that it is, unbilled."""

    async def aclose(self) -> None:
        """Close its connections."""
