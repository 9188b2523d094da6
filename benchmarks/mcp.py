"""Calls over every MCP transport: latency and throughput, each against a bare SDK server on the same transport.

Usage: python benchmarks/mcp.py [--calls 500] [--clients 8] [--json]
Targets: reads at most 1 ms above an empty tool's call (p50); throughput at least 0.6 x the bare server's; tools/list
at most 3,500 tokens, and one whole job (list, start, result) at most 1,500 beyond it.

Both servers run at the same time and are asked in turn, a slice of the calls each, so that what else the machine does
meets both; figures are medians over the slices. The bare server is the SDK as its own dependencies start it: uvicorn
with h11, its tracing on. Its tool returns `{}`, where a run has a thousand characters, twice: as JSON and as text.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from transports import TRANSPORTS, Link, Server

SCHEMA_CHARS, RUN_CHARS = 4.1, 3.0
"""Characters per token, as o200k_base and cl100k_base count tools/list (schemas, prose) and runs (ids, addresses)."""
READS = ("get_run", "list_techniques")
SLICES = 10


def measure(transport: str, home: Path, calls: int, clients: int) -> dict[str, Any]:
    """Return latencies in ms of an empty tool and of ours, and calls per second, over one transport."""
    with Server(transport, "empty", home) as empty, Server(transport, "limner", home) as limner:
        link, bare = limner.connect(), empty.connect()
        run = link.call(
            "start_run", {"action_id": "qr-code-generator", "inputs": {"text": "hello"}, "wait_seconds": 40}
        )
        arguments = {"get_run": {"run_id": run["run_id"]}, "list_techniques": {"limit": 20}}
        timed: dict[str, Callable[[], object]] = {"empty": lambda: bare.call("list_techniques", {})}
        for tool in READS:
            timed[tool] = lambda tool=tool: link.call(tool, arguments[tool])
        found: dict[str, Any] = in_turn(timed, calls)
        link.close(), bare.close()
        crowds = {
            "empty": Crowd(empty, "list_techniques", {}, clients),
            "get_run": Crowd(limner, "get_run", arguments["get_run"], clients),
        }
        rates: dict[str, list[float]] = {name: [] for name in crowds}
        for _ in range(SLICES):
            for name, crowd in crowds.items():
                rates[name].append(crowd.calls_per_second(calls // SLICES))
        for name, crowd in crowds.items():
            found[name] |= {"per_second": statistics.median(rates[name]), "cpu_ms": crowd.leave()}
        pairs = zip(rates["get_run"], rates["empty"], strict=True)
        found["ratio"] = statistics.median(mine / bare for mine, bare in pairs)
    return found


def in_turn(timed: dict[str, Callable[[], object]], calls: int) -> dict[str, Any]:
    """Return the latencies of several calls, by name; they are made in turn, a slice each."""
    taken: dict[str, list[float]] = {name: [] for name in timed}
    for call in timed.values():
        latencies(20, call)
    for _ in range(SLICES):
        for name, call in timed.items():
            taken[name] += latencies(calls // SLICES, call)
    return {
        name: {"p50_ms": statistics.median(each), "p99_ms": sorted(each)[int(len(each) * 0.99)]}
        for name, each in taken.items()
    }


def latencies(count: int, call: Callable[[], object]) -> list[float]:
    """Return what a call takes, over and over, in ms."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        call()
        taken.append((time.perf_counter() - before) * 1000)
    return taken


class Crowd:
    """Clients of one server that all call the same at once; on stdio, one is all there is."""

    def __init__(self, server: Server, tool: str, arguments: dict[str, Any], clients: int) -> None:
        self._links = [server.connect() for _ in range(1 if server.is_stdio else clients)]
        self._call = (tool, arguments)
        self._server = server
        self._calls = 0
        for link in self._links:
            link.call(tool, arguments)  # a server's first call opens its studio
        self._cpu_before = server.cpu_seconds()

    def calls_per_second(self, each: int) -> float:
        """Let every client call so many times; return the calls per second of all."""

        def work(link: Link) -> None:
            for _ in range(each):
                link.call(*self._call)

        threads = [threading.Thread(target=work, args=(link,)) for link in self._links]
        before = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        count = each * len(self._links)
        self._calls += count
        return count / (time.perf_counter() - before)

    def leave(self) -> float:
        """Disconnect; return the server's CPU time per call in ms."""
        taken = self._server.cpu_seconds() - self._cpu_before
        for link in self._links:
            link.close()
        return taken / self._calls * 1000


def context_cost(home: Path) -> dict[str, float]:
    """Return what the model reads, in estimated tokens: the list of tools, and one whole job."""
    from limner.library import sample

    with Server("stdio legacy", "limner", home) as server:
        link = server.connect()
        tools = link.request("tools/list", {})["tools"]
        call = {"technique_id": "tech_palette-pull", "inputs": {"image": str(sample("coffee.png"))}}
        found = link.call("list_techniques", {"query": "palette"})
        job = [found, call, link.call("start_run", {**call, "wait_seconds": 40})]
        link.close()
    return {
        "tools_list": _chars(tools) / SCHEMA_CHARS,
        "one_job": sum(_chars(each) for each in job) / RUN_CHARS,
    }


def _chars(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=500)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--only", nargs="*", default=list(TRANSPORTS), choices=list(TRANSPORTS))
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {name: measure(name, Path(folder), given.calls, given.clients) for name in given.only}
        tokens = context_cost(Path(folder))
    if given.json:
        print(json.dumps({"transports": found, "tokens": tokens}))
        return
    for name, figures in found.items():
        empty = figures["empty"]
        print(f"{name:12s} empty tool p50 {empty['p50_ms']:.2f}  p99 {empty['p99_ms']:.2f} ms")
        for tool in READS:
            mine = figures[tool]
            over = mine["p50_ms"] - empty["p50_ms"]
            print(f"  {tool:16s} p50 {mine['p50_ms']:.2f} ({over:+.2f})  p99 {mine['p99_ms']:.2f} ms")
        mine, bare = figures["get_run"]["per_second"], empty["per_second"]
        print(
            f"  throughput       {mine:.0f}/s, bare {bare:.0f}/s: ratio {figures['ratio']:.2f} (target 0.6);",
            end="",
        )
        print(f" CPU {figures['get_run']['cpu_ms']:.2f} ms a call, bare {empty['cpu_ms']:.2f}")
    print(f"tools/list about {tokens['tools_list']:.0f} tokens (target 3,500);", end=" ")
    print(f"one job about {tokens['one_job']:.0f} more (target 1,500)")


if __name__ == "__main__":
    main()
