"""Runs a case and its plain tools, each in a process of its own, and says what they took."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from baselines import command
from cases import PEAK_MB, Case

from limner.actions.catalogue import builtin
from limner.engine.workers import worker_environment
from limner.types import Limits

HELPER = [sys.executable, "-I", "-S", str(Path(__file__).parent / "process_cost.py")]
WORKER = [sys.executable, "-I", "-m", "limner.actions.worker"]
KINDS = {".jpg": "image", ".mp4": "video", ".m4a": "audio"}
"""The kind of an input by its file; others are texts."""


class Failed(Exception):
    """A process ended with an error, or took too long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, or the medians of several."""

    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """What a case took, and what the plain tools did; `cost` is None when the action failed."""

    case: Case
    cost: Cost | None
    tools: dict[str, Cost]
    failures: dict[str, str]
    """What went wrong, by who failed: limner or a tool."""

    @property
    def ratio(self) -> float | None:
        """CPU seconds as a multiple of the best tool's; None when there is nothing to compare."""
        if self.cost is None or not self.tools:
            return None
        return self.cost.cpu_seconds / min(tool.cpu_seconds for tool in self.tools.values())

    @property
    def marks(self) -> list[str]:
        """What is missed."""
        found = ["FAILED"] if self.failures else []
        if self.ratio is not None and self.ratio > self.case.most_ratio:
            found.append("SLOW")
        if self.cost is not None and self.cost.peak_mb > PEAK_MB:
            found.append("LARGE")
        return found


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the inputs are, which plain tools there are, and how long a process may take.

    keep: where results are left to be looked at; None throws them away.
    """

    media: Path
    tools: Collection[str]
    most_seconds: float
    keep: Path | None = None

    def warm_up(self) -> None:
        """Bring the inputs, the worker and the tools into the disk's cache."""
        for path in self.media.iterdir():
            path.read_bytes()
        still = Case(
            action_id="flip-image",
            params={"direction": "both"},
            given=("picture.jpg",),
            tools={"Pillow": "out = Image.open(picture)", "libvips": "out = rows", "OpenCV": "out = im"},
        )
        film = Case(
            action_id="split-audio-from-video",
            params={},
            given=("film.mp4",),
            tools={"ffmpeg": "-i {film} -t 1 {x264} {out}.mp4"},
        )
        for case in (still, film):
            replace(self, keep=None).measure(case, 1)

    def measure(self, case: Case, runs: int) -> Row:
        """Return what a case and its plain tools take, run in turn; whoever fails is not run again."""
        taken: dict[str, list[Cost]] = {}
        failures: dict[str, str] = {}
        wanted = ["limner", *(tool for tool in case.tools if tool in self.tools)]
        for who in wanted * runs:
            if who in failures:
                continue
            try:
                taken.setdefault(who, []).append(self._run(who, case))
            except Failed as failure:
                failures[who] = str(failure)
        medians = {who: median(costs) for who, costs in taken.items() if who not in failures}
        return Row(case, medians.pop("limner", None), medians, failures)

    def _run(self, who: str, case: Case) -> Cost:
        with self._results_folder(who, case) as folder:
            if who == "limner":
                return cost_of(WORKER, worker_job(case, self.media, folder), self.most_seconds)
            words = command(who, case.tools[who], self.media, folder, case.saved)
            return cost_of(words, None, self.most_seconds)

    @contextmanager
    def _results_folder(self, who: str, case: Case) -> Iterator[Path]:
        if self.keep is None:
            with tempfile.TemporaryDirectory() as name:
                yield Path(name)
            return
        folder = (
            self.keep / "".join(each if each.isalnum() or each in "-=" else "_" for each in case.name) / who
        )
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def cost_of(words: Sequence[str], job: dict[str, Any] | None, most_seconds: float) -> Cost:
    """Run a command, send it a worker's job if it is one, and return what the kernel says it took.

    A worker gets the environment that the engine gives to it.

    Raises: Failed, with the end of what was said.
    """
    request = json.dumps(
        {
            "command": list(words),
            "environment": None if job is None else worker_environment(job["handler"]),
            "job": job,
            "seconds": most_seconds,
        }
    )
    done = subprocess.run(HELPER, input=request, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    if answer["exit_code"] and answer["wall_seconds"] >= most_seconds:
        raise Failed(f"took over {most_seconds:g} s")
    if answer["exit_code"] or '{"error"' in answer["said"]:
        raise Failed(" ".join((answer["said"] + answer["complained"]).split())[-500:])
    return Cost(answer["cpu_seconds"], answer["peak_mb"])


def worker_job(case: Case, media: Path, folder: Path) -> dict[str, Any]:
    """Return the job of a worker process, all but the process that is its parent."""
    action = builtin().get(case.action_id)
    inputs: dict[str, list[dict[str, str]]] = {}
    for name in case.given:
        kind, path = KINDS.get(Path(name).suffix, "text"), media / name
        if kind != "text":
            value = {"path": str(path)}
        else:
            value = {"text": path.read_text(encoding="utf-8") if path.exists() else name}
        inputs.setdefault(kind, []).append(value)
    return {
        "handler": action.handler,
        "inputs": inputs,
        "params": {**action.defaults(), **case.params},
        "folder": str(folder),
        "seed": 0,
        "limits": Limits()._asdict(),
    }


def median(costs: list[Cost]) -> Cost:
    """Return the medians of several runs."""
    return Cost(
        statistics.median(cost.cpu_seconds for cost in costs),
        statistics.median(cost.peak_mb for cost in costs),
    )
