import sqlite3
from pathlib import Path

import anyio
import pytest

from limner.store import SqliteStore

from .building import run_script, start

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("key", [["k"], []], ids=["same key", "no key"])
async def test_two_hundred_identical_calls_from_four_processes_start_one_run(
    path: Path, key: list[str]
) -> None:
    lines: list[str] = []

    async def race() -> None:
        lines.extend(await run_script("racer.py", path, *key))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(race)

    answers = [line.split() for line in lines]
    assert len(answers) == 200
    assert len({run_id for run_id, _ in answers}) == 1
    assert sum(disposition == "created" for _, disposition in answers) == 1
    store = SqliteStore(path)
    await store.open()
    assert len((await store.list_runs("local")).items) == 1
    await store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_two_engines_never_claim_the_same_run(store: SqliteStore, path: Path) -> None:
    other = SqliteStore(path)
    await other.open()
    for number in range(40):
        await start(store, {"title": str(number)})
    claimed: list[str] = []

    async def engine(mine: SqliteStore, owner: str) -> None:
        while runs := await mine.claim(owner, 3):
            claimed.extend(run.run_id for run in runs)

    async with anyio.create_task_group() as group:
        group.start_soon(engine, store, "ada")
        group.start_soon(engine, other, "bob")
    await other.close()

    assert len(claimed) == 40
    assert len(set(claimed)) == 40
