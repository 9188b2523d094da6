"""How fast the SQLite store starts runs and pages through history, each against plain SQL in the same run.

    python benchmarks/store.py [--runs 3000] [--history 1000000] [--json]

A start is durable when its commit returns: the key, the run and its first event survive the death of the
process (WAL, synchronous=NORMAL; after a power cut the last commits may be missing). The temporary files
take about 1.5 GB at a million runs.
"""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from random import Random

import anyio

from limner.canonical import fingerprint
from limner.store import SqliteStore
from limner.store.history import build_cursor
from limner.store.rows import new_run_id
from limner.store.runs import INSERT
from limner.types import Json, NewRun, RunType, Status

ROUNDS = 3
PAGES = 300
PAGE = 20
CONCURRENT = 20
FIRST_AT = 1_700_000_000_000
STATUSES = ["completed"] * 94 + ["failed"] * 4 + ["cancelled"] * 2


def build_start(number: int) -> NewRun:
    """Return a start as the studio makes it, under a key of its own."""
    request: Json = {
        "operation": "start_run",
        "technique_id": "tech_palette-pull",
        "revision": "rev_4f1c9a7e2b60",
        "inputs": {"image": f"sha256:{number:064x}", "colors": 6},
        "seed": number,
    }
    return NewRun(
        type=RunType.TECHNIQUE,
        caller="local",
        workspace_id="ws_default",
        project_id="prj_default",
        operation="start_run",
        target_id="tech_palette-pull",
        target_name="Palette Pull",
        fingerprint=fingerprint(request),
        request=request,
        idempotency_key=f"key-{number}",
    )


async def measure_starts(folder: Path, count: int) -> Json:
    """Return starts per second: the best of ROUNDS, which take turns so that noise meets all alike."""
    store = SqliteStore(folder / "starts.sqlite")
    await store.open()
    bare = open_bare(folder / "bare.sqlite")
    rates: dict[str, list[float]] = {"bare": [], "one_after_the_other": [], "twenty_at_once": []}
    batches = iter([[build_start(r * count + n) for n in range(count)] for r in range(3 * ROUNDS)])
    for _ in range(ROUNDS):
        rates["bare"].append(measure_bare(bare, next(batches)))
        rates["one_after_the_other"].append(await measure_store(store, next(batches), 1))
        rates["twenty_at_once"].append(await measure_store(store, next(batches), CONCURRENT))
    bare.close()
    await store.close()
    return {name: round(max(each)) for name, each in rates.items()}


