"""What the tests of purchases share: a Studio that asks workshops, techniques that generate, and what came of a run."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import anyio

from limner.app.requests import StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.server import open_studio
from limner.types import Event

from .test_running import HEAD
from .workshop import KEY

ONE = f"""
technique_id: tech_one
{HEAD}
inputs: [{{id: words, name: Words, type: text, description: Words.}}]
steps: {{shot: {{generate: image, prompt: "{{{{ inputs.words }}}}"}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.shot.image}}]
"""
MANY = f"""
technique_id: tech_many
{HEAD}
inputs: [{{id: words, name: Words, type: text, allow_multiple: true, description: Words.}}]
steps: {{shot: {{generate: image, for_each: $inputs.words, prompt: "{{{{ item }}}}"}}}}
outputs: [{{id: images, name: Images, type: imageUrl, allow_multiple: true, from: $steps.shot.image}}]
"""


def environment(home: Path, *sections: str, **more: str) -> dict[str, str]:
    """Return the variables of a Studio whose providers are these sections, and whose drafts are ONE and MANY."""
    folder = home / "techniques"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("one", ONE), ("many", MANY)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    given = {"LIMNER_HOME": str(home), "LIMNER_PROVIDERS": "".join(sections), "WORKSHOP_KEY": KEY}
    return {**given, **more}


@asynccontextmanager
async def shop(home: Path, *sections: str, works: bool = True, **more: str) -> AsyncIterator[Studio]:
    """Yield a Studio on a data folder that asks these providers."""
    settings = read_settings(environment(home, *sections, **more))
    async with open_studio(settings, works=works) as studio:
        yield studio


def wish(words: str | list[str] = "A linen chair", **more: Any) -> StartRequest:
    name = "one" if isinstance(words, str) else "many"
    return StartRequest(technique_id=name, revision="draft", inputs={"words": words}, **more)


async def ended(studio: Studio, request: StartRequest, **more: Any) -> RunView:
    """Start a run and return it when it has ended."""
    started = await studio.start_run("local", request, **more)
    return await studio.wait("local", started.run.run_id, 60)


async def log(studio: Studio, view: RunView, kind: str) -> list[Event]:
    """Return a run's events of one type."""
    return [each for each in await studio.events("local", view.run.run_id, 0) if each.type == kind]


async def until(is_so: Callable[[], object]) -> None:
    """Wait for something that happens elsewhere."""
    with anyio.fail_after(60):
        while not is_so():  # noqa: ASYNC110  # in another process, or a server's thread
            await anyio.sleep(0.02)


def ledger(home: Path) -> list[tuple[str, str, float]]:
    """Return the lines of the ledger: provider, state, charge."""
    with closing(sqlite3.connect(home / "limner.sqlite")) as file:
        rows = file.execute("select provider, state, charged_usd from purchases order by rowid")
        return [(provider, state, round(charged, 6)) for provider, state, charged in rows]


def day_sum(home: Path) -> float:
    """Return what all days of all callers came to."""
    with closing(sqlite3.connect(home / "limner.sqlite")) as file:
        return round(float(file.execute("select total(spent_usd) from charges").fetchone()[0]), 6)
