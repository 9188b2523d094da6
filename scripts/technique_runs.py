"""Runs techniques as users do: by the command line, and by an MCP client on stdio, each with its own data folder."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import av
from mcp import Client, StdioServerParameters
from PIL import Image
from technique_cases import SEED, Case

from limner.types import Technique
from limner.types.technique import technique_id_of

WAIT_SECONDS = 45
SECONDS_TOLERANCE = 0.1


@dataclass(frozen=True)
class Made:
    """One output of a run, with what the run says of it and what its file holds."""

    output_id: str
    media_type: str
    path: Path | None = None
    text: str | None = None
    size: tuple[int, int] | None = None
    seconds: float | None = None
    is_as_said: bool = True
    """Whether the file's bytes, size in pixels and duration are what the run says."""

    @property
    def fingerprint(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.path.read_bytes() if self.path else (self.text or "").encode()).hexdigest()


class Refused(Exception):
    """The call started no run; holds the error's message."""


def environment(home: Path, inputs: Path) -> dict[str, str]:
    """Return the variables of a process with its own data folder that may read the inputs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIMNER_")}
    return {**kept, "LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(inputs)}


def through_command_line(slug: str, case: Case, folder: Path) -> list[Made]:
    """Run a case with `limner run`; return its outputs. Raises: Refused."""
    command = [sys.executable, "-m", "limner", "run", slug, "--json", "--seed", str(SEED)]
    for name, value in case.inputs(folder / "inputs").items():
        for each in value if isinstance(value, list) else [value]:
            command += ["--input", f"{name}={str(each).lower() if isinstance(each, bool) else each}"]
    if case.brand_kit:
        command += ["--brand-kit", case.brand_kit]
    where = environment(folder / "command-line", folder / "inputs")
    ended = subprocess.run(command, check=False, env=where, cwd=folder, capture_output=True, text=True)
    return outputs_of(json.loads(ended.stdout))


@asynccontextmanager
async def mcp_client(folder: Path) -> AsyncIterator[Client]:
    """Yield the official client, connected to a server on stdio."""
    where = environment(folder / "mcp", folder / "inputs")
    server = StdioServerParameters(command=sys.executable, args=["-m", "limner"], env=where)
    async with Client(server) as client:
        yield client


async def through_mcp(client: Client, slug: str, case: Case, folder: Path) -> list[Made]:
    """Run a case with the tools `start_run` and `get_run`; return as the command line does. Raises: Refused."""
    call: dict[str, Any] = {
        "technique_id": technique_id_of(slug),
        "inputs": case.inputs(folder / "inputs"),
        "seed": SEED,
        "wait_seconds": WAIT_SECONDS,
    }
    if case.brand_kit:
        call["brand_kit"] = case.brand_kit
    answer = (await client.call_tool("start_run", call)).structured_content or {}
    while answer.get("status") in ("pending", "running"):
        again = {"run_id": answer["run_id"], "wait_seconds": WAIT_SECONDS}
        answer = (await client.call_tool("get_run", again)).structured_content or {}
    return outputs_of(answer)


async def runs_of(technique: Technique, client: Client | None, folder: Path) -> int:
    """Return how many runs of a technique the data folders hold."""
    command = [sys.executable, "-m", "limner", "runs", "list", "--technique", technique.slug, "--json"]
    where = environment(folder / "command-line", folder / "inputs")
    ended = await anyio.run_process(command, env=where)
    found = len(json.loads(ended.stdout)["runs"])
    if client is not None:
        listed = await client.call_tool("list_runs", {"technique_id": technique.technique_id})
        found += len((listed.structured_content or {})["runs"])
    return found


def outputs_of(run: dict[str, Any]) -> list[Made]:
    """Return a run's outputs. Raises: Refused, when it has none."""
    if run.get("status") != "completed":
        raise Refused(run.get("error", {}).get("message", "no run"))
    return [made_of(output) for output in run["outputs"]]


def made_of(output: dict[str, Any]) -> Made:
    """Return an output, measured with libraries that did not make what the run says of it."""
    name, media_type = output["output_id"], output.get("media_type", "text/plain")
    if "path" not in output:
        return Made(name, media_type, text=output["text"])
    path = Path(output["path"])
    size, seconds = measured(path, media_type)
    is_as_said = path.stat().st_size == output["size_bytes"]
    if size is not None:
        is_as_said &= size == (output["width"], output["height"])
    if seconds is not None:
        is_as_said &= abs(seconds - output["duration_seconds"]) < SECONDS_TOLERANCE
    return Made(name, media_type, path, None, size, seconds, is_as_said)


def measured(path: Path, media_type: str) -> tuple[tuple[int, int] | None, float | None]:
    """Return a file's size in pixels and its length in seconds; None for what it has not."""
    if media_type.startswith("video/"):
        with av.open(str(path)) as film:
            stream = film.streams.video[0]
            frames = sum(1 for _ in film.demux(stream) if _.size)
            return (stream.width, stream.height), float(frames / stream.average_rate)
    if media_type.startswith("image/") and "svg" not in media_type:
        with Image.open(path) as picture:
            picture.load()
            return picture.size, None
    return None, None
