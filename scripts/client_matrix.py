"""Let real clients do the main job, and write what came of it to docs/clients.md.

    python scripts/client_matrix.py                      every client, and Claude Code; writes the page
    python scripts/client_matrix.py --only python-1 …    some of them; prints JSON, writes nothing
    python scripts/client_matrix.py --check              whether the page tells of every client that is tried

Each client has an environment of its own, made at its first run in a cache outside of the repository (1.5 GB for
all), and a server of its own. Beside what the client tells, the bytes on the wire are kept.
"""

import argparse
import re
import sys
from pathlib import Path

from clients.attempt import Result, as_json, run_attempt
from clients.catalogue import attempts
from clients.claude_code import REQUIREMENTS, sessions
from clients.environments import RegistryUnreachable
from clients.page import page, row_start

PAGE = Path(__file__).resolve().parent.parent / "docs" / "clients.md"
NOT_REACHED = 75
"""The exit status when a package registry cannot be reached (EX_TEMPFAIL)."""


def main(arguments: list[str]) -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="attempts, or the beginnings of their names"
    )
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    if given.check:
        return check()
    try:
        results = run(given.only)
        told = [] if given.only else sessions()
    except RegistryUnreachable as problem:
        print(f"A package registry cannot be reached: {problem}", file=sys.stderr)
        return NOT_REACHED
    if given.only:
        print(as_json(results))
    else:
        PAGE.write_text(page(results, told, REQUIREMENTS[0].replace("==", " ")), encoding="utf-8")
    failures = [*(each.error for each in results), *(each.complaint for each in told)]
    return 1 if any(failures) else 0


def run(only: list[str] | None) -> list[Result]:
    """Return what came of the chosen attempts, saying on stderr how each went."""
    results = []
    for attempt in attempts():
        if only is None or any(map(attempt.name.startswith, only)):
            results.append(run_attempt(attempt))
            print(f"{attempt.name}: {results[-1].error or results[-1].status}", file=sys.stderr, flush=True)
    return results


def check() -> int:
    """Return 1 and say so when the page lacks an attempt, or tells of a failure."""
    text = PAGE.read_text(encoding="utf-8")
    lacking = [each.name for each in attempts() if not re.search(row_start(each), text, re.M)]
    if lacking or "failed:" in text:
        print(f"docs/clients.md is old: run scripts/client_matrix.py. It lacks {lacking or 'a success'}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
