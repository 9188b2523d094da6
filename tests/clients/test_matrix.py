"""The main job through clients that others wrote, over HTTP and SSE too; all of them are in docs/clients.md."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "client_matrix.py"
MODERN, HANDSHAKE = "2026-07-28", "2025-11-25"
PATIENCE_SECONDS = 500
NOT_REACHED = 75
TOOLS = {"cancel_run", "get_run", "get_technique", "list_models"}
TOOLS |= {"list_runs", "list_techniques", "start_run", "view_output"}
PROTOCOLS = {
    "python-2-auto-stdio": MODERN,
    "python-2-auto-http": MODERN,
    "python-2-auto-sse": MODERN,
    "python-2-legacy-stdio": HANDSHAKE,
    "python-2-legacy-http": HANDSHAKE,
    "python-2-legacy-sse": HANDSHAKE,
    "python-1-stdio": HANDSHAKE,
    "python-1-http": HANDSHAKE,
    "python-1-sse": HANDSHAKE,
    "typescript-v1-http": HANDSHAKE,
    "typescript-v1-sse": HANDSHAKE,
    "typescript-v2-http": HANDSHAKE,
    "typescript-v2-auto-http": MODERN,
    "fastmcp-http": MODERN,
    "langchain-http": HANDSHAKE,
    "openai-agents-http": MODERN,
    "pydantic-ai-http": MODERN,
}
"""What each client and this server agree on. The heavier clients run only in the script."""
HEARS_NO_PROGRESS = {"openai-agents-http"}


def matrix(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


def attempt(name: str) -> dict[str, Any]:
    """Return what came of one attempt; skip the test where packages cannot be had, but never in CI."""
    done = matrix("--only", name)
    if done.returncode == NOT_REACHED and not os.environ.get("CI"):
        pytest.skip(done.stderr[-300:])
    assert done.returncode == 0, done.stderr[-3000:]
    [result] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_client_lists_starts_hears_progress_and_reads_the_result(name: str) -> None:
    result = attempt(name)
    assert set(result["tools"]) == TOOLS
    assert result["protocol"] == PROTOCOLS[name]
    assert result["status"] == "completed"
    assert result["outputs"].keys() == {"swatches", "colors"}
    assert all(size > 100 for size in result["outputs"].values())
    assert result["seen"][0] == "json"
    assert result["view"] == ["json", "image"]
    if name in HEARS_NO_PROGRESS:
        assert result["progress"] is None
    else:
        hears_every_phase(result)


def hears_every_phase(result: dict[str, Any]) -> None:
    values = [value for value, _ in result["progress"]]
    assert values == sorted(set(values))
    phases = dict.fromkeys(message.partition(":")[0] for _, message in result["progress"])
    assert list(phases)[:3] == ["queued", "composing", "rendering"]
    # A client may forget the callback when the result comes in one piece with the last notifications: what is
    # heard is what was sent, but for those.
    assert len(values) <= result["sent_progress"]


def test_the_page_tells_of_every_client_of_the_matrix() -> None:
    done = matrix("--check")
    assert done.returncode == 0, done.stdout + done.stderr
