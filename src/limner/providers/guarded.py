"""Holds an adapter to the contract: what it raises beside the three errors is turned into the careful one of them."""

import logging
from pathlib import Path
from traceback import format_exception

from limner.errors import LimnerError, NotAccepted, OutcomeUnknown
from limner.providers.contract import OnProgress, Provider
from limner.types import Made, Offers, Order, ProviderSettings, Ticket

log = logging.getLogger(__name__)


class Guarded:
    """A provider whose adapter may have mistakes, of another package or ours: they end one request, never a server."""

    def __init__(self, inner: Provider) -> None:
        self._inner = inner
        self.settings: ProviderSettings = inner.settings
        self.takes_keys: bool = inner.takes_keys

    async def offers(self) -> Offers:
        """As the contract has it; a mistake is NotAccepted: nothing was asked for."""
        try:
            return await self._inner.offers()
        except LimnerError:
            raise
        except Exception as error:
            raise NotAccepted(self._said("offers", error), is_passing=False) from error

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket | Made:
        """As the contract has it; a mistake is OutcomeUnknown: nobody can tell what was sent before it."""
        try:
            return await self._inner.submit(order, key, folder)
        except LimnerError:
            raise
        except Exception as error:
            raise OutcomeUnknown(self._said("submit", error)) from error

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        """As the contract has it; a mistake is OutcomeUnknown: the work was accepted, and may be done."""
        try:
            return await self._inner.result(ticket, order, folder, on_progress)
        except LimnerError:
            raise
        except Exception as error:
            raise OutcomeUnknown(self._said("result", error)) from error

    async def cancel(self, ticket: Ticket) -> bool:
        """As the contract has it; a mistake, or no answer, confirms nothing."""
        try:
            return await self._inner.cancel(ticket)
        except Exception as error:  # noqa: BLE001  # code that may be another package's
            log.warning("provider_not_cancelled", extra={"reason": self._said("cancel", error)})
            return False

    async def aclose(self) -> None:
        """Close its connections, as well as it can."""
        try:
            await self._inner.aclose()
        except Exception as error:  # noqa: BLE001  # code that may be another package's
            log.warning("provider_not_closed", extra={"reason": self._said("aclose", error)})

    def _said(self, method: str, error: Exception) -> str:
        """Return what went wrong; where, goes to the log. Neither shows the key."""
        name, secret = self.settings.name, self.settings.api_key or "\0"
        trace = "".join(format_exception(error)).replace(secret, "…")
        log.error("adapter_failed", extra={"provider": name, "method": method, "trace": trace})
        said = f"{type(error).__name__}: {error}".replace(secret, "…")
        return f"The adapter of {name} failed in {method}: {said}"
