import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio

from limner.canonical import fingerprint
from limner.store import SqliteStore
from limner.types import Fence, NewRun, Run, RunType, Status

HOUR_MS = 3_600_000


class Clock:
    """Unix milliseconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now

    def advance(self, milliseconds: int) -> None:
        self.now += milliseconds


def build_new(inputs: dict[str, Any] | None = None, **fields: Any) -> NewRun:
    request = {"operation": "start_run", "technique_id": "tech_poster", "inputs": inputs or {"title": "Mug"}}
    values: dict[str, Any] = {
        "type": RunType.TECHNIQUE,
        "caller": "local",
        "workspace_id": "ws_default",
        "project_id": "prj_default",
        "operation": "start_run",
        "target_id": "tech_poster",
        "target_name": "Poster",
        "fingerprint": fingerprint(request),
        "request": request,
    }
    return NewRun(**{**values, **fields})


async def start(store: SqliteStore, inputs: dict[str, Any] | None = None, **fields: Any) -> Run:
    run, _ = await store.start(build_new(inputs, **fields))
    return run


async def claim(store: SqliteStore, run: Run, owner: str = "ada") -> Fence:
    [claimed] = await store.claim(owner, 1, [run.run_id])
    return Fence(claimed.run_id, owner, claimed.attempt)


async def finish(store: SqliteStore, run: Run, status: Status, **changes: Any) -> Run:
    return await store.record(await claim(store, run), status=status, **changes)


def make_file(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)


def make_database(path: Path, statement: str) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


def damage(path: Path) -> None:
    """Overwrite all but the first page."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


def count_work(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Return how many hundreds of instructions SQLite executes for some work: its cost, the same on any machine."""
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1

    connection.set_progress_handler(tick, 100)
    work()
    connection.set_progress_handler(None, 0)
    return done


async def run_script(name: str, *arguments: object) -> list[str]:
    """Run a script that stands beside the tests; return the lines that it printed."""
    script = Path(__file__).with_name(name)
    with anyio.fail_after(120):
        done = await anyio.run_process([sys.executable, "-I", str(script), *map(str, arguments)])
    return done.stdout.decode().splitlines()
