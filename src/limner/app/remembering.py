"""Repeats of calls that change something other than runs: one key, one answer."""

from collections.abc import Awaitable, Callable

import anyio

from limner.canonical import fingerprint
from limner.errors import LimnerError
from limner.store.contract import Store
from limner.types import AnswerState, Json

LEASE_MS = 300_000
"""How long a call may be at work before another with its key takes it for dead: longer than a fetch may take."""
WAIT_SECONDS = 20.0
"""How long a repeat waits for the answer of the first."""
LOOK_EVERY_SECONDS = 0.1


class StillAtWork(LimnerError):
    """Another call with the same key is still doing the work."""

    code = "conflict"
    is_passing = True
    next_step = "Send the same request with the same key again in a few seconds."


class Remembering:
    """Answers repeated calls from what is kept in the store."""

    def __init__(self, store: Store, window_ms: int) -> None:
        self._store = store
        self._window_ms = window_ms

    async def once(
        self, caller: str, operation: str, key: str, request: Json, work: Callable[[], Awaitable[Json]]
    ) -> tuple[Json, bool]:
        """Return the answer of `work`, done once for each key, and whether it was done before.

        A call that fails leaves the key free.
        Raises: IdempotencyConflict, when the key was used for another request; StillAtWork; what `work` raises.
        """
        deadline = anyio.current_time() + WAIT_SECONDS
        while True:
            held = await self._store.begin_answer(
                caller,
                operation,
                key,
                fingerprint=fingerprint({"operation": operation, "request": request}),
                request=request,
                lease_ms=LEASE_MS,
                window_ms=self._window_ms,
            )
            if held.state is not AnswerState.AT_WORK or anyio.current_time() > deadline:
                break
            await anyio.sleep(LOOK_EVERY_SECONDS)
        if held.state is AnswerState.AT_WORK:
            raise StillAtWork(f"The first request with the key {key!r} is not answered yet.")
        if held.state is AnswerState.DONE and held.answer is not None:
            return held.answer, True
        try:
            answer = await work()
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self._store.drop_answer(held)
            raise
        await self._store.finish_answer(held, answer)
        return answer, False
