"""Waits for a run on behalf of a tool call, telling the client about it on the way."""

from collections.abc import Iterator
from contextlib import aclosing

from limner.app.studio import RunView
from limner.types import Event, Phase
from limner_tools.calls import Call

MAX_WAIT_SECONDS = 45
DEFAULT_WITH_PROGRESS, DEFAULT_WITHOUT = 20, 4
SMALLEST_STEP = 0.01


def wait_seconds(call: Call, default: float | None = None) -> float:
    """Return how long a call may wait: what it asks for, up to 45 s."""
    if default is None:
        default = DEFAULT_WITH_PROGRESS if call.wants_progress else DEFAULT_WITHOUT
    return max(0.0, min(float(call.arguments.get("wait_seconds", default)), MAX_WAIT_SECONDS))


async def wait_with_progress(call: Call, run_id: str, seconds: float) -> RunView:
    """Return the run when it has ended, or the time is up, or the server leaves; report every phase on the way.

    The log is followed, not the engine: a client that reads slowly delays only this call.
    """
    with call.at_most(seconds):
        if call.wants_progress:
            await _report(call, run_id)
        else:
            await call.studio.wait(call.caller, run_id, seconds)
    return await call.studio.get_run(call.caller, run_id)


async def _report(call: Call, run_id: str) -> None:
    """Report every phase of a run, and the latest percentage, until it has ended."""
    sent = -1.0
    async with aclosing(call.studio.follow(call.caller, run_id)) as updates:
        async for update in updates:
            for progress, message in conflated(update.events):
                sent = max(progress, sent + SMALLEST_STEP)
                await call.report(round(sent, 2), message)


def conflated(events: tuple[Event, ...]) -> Iterator[tuple[float, str]]:
    """Yield (progress, message) for every change of phase, and for the last percentage before each.

    What came before the last `queued` is another attempt's, and is not told again.
    """
    begun = [index for index, event in enumerate(events) if event.type == "queued"]
    events = events[begun[-1] :] if begun else events
    latest: tuple[float, str] | None = None
    progress = 0.0
    for event in events:
        progress = float(event.data.get("progress", progress))
        if event.type == "progress":
            latest = (progress, str(event.data.get("message", "")))
        elif "phase" in event.data:
            if latest is not None:
                yield latest
            latest = None
            yield progress, _phase_message(event)
    if latest is not None:
        yield latest


def _phase_message(event: Event) -> str:
    phase = Phase(event.data["phase"]).value
    message = str(event.data.get("message") or "")
    return message if message.startswith(phase) else f"{phase}: {message}".removesuffix(": ")
