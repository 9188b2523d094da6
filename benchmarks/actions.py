"""Every public action at 12 megapixels or on 10 s of 1080p30, beside the plain tool for the same job, in the same run.

Usage: python benchmarks/actions.py [--only ACTION …] [--runs 3] [--json] [--most-seconds 400] [--keep FOLDER]
Stills are compared with Pillow and libvips (pip install pyvips pyvips-binary), or with OpenCV where neither does the
job; films with FFmpeg's command line. A tool that is not installed is left out and said so. CPU seconds are user +
system of a fresh process, its start, decoding and encoding included; memory is the peak of its resident set. Runs are
interleaved, and medians printed. The rows are in still_cases.py and film_cases.py, the inputs in media.py. `--keep`
leaves the results of all sides in a folder, to be looked at.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from baselines import installed_tools
from cases import PEAK_MB, Case
from film_cases import FILMS
from measuring import Bench, Row
from media import MAKERS, make_media
from still_cases import STILLS

from limner.actions.specs import PUBLIC_ORDER

CASES = sorted((*STILLS, *FILMS), key=lambda case: (*PUBLIC_ORDER, case.action_id).index(case.action_id))
"""In public order; our own actions follow."""


def main() -> None:
    """Measure and print."""
    given = arguments()
    unmeasured = set(PUBLIC_ORDER) - {case.action_id for case in CASES}
    if unmeasured:
        raise SystemExit(f"no row for: {', '.join(sorted(unmeasured))}")
    tools, cases = installed_tools(), chosen(given.only)
    with tempfile.TemporaryDirectory() as name:
        media = given.media or Path(name)
        media.mkdir(parents=True, exist_ok=True)
        prepare(media, cases)
        bench = Bench(media, tools, given.most_seconds, given.keep)
        bench.warm_up()
        rows: list[Row] = []
        for case in cases:
            rows.append(bench.measure(case, given.runs))
            if not given.json:
                print(line(rows[-1], tools), flush=True)
    print(json.dumps([document(row) for row in rows], indent=1) if given.json else summary(rows))


def prepare(media: Path, cases: Sequence[Case]) -> None:
    """Make the inputs of the cases and of the warm-up, those that are not there yet."""
    wanted = {"picture.jpg", "film.mp4", *(name for case in cases for name in case.given if name in MAKERS)}
    make_media(media, sorted(name for name in wanted if not (media / name).exists()))


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--only", nargs="*", metavar="ACTION", help="ids of actions")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--json", action="store_true")
    options.add_argument("--most-seconds", type=float, default=400, help="what one process may take")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="where results are left")
    options.add_argument(
        "--media", type=Path, metavar="FOLDER", help="where inputs are, or are made and left"
    )
    return options.parse_args()


def chosen(only: Sequence[str] | None) -> list[Case]:
    """Return the rows of some actions, or all.

    Raises: SystemExit, when an action has none.
    """
    missing = set(only or ()) - {case.action_id for case in CASES}
    if missing:
        raise SystemExit(f"no row for: {', '.join(sorted(missing))}")
    return [case for case in CASES if not only or case.action_id in only]


def line(row: Row, tools: frozenset[str]) -> str:
    """Return a row as it is printed."""
    parts = [row.case.name]
    if row.cost is not None:
        parts += [f"{row.cost.cpu_seconds:.2f} s", f"{row.cost.peak_mb:.0f} MB"]
    if not row.case.tools:
        parts.append("no plain equivalent")
    for tool, cost in row.tools.items():
        ratios = ""
        if row.cost is not None:
            ratios = (
                f" ({row.cost.cpu_seconds / cost.cpu_seconds:.2f} x, {row.cost.peak_mb / cost.peak_mb:.2f} x)"
            )
        parts.append(f"{tool} {cost.cpu_seconds:.2f} s {cost.peak_mb:.0f} MB{ratios}")
    if absent := [tool for tool in row.case.tools if tool not in tools]:
        parts.append(f"not installed: {', '.join(absent)}")
    if row.case.remark:
        parts.append(f"[{row.case.remark}]")
    parts += row.marks
    return " · ".join([*parts, *(f"{who}: {why}" for who, why in row.failures.items())])


def summary(rows: list[Row]) -> str:
    """Return how many rows meet their targets, and the worst."""
    judged = [row for row in rows if row.ratio is not None]
    measured = [row for row in rows if row.cost is not None]
    quick = sum("SLOW" not in row.marks for row in judged)
    small = sum("LARGE" not in row.marks for row in measured)
    said = [
        f"{quick} of {len(judged)} rows with a plain equivalent meet their target for CPU seconds",
        f"{small} of {len(measured)} stay within {PEAK_MB:.0f} MB",
        f"{sum(bool(row.failures) for row in rows)} failed",
    ]
    if judged:
        slowest = max(judged, key=lambda row: (row.ratio or 0) / row.case.most_ratio)
        said.append(f"slowest: {slowest.case.name} ({slowest.ratio:.2f} x)")
    if measured:
        largest = max(measured, key=lambda row: row.cost.peak_mb if row.cost else 0)
        said.append(f"largest: {largest.case.name} ({largest.cost.peak_mb if largest.cost else 0:.0f} MB)")
    return "; ".join(said)


def document(row: Row) -> dict[str, object]:
    """Return a row as JSON."""
    return {
        "action_id": row.case.action_id,
        "params": dict(row.case.params),
        "limner": asdict(row.cost) if row.cost else None,
        "tools": {tool: asdict(cost) for tool, cost in row.tools.items()},
        "ratio": row.ratio,
        "most_ratio": row.case.most_ratio,
        "remark": row.case.remark,
        "marks": row.marks,
        "failures": row.failures,
    }


if __name__ == "__main__":
    main()
