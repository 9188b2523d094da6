"""Opens twenty new files while others do: says that it is ready, waits for its stdin to end, opens them."""

import sys
from pathlib import Path

import anyio

from limner.store import SqliteStore


async def main(folder: Path) -> None:
    for number in range(20):
        store = SqliteStore(folder / f"{number}.sqlite")
        await store.open()
        await store.published()
        await store.close()


print("ready", flush=True)
sys.stdin.read()
anyio.run(main, Path(sys.argv[1]))
print("done")
