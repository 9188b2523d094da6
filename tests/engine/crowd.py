"""Starts fifty paid runs at once and works on them until it is killed. Prints what became of each call, then `all`.

Argument: a name that makes the runs its own. It begins when its stdin closes.
"""

import json
import os
import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parent.parent))

from limner.app.requests import StartRequest
from limner.app.studio import Studio
from limner.config import read_settings
from limner.errors import BudgetExceeded
from limner.server import open_studio


async def ask(studio: Studio, words: str) -> None:
    request = StartRequest(technique_id="one", revision="draft", inputs={"words": words})
    try:
        started = await studio.start_run("local", request)
    except BudgetExceeded as error:
        print(json.dumps({"refused": error.document()}), flush=True)
    else:
        print(json.dumps({"started": started.run.run_id}), flush=True)


async def main(name: str) -> None:
    async with open_studio(read_settings(os.environ)) as studio:
        print("ready", flush=True)
        await anyio.to_thread.run_sync(sys.stdin.read)
        async with anyio.create_task_group() as tasks:
            for number in range(50):
                tasks.start_soon(ask, studio, f"{name} {number}")
        print("all", flush=True)
        await anyio.sleep_forever()


anyio.run(main, sys.argv[1])
