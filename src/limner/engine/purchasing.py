"""Paid work of one attempt at a run: written down, asked for, collected. Never lost, never asked for twice.

The intent is committed before the request, the provider's ticket as soon as it answers, the result with the end of the
step. So whatever dies in between leaves a line that says how far it came: a ticket is collected, an intent is sent
again only with the same key to a provider that takes keys, and anything else is reported as an unknown outcome.
"""

import random
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import anyio
import anyio.lowlevel

from limner.engine.accounts import Accounts, left_by, released
from limner.engine.collecting import GRACE_SECONDS, Collector
from limner.engine.progress import Report
from limner.engine.seams import Market, MediaShelf
from limner.errors import (
    InvalidMedia,
    LimnerError,
    LostOwnership,
    NotAccepted,
    OutcomeUnknown,
    ProviderFailed,
)
from limner.money import usd
from limner.providers.contract import Provider
from limner.store.contract import Store
from limner.types import (
    Candidate,
    Fence,
    Json,
    Made,
    MediaFile,
    NewEvent,
    Order,
    Purchase,
    PurchaseState,
    Run,
    Ticket,
)

OrderOf: TypeAlias = Callable[[Candidate], Order]
"""What to ask of one candidate."""

ATTEMPTS = 4
"""So often one provider is asked that takes nothing on, with growing pauses, before the next one is."""
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
KEYS_LAST_MS = 3_600_000
"""An older intent is not sent again, even with its key: providers forget keys, the soonest after two hours."""


