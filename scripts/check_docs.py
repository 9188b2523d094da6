"""Fail on dead links, shell examples that no longer parse, YAML and TOML examples that do not load, long decisions."""

import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio

from limner.actions.catalogue import builtin
from limner.authored.document import parse_document
from limner.brands.load import load_data
from limner.cli.arguments import build_parser
from limner.config import Settings, read_settings
from limner.config.file import FILE_NAME
from limner.errors import ConfigurationError, InvalidBrandKit, InvalidTechnique
from limner.library import technique_folder
from limner.providers.registry import ConnectedProviders, connect_all
from limner.techniques.load import load_text
from limner.techniques.shelf import Shelf
from limner.types import Technique

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
KEY_VARIABLE = re.compile(r"""^api_key_env = "(\w+)"$""", re.M)
OTHER_FILES = ("[project", "[mcp_servers")
"""How examples of pyproject.toml and of a host's own file begin."""
MOST_DECISION_LINES = 40


def pages() -> list[Path]:
    """Return every Markdown page of the repository."""
    folders = ("docs", "benchmarks", "src", "tools", "tests")
    found = [
        page
        for folder in folders
        for page in (ROOT / folder).rglob("*.md")
        if "node_modules" not in page.parts
    ]
    return sorted([*ROOT.glob("*.md"), *found])


def dead_links(page: Path, text: str) -> Iterator[str]:
    """Yield relative links whose file or heading does not exist."""
    for target in LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        place, _, anchor = target.partition("#")
        file = (page.parent / place).resolve() if place else page
        if not file.exists():
            yield f"dead link {target}"
        elif anchor and anchor not in headings(file.read_text(encoding="utf-8")):
            yield f"no heading for {target}"


def headings(text: str) -> set[str]:
    """Return the anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def shipped(technique_id: str, revision: str | None) -> Technique | None:
    """Return a technique that ships, which an example may use."""
    found = Shelf(technique_folder(), [], builtin().by_id).builtin().get(technique_id)
    return found if found is not None and revision in (None, found.revision) else None


def stale_examples(text: str) -> Iterator[str]:
    """Yield commands that the command line does not take, and technique files and kits that do not load."""
    for language, body in BLOCK.findall(text):
        if language in ("console", "sh"):
            yield from stale_commands(body)
        elif language == "yaml" and body.startswith("technique_id:"):
            try:
                load_text(body, "example", actions=builtin().by_id, technique_of=shipped)
            except InvalidTechnique as error:
                yield f"a technique example does not load: {error.message}"
        elif language == "yaml" and body.startswith("brand_kit:"):
            try:
                load_data(*parse_document(body, "example", "brand kit"), ROOT)
            except InvalidBrandKit as error:
                yield f"a brand kit example does not load: {error.message}"
        elif language == "toml" and not body.startswith(OTHER_FILES):
            yield from stale_settings(body)


def stale_settings(body: str) -> Iterator[str]:
    """Yield what is wrong with an example of limner.toml: settings that cannot be read, providers that are refused."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, FILE_NAME).write_text(body, encoding="utf-8")
        keys = dict.fromkeys(KEY_VARIABLE.findall(body), "an-example")
        try:
            settings = read_settings({"LIMNER_HOME": home, **keys})
        except ConfigurationError as error:
            yield f"an example of limner.toml cannot be read: {error.message}"
            return
        export_workflows(settings, Path(home))
        for name, problem in anyio.run(connected_as_shown, settings).problems.items():
            yield f"an example of the provider {name} does not connect: {problem}"


def export_workflows(settings: Settings, folder: Path) -> None:
    """Write each workflow that an example of ComfyUI names, with the inputs that its slots fill."""
    for entry in (entry for each in settings.providers for entry in each.models if "workflow" in entry):
        graph: dict[str, Any] = {}
        for place in entry["slots"].values():
            node, _, name = place.split(".")
            graph.setdefault(node, {"class_type": "Shown", "inputs": {}})["inputs"][name] = 0
        (folder / entry["workflow"]).write_text(json.dumps(graph), encoding="utf-8")


async def connected_as_shown(settings: Settings) -> ConnectedProviders:
    """Connect the providers of an example, none of which is asked anything."""
    shown = [replace(each, api_key="an-example", api_key_keyring=None) for each in settings.providers]
    connected = await connect_all(shown, fetch=fetch_nothing)
    await connected.aclose()
    return connected


async def fetch_nothing(address: str, name: str, target: Path) -> None:
    """Fetch nothing: an example only connects."""
    raise AssertionError(f"{address} was fetched")


def stale_commands(body: str) -> Iterator[str]:
    """Yield the lines `limner …` that do not parse."""
    for line in re.findall(r"^(?:\$ )?limner(?: (.*))?$", body.replace("\\\n", " "), re.M):
        words = shlex.split(line.partition("|")[0].partition(" > ")[0], comments=True)
        with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.redirect_stdout(io.StringIO()):
            try:
                build_parser().parse_args(words)
            except SystemExit as stop:
                if stop.code:
                    yield f"`limner {line}` is not a command any more: {said.getvalue().strip()}"


def main() -> None:
    """Check every page."""
    problems = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        found = [*dead_links(page, text), *stale_examples(text)]
        if page.parent.name == "decisions" and text.count("\n") > MOST_DECISION_LINES:
            found.append(f"over {MOST_DECISION_LINES} lines")
        problems += [f"{page.relative_to(ROOT)}: {problem}" for problem in found]
    if not problems:
        for made in ("gallery.py", "technique_gallery.py"):
            subprocess.run([sys.executable, str(ROOT / "scripts" / made), "--check"], check=True)
    print("\n".join(problems) or f"{len(pages())} pages: links and examples hold")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
