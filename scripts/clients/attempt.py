"""Lets one client do the main job, bounded in time, and returns what it and the wire tell."""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .catalogue import STDIO, Attempt
from .environments import interpreter
from .server import HERE, PICTURE, conversation, server_environment

CLIENT_SECONDS = 120
TOOLS = ("cancel_run", "get_run", "get_technique", "list_models")
TOOLS += ("list_runs", "list_techniques", "start_run", "view_output")
QUIET = {
    "FASTMCP_SHOW_CLI_BANNER": "false",
    "MCP_USE_ANONYMIZED_TELEMETRY": "false",
    "NO_PROXY": "127.0.0.1,localhost",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt."""

    name: str
    client: str
    version: str
    transport: str
    mode: str
    protocol: str | None = None
    """By the wire."""
    tools: list[str] = field(default_factory=list)
    asked_for_progress: bool = False
    sent_progress: int = 0
    """Notifications that the server sent."""
    progress: list[list[Any]] | None = None
    """(progress, message) as the client's own callback got them; None: it has none."""
    status: str | None = None
    outputs: dict[str, int] = field(default_factory=dict)
    """Bytes of each output that the result leads to."""
    seen: list[str] = field(default_factory=list)
    """The kinds of blocks that a model gets of start_run."""
    view: list[str] = field(default_factory=list)
    """The same of view_output."""
    error: str | None = None


def run_attempt(attempt: Attempt) -> Result:
    """Return what came of it. Raises: RegistryUnreachable."""
    command, folder = interpreter(attempt.client)
    client = attempt.client
    known = (attempt.name, client.title, client.version, attempt.transport, attempt.mode)
    with tempfile.TemporaryDirectory(prefix="limner-client-") as room:
        try:
            return _converse(attempt, command, folder, Path(room), known)
        except (RuntimeError, OSError, KeyError, ValueError) as problem:
            return Result(*known, error=f"{type(problem).__name__}: {problem}"[:2000])


def _converse(
    attempt: Attempt, command: list[str], folder: Path | None, room: Path, known: tuple[str, ...]
) -> Result:
    script = HERE / "drive" / attempt.client.script
    if folder is not None:
        script = Path(shutil.copy(script, folder))
    environment = server_environment(room / "home")
    with conversation(attempt.transport, environment, room) as (place, wire):
        report_file = room / "report.json"
        job = {"url": None, **place, **_task(attempt), "report": str(report_file)}
        complaint = bounded([*command, str(script)], json.dumps(job), room)
        if not report_file.exists():
            raise RuntimeError(f"no report: {complaint[-1800:]}")
        report = json.loads(report_file.read_text(encoding="utf-8"))
        outputs = {each["output_id"]: _size(each) for each in report["run"].get("outputs", [])}
        seen = wire()
    return Result(
        *known,
        protocol=seen.protocol,
        tools=sorted(report["tools"]),
        asked_for_progress=seen.has_token,
        sent_progress=seen.progress,
        progress=report["progress"],
        status=report["run"].get("status"),
        outputs=outputs,
        seen=report["seen"],
        view=report["view"],
    )


def _task(attempt: Attempt) -> dict[str, Any]:
    """Return what the client's script is to do."""
    picture = str(PICTURE) if attempt.transport == STDIO else data_url(PICTURE)
    arguments = {
        "technique_id": "tech_palette-pull",
        "inputs": {"image": picture, "colors": 5},
        "idempotency_key": attempt.name,
        "wait_seconds": 40,
    }
    return {
        "transport": attempt.transport,
        "mode": attempt.mode,
        "expected": TOOLS,
        "arguments": arguments,
    }


def bounded(
    command: list[str],
    text: str,
    room: Path,
    seconds: float = CLIENT_SECONDS,
    only: dict[str, str] | None = None,
) -> str:
    """Run a command with `text` on its stdin; return what it wrote. Ends it and its children when time is up.

    only: its whole environment; by default this process's, with another home.
    Raises: RuntimeError, when time is up.
    """
    environment = only or {**os.environ, **QUIET, "HOME": str(room)}
    process = subprocess.Popen(
        command,
        cwd=room,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(text, timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[0]
        raise RuntimeError(f"still busy after {seconds} s: {said[-1500:]}") from None


def data_url(picture: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"


def _size(output: dict[str, Any]) -> int:
    """Return how many bytes an output has, read from where the result says it is."""
    if "url" in output:
        with urllib.request.urlopen(output["url"], timeout=30) as answer:
            return len(answer.read())
    if "path" in output:
        return Path(output["path"]).stat().st_size
    return len(output["text"].encode())


def as_json(results: list[Result]) -> str:
    """Return results as a JSON list."""
    return json.dumps([asdict(each) for each in results], indent=1)
