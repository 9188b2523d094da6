"""How long a page of the history takes over HTTP, in a history of a million runs, beside the plainest answer.

    python benchmarks/rest.py [--history 1000000] [--pages 300] [--json]

One client on loopback, one connection, one request after the other: from the request to the whole answer. The baseline
is `/healthz` on the same connection: what HTTP itself costs here. The file takes about 1.5 GB at a million runs.
"""

import argparse
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from limner.library import sample
from store import fill

API = "/api/v1"
DEEP = 9, 10
"""Nine tenths down the history."""


@contextmanager
def served(home: Path) -> Iterator[http.client.HTTPConnection]:
    """Run `limner serve` on a data folder, and yield a connection to it."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("LIMNER_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "limner", "serve", "--port", "0"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**variables, "LIMNER_HOME": str(home)},
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        found = re.search(r"http://([\d.]+):(\d+)/mcp", line)
        if found is None:
            raise SystemExit(f"the server did not start: {line}{process.stderr.read()}")
        with closing(http.client.HTTPConnection(found[1], int(found[2]), timeout=60)) as connection:
            yield connection
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stderr.close()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes = b"", kind: str = ""
) -> Any:
    """Return the JSON that answers a request. Raises: SystemExit, for a failure."""
    connection.request(method, path, body or None, {"content-type": kind} if kind else {})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise SystemExit(f"{method} {path}: {answer.status} {content.decode()}")
    return json.loads(content)


def upload(connection: http.client.HTTPConnection) -> str:
    """Return the id of a picture that was sent: every run's output names it."""
    bounds = "----limner"
    head = f'--{bounds}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = head.encode() + sample("chelsea.png").read_bytes() + f"\r\n--{bounds}--\r\n".encode()
    answer = ask(connection, "POST", f"{API}/assets", body, f"multipart/form-data; boundary={bounds}")
    return str(answer["asset_id"])


def make_history(home: Path, rows: int) -> None:
    """Put ended runs of techniques into the database, each with a picture that exists."""
    home.mkdir()
    with served(home) as connection:
        asset_id = upload(connection)
    path = home / "limner.sqlite"
    fill(path, rows)
    with closing(sqlite3.connect(path)) as database, database:
        outputs = json.dumps([{"output_id": "swatches", "type": "imageUrl", "asset_id": asset_id}])
        # Those that run would be taken up by the server, and have nothing to do.
        database.execute(
            "update runs set outputs = ?, status = replace(status, 'running', 'failed')", (outputs,)
        )


def cursor_of(home: Path, rows: int) -> str:
    """Return the cursor of the page that begins deep in the history."""
    from limner.store.history import build_cursor
    from limner.store.runs import load

    part, whole = DEEP
    with closing(sqlite3.connect(home / "limner.sqlite")) as database:
        query = "select run_id from runs order by created_at desc, run_id desc limit 1 offset ?"
        run_id = database.execute(query, (rows * part // whole,)).fetchone()[0]
        return build_cursor(load(database, run_id))


def measure(connection: http.client.HTTPConnection, path: str, times: int) -> dict[str, float]:
    """Return p50 and p99 of a request in milliseconds."""
    ask(connection, "GET", path)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        ask(connection, "GET", path)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {"p50_ms": round(statistics.median(took), 2), "p99_ms": round(took[int(times * 0.99)], 2)}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--history", type=int, default=1_000_000)
    options.add_argument("--pages", type=int, default=300)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="limner-bench-") as name:
        home = Path(name) / "home"
        make_history(home, given.history)
        deep = cursor_of(home, given.history)
        runs = f"{API}/technique-runs"
        pages = {
            "healthz (baseline)": "/healthz",
            "first page": runs,
            "deep": f"{runs}?cursor={deep}",
            "status=failed": f"{runs}?status=failed",
            "status=failed, deep": f"{runs}?status=failed&cursor={deep}",
            "status=completed, deep": f"{runs}?status=completed&cursor={deep}",
            "technique_id, deep": f"{runs}?technique_id=tech_7&cursor={deep}",
            "technique_id + status=failed, deep": f"{runs}?technique_id=tech_7&status=failed&cursor={deep}",
            "project_id, deep": f"{runs}?project_id=prj_3&cursor={deep}",
            "workspace_id, deep": f"{runs}?workspace_id=ws_2&cursor={deep}",
        }
        with served(home) as connection:
            figures = {title: measure(connection, path, given.pages) for title, path in pages.items()}
    if given.json:
        print(json.dumps({"history_rows": given.history, "pages": figures}, indent=1))
        return
    print(f"a page of 20 at {given.history:,} runs{'p50 ms':>22}{'p99 ms':>9}")
    for title, took in figures.items():
        print(f"  {title:<40}{took['p50_ms']:>8.2f}{took['p99_ms']:>9.2f}")


if __name__ == "__main__":
    main()
