"""`limner techniques check`, `publish` and `schema`: for people who write techniques."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from limner.app.authoring import check_files as find_mistakes
from limner.app.authoring import technique_file_schema
from limner.app.documents import technique_document
from limner.cli.mistakes import checked_document, show_mistakes
from limner.cli.session import Session
from limner.config import read_settings
from limner.errors import NotFound

if TYPE_CHECKING:
    from limner.app.authoring import CheckedFile
    from limner.types import Json


async def check_files(session: Session) -> int:
    """Print each mistake of technique files; return 1 when there is one."""
    places = [Path(name) for name in session.arguments.files]
    settings = read_settings(os.environ)
    checked = await anyio.to_thread.run_sync(find_mistakes, places, settings)
    terminal = session.terminal
    if session.arguments.json:
        terminal.print_json({"files": [_document(each) for each in checked]})
    for each in checked if not session.arguments.json else ():
        show_mistakes(terminal, each.problems)
        if technique := each.technique:
            terminal.say_whole(f"{each.file}: sound. {technique.technique_id}, {technique.revision}")
            if not each.is_read:
                terminal.note(
                    f"→ to use it, put it into {settings.home / 'techniques'}, "
                    f"then: limner techniques publish {technique.slug}"
                )
    if not checked:
        terminal.note("There is no technique file there: they end in .yaml or .yml.")
    return 0 if checked and all(each.technique for each in checked) else 1


def _document(checked: "CheckedFile") -> "Json":
    made = checked.technique
    sound: Json | None = {"technique_id": made.technique_id, "revision": made.revision} if made else None
    return checked_document(checked.file, sound, checked.problems)


async def publish(session: Session) -> int:
    """Publish a draft and say which revision runs use from now on."""
    name, terminal = session.arguments.name, session.terminal
    async with session.studio() as studio:
        try:
            entry = await studio.techniques.publish(name)
        except NotFound as missing:
            for problem in studio.techniques.problems():
                terminal.note(f"limner: {problem}")
            folder = read_settings(os.environ).home / "techniques"
            raise NotFound(
                f"There is no sound draft of {name!r} to publish.",
                next_step=f"Put its file into {folder} and check it: limner techniques check FILE.",
            ) from missing
    technique = entry.technique
    if session.arguments.json:
        terminal.print_json(technique_document(entry))
    else:
        terminal.say_whole(f"Published {technique.technique_id}, {technique.revision}.")
        terminal.note(f"→ limner techniques show {technique.slug}")
    return 0


async def print_schema(session: Session) -> int:
    """Print the JSON Schema of technique files, or those of one technique's inputs and outputs."""
    name = session.arguments.name
    if name is None:
        session.terminal.print_json(technique_file_schema())
        return 0
    async with session.studio() as studio:
        document = technique_document(await studio.get_technique(name))
    chosen = ("technique_id", "revision", "input_schema", "output_schema")
    session.terminal.print_json({key: document[key] for key in chosen})
    return 0
