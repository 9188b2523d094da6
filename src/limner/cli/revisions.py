"""`limner techniques revisions`, `diff` and `rollback`: how a technique came to be what it is, and the way back."""

from datetime import datetime

from rich.text import Text

from limner.app.documents import revision_document, technique_document
from limner.app.requests import RevisionEntry
from limner.app.revising import DRAFT, PastRevision, Revising
from limner.cli.session import Session
from limner.cli.terminal import new_table
from limner.errors import InvalidInput
from limner.types import Json
from limner.types.json import present
from limner.types.technique import slug_of

STYLES = {"+": "green", "-": "red", "@": "cyan"}


async def list_revisions(session: Session) -> int:
    """Print the revisions of a technique, newest first, and which of them cannot run any more."""
    terminal = session.terminal
    async with session.studio() as studio:
        technique_id, revisions = await Revising(studio.techniques).history(session.arguments.name)
    if session.arguments.json:
        rows = [_document(each) for each in revisions]
        terminal.print_json({"technique_id": technique_id, "revisions": rows})
        return 0
    table = new_table("revision", "state", "kept since", whole=("revision", "state"))
    for each in revisions:
        table.add_row(each.entry.revision, _state(each.entry), _day(each.entry))
    terminal.say(table)
    for each in revisions:
        if each.problem is not None:
            terminal.note(f"limner: {each.problem.message}")
    slug = slug_of(technique_id)
    terminal.note(f"→ limner techniques diff {slug} [REV_A] [REV_B]")
    return 0


def _document(past: PastRevision) -> Json:
    problem = past.problem.message if past.problem else None
    return {**revision_document(past.entry), **present(is_runnable=problem is None, problem=problem)}


def _state(entry: RevisionEntry) -> str:
    return "published" if entry.is_published else "draft" if entry.is_draft else ""


def _day(entry: RevisionEntry) -> str:
    if entry.created_at is None:
        return "in a file only"
    return f"{datetime.fromtimestamp(entry.created_at / 1000).astimezone():%Y-%m-%d %H:%M}"


async def diff(session: Session) -> int:
    """Print how two revisions of a technique differ."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        found = await Revising(studio.techniques).diff(given.name, given.before, given.after)
    if given.json:
        terminal.print_json(
            {
                "technique_id": found.technique_id,
                "before": found.before,
                "after": found.after,
                "changes": found.changes,
                "diff": found.text,
            }
        )
        return 0
    for line in found.text.splitlines():
        terminal.out.print(Text(line, style=STYLES.get(line[:1], "")), soft_wrap=True)
    if not found.text:
        terminal.note(f"Both are {found.after}.")
    return 0


async def rollback(session: Session) -> int:
    """Publish an older revision and say how to see what that changed."""
    given, terminal = session.arguments, session.terminal
    if given.revision == DRAFT:
        raise InvalidInput.of(
            "REVISION",
            "the draft is not an older revision",
            next_step=f"To publish it: `limner techniques publish {given.name}`.",
        )
    async with session.studio() as studio:
        technique_id, revision = await Revising(studio.techniques).named(given.name, given.revision)
        _, entries = await studio.techniques.revisions(technique_id)
        before = next((each.revision for each in entries if each.is_published), None)
        entry = await studio.techniques.publish(technique_id, revision)
    if given.json:
        terminal.print_json(technique_document(entry))
        return 0
    slug = entry.technique.slug
    if before == revision:
        terminal.say_whole(f"{technique_id}, {revision} is the published one already.")
        return 0
    terminal.say_whole(
        f"Published {technique_id}, {revision}" + (f", in place of {before}." if before else ".")
    )
    terminal.note("The file is as it was: runs use it again once it is published.")
    terminal.note(f"→ limner techniques diff {slug}")
    return 0
