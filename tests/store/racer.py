"""Fifty tasks of one process that start the same run at once. Prints each `run_id disposition`."""

import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parent.parent))

from limner.store import SqliteStore
from store.building import build_new


async def main(path: Path, key: str | None) -> None:
    store = SqliteStore(path)
    await store.open()

    async def race() -> None:
        run, disposition = await store.start(build_new(idempotency_key=key))
        print(run.run_id, disposition.value)

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(race)
    await store.close()


anyio.run(main, Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
