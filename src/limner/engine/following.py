"""Following a run: snapshots and events as they come, from any process's work, to the very last one."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import anyio

from limner.engine.news import News
from limner.store.contract import RunReader
from limner.types import Event, Run

BATCH = 500


@dataclass(frozen=True, slots=True)
class Update:
    """What is new about a run: its state as of one moment, and the events since the update before."""

    run: Run
    events: tuple[Event, ...]


async def follow(log: RunReader, news: News, run_id: str, after_seq: int = 0) -> AsyncGenerator[Update, None]:
    """Yield the run now, then at every change, and end with the update that holds its last event."""
    with news.subscribe(run_id) as ear:
        is_first = True
        while True:
            signal = ear.signal()  # before reading, or the last event can be lost
            run, events = await log.snapshot(run_id, after_seq, BATCH)
            if events or is_first:
                is_first = False
                after_seq = events[-1].seq if events else after_seq
                yield Update(run, tuple(events))
            if len(events) == BATCH:
                continue
            if run.status.is_terminal:
                return
            await signal.wait()


async def wait_until_done(log: RunReader, news: News, run_id: str, seconds: float) -> Run:
    """Return the run when it has ended, or as it stands after `seconds`."""
    run, _ = await log.snapshot(run_id, 0, 1)
    if run.status.is_terminal or seconds <= 0:
        return run
    with anyio.move_on_after(seconds):
        async with aclosing(follow(log, news, run_id, run.seq)) as updates:
            async for update in updates:
                run = update.run
    return run
