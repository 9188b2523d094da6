"""Prints the calibration: what each picture scores against each kit, and how well scores tell them apart."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from limner.library import brand_folder

Row = tuple[bool, str, dict[str, Any]]
CRITERIA = (
    "palette",
    "contrast",
    "aspect_ratio",
    "resolution",
    "exposure",
    "sharpness",
    "logo",
    "clear_space",
)


def rows(folder: Path, kit: str) -> list[Row]:
    """Return each picture with whether it is on the kit's brand, its name, and its evaluation."""
    pictures = sorted(folder.glob("*/*.png"), key=lambda path: (path.parent.name != kit, str(path)))
    pictures = [path for path in pictures if path.parent.name != "scratch"]
    command = [sys.executable, "-m", "limner", "brands", "score", kit, "--json", *map(str, pictures)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [
        (path.parent.name == kit, f"{path.parent.name}/{path.stem}", each["evaluation"])
        for path, each in zip(pictures, answer["files"], strict=True)
    ]


def told_apart(on: Sequence[float], off: Sequence[float]) -> float:
    """Return how often a picture on brand has more than one that is not: 0.5 is chance, 1 is always."""
    wins = [(one > other) + 0.5 * (one == other) for one in on for other in off]
    return sum(wins) / len(wins)


def table(kit: str, found: list[Row]) -> str:
    """Return the pictures of one kit's calibration as Markdown."""
    asked = {each["id"] for each in found[0][2]["criteria"]}
    names = [name for name in CRITERIA if name in asked]
    lines = [f"| picture | on brand | score | {' | '.join(names)} |", "| --- " * (len(names) + 3) + "|"]
    for is_on, name, evaluation in sorted(found, key=lambda row: (-row[0], -(row[2]["score"] or 0))):
        measured = {each["id"]: each.get("measured") for each in evaluation["criteria"]}
        cells = ["–" if measured[each] is None else f"{measured[each]:g}" for each in names]
        capped = "*" if evaluation.get("capped_by") else ""
        mark = "yes" if is_on else ""
        lines.append(f"| {name} | {mark} | {evaluation['score']:.2f}{capped} | {' | '.join(cells)} |")
    return "\n".join(lines)


def separation(kit: str, found: list[Row]) -> str:
    """Return one row of the table of separations."""
    cells = [kit]
    for read in (_score, _palette):
        on = sorted(read(row) for row in found if row[0])
        off = sorted(read(row) for row in found if not row[0])
        middles = f"{on[len(on) // 2]:.2f} / {off[len(off) // 2]:.2f}"
        cells += [
            middles,
            f"{on[0]:.2f}–{on[-1]:.2f}",
            f"{off[0]:.2f}–{off[-1]:.2f}",
            f"{told_apart(on, off):.3f}",
        ]
    return f"| {' | '.join(cells)} |"


def _score(row: Row) -> float:
    return float(row[2]["score"] or 0)


def _palette(row: Row) -> float:
    return next(float(each.get("measured") or 0) for each in row[2]["criteria"] if each["id"] == "palette")


def main() -> None:
    """Score every picture that evaluation_pictures.py made in a folder against both kits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    kits = sorted(path.name for path in brand_folder().iterdir() if path.is_dir())
    found = {kit: rows(folder, kit) for kit in kits}
    print(
        "| kit | score: median on / off | on | off | told apart | palette: median on / off | on | off | told apart |"
    )
    print("| --- " * 9 + "|")
    for kit in kits:
        print(separation(kit, found[kit]))
    for kit in kits:
        print(f"\n### {kit}\n\n{table(kit, found[kit])}")


if __name__ == "__main__":
    main()
