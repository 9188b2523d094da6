"""Ctrl-C: the command ends at once, nothing is left running, and the run is finished by another process."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .processes import PATIENCE_SECONDS, CommandLine, wait_for_line

FILM = ("run", "--action", "ken-burns-video", "--input", "image=coffee.png", "--param", "duration=3")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see the worker")


def children_of(process: subprocess.Popen[str]) -> list[int]:
    threads = Path(f"/proc/{process.pid}/task").iterdir()
    return [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]


def interrupt(cli: CommandLine, by: signal.Signals) -> tuple[str, int, str]:
    """Start a film, stop the command while a worker renders; return the run's id, the status and stderr."""
    process = cli.begin(*FILM)
    wait_for_line(process, "rendering")
    workers: list[int] = []
    while not workers:
        workers = children_of(process)
    process.send_signal(by)
    _, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    run_id = cli.json("runs", "list")["runs"][0]["run_id"]
    return run_id, process.returncode, told


def test_interrupted_run_is_finished_by_another_process(cli: CommandLine) -> None:
    run_id, status, told = interrupt(cli, signal.SIGINT)
    assert status == 130
    assert f"limner runs follow {run_id}" in told
    assert f"limner runs cancel {run_id}" in told
    assert "Traceback" not in told
    assert cli.json("runs", "show", run_id)["status"] in ("pending", "running")
    followed = cli.run("runs", "follow", run_id, "--json")
    assert followed.returncode == 0
    *events, run = map(json.loads, followed.stdout.splitlines())
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert run["status"] == "completed"
    assert run["outputs"][0]["media_type"] == "video/mp4"


def test_terminated_run_can_be_cancelled(cli: CommandLine) -> None:
    run_id, status, told = interrupt(cli, signal.SIGTERM)
    assert status == 143
    assert run_id in told
    cancelled = cli.run("runs", "cancel", run_id)
    assert (cancelled.returncode, cancelled.stdout) == (0, f"{run_id} is cancelled.\n")
    assert cli.run("runs", "follow", run_id).returncode == 1
    again = cli.run("runs", "cancel", run_id)
    assert again.returncode == 0
