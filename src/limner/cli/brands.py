"""`limner brands`: the brand kits there are, one of them in full, and help for people who write them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
from rich.table import Table
from rich.text import Text

from limner.app.brand_authoring import begin_kit, check_kits, kit_file_schema
from limner.app.brands import brand_document, brand_row
from limner.app.requests import BrandFilter
from limner.cli.mistakes import checked_document, show_mistakes
from limner.cli.session import Session
from limner.cli.terminal import Terminal, new_table
from limner.config import read_settings
from limner.types import Json

if TYPE_CHECKING:
    from limner.app.brand_authoring import CheckedKit
    from limner.app.studio import Studio
    from limner.types import BrandKit

PER_PAGE = 100
STRIP_COLUMNS = 60


async def list_brands(session: Session) -> int:
    """Print every kit; what is wrong with broken ones goes to stderr."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        rows = [brand_row(kit) for kit in await _all_kits(studio, given.query)]
        problems = studio.brands.problems()
    if given.json:
        terminal.print_json({"brand_kits": rows, "meta": {"next_cursor": None, "total_estimate": len(rows)}})
    for row in rows if not given.json else ():
        terminal.say_whole(f"{row['brand_kit']}  {' '.join(row['colors'])}")
        terminal.say_indented(row["description"])
    if not rows:
        terminal.note("No brand kit matches.")
    for problem in problems:
        terminal.note(f"limner: {problem}")
    if rows and not given.json:
        terminal.note(f"{len(rows)} brand kit{'' if len(rows) == 1 else 's'}. → limner brands show NAME")
    return 0


async def _all_kits(studio: "Studio", query: str | None) -> list["BrandKit"]:
    found: list[BrandKit] = []
    cursor: str | None = None
    while True:
        page = await studio.list_brands(BrandFilter(query=query, limit=PER_PAGE, cursor=cursor))
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found


async def show_brand(session: Session) -> int:
    """Print one kit whole, with a strip of its colours where the terminal has colours."""
    given, terminal = session.arguments, session.terminal
    async with session.studio() as studio:
        document = brand_document(await studio.get_brand(given.name, given.revision))
    if given.json:
        terminal.print_json(document)
        return 0
    terminal.say_whole(f"{document['name']}  {document['brand_kit']}")
    terminal.say(document["description"])
    terminal.say_whole(f"revision {document['revision']}")
    terminal.say()
    _show_palette(terminal, document["palette"])
    terminal.say()
    for label, text in _lines(document):
        terminal.say(f"{label}: {text}")
    if rubric := document.get("rubric"):
        terminal.say()
        terminal.say(_rubric_table(rubric))
    return 0


def _show_palette(terminal: Terminal, palette: list[Json]) -> None:
    if terminal.has_colors:
        terminal.say(_strip(palette))
    table = new_table("colour", "hex", "role", "share", right=("share",))
    for color in palette:
        share = f"{color['share']:.0%}" if "share" in color else ""
        table.add_row(color["name"], color["hex"], color.get("role", ""), share)
    terminal.say(table)


def _strip(palette: list[Json]) -> Text:
    """Return one line of blocks, each as wide as its colour's share of a layout."""
    strip = Text()
    even = 1 / len(palette)
    for color in palette:
        strip.append(
            " " * max(3, round(STRIP_COLUMNS * color.get("share", even))), style=f"on {color['hex']}"
        )
    return strip


def _lines(document: Json) -> list[tuple[str, str]]:
    voice = document["voice"]
    lines = [(face, _face(document["type"][face])) for face in ("heading", "body")]
    lines.append(("voice", voice["tone"]))
    for key in ("required_words", "banned_words"):
        if key in voice:
            lines.append((key.replace("_", " "), ", ".join(voice[key])))
    if grade := voice.get("reading_grade"):
        lines.append(("reading grade", _limits(grade)))
    if logo := document.get("logo"):
        free = (
            f"{logo['clear_space']:g} of its height free around it, at least {logo['min_width_px']} px wide"
        )
        lines.append(("logo", f"{logo['media_type']}, {logo['width']:g} × {logo['height']:g}, {free}"))
    if ratios := document.get("ratios"):
        lines.append(("ratios", ", ".join(ratios)))
    if references := document.get("references"):
        lines.append(("references", "; ".join(each.get("title", each["media_type"]) for each in references)))
    return lines


def _face(face: Json) -> str:
    fallbacks = f", else {', '.join(face['fallbacks'])}" if "fallbacks" in face else ""
    return f"{face['family']} {face['weight']}{fallbacks}"


def _rubric_table(rubric: list[Json]) -> Table:
    table = new_table("criterion", "weight", "full marks", "must not break", right=("weight",))
    for each in rubric:
        hard = _limits(each.get("hard_limits", {}))
        table.add_row(each["id"], f"{each['weight']:g}", _limits(each.get("limits", {})), hard)
    return table


def _limits(limits: Json) -> str:
    words = {"at_least": "at least", "at_most": "at most"}
    return ", ".join(f"{words[side]} {value:g}" for side, value in limits.items())


async def check_files(session: Session) -> int:
    """Print each mistake of kit files; return 1 when there is one."""
    places = [Path(name) for name in session.arguments.files]
    checked = await anyio.to_thread.run_sync(check_kits, places, read_settings(os.environ))
    terminal = session.terminal
    if session.arguments.json:
        terminal.print_json({"files": [_document(each) for each in checked]})
    for each in checked if not session.arguments.json else ():
        show_mistakes(terminal, each.problems)
        if kit := each.kit:
            terminal.say_whole(f"{each.file}: sound. {kit.brand_kit}, {kit.revision}")
    if not checked:
        terminal.note("There is no brand kit there: they end in .yaml or .yml.")
    return 0 if checked and all(each.kit for each in checked) else 1


def _document(checked: "CheckedKit") -> Json:
    kit = checked.kit
    sound: Json | None = {"brand_kit": kit.brand_kit, "revision": kit.revision} if kit else None
    return checked_document(checked.file, sound, checked.problems)


async def begin(session: Session) -> int:
    """Write a kit to start from, and say where it is."""
    given, terminal = session.arguments, session.terminal
    folder = Path(given.out) if given.out else read_settings(os.environ).home / "brands" / given.name
    files = await anyio.to_thread.run_sync(begin_kit, given.name, folder)
    if given.json:
        terminal.print_json({"brand_kit": given.name, "files": [str(file) for file in files]})
        return 0
    for file in files:
        terminal.say_whole(str(file))
    terminal.note(f"Change them, then: limner brands check {files[0]}")
    return 0


async def print_schema(session: Session) -> int:
    """Print the JSON Schema of brand kit files."""
    session.terminal.print_json(kit_file_schema())
    return 0
