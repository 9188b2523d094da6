"""Tells followers in this process that a run has news, whichever process made it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import anyio

from limner.store.contract import RunReader

BUSY_POLL_SECONDS = 0.02
IDLE_POLL_SECONDS = 0.5


class Subscription:
    """One follower's ear. Take `signal` first, then read the log, then wait: no news is ever lost."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def signal(self) -> anyio.Event:
        """Return the event that is set at the next news."""
        return self._event

    def notify(self) -> None:
        """Set the current event and put up a fresh one."""
        done, self._event = self._event, anyio.Event()
        done.set()


class News:
    """Who in this process listens to which run."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Subscription]] = {}
        self._hearing = anyio.Event()

    @contextmanager
    def subscribe(self, run_id: str) -> Iterator[Subscription]:
        """Listen to one run for the length of a `with` block."""
        ear = Subscription()
        self._ears.setdefault(run_id, set()).add(ear)
        self._hearing.set()
        try:
            yield ear
        finally:
            ears = self._ears[run_id]
            ears.discard(ear)
            if not ears:
                del self._ears[run_id]

    async def watch(
        self,
        commits: RunReader,
        *,
        on_commit: Callable[[], Awaitable[None]] | None = None,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Turn commits into news, until cancelled.

        Polls fast while somebody listens or `is_busy()`, else slowly; a new listener ends a pause at once.
        """
        seen = -1
        known: dict[str, int] = {}
        while True:
            self._hearing = anyio.Event()
            if (version := commits.data_version()) != seen or self._ears.keys() - known.keys():
                seen = version
                known = await self._tell(commits, known)
                if on_commit is not None:
                    await on_commit()
            if self._ears or is_busy():
                await anyio.sleep(BUSY_POLL_SECONDS)
            else:
                with anyio.move_on_after(IDLE_POLL_SECONDS):
                    await self._hearing.wait()

    async def _tell(self, commits: RunReader, known: dict[str, int]) -> dict[str, int]:
        """Wake those whose run has events that it had not before; return how far each run is."""
        if not self._ears:
            return {}
        seqs = await commits.last_seqs(list(self._ears))
        for run_id, seq in seqs.items():
            if known.get(run_id) != seq:
                for ear in tuple(self._ears.get(run_id, ())):
                    ear.notify()
        return seqs
