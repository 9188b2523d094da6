"""Start to first answer, and reads over stdio, each against a bare SDK server in the same run.

Usage: python benchmarks/agents.py [--starts 10] [--reads 500] [--json]
Targets: first answer <= 1.3 x the empty server; reads at most 1 ms above its call.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from wire import EMPTY, LIMNER, Wire


def starts(count: int, home: Path) -> dict[str, float]:
    """Return the medians of spawn → first answer in ms, taken in turn."""
    taken: dict[str, list[float]] = {"limner": [], "empty": []}
    for _ in range(count + 1):  # the first pair warms the caches and is dropped
        for name, command in (("limner", LIMNER), ("empty", EMPTY)):
            wire = Wire(command, home)
            taken[name].append(wire.initialize() * 1000)
            wire.close()
    limner, empty = (statistics.median(taken[name][1:]) for name in ("limner", "empty"))
    return {"limner_ms": limner, "empty_ms": empty, "ratio": limner / empty}


def latencies(count: int, call: Callable[[], object]) -> tuple[float, float]:
    """Return p50 and p99 in ms of a call made over and over."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        call()
        taken.append((time.perf_counter() - before) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


def reads(count: int, home: Path) -> dict[str, dict[str, float]]:
    """Return p50 and p99 in ms of the reading tools, and of an empty tool of the bare SDK."""
    limner, empty = Wire(LIMNER, home), Wire(EMPTY, home)
    limner.initialize(), empty.initialize()
    started = limner.call(
        "start_run", {"action_id": "qr-code-generator", "inputs": {"text": "hello"}, "wait_seconds": 30}
    )
    run_id = started["structuredContent"]["run_id"]
    calls: dict[str, tuple[Wire, str, dict[str, object]]] = {
        "empty tool": (empty, "list_techniques", {}),
        "get_run": (limner, "get_run", {"run_id": run_id}),
        "list_runs": (limner, "list_runs", {}),
        "list_models": (limner, "list_models", {}),
        "list_techniques": (limner, "list_techniques", {"limit": 20}),
        "get_technique": (limner, "get_technique", {"technique_id": "palette-pull"}),
    }
    taken: dict[str, dict[str, float]] = {}
    for name, (wire, tool, arguments) in calls.items():
        latencies(20, lambda wire=wire, tool=tool, arguments=arguments: wire.call(tool, arguments))
        p50, p99 = latencies(
            count, lambda wire=wire, tool=tool, arguments=arguments: wire.call(tool, arguments)
        )
        taken[name] = {
            "p50_ms": p50,
            "p99_ms": p99,
            "over_empty_ms": p50 - taken.get("empty tool", {"p50_ms": p50})["p50_ms"],
        }
    limner.close(), empty.close()
    return taken


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--starts", type=int, default=10)
    options.add_argument("--reads", type=int, default=500)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = starts(given.starts, Path(folder))
        read = reads(given.reads, Path(folder))
    if given.json:
        print(json.dumps({"start": start, "reads": read}))
        return
    print(
        f"spawn to first answer: limner {start['limner_ms']:.0f} ms, empty SDK server {start['empty_ms']:.0f} ms,",
        end=" ",
    )
    print(f"ratio {start['ratio']:.2f} (target 1.3)")
    for name, figures in read.items():
        over = figures["over_empty_ms"]
        print(f"{name:16s} p50 {figures['p50_ms']:.2f} ms  p99 {figures['p99_ms']:.2f} ms  +{over:.2f} ms")


if __name__ == "__main__":
    main()