class Purchaser:
    """Has providers make things, for one attempt at a run."""

    def __init__(
        self,
        *,
        run: Run,
        fence: Fence,
        store: Store,
        media: MediaShelf,
        market: Market,
        scratch: Path,
        purchases: Sequence[Purchase],
        clock: Callable[[], int],
    ) -> None:
        """purchases: what earlier attempts have asked for. clock: Unix milliseconds."""
        self._run = run
        self._fence = fence
        self._store = store
        self._media = media
        self._market = market
        self._scratch = scratch
        self._clock = clock
        self._collector = Collector(run_id=run.run_id, store=store, folder_of=self._folder)
        self.accounts = Accounts(run, purchases)

    async def make(
        self, path: str, candidates: Sequence[Candidate], order_of: OrderOf, report: Report
    ) -> Made:
        """Return what the first candidate makes that takes the work on, its request still open in the accounts.

        Whoever keeps the result ends the request with the step. Files lie in the step's folder until then.
        Raises: NotAccepted, OutcomeUnknown, ProviderFailed, LostOwnership.
        """
        if (begun := self.accounts.open_at(path)) is not None:
            return await self._resume(begun, order_of(_same(begun, candidates)), report)
        refusals: list[NotAccepted] = []
        for candidate in candidates:
            try:
                return await self._buy(path, candidate, order_of(candidate), report)
            except NotAccepted as error:
                refusals.append(error)
                if error.code == "safety_blocked":
                    break  # nobody is looked for who minds less
        raise _all_refused(refusals)

    async def admit(self, item: MediaFile, what: str) -> str:
        """Take a file that a provider made among the assets, having decoded it, and return its id.

        Raises: ProviderFailed, when it is not what its first bytes say.
        """
        try:
            asset = await self._media.admit(item.path, kind=item.kind, field=what, caller=self._run.caller)
        except InvalidMedia as error:
            raise ProviderFailed(
                f"The provider's result cannot be used: {error.message}", billed_usd=None
            ) from error
        return asset.asset_id

    @asynccontextmanager
    async def working(self, path: str) -> AsyncIterator[None]:
        """Hold the step's folder, new and empty, and remove it at the end."""
        folder = self._folder(path)
        await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))
        await anyio.Path(folder).mkdir(parents=True)
        try:
            yield
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))

    def _folder(self, path: str) -> Path:
        return self._scratch / f"{path.replace('/', '~')}~made"

    # Asking

    async def _buy(self, path: str, candidate: Candidate, order: Order, report: Report) -> Made:
        """Write the intent down, ask until the provider takes the work on, and return what it makes."""
        provider = self._market.get(candidate.provider)
        purchase = self.accounts.begin(path, candidate, self._clock())
        events = [NewEvent("routed", _route(path, candidate))]
        events += [NewEvent("warning", {"step": path, "message": text}) for text in candidate.warnings]
        async with self._market.places(candidate.provider):
            await self._intend(purchase, events)
            return await self._ask(purchase, provider, order, report, may_be_there=False)

    async def _intend(self, purchase: Purchase, events: Sequence[NewEvent] = ()) -> None:
        """Write down that a request is about to be sent. When it is not, because the work is stopped: that too."""
        await self._store.note_purchase(self._fence, purchase, events)
        self.accounts.note(purchase)
        try:
            await anyio.lowlevel.checkpoint_if_cancelled()
        except anyio.get_cancelled_exc_class():
            with anyio.move_on_after(GRACE_SECONDS, shield=True):
                await self._store.correct_purchase(released(purchase))
            raise

    async def _ask(
        self, purchase: Purchase, provider: Provider, order: Order, report: Report, *, may_be_there: bool
    ) -> Made:
        """Send a request until it is taken on; send it again only where that cannot be billed twice.

        may_be_there: whether it was sent before and may have been accepted: then no refusal proves the contrary.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self._submit(purchase, provider, order, may_be_there=may_be_there)
            except (NotAccepted, OutcomeUnknown) as error:
                may_be_there = may_be_there or isinstance(error, OutcomeUnknown)
                can_pass = provider.takes_keys if may_be_there else error.is_passing
                if attempt < ATTEMPTS and can_pass:
                    await self._wait(purchase, attempt, error, may_be_there=may_be_there)
                    continue
                if may_be_there:
                    raise _told(error, purchase) from error
                await self._release(purchase, error)
                raise
            if isinstance(answer, Made):
                return answer
            accepted = self.accounts.open_at(purchase.step) or purchase
            return await self._collector.collect(accepted, provider, answer, order, report)
        raise AssertionError("the last attempt returns or raises")

    async def _wait(
        self, purchase: Purchase, attempt: int, error: LimnerError, *, may_be_there: bool
    ) -> None:
        """Wait until a request may be sent again; meanwhile the ledger says whether it may be there already."""
        again = {"step": purchase.step, "attempt": attempt, "reason": error.message}
        event = NewEvent("step_retried", again)
        if may_be_there:
            await self._store.record(self._fence, [event])
            await anyio.sleep(_pause(attempt, error))
        else:
            await self._note(released(purchase), event)
            await anyio.sleep(_pause(attempt, error))
            await self._intend(purchase)

    async def _submit(
        self, purchase: Purchase, provider: Provider, order: Order, *, may_be_there: bool
    ) -> Ticket | Made:
        """Send a request and store its ticket.

        Cancelling waits a little: for the ticket that stops it upstream, or the result, which is then paid for, and
        returned all the same.
        """
        answer: Ticket | Made | None = None
        problem: LimnerError | None = None
        try:
            async with anyio.create_task_group() as tasks:
                shield = anyio.CancelScope(shield=True)
                tasks.start_soon(_limit_on_cancel, shield)
                with shield:
                    try:
                        answer = await provider.submit(order, purchase.key, self._folder(purchase.step))
                        if isinstance(answer, Ticket):
                            await self._note_ticket(purchase, provider, answer)
                    except LimnerError as error:
                        problem = error  # raised below: a group of one would hide it
                tasks.cancel_scope.cancel()
            if not isinstance(answer, Made):
                await anyio.lowlevel.checkpoint_if_cancelled()
        except anyio.get_cancelled_exc_class():
            if isinstance(answer, Made):
                return answer
            with anyio.move_on_after(GRACE_SECONDS, shield=True):
                proof = None if may_be_there and isinstance(problem, NotAccepted) else problem
                await self._note_stopped(purchase, provider, answer, proof)
            raise
        if problem is not None:
            raise problem
        if answer is None:
            raise OutcomeUnknown(f"{purchase.provider} gave no answer.")
        return answer

    async def _note_ticket(self, purchase: Purchase, provider: Provider, ticket: Ticket) -> None:
        accepted = replace(
            purchase,
            state=PurchaseState.ACCEPTED,
            charged_usd=purchase.price_usd or 0.0,
            job_id=ticket.job_id,
            handle=ticket.handle,
        )
        self.accounts.note(accepted)
        told = {"step": purchase.step, "provider": purchase.provider, "job_id": ticket.job_id}
        try:
            await self._store.note_purchase(self._fence, accepted, [NewEvent("step_accepted", told)])
        except LostOwnership:
            await self._store.correct_purchase(accepted)
            await self._collector.stop_if_cancelled(accepted, provider, ticket)
            raise

    async def _note_stopped(
        self, purchase: Purchase, provider: Provider, ticket: Ticket | None, problem: LimnerError | None
    ) -> None:
        """Write down what became of a request that was under way when the work was stopped.

        A refusal is one whatever stopped the work. Otherwise, when this process ends rather than the run, ticket and
        intent stay as they are, for whoever goes on with the run.
        """
        if isinstance(problem, NotAccepted):
            await self._store.correct_purchase(released(purchase))
        elif isinstance(problem, LostOwnership):
            return  # its ticket came too late, and has been seen to
        elif ticket is not None:
            await self._collector.stop_if_cancelled(
                self.accounts.open_at(purchase.step) or purchase, provider, ticket
            )
        elif await self._collector.is_cancelled():
            lost = problem or OutcomeUnknown("The run was cancelled while the request was under way.")
            await self._store.correct_purchase(left_by(purchase, lost))

    async def abandon(self, purchase: Purchase) -> None:
        """Write down how a request has ended whose step cannot be stored, because somebody cancelled the run."""
        if await self._collector.is_cancelled():
            await self._store.correct_purchase(purchase)

    async def stop_all(self) -> None:
        """Stop upstream what is still being made for a run that has failed in another step."""
        for purchase in self.accounts.all_open():
            if purchase.job_id is None:
                continue
            try:
                provider = self._market.get(purchase.provider)
            except NotAccepted:
                continue  # it is not configured any more: its work counts at its price
            await self._collector.stop(purchase, provider, Ticket(purchase.job_id, purchase.handle or {}))

    async def _release(self, purchase: Purchase, error: LimnerError) -> None:
        left = self.accounts.failed(purchase.step, error) or purchase
        told = {"step": purchase.step, "provider": purchase.provider, "reason": error.message}
        await self._note(left, NewEvent("not_accepted", told))

    async def _note(self, purchase: Purchase, event: NewEvent) -> None:
        """Write down that nothing was accepted, whatever stops the work at this moment. Raises: LostOwnership."""
        with anyio.CancelScope(shield=True):
            try:
                await self._store.note_purchase(self._fence, purchase, [event])
            except LostOwnership:
                if await self._collector.is_cancelled():
                    await self._store.correct_purchase(purchase)
                raise

    # Collecting

    async def _resume(self, begun: Purchase, order: Order, report: Report) -> Made:
        """Go on with what an earlier attempt had asked for."""
        try:
            provider = self._market.get(begun.provider)
        except NotAccepted as error:
            raise _told(error, begun) from error
        async with self._market.places(begun.provider):
            if begun.job_id is not None:
                ticket = Ticket(begun.job_id, begun.handle or {})
                return await self._collector.collect(begun, provider, ticket, order, report)
            if provider.takes_keys and self._clock() - begun.sent_at <= KEYS_LAST_MS:
                return await self._ask(begun, provider, order, report, may_be_there=True)
            raise _told(OutcomeUnknown("Limner stopped while the request was under way."), begun)


def _same(begun: Purchase, candidates: Sequence[Candidate]) -> Candidate:
    """Return the candidate that an earlier attempt asked, whoever would be asked now."""
    for each in candidates:
        if (each.provider, each.target) == (begun.provider, begun.target):
            return each
    return Candidate(begun.provider, begun.target, begun.price_usd)


def _route(path: str, candidate: Candidate) -> Json:
    """Return what the log says of who was chosen."""
    named = (
        {"technique": candidate.target} if candidate.model is None else {"model_id": candidate.model.model_id}
    )
    return {
        "step": path,
        "provider": candidate.provider,
        **named,
        "why": candidate.why,
        "price_usd": candidate.price_usd,
    }


async def _limit_on_cancel(shield: anyio.CancelScope) -> None:
    """Give a shielded scope only a little more time once its surroundings are cancelled."""
    try:
        await anyio.sleep_forever()
    finally:
        shield.deadline = min(shield.deadline, anyio.current_time() + GRACE_SECONDS)


def _pause(attempt: int, error: LimnerError) -> float:
    """Return the seconds before the next attempt: what the provider asks for, else growing and jittered."""
    asked = getattr(error, "retry_after_seconds", None)
    growing = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
    return float(min(LONGEST_PAUSE_SECONDS, asked or growing)) * random.uniform(1.0, 1.3)


def _told(error: LimnerError, purchase: Purchase) -> OutcomeUnknown:
    """Return the report of an unknown outcome with everything that is known."""
    price = "at an unknown price" if purchase.price_usd is None else f"at {usd(purchase.price_usd)}"
    named = f"the key {purchase.key[:16]}…" if purchase.job_id is None else f"the id {purchase.job_id}"
    return OutcomeUnknown(
        f"{error.message} {purchase.provider} was asked for {purchase.target} {price}, under {named}; "
        "it is not asked again, so that nothing is paid for twice."
    )


def _all_refused(refusals: Sequence[NotAccepted]) -> NotAccepted:
    if len(refusals) == 1:
        return refusals[0]
    said = " ".join(f"({index}) {error.message}" for index, error in enumerate(refusals, start=1))
    return NotAccepted(
        f"No provider took it on. {said}" if refusals else "No provider offers a model for it now.",
        is_passing=any(error.is_passing for error in refusals),
        code=refusals[-1].code if refusals else "needs_provider",
    )
