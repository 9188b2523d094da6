"""Opens a store at the same moment as others: says so, waits for its stdin to end, opens, prints the version."""

import sqlite3
import sys
from pathlib import Path

import anyio

from limner.store import SqliteStore


async def main(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.published()
    await store.close()


print("ready", flush=True)
sys.stdin.read()
anyio.run(main, Path(sys.argv[1]))
print(sqlite3.connect(sys.argv[1]).execute("pragma user_version").fetchone()[0])
