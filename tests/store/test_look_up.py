"""Rows found by their keys are read on the event loop, which nothing may hold up."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from limner.errors import StoreError
from limner.store import SqliteStore
from limner.types import Run

from .building import start

pytestmark = pytest.mark.anyio

RECOVERER = Path(__file__).with_name("recoverer.py")


@contextmanager
def in_the_way(*arguments: str) -> Iterator[Callable[[], None]]:
    """Run another process that holds something of the database's; yield what makes it let go."""
    with subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        yield other.stdin.close
        other.stdin.close()
        assert other.wait(timeout=20) == 0


async def test_a_reader_waits_for_a_recovery_by_another_process_and_the_loop_does_not(
    store: SqliteStore, path: Path
) -> None:
    run = await start(store)
    found: list[Run] = []

    async def read() -> None:
        found.append(await store.load_run(run.run_id))

    with in_the_way(str(RECOVERER), f"{path}-shm") as let_go:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await anyio.wait_all_tasks_blocked()
            assert not found
            let_go()  # reached while the read still waits
    assert found == [run]


async def test_a_run_is_looked_up_while_another_connection_writes(store: SqliteStore, path: Path) -> None:
    run = await start(store)
    with in_the_way("-c", WRITER, str(path)):
        assert await store.load_run(run.run_id) == run


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
connection.execute("update runs set message = 'changed'")
print("held", flush=True)
sys.stdin.read()
connection.execute("rollback")
"""


async def test_a_closed_store_looks_nothing_up(store: SqliteStore) -> None:
    run = await start(store)
    database = store._database
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await database.look_up(lambda connection: connection.execute("select 1").fetchone())
    with pytest.raises(StoreError, match="not open"):
        await store.load_run(run.run_id)
