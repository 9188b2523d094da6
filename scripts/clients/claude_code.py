"""Claude Code's own binary, driven by a scripted model: what its model sees of Limner.

The binary is the one that PyPI's claude-agent-sdk brings: 380 MB, too heavy for CI.
"""

import json
import os
import re
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .attempt import TOOLS, bounded, data_url
from .catalogue import STDIO
from .environments import python_environment
from .scripted_model import Block, Script, ScriptedModel, call, scripted_model
from .server import PICTURE, conversation, server_environment

REQUIREMENTS = ("claude-agent-sdk==0.2.187",)
PREFIX = "mcp__limner__"
HOST_TIMEOUT_MS = 3000
SESSION_SECONDS = 240
MOST_TURNS = 40
SWITCHES = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "ANTHROPIC_API_KEY": "scripted",
    "NO_PROXY": "127.0.0.1,localhost",
}


@dataclass(frozen=True, slots=True)
class Session:
    """What one session of Claude Code was like."""

    transport: str
    plan: str
    """`main`: list, start, look. `long`: a film under a tool time-out of three seconds."""
    version: str
    protocol: str | None
    tools: list[str]
    """As the model was told of them."""
    methods: list[str]
    asked_for_progress: bool
    sent_progress: int
    results: list[list[str]]
    """For each tool result the kinds of its blocks as the model saw them: json, text, image."""
    texts: list[str]
    """For each tool result its first 400 characters of text."""
    runs: list[tuple[str, str]]
    """(run_id, status) in every result that holds a run."""
    complaint: str | None = None


def sessions() -> list[Session]:
    """Return every session that is tried. Raises: RegistryUnreachable."""
    return [session("main", "stdio"), session("main", "http"), session("long", "stdio")]


def binary() -> Path:
    """Return Claude Code. Raises: RegistryUnreachable."""
    python = python_environment("claude-code", REQUIREMENTS)
    return next(python.parents[1].glob("lib/python*/site-packages/claude_agent_sdk/_bundled/claude"))


def session(plan: str, transport: str) -> Session:
    """Let Claude Code follow a plan with a Limner of its own."""
    program = binary()
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="limner-claude-")))
        environment = server_environment(room / "home")
        place, wire = stack.enter_context(conversation(transport, environment, room))
        picture = str(PICTURE) if transport == STDIO else data_url(PICTURE)
        script = {"main": MainJob, "long": LongRun}[plan](picture)
        model = stack.enter_context(scripted_model(loading_tools(script)))
        config = room / "mcp.json"
        config.write_text(json.dumps({"mcpServers": {"limner": entry(place, plan)}}), encoding="utf-8")
        said = bounded(command(program, config), "", room, SESSION_SECONDS, only=environment_of(model, room))
        seen = wire()
    results = model.results[1:]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    return Session(
        transport=transport,
        plan=plan,
        version=version.stdout.split()[0],
        protocol=seen.protocol,
        tools=told_of(model),
        methods=seen.methods,
        asked_for_progress=seen.has_token,
        sent_progress=seen.progress,
        results=[[kind(block) for block in blocks_of(each)] for each in results],
        texts=[text_of(each)[:400] for each in results],
        runs=[(run["run_id"], run["status"]) for run in map(run_of, results) if run],
        complaint=None if script.is_done else said[-1500:],
    )


def entry(place: dict[str, Any], plan: str) -> dict[str, Any]:
    """Return the server's entry in Claude Code's configuration."""
    limit = {"timeout": HOST_TIMEOUT_MS} if plan == "long" else {}
    if place.get("url"):
        return {"type": "http", "url": place["url"], **limit}
    return {"type": "stdio", **place, **limit}


def command(program: Path, config: Path) -> list[str]:
    """Return how Claude Code is started: without a window, with this server only."""
    options = ["--mcp-config", str(config), "--strict-mcp-config", "--allowedTools", PREFIX.rstrip("_")]
    return [str(program), "-p", "Pull a palette.", "--output-format", "json", *options]


def environment_of(model: ScriptedModel, room: Path) -> dict[str, str]:
    """Return Claude Code's whole environment: nothing of the person's who runs this."""
    return {"PATH": os.environ["PATH"], "HOME": str(room), "ANTHROPIC_BASE_URL": model.url, **SWITCHES}


def loading_tools(script: Script) -> Script:
    """Return a script that first loads the tools: Claude Code tells its model their names only."""

    def step(results: list[Block]) -> Block:
        if results:
            return script(results[1:])
        return call("ToolSearch", 99, query="select:" + ",".join(f"{PREFIX}{name}" for name in TOOLS))

    return step


def told_of(model: ScriptedModel) -> list[str]:
    """Return the names of Limner's tools in what the model was told first."""
    first = json.dumps(model.requests[0]) if model.requests else ""
    return sorted(set(re.findall(PREFIX + r"(\w+)", first)))


class MainJob:
    """Find a technique, start it, look at its picture."""

    def __init__(self, picture: str) -> None:
        self._picture = picture
        self.is_done = False

    def __call__(self, results: list[Block]) -> Block:
        """Return the model's next block."""
        match len(results):
            case 0:
                return call(f"{PREFIX}list_techniques", 0)
            case 1:
                inputs = {"image": self._picture, "colors": 5}
                arguments = {"inputs": inputs, "idempotency_key": "claude-code", "wait_seconds": 40}
                return call(f"{PREFIX}start_run", 1, technique_id="tech_palette-pull", **arguments)
            case 2 if run := run_of(results[1]):
                return call(f"{PREFIX}view_output", 2, run_id=run["run_id"])
        self.is_done = len(results) == 3 and any(block["type"] == "image" for block in blocks_of(results[2]))
        return {"type": "text", "text": "done"}


class LongRun:
    """Start a film that takes longer than the host waits, and ask again with the same key until it is done."""

    def __init__(self, picture: str) -> None:
        params = {"duration": 12, "fps": "24", "zoom": 1.4}
        self._film = {"action_id": "ken-burns-video", "inputs": {"image": picture}, "params": params}
        self.is_done = False

    def __call__(self, results: list[Block]) -> Block:
        """Return the model's next block: first with a wait that is too long for the host, then with short ones."""
        run = run_of(results[-1]) if results else None
        is_complete = bool(run and run["status"] == "completed")
        host_gave_up = bool(results) and run_of(results[0]) is None
        self.is_done = is_complete and host_gave_up
        if is_complete or len(results) >= MOST_TURNS:
            return {"type": "text", "text": "done"}
        wait = 2 if results else 40
        key = {"idempotency_key": "the film", "wait_seconds": wait}
        return call(f"{PREFIX}start_run", len(results), **self._film, **key)


def blocks_of(result: Block) -> list[Block]:
    """Return a tool result's blocks."""
    content = result.get("content", "")
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def text_of(result: Block) -> str:
    """Return a tool result's text."""
    return "\n".join(block["text"] for block in blocks_of(result) if block["type"] == "text")


def kind(block: Block) -> str:
    """Return what a block is; text that holds JSON is `json`."""
    return "json" if block["type"] == "text" and block["text"].startswith("{") else block["type"]


def run_of(result: Block) -> dict[str, Any] | None:
    """Return the Run that a tool result holds."""
    for block in blocks_of(result):
        if kind(block) == "json":
            document = json.JSONDecoder().raw_decode(block["text"])[0]
            return document if "status" in document else None
    return None
