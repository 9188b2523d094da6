"""Calls of one key from many tasks of one process. Prints the answer that each was given.

With a third argument, one call that says that it holds the key and then hangs, to be killed.
"""

import os
import sys
from pathlib import Path

import anyio

from limner.store import SqliteStore
from limner.types import Answer, AnswerState

REQUEST = {"name": "Mugs"}


async def begin(store: SqliteStore) -> Answer:
    return await store.begin_answer(
        "local",
        "workspaces.create",
        "k",
        fingerprint="f",
        request=REQUEST,
        lease_ms=60_000,
        window_ms=7_200_000,
    )


async def call(store: SqliteStore, log: Path) -> None:
    while (held := await begin(store)).state is AnswerState.AT_WORK:  # noqa: ASYNC110 - another process wakes nobody
        await anyio.sleep(0.005)
    if held.state is AnswerState.DONE:
        print(held.answer["workspace_id"] if held.answer else "nothing")
        return
    async with await anyio.open_file(log, "a") as file:
        await file.write(f"{os.getpid()}\n")
    await anyio.sleep(0.05)  # the work, long enough for every other call to find it at work
    assert await store.finish_answer(held, {"workspace_id": f"ws_{os.getpid()}"})
    print(f"ws_{os.getpid()}")


async def main(path: Path, log: Path, hangs: bool) -> None:
    store = SqliteStore(path)
    await store.open()
    if hangs:
        print((await begin(store)).state.value, flush=True)
        await anyio.sleep_forever()
    async with anyio.create_task_group() as group:
        for _ in range(25):
            group.start_soon(call, store, log)
    await store.close()


anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]), len(sys.argv) > 3)
