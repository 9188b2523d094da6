"""Starts forty runs of a dime at once, of a budget of two dollars, when stdin closes. Prints what became of each."""

import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parent.parent))

from limner.errors import BudgetExceeded
from limner.store import SqliteStore
from store.building import start


async def main(path: Path, name: str) -> None:
    store = SqliteStore(path)
    await store.open()
    print("ready", flush=True)
    sys.stdin.read()

    async def spend(number: int) -> None:
        try:
            await start(store, {"title": f"{name} {number}"}, estimated_usd=0.1, daily_budget_usd=2.0)
        except BudgetExceeded:
            print("refused")
        else:
            print("started")

    async with anyio.create_task_group() as group:
        for number in range(40):
            group.start_soon(spend, number)
    await store.close()


anyio.run(main, Path(sys.argv[1]), sys.argv[2])
