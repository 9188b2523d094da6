"""`limner techniques list` and `show`: what can be run, and with what."""

import json
import shlex
from typing import TYPE_CHECKING

from rich.table import Table

from limner.app.documents import technique_document, technique_row
from limner.app.requests import TechniqueFilter
from limner.cli.session import Session
from limner.cli.terminal import new_table
from limner.money import usd
from limner.types import Availability, Json, PortType
from limner.types.technique import slug_of

if TYPE_CHECKING:
    from limner.app.requests import TechniqueEntry
    from limner.app.studio import Studio

PER_PAGE = 100
EXAMPLE_FILES = {
    PortType.IMAGE: "photo.jpg",
    PortType.VIDEO: "clip.mp4",
    PortType.AUDIO: "sound.mp3",
    PortType.DOCUMENT: "page.pdf",
}


async def list_techniques(session: Session) -> int:
    """Print every technique; what is wrong with broken files goes to stderr."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        rows = [technique_row(entry) for entry in await _all_entries(studio, given.query, given.runnable)]
        problems = studio.techniques.problems()
    if given.json:
        terminal.print_json({"techniques": rows, "meta": {"next_cursor": None, "total_estimate": len(rows)}})
    for row in rows if not given.json else ():
        price = "" if row["price_usd"] == 0 else f"  {_price(row)}"
        terminal.say_whole(f"{slug_of(row['technique_id'])}{price}{_state(row)}")
        terminal.say_indented(row["description"])
        terminal.say_indented(row["signature"], style="dim")
    if not rows:
        terminal.note("No technique matches.")
    for problem in problems:
        terminal.note(f"limner: {problem}")
    if rows and not given.json:
        terminal.note(f"{len(rows)} technique{'' if len(rows) == 1 else 's'}. → limner techniques show NAME")
    return 0


async def _all_entries(studio: "Studio", query: str | None, runnable: bool) -> list["TechniqueEntry"]:
    found: list[TechniqueEntry] = []
    cursor: str | None = None
    while True:
        page = await studio.list_techniques(
            TechniqueFilter(query=query, runnable_only=runnable, limit=PER_PAGE, cursor=cursor)
        )
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found


def _price(row: Json) -> str:
    return "price unknown" if row["price_usd"] is None else usd(row["price_usd"])


def _state(row: Json) -> str:
    if row["availability"] == Availability.READY:
        return ""
    needs = ", ".join(row.get("needs", []))
    return f"  (needs {needs})" if needs else "  (not published)"


async def show_technique(session: Session) -> int:
    """Print one technique with its ports and a command that runs it."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        document = technique_document(await studio.get_technique(given.name, given.revision))
    if given.json:
        terminal.print_json(document)
        return 0
    slug = slug_of(document["technique_id"])
    terminal.say_whole(f"{document['name']}  {document['technique_id']}{_state(document)}")
    terminal.say(document["description"])
    terminal.say_whole(
        f"revision {document['revision']}, about {document['estimated_seconds']:g} s, "
        f"{_price(document)}, fidelity: {document['fidelity']}"
    )
    for side in ("inputs", "outputs"):
        terminal.say()
        schema = document["input_schema" if side == "inputs" else "output_schema"]
        terminal.say(_ports_table(side, document[side], schema.get("properties", {})))
    terminal.say()
    terminal.say_whole(command_for(slug, document))
    return 0


def _ports_table(side: str, ports: list[Json], schemas: Json) -> Table:
    table = new_table(side, "type", "what", whole=(side, "type"))
    for port in ports:
        name = port["id"] + ("?" if port.get("optional") else "")
        kind = f"list of {port['type']}" if port.get("allow_multiple") else port["type"]
        table.add_row(name, kind, schemas.get(port["id"], {}).get("description", port["name"]))
    return table


def command_for(slug: str, document: Json) -> str:
    """Return a command line that starts a technique: its author's example, on files of the user's own."""
    ports = {port["id"]: port for port in document["inputs"]}
    words = ["limner", "run", slug]
    for name, value in document["example"]["inputs"].items():
        file = EXAMPLE_FILES.get(ports[name]["type"])
        for each in value if isinstance(value, list) else [value]:
            text = file or (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
            words += ["--input", f"{name}={text}"]
    return shlex.join(words)
