"""`limner runs`: what was started, how it stands, and its end."""

from limner.app.documents import event_document
from limner.app.provenance import run_summary
from limner.app.requests import RunFilter
from limner.cli.results import all_events, document_of, evaluation_of, show_run
from limner.cli.session import CALLER, Session
from limner.cli.terminal import new_table
from limner.cli.watching import See, event_lines, watch
from limner.cli.wording import format_day_or_time, format_event, made_of, target_of
from limner.types import Event, Json, Run, Status


async def list_runs(session: Session) -> int:
    """Print a page of runs, newest first."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        technique_id = None
        if given.technique:
            technique_id = (await studio.get_technique(given.technique)).technique.technique_id
        page = await studio.list_runs(
            CALLER,
            RunFilter(
                statuses=(Status(given.status),) if given.status else (),
                technique_id=technique_id,
                limit=given.limit,
                cursor=given.cursor,
            ),
        )
        documents = [document_of(studio, view) for view in await studio.views(page.items)]
    if given.json:
        meta = {"next_cursor": page.next_cursor, "total_estimate": page.total_estimate}
        terminal.print_json({"runs": documents, "meta": meta})
        return 0
    table = new_table("run", "started", "status", "what", whole=("run", "started", "status"))
    for each in documents:
        table.add_row(
            each["run_id"], format_day_or_time(each["created_at"]), _standing(each), target_of(each)
        )
    if documents:
        terminal.say(table)
    else:
        terminal.note("No runs here yet: `limner demo` makes some." if not given.status else "No such runs.")
    if page.next_cursor:
        terminal.note(f"There are more: --cursor {page.next_cursor}")
    return 0


def _standing(document: Json) -> str:
    is_moving = document["status"] == Status.RUNNING
    return f"running {document['progress']:.0f}%" if is_moving else str(document["status"])


async def show_one(session: Session) -> int:
    """Print one run."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        view = await studio.get_run(CALLER, given.run)
        events = await all_events(studio, given.run) if given.events else None
        document = document_of(studio, view, events)
        evaluation = await evaluation_of(studio, view)
    summary = run_summary(view.run, view.assets)
    if given.json:
        terminal.print_json(document | ({"run_summary": summary} if summary else {}))
        return 0
    show_run(terminal, document, evaluation=evaluation)
    if summary:
        terminal.say()
        terminal.say_whole(made_of(summary))
    for event in document.get("events", []):
        terminal.say_whole(format_event(event))
    if view.run.status in (Status.PENDING, Status.RUNNING):
        terminal.note(f"→ To see it finish: limner runs follow {given.run}")
    return 0


async def follow_run(session: Session) -> int:
    """Print a run's events until it ends; return 0 when it completed, else 1."""
    given, terminal = session.arguments, session.terminal
    async with session.studio(works=True) as studio:
        see = _json_lines(session) if given.json else event_lines(session)
        view = await watch(session, studio, given.run, see)
        document = document_of(studio, view)
        evaluation = await evaluation_of(studio, view)
    if given.json:
        terminal.print_json_line(document)
    else:
        show_run(terminal, document, evaluation=evaluation)
    return 0 if view.run.status is Status.COMPLETED else 1


async def cancel_run(session: Session) -> int:
    """End a run now; one that has ended stays as it is."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        view = await studio.cancel_run(CALLER, given.run)
        document = document_of(studio, view)
    if given.json:
        terminal.print_json(document)
    elif view.run.status is Status.CANCELLED:
        terminal.say_whole(f"{given.run} is cancelled.")
    else:
        terminal.say_whole(f"{given.run} had ended before: {view.run.status}.")
    return 0


def _json_lines(session: Session) -> See:
    def see(run: Run, events: tuple[Event, ...]) -> None:
        for event in events:
            session.terminal.print_json_line(event_document(event))

    return see
