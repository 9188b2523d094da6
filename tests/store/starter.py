"""Starts runs until it is killed; prints `run_id key` of each as soon as it is answered."""

import itertools
import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parent.parent))

from limner.store import SqliteStore
from store.building import start


async def main(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    for number in itertools.count():
        run = await start(store, {"title": str(number)}, idempotency_key=f"key-{number}")
        print(run.run_id, f"key-{number}", flush=True)


anyio.run(main, Path(sys.argv[1]))
