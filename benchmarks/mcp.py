"""Calls over every MCP transport: latency and throughput, each against a bare SDK server on the same transport.

Usage: python benchmarks/mcp.py [--calls 500] [--clients 8] [--json]
Targets: reads at most 1 ms above an empty tool's call (p50); throughput at least 0.6 x the bare server's; tools/list
at most 3,500 tokens, and one whole job (list, start, result) at most 1,500 beyond it.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from agents import latencies
from transports import TRANSPORTS, Link, Server

SCHEMA_CHARS, RUN_CHARS = 4.1, 3.0
"""Characters per token, as o200k_base and cl100k_base count tools/list (schemas, prose) and runs (ids, addresses)."""
READS = ("get_run", "list_techniques")


def measure(transport: str, home: Path, calls: int, clients: int) -> dict[str, Any]:
    """Return latencies in ms of an empty tool and of ours, and calls per second, over one transport."""
    found: dict[str, Any] = {}
    with Server(transport, "empty", home) as empty, Server(transport, "limner", home) as limner:
        link = limner.connect()
        run = link.call(
            "start_run", {"action_id": "qr-code-generator", "inputs": {"text": "hello"}, "wait_seconds": 40}
        )
        arguments = {"get_run": {"run_id": run["run_id"]}, "list_techniques": {"limit": 20}}
        bare = empty.connect()
        timed: dict[str, Callable[[], object]] = {"empty": lambda: bare.call("list_techniques", {})}
        for tool in READS:
            timed[tool] = lambda tool=tool: link.call(tool, arguments[tool])
        for name, call in timed.items():
            latencies(20, call)
            p50, p99 = latencies(calls, call)
            found[name] = {"p50_ms": p50, "p99_ms": p99}
        link.close(), bare.close()
        found["empty"]["per_second"] = throughput(empty, "list_techniques", {}, calls, clients)
        found["get_run"]["per_second"] = throughput(limner, "get_run", arguments["get_run"], calls, clients)
    return found


def throughput(server: Server, tool: str, arguments: dict[str, Any], calls: int, clients: int) -> float:
    """Return calls per second of several clients at once; on stdio, one client is all there is."""
    count = 1 if server.is_stdio else clients
    links = [server.connect() for _ in range(count)]
    for link in links:
        link.call(tool, arguments)  # a server's first call opens its studio

    def work(link: Link) -> None:
        for _ in range(calls):
            link.call(tool, arguments)

    threads = [threading.Thread(target=work, args=(link,)) for link in links]
    before = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - before
    for link in links:
        link.close()
    return calls * count / taken


def context_cost(home: Path) -> dict[str, float]:
    """Return what the model reads, in estimated tokens: the list of tools, and one whole job."""
    from limner.library import sample

    with Server("stdio legacy", "limner", home) as server:
        link = server.connect()
        tools = link.request("tools/list", {})["tools"]
        call = {"technique_id": "tech_palette-pull", "inputs": {"image": str(sample("coffee.png"))}}
        job = [link.call("list_techniques", {}), call, link.call("start_run", {**call, "wait_seconds": 40})]
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
        print(f"  throughput       {mine:.0f}/s, bare {bare:.0f}/s: ratio {mine / bare:.2f} (target 0.6)")
    print(f"tools/list about {tokens['tools_list']:.0f} tokens (target 3,500);", end=" ")
    print(f"one job about {tokens['one_job']:.0f} more (target 1,500)")


if __name__ == "__main__":
    main()
