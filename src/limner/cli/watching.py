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

NAME_COLUMNS, BAR_COLUMNS = 16, 18

See = Callable[[Run, tuple[Event, ...]], None]


async def watch(session: Session, studio: "Studio", run_id: str, see: See) -> RunView:
    """Show a run to its end and return it. Raises: NotFound."""
    session.run_id = run_id
    updates = studio.follow(CALLER, run_id)
    async with aclosing(updates):
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
    def text(format_: str, width: int | None = None) -> TextColumn:
        # Messages come from anywhere: square brackets in them are no markup.
        fixed = (
            Column(width=width, no_wrap=True) if width else Column(ratio=1, no_wrap=True, overflow="ellipsis")
        )
        return TextColumn(format_, markup=False, table_column=fixed)

    return Progress(
        text("{task.description}", NAME_COLUMNS),
        BarColumn(bar_width=BAR_COLUMNS),
        text("{task.percentage:>3.0f}%", 4),
        text("{task.fields[phase]}", 9),
        TimeElapsedColumn(),
        text("{task.fields[message]}"),
        console=session.terminal.err,
        expand=True,
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
    """Return what prints every event as a line of text; on stderr when stdout is for JSON."""
    show = session.terminal.note if session.arguments.json else session.terminal.say_whole

    def see(run: Run, events: tuple[Event, ...]) -> None:
        for event in events:
            show(format_event(event_document(event)))

    return see


def _rest(run: Run) -> str:
    """Return the run's message without the phase that it starts with."""
    return run.message.removeprefix(run.phase.value).lstrip(": ")
