"""Writes docs/gallery.md from what the gallery remembers and the technique files say; runs nothing."""

from collections.abc import Iterable
from typing import Any

from technique_cases import CASES, SEED
from technique_record import Record

from limner.types import Technique

TEXT_CHARS = 180
HEAD = f"""# Gallery
What the techniques make: each one that runs here on at least three different pictures or texts, before → after, with
seed {SEED}; then those that need a model, with what they need. Made by `python scripts/technique_gallery.py`. The
inputs are [the samples that ship](../src/limner/library/samples/README.md),
[a few more](../scripts/gallery_samples/README.md), and what the script cuts from them or draws.
"""
NEEDS_HEAD = """## What needs a model
These are refused before a run exists, from the command line and through MCP, until a provider is configured that
offers what they need.

| technique | what it does | needs | refused, no run made |
| --- | --- | --- | --- |"""
PROOF_HEAD = """## What was checked
Every run above was made twice, once with `limner run` and once through an MCP client on stdio, each with a data folder
of its own. *files*: bytes, pixels and seconds are what the run says, measured with other libraries. *ratio*,
*duration*: as the technique or the call declares (–: it declares none). *same bytes*: both runs' outputs are
byte-identical.
Do it again: `python scripts/technique_gallery.py --prove`.

| technique | inputs | files | ratio | duration | same bytes |
| --- | --- | --- | --- | --- | --- |"""


def page(record: Record, known: dict[str, Technique]) -> str:
    """Return the whole page."""
    local = [slug for slug in CASES if slug in record]
    parts = [HEAD, *(section(known[slug], record[slug]) for slug in local), NEEDS_HEAD]
    remote = [slug for slug in sorted(record) if "needs" in record[slug]]
    parts += [needs_row(known[slug], record[slug]) for slug in remote]
    parts += ["", PROOF_HEAD, *(proof_row(slug, record[slug]["cases"]) for slug in local)]
    return "\n".join(parts) + "\n"


def section(technique: Technique, entry: Record) -> str:
    """Return a technique's part: name, what it does and does not, its cases."""
    words = technique.description.strip().rstrip(".")
    title = f"## {technique.name}\n`{technique.slug}` · {technique.fidelity}. {words}.\n"
    return "\n".join([title, *(case_text(technique.slug, case) + "\n" for case in entry["cases"])])


def case_text(slug: str, case: Record) -> str:
    """Return a case: the pictures given, an arrow, what came out, the values."""
    before = " ".join(f"![{name}](images/techniques/inputs/{name}.jpg)" for name in case["pictures"])
    after = " ".join(output_text(slug, each) for each in case["outputs"])
    said = ", ".join(f"{name}: {value_text(value)}" for name, value in case["values"].items())
    kit = f", brand kit {case['brand_kit']}" if case["brand_kit"] else ""
    start = before or f"“{next(iter(case['values'].values()))}”"
    return f"{start} → {after}  \n<sub>{(said + kit) or 'defaults'}</sub>"


def output_text(slug: str, output: Record) -> str:
    """Return an output in Markdown."""
    if "file" in output:
        return f"![{slug}: {output['output_id']}](images/techniques/{output['file']})"
    if "text" in output:
        return f"`{output['text']}`"
    return f"{output['output_id']} ({output['media_type']})"


def value_text(value: Any) -> str:
    """Return a value as one would type it."""
    if isinstance(value, list):
        return "; ".join(map(str, value)).replace("|", "\\|")
    return str(value).lower() if isinstance(value, bool) else str(value).replace("\n", " ⏎ ")


def shortened(text: str) -> str:
    """Return the beginning of a text in one line, safe inside a code span."""
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= TEXT_CHARS else line[: TEXT_CHARS - 1].rstrip() + "…"


def needs_row(technique: Technique, entry: Record) -> str:
    """Return a row of a technique that needs a model."""
    description = technique.description.strip().replace("\n", " ")
    return f"| {technique.name} (`{technique.slug}`) | {description} | {entry['needs']} | {mark(entry['refused'])} |"


def proof_row(slug: str, cases: list[Record]) -> str:
    """Return a row of what was checked."""
    if not all("proof" in case for case in cases):
        return f"| {slug} | {len(cases)} | not run | | | |"
    proofs = [case["proof"] for case in cases]
    checks = [
        all_of(proof.get(name) for proof in proofs) for name in ("files", "ratio", "duration", "same_bytes")
    ]
    return f"| {slug} | {len(cases)} | {' | '.join(checks)} |"


def all_of(results: Iterable[bool | None]) -> str:
    """Return the mark of several results."""
    known = [result for result in results if result is not None]
    return mark(all(known)) if known else "–"


def mark(is_so: bool) -> str:
    """Return a tick or a cross."""
    return "✓" if is_so else "✗"
