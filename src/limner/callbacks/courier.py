"""Delivers what is due: at once, then after longer and longer waits; each process takes what no other has."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence

import anyio
import anyio.abc

from limner.callbacks.sending import Outcome, Sender
from limner.callbacks.signing import build_body, build_headers
from limner.errors import StoreError
from limner.store.contract import Store
from limner.types import Attempt, ClaimedDelivery
from limner.types.delivery import origin_of

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""How often the database is asked for news; that costs microseconds."""
LEASE_MS = 30_000
"""How long a delivery is this process's own: longer than a try takes. Then it died, and another tries."""
MOST_AT_ONCE = 32
MOST_PER_ORIGIN = 4
"""So that a receiver which answers slowly leaves room for the others."""


class Courier:
    """Delivers until it is cancelled. What it had in hand then is delivered by the next process, or the next start."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        secret_of: Callable[[str], str],
        retry_seconds: Sequence[float],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._sender = sender
        self._secret_of = secret_of
        self._retry_ms = [round(seconds * 1000) for seconds in retry_seconds]
        self._clock = clock
        self._in_hand: Counter[str] = Counter()
        self._freed = anyio.Event()

    async def serve(self) -> None:
        """Deliver until cancelled."""
        seen, due_at = -1, None
        async with anyio.create_task_group() as tasks:
            while True:
                self._freed = anyio.Event()
                try:
                    if (version := self._store.data_version()) != seen:
                        seen, due_at = version, await self._store.next_delivery_at()
                    if due_at is not None and due_at <= self._clock():
                        await self._take(tasks)
                except StoreError as error:
                    log.error("store_unusable", extra={"reason": error.message})
                with anyio.move_on_after(LOOK_SECONDS):
                    await self._freed.wait()

    async def _take(self, tasks: anyio.abc.TaskGroup) -> None:
        free = MOST_AT_ONCE - self._in_hand.total()
        if free <= 0:
            return
        claimed = await self._store.claim_deliveries(
            free, lease_ms=LEASE_MS, per_origin=MOST_PER_ORIGIN, in_hand=self._in_hand
        )
        for each in claimed:
            self._in_hand[origin_of(each.delivery.url)] += 1
            tasks.start_soon(self._attend, each)

    async def _attend(self, claimed: ClaimedDelivery) -> None:
        origin = origin_of(claimed.delivery.url)
        try:
            await self._try(claimed)
        except StoreError as error:
            # What was tried is not written down: it is tried again when the lease is over.
            log.error("store_unusable", extra={"reason": error.message})
        finally:
            self._in_hand[origin] -= 1
            self._in_hand += Counter()  # drops what is at zero
            self._freed.set()

    async def _try(self, claimed: ClaimedDelivery) -> None:
        delivery = claimed.delivery
        body = build_body(delivery)
        at = self._clock()
        secrets = [self._secret_of(each) for each in claimed.secret_ids]
        headers = build_headers(delivery, body, secrets, at // 1000)
        began = anyio.current_time()
        try:
            outcome = await self._sender.post(delivery.url, body, headers)
        except Exception:  # the outer edge: one delivery may not end the others
            log.exception("delivery_crashed", extra={"delivery_id": delivery.delivery_id})
            outcome = Outcome(None, "Limner failed while sending this; its log has the details")
        took_ms = round((anyio.current_time() - began) * 1000)
        attempt = Attempt(at=at, status=outcome.status, error=outcome.error, ms=took_ms)
        tried = len(delivery.attempts)
        retry_ms = self._retry_ms[tried] if tried < len(self._retry_ms) else None
        await self._store.note_attempt(delivery.delivery_id, attempt, retry_ms=retry_ms)
        if outcome.error is not None:
            said = {"delivery_id": delivery.delivery_id, "run_id": delivery.run_id, "reason": outcome.error}
            log.warning("delivery_failed", extra={**said, "attempt": tried + 1})
