"""Make docs/gallery.md: every local technique on three different inputs, and what the others need.

Usage: python scripts/technique_gallery.py                makes the pictures of all again, and the page
       python scripts/technique_gallery.py TECHNIQUE …    of some (slugs), and keeps the others
       python scripts/technique_gallery.py --stale        of those whose revision, actions or inputs changed
       python scripts/technique_gallery.py --prove …      as above, and runs each case through MCP too
       python scripts/technique_gallery.py --page         writes the page again and runs nothing
       python scripts/technique_gallery.py --check        fails when the page is not what the techniques are now

A run takes about ten minutes on two cores, with --prove twenty. Run it where limner's extras are not installed: the
pictures show what everybody gets.
"""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
from gallery_inputs import make_input
from gallery_pictures import animate, shrink
from mcp import Client
from technique_cases import CASES, Case
from technique_page import page, shortened
from technique_record import (
    PICTURES,
    RECORD,
    ROOT,
    Record,
    call_of,
    identity,
    pictures_of,
    promises,
    read_record,
    stale,
    techniques,
    write_record,
)
from technique_runs import Made, Refused, mcp_client, runs_of, through_command_line, through_mcp

from limner.types import Technique

PAGE = ROOT / "docs" / "gallery.md"
PAPER = "#e9e7e3"
INPUT_SIDE, OUTPUT_SIDE, LIST_SIDE = 180, 320, 200
FILM_SIDE, FILM_RATE, FILM_QUALITY = 240, 6, 65
JPEG_QUALITY = 75
MOST_BYTES = 6_000_000
MODEL_INPUTS = {"imageUrl": "astronaut", "text": "A ferry leaves at dawn."}


async def build(slugs: Sequence[str], *, is_proof: bool) -> None:
    """Run the techniques of `slugs` and write their part of the record and the page."""
    known, record = techniques(), read_record()
    (PICTURES / "inputs").mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "inputs").mkdir()
        client = await stack.enter_async_context(mcp_client(folder)) if is_proof else None
        for slug in slugs:
            print(slug, flush=True)
            if known[slug].fidelity == "model":
                record[slug] = await refusal(known[slug], client, folder)
            else:
                cases = [
                    await show(known[slug], n, case, client, folder) for n, case in enumerate(CASES[slug])
                ]
                record[slug] = {"identity": identity(known[slug]), "cases": cases}
            write_record(record)
    record = {slug: record[slug] for slug in record if slug in known}
    write_record(record)
    PAGE.write_text(page(record, known), encoding="utf-8")
    sweep(record)


async def show(technique: Technique, number: int, case: Case, client: Client | None, folder: Path) -> Record:
    """Run a case, write its small pictures, and return what the record keeps of it."""
    made = through_command_line(technique.slug, case, folder)
    for name in case.pictures():
        path = make_input(name, folder / "inputs")
        shrink(path, PICTURES / "inputs" / f"{name}.jpg", INPUT_SIDE, quality=JPEG_QUALITY, paper=PAPER)
    side = LIST_SIDE if sum(each.size is not None for each in made) > 1 else OUTPUT_SIDE
    kept = {
        "call": call_of(case),
        "pictures": case.pictures(),
        "values": case.values,
        "brand_kit": case.brand_kit,
        "outputs": [
            small(each, f"{technique.slug}-{number}-{place}", side) for place, each in enumerate(made)
        ],
    }
    if client is not None:
        again = await through_mcp(client, technique.slug, case, folder)
        same = [each.fingerprint for each in made] == [each.fingerprint for each in again]
        kept["proof"] = {**promises(technique, case, made), "same_bytes": same}
    return kept


def small(made: Made, name: str, side: int) -> Record:
    """Write the small picture of an output and return what the page says of it."""
    kept: Record = {"output_id": made.output_id, "media_type": made.media_type}
    if made.path is None:
        return {**kept, "text": shortened(made.text or "")}
    if made.seconds is not None:
        animate(
            made.path,
            PICTURES / f"{name}.webp",
            FILM_SIDE,
            seconds=made.seconds,
            rate=FILM_RATE,
            quality=FILM_QUALITY,
        )
        return {**kept, "file": f"{name}.webp"}
    if made.size is None:
        return kept
    shrink(made.path, PICTURES / f"{name}.jpg", side, quality=JPEG_QUALITY, paper=PAPER)
    return {**kept, "file": f"{name}.jpg"}


async def refusal(technique: Technique, client: Client | None, folder: Path) -> Record:
    """Return what a technique that needs a model answers, by the command line and, with a client, through MCP."""
    ports = [port for port in technique.inputs if not port.optional]
    media = {port.id: MODEL_INPUTS["imageUrl"] for port in ports if port.type == "imageUrl"}
    values = {
        port.id: (port.schema.get("enum") or [MODEL_INPUTS["text"]])[0]
        for port in ports
        if port.type == "text"
    }
    case = Case(media, values)
    said = []
    try:
        through_command_line(technique.slug, case, folder)
    except Refused as refused:
        said.append(str(refused))
    if client is not None:
        try:
            await through_mcp(client, technique.slug, case, folder)
        except Refused as refused:
            said.append(str(refused))
    needs = said[0].partition(" needs ")[2].partition(",")[0] if said else ""
    left = await runs_of(technique, client, folder)
    is_refused = len(set(said)) == 1 and len(said) == (2 if client else 1) and needs != "" and not left
    return {"identity": identity(technique), "needs": needs, "refused": is_refused}


def sweep(record: Record) -> None:
    """Remove pictures that no part shows any more. Fails when the others are too large for a repository."""
    shown = {RECORD, *(PICTURES / name for entry in record.values() for name in pictures_of(entry))}
    for path in PICTURES.rglob("*"):
        if path.is_file() and path not in shown:
            path.unlink()
    size = sum(path.stat().st_size for path in shown)
    print(f"{len(shown) - 1} pictures, {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES / 1e6:.0f} MB")


def check() -> None:
    """Fail when the page or a part of it is not what the techniques are now."""
    record = read_record()
    if old := stale(record):
        sys.exit(
            f"docs/gallery.md is stale for {', '.join(old)}: run python scripts/technique_gallery.py --stale"
        )
    if PAGE.read_text(encoding="utf-8") != page(record, techniques()):
        sys.exit(
            "docs/gallery.md is not what its record says: run python scripts/technique_gallery.py --page"
        )


def main() -> None:
    """Make the page, or check it."""
    options = {word for word in sys.argv[1:] if word.startswith("--")}
    slugs = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--check" in options:
        check()
    elif "--page" in options:
        PAGE.write_text(page(read_record(), techniques()), encoding="utf-8")
    else:
        chosen = slugs or (stale(read_record()) if "--stale" in options else list(techniques()))
        anyio.run(lambda: build(chosen, is_proof="--prove" in options))


if __name__ == "__main__":
    main()
