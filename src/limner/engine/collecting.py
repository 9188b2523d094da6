"""Accepted work: its result collected, by whichever process has its ticket; or stopped upstream."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio

from limner.engine.accounts import released
from limner.engine.progress import Report
from limner.errors import LimnerError, NotAccepted, ProviderFailed
from limner.providers.contract import Provider
from limner.store.contract import Store
from limner.types import Made, Order, Purchase, PurchaseState, Status, Ticket

GRACE_SECONDS = 5.0
"""So long what is under way is waited for when the work is stopped: its ticket stops it upstream."""
SPARE_SECONDS = 60.0


class Collector:
    """Sees to what providers have accepted, for one run."""

    def __init__(self, *, run_id: str, store: Store, folder_of: Callable[[str], Path]) -> None:
        """folder_of: returns where the files of a step are put."""
        self._run_id = run_id
        self._store = store
        self._folder_of = folder_of

    async def collect(
        self, purchase: Purchase, provider: Provider, ticket: Ticket, order: Order, report: Report
    ) -> Made:
        """Return what accepted work came to. Raises: ProviderFailed, OutcomeUnknown."""

        def on_progress(fraction: float, message: str) -> None:
            report(min(0.99, fraction), message or purchase.step)

        try:
            with anyio.fail_after(provider.settings.result_seconds + SPARE_SECONDS):
                return await provider.result(ticket, order, self._folder_of(purchase.step), on_progress)
        except TimeoutError:
            is_free = await self._is_stopped(provider, ticket)
            raise ProviderFailed(
                f"{purchase.provider} did not give its result in time.",
                code="model_timeout",
                billed_usd=0.0 if is_free else None,
            ) from None
        except NotAccepted as error:
            raise ProviderFailed(
                f"{purchase.provider} has accepted {ticket.job_id}, and its result cannot be had: {error.message}",
                billed_usd=None,
                next_step=f"The provider may still have it, as {ticket.job_id}. {error.next_step}",
            ) from error
        except anyio.get_cancelled_exc_class():
            with anyio.move_on_after(GRACE_SECONDS, shield=True):
                await self.stop_if_cancelled(purchase, provider, ticket)
            raise

    async def stop_if_cancelled(self, purchase: Purchase, provider: Provider, ticket: Ticket) -> None:
        """Stop work upstream when somebody cancelled the run; not when this process ends, or another took it over."""
        if await self.is_cancelled():
            await self.stop(purchase, provider, ticket)

    async def stop(self, purchase: Purchase, provider: Provider, ticket: Ticket) -> None:
        """Stop work upstream. Where nobody says that it costs nothing, it counts at its price."""
        is_free = await self._is_stopped(provider, ticket)
        ended = released(purchase) if is_free else replace(purchase, state=PurchaseState.SETTLED)
        await self._store.correct_purchase(ended)

    async def is_cancelled(self) -> bool:
        """Return whether somebody has cancelled the run."""
        return (await self._store.load_run(self._run_id)).status is Status.CANCELLED

    async def _is_stopped(self, provider: Provider, ticket: Ticket) -> bool:
        try:
            with anyio.fail_after(GRACE_SECONDS):
                return await provider.cancel(ticket)
        except (LimnerError, TimeoutError):
            return False
