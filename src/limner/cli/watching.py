"""Watches a run to its end: a progress bar where somebody looks, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from limner.app.documents import event_document
from limner.app.studio import RunView
from limner.cli.session import CALLER, Session
from limner.cli.wording import format_event
from limner.types import Event, Run

if TYPE_CHECKING:
    from limner.app.studio import Studio

STEP_PERCENT = 10.0
"""How far a run gets between two plain lines of one phase."""

See = Callable[[Run, tuple[Event, ...]], None]


async def watch(session: Session, studio: "Studio", run_id: str, see: See) -> RunView:
    """Show a run to its end and return it. Raises: NotFound."""
    session.run_id = run_id
    updates = studio.follow(CALLER, run_id)
    async with aclosing(updates):  # type: ignore[type-var]
        async for update in updates:
            see(update.run, update.events)
    view = await studio.get_run(CALLER, run_id)
    session.run_id = None
    return view


@contextmanager
def progress_of(session: Session, name: str, *, is_live: bool) -> Iterator[See]:
    """Yield what shows progress on stderr: one bar, or lines."""
    if not is_live:
        yield plain_lines(session, name)
        return
    with _bar(session) as bar:
        task = bar.add_task(name, total=100.0, phase="queued", message="")
        yield _moving(bar, task)


def _bar(session: Session) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None, table_column=Column(min_width=8, ratio=1)),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[phase]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[message]}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
        console=session.terminal.err,
    )


def _moving(bar: Progress, task: TaskID) -> See:
    def see(run: Run, events: tuple[Event, ...]) -> None:
        bar.update(task, completed=run.progress, phase=run.phase.value, message=_rest(run))

    return see


def plain_lines(session: Session, name: str) -> See:
    """Return what prints a line at each phase and at each ten percent."""
    said: tuple[str, float] = ("", -STEP_PERCENT)

    def see(run: Run, events: tuple[Event, ...]) -> None:
        nonlocal said
        phase, percent = said
        if run.phase.value != phase or run.progress >= percent + STEP_PERCENT:
            said = (run.phase.value, run.progress)
            session.terminal.note(f"{name}: {run.phase.value} {run.progress:.0f}% {_rest(run)}".rstrip())

    return see


def event_lines(session: Session) -> See:
    """Return what prints every event as a line of text on stderr."""

    def see(run: Run, events: tuple[Event, ...]) -> None:
        for event in events:
            session.terminal.note(format_event(event_document(event)))

    return see


def _rest(run: Run) -> str:
    """Return the run's message without the phase that it starts with."""
    return run.message.removeprefix(run.phase.value).lstrip(": ")