def open_bare(path: Path) -> sqlite3.Connection:
    """Return what is compared with: one table, one connection, no thread between."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("create table runs (key text primary key, request text, created_at integer)")
    return connection


def measure_bare(connection: sqlite3.Connection, starts: list[NewRun]) -> float:
    """Return starts per second of one insert and one commit each."""
    began = time.perf_counter()
    for new in starts:
        connection.execute("begin immediate")
        values = (new.idempotency_key, json.dumps(new.request), time.time_ns() // 1_000_000)
        connection.execute("insert into runs values (?, ?, ?)", values)
        connection.execute("commit")
    return len(starts) / (time.perf_counter() - began)


async def measure_store(store: SqliteStore, starts: list[NewRun], tasks: int) -> float:
    """Return starts per second of the store, from this many tasks at once."""

    async def work(mine: list[NewRun]) -> None:
        for new in mine:
            await store.start(new)

    began = time.perf_counter()
    async with anyio.create_task_group() as group:
        for number in range(tasks):
            group.start_soon(work, starts[number::tasks])
    return len(starts) / (time.perf_counter() - began)


async def measure_history(folder: Path, rows: int) -> Json:
    """Return p50 and p99 in milliseconds per kind of page at this many runs."""
    path = folder / "history.sqlite"
    store = SqliteStore(path)
    await store.open()
    fill(path, rows)
    deep = await cursor_at(store, path, rows * 9 // 10)
    pages: dict[str, Json] = {
        "first": {},
        "deep": {"cursor": deep},
        "status=running": {"status": Status.RUNNING},
        "status=failed": {"status": Status.FAILED},
        "status=failed, deep": {"status": Status.FAILED, "cursor": deep},
        "target_id": {"target_id": "tech_7"},
        "target_id, deep": {"target_id": "tech_7", "cursor": deep},
        "run_type=action, deep": {"run_type": RunType.ACTION, "cursor": deep},
        "project_id, deep": {"project_id": "prj_3", "cursor": deep},
        "workspace_id, deep": {"workspace_id": "ws_2", "cursor": deep},
        "target_id + status=failed, deep": {
            "target_id": "tech_7",
            "status": Status.FAILED,
            "cursor": deep,
        },
    }

    figures: Json = {}
    for name, arguments in pages.items():

        async def page(arguments: Json = arguments) -> object:
            return await store.list_runs("local", limit=PAGE, **arguments)

        figures[name] = await measure(page, PAGES)

    connection = sqlite3.connect(path)
    query = "select * from runs where caller = 'local' order by created_at desc, run_id desc limit ? offset ?"

    async def by_offset() -> object:
        return connection.execute(query, (PAGE, rows * 9 // 10)).fetchall()

    figures["deep, by OFFSET (plain SQL)"] = await measure(by_offset, 30)
    connection.close()
    await store.close()
    return figures


async def measure_starts_at(folder: Path, count: int) -> int:
    """Return starts per second, one after the other, into the file that holds the whole history."""
    store = SqliteStore(folder / "history.sqlite")
    await store.open()
    rates = []
    for number in range(ROUNDS):
        starts = [build_start(number * count + n) for n in range(count)]
        rates.append(await measure_store(store, starts, 1))
    await store.close()
    return round(max(rates))


async def measure(call: Callable[[], Awaitable[object]], times: int) -> Json:
    """Return p50 and p99 of a call in milliseconds."""
    await call()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {"p50_ms": round(statistics.median(took), 3), "p99_ms": round(took[int(times * 0.99)], 3)}


async def cursor_at(store: SqliteStore, path: Path, depth: int) -> str:
    """Return the cursor of the page that begins this deep."""
    connection = sqlite3.connect(path)
    query = "select run_id from runs order by created_at desc, run_id desc limit 1 offset ?"
    run_id = connection.execute(query, (depth,)).fetchone()[0]
    connection.close()
    return build_cursor(await store.load_run(run_id))


def fill(path: Path, rows: int) -> None:
    """Put this many runs into the file. Indexes are built afterwards, which is several times faster."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -200000")
    indexes = connection.execute(
        "select name, sql from sqlite_master where type = 'index' and tbl_name = 'runs' and sql is not null"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"drop index {name}")
    connection.execute("begin immediate")
    connection.executemany(INSERT, build_rows(rows))
    connection.execute("commit")
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def build_rows(rows: int) -> Iterator[Json]:
    """Yield rows of ended runs, one a second, spread over targets and projects; ten are running."""
    request = json.dumps(build_start(0).request)
    chance = Random(7)
    for number in range(rows):
        at = FIRST_AT + number * 1000
        status = "running" if number % max(1, rows // 10) == 5 else chance.choice(STATUSES)
        yield {
            "run_id": new_run_id(at),
            "type": "action" if number % 20 == 3 else "technique",
            "caller": "local",
            "workspace_id": f"ws_{chance.randrange(3)}",
            "project_id": f"prj_{chance.randrange(10)}",
            "operation": "start_run",
            "target_id": f"tech_{chance.randrange(50)}",
            "target_name": "Palette Pull",
            "fingerprint": f"{number * 2654435761 % 2**64:064x}",
            "request": request,
            "status": status,
            "phase": "rendering" if status == "running" else "done",
            "progress": 100.0,
            "message": "",
            "created_at": at,
            "seq": 0,
            "revision": "rev_4f1c9a7e2b60",
            "seed": number,
            "brand_kit": None,
            "idempotency_key": None,
            "expires_at": None,
            "callback_url": None,
            "started_at": at,
            "completed_at": None if status == "running" else at + 900,
            "owner": None,
            "attempt": 1,
            "deaths": 0,
            "outputs": '[{"output_id":"swatches","type":"imageUrl","asset_id":"asset_0123456789abcdef"}]',
            "evaluation": None,
            "error": None,
            "estimated_usd": 0.0,
            "charged_usd": 0.0,
        }


async def main(arguments: argparse.Namespace) -> Json:
    """Measure everything in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="limner-bench-") as name:
        folder = Path(name)
        starts = await measure_starts(folder, arguments.runs)
        history = await measure_history(folder, arguments.history)
        starts["onto_the_whole_history"] = await measure_starts_at(folder, arguments.runs)
    return {
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
        "starts_per_second": starts,
        "ratio_to_bare": {
            name: round(rate / starts["bare"], 3) for name, rate in starts.items() if name != "bare"
        },
        "history_rows": arguments.history,
        "page": history,
    }


def show(figures: Json) -> None:
    """Print the figures for a person."""
    print(figures["machine"])
    print("\ndurable starts per second")
    for name, rate in figures["starts_per_second"].items():
        ratio = figures["ratio_to_bare"].get(name)
        print(f"  {name:<34} {rate:>8,}" + (f"   {ratio:.2f} of bare" if ratio else ""))
    print(f"\none page of {PAGE} at {figures['history_rows']:,} runs{'p50 ms':>14}{'p99 ms':>9}")
    for name, took in figures["page"].items():
        print(f"  {name:<34} {took['p50_ms']:>8.2f} {took['p99_ms']:>8.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=3000, help="starts per round")
    parser.add_argument("--history", type=int, default=1_000_000, help="rows of history")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    result = anyio.run(main, given)
    if given.json:
        json.dump(result, sys.stdout, indent=2)
    else:
        show(result)
