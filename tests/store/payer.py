"""Pays for one request after another until it is killed, saying so before and after each."""

import sys
from dataclasses import replace
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parent.parent))

from limner.store import SqliteStore
from limner.types import Purchase, PurchaseState, Status
from store.building import claim, start


async def main(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    while True:
        run = await start(store, estimated_usd=0.1, may_deduplicate=False)
        fence = await claim(store, run)
        intent = Purchase(f"{run.run_id}:a", run.run_id, "a", "pixels", "film-2", PurchaseState.INTENDED, 0.1)
        await store.note_purchase(fence, intent)
        taken = replace(intent, state=PurchaseState.ACCEPTED, charged_usd=0.1, job_id="j", handle={})
        await store.note_purchase(fence, taken)
        print("accepted", flush=True)
        await store.note_purchase(fence, replace(taken, state=PurchaseState.SETTLED))
        await store.record(fence, status=Status.COMPLETED)
        print("done", flush=True)


anyio.run(main, Path(sys.argv[1]))
