"""Works on the runs of a data folder until it is killed. Arguments: the folder, the words of a run to start first."""

import json
import os
import sys
from pathlib import Path

import anyio

sys.path.insert(0, str(Path(__file__).parent.parent))

from limner.app.requests import StartRequest
from limner.config import read_settings
from limner.server import open_studio


async def main(words: str) -> None:
    async with open_studio(read_settings(os.environ)) as studio:
        request = StartRequest(
            technique_id="one", revision="draft", inputs={"words": words}, idempotency_key=words
        )
        started = await studio.start_run("local", request)
        print(json.dumps({"run_id": started.run.run_id}), flush=True)
        await anyio.sleep_forever()


anyio.run(main, sys.argv[1])
