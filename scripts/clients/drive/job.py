"""What every script here does first and last: read what to do, and write down what the client saw.

It runs inside each client's own environment, so it imports the standard library only.
"""

import json
import sys
from pathlib import Path
from typing import Any

JOB: dict[str, Any] = json.load(sys.stdin) if __name__ != "__main__" else {}
"""transport (stdio, http, sse), command, args, env, url, arguments (of start_run), report (a path), mode."""

PROGRESS: list[list[Any]] = []


async def on_progress(progress: float, total: float | None, message: str | None, *more: Any) -> None:
    """Keep a notification: the callback that most clients take."""
    PROGRESS.append([progress, message])


def kinds(blocks: Any) -> list[str]:
    """Return what each content block is; text that holds JSON is `json`."""
    return [_kind(block) for block in blocks]


def _kind(block: Any) -> str:
    kind = block.get("type") if isinstance(block, dict) else getattr(block, "type", type(block).__name__)
    text = block.get("text") if isinstance(block, dict) else getattr(block, "text", None)
    return "json" if kind == "text" and is_json(text) else str(kind)


def is_json(text: Any) -> bool:
    """Whether a text is a JSON object."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, TypeError):
        return False


def plain(value: Any) -> Any:
    """Return a value as JSON types: what pydantic models and dataclasses hold."""
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if dump else value


def report(**facts: Any) -> None:
    """Write the report: tools (names), run (a dict), seen (what a model gets), view (the same of view_output)."""
    facts.setdefault("progress", PROGRESS)
    Path(JOB["report"]).write_text(json.dumps(facts, default=str), encoding="utf-8")
