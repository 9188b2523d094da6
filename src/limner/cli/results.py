"""Shows what a run came to: its outputs and where they are, or its error."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from limner.app.documents import local_place, run_document
from limner.app.studio import RunView
from limner.cli.scores import show_score
from limner.cli.session import CALLER
from limner.cli.terminal import Terminal, new_table
from limner.cli.wording import for_the_command_line, format_media, format_size, target_of
from limner.types import Event, Json, Status

if TYPE_CHECKING:
    from limner.app.studio import Studio

BATCH = 500
MOST_SHOWN_CHARS = 300


def document_of(studio: "Studio", view: RunView, events: list[Event] | None = None) -> Json:
    """Return the Run document of a run on this machine."""
    return run_document(view, lambda asset: local_place(studio, asset), events)


async def all_events(studio: "Studio", run_id: str) -> list[Event]:
    """Return every event of a run. Raises: NotFound."""
    found: list[Event] = []
    while batch := await studio.events(CALLER, run_id, found[-1].seq if found else 0, BATCH):
        found.extend(batch)
    return found


async def evaluation_of(studio: "Studio", view: RunView) -> Json | None:
    """Return a run's evaluation whole, from its log; None when it has none."""
    if view.run.evaluation is None:
        return None
    told = [event.data for event in await all_events(studio, view.run.run_id) if event.type == "evaluated"]
    return told[-1] if told else None


def show_run(
    terminal: Terminal, document: Json, saved: Sequence[Path] = (), evaluation: Json | None = None
) -> None:
    """Print a run: how it ended, its outputs and where they are, its score, or its error.

    saved: copies to name instead. evaluation: the whole of it.
    """
    again = " (the same call as before: nothing was executed again)" if _is_repeat(document) else ""
    headline = "failed" if document["status"] == Status.FAILED else document["message"]
    terminal.say_whole(f"{target_of(document)}: {headline}{again}")
    terminal.say_whole(f"{document['run_id']}  {document['status']}")
    if "fidelity" in document:
        terminal.say(f"fidelity: {document['fidelity']}")
    if terms := document.get("unmatched_terms"):
        terminal.say(f"not drawn: {', '.join(terms)}")
    outputs = document.get("outputs", [])
    files = [output for output in outputs if "path" in output]
    if files:
        terminal.say()
        terminal.say(_files_table(files))
    for path in saved or [output["path"] for output in files]:
        terminal.say_whole(str(path))
    for output in outputs:
        if "text" in output:
            terminal.say()
            terminal.say_whole(f"{_label(output)}:")
            terminal.say_whole(_shown_text(output, MOST_SHOWN_CHARS if saved else None))
    if evaluation is not None:
        terminal.say()
        show_score(terminal, evaluation)
    show_trouble(terminal, document)


def _shown_text(output: Json, most: int | None) -> str:
    """Return a text output; only its beginning when `most` says so, because a saved file has the rest."""
    text: str = output["text"]
    length = output.get("text_chars", len(text))
    if most is not None and length > most:
        return f"{text[:most]} … ({length} characters, all of them in the file)"
    return f"{text} … ({length} characters; --out DIR saves all of them)" if length > len(text) else text


def show_trouble(terminal: Terminal, document: Json) -> None:
    """Print the error of a run and the way out; nothing when there is none."""
    if error := document.get("error"):
        fields = [f"{each['field']}: {each['message']}" for each in error.get("fields", [])]
        terminal.blame(error["message"], fields)
    if document["status"] in (Status.FAILED, Status.CANCELLED):
        terminal.note(f"→ {for_the_command_line(document['next_step'])}")


def _is_repeat(document: Json) -> bool:
    return bool(document.get("replayed") or document.get("deduplicated"))


def _files_table(files: list[Json]) -> Table:
    table = new_table("output", "type", "what", "size", right=("size",))
    for output in files:
        table.add_row(
            _label(output), output["media_type"], format_media(output), format_size(output["size_bytes"])
        )
    return table


def _label(output: Json) -> str:
    return f"{output['output_id']}[{output['index']}]" if "index" in output else str(output["output_id"])
