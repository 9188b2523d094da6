"""Finds the files that people write, and tells when one of them has changed."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

SUFFIXES = (".yaml", ".yml")

Stamp: TypeAlias = tuple[str, int, int]
"""A path, when it was changed in nanoseconds, and its bytes; -1 for both of one that is not there."""


def files_at(places: Iterable[Path], deeper: tuple[str, ...] = ()) -> list[Path]:
    """Return the YAML files at places, each once: files themselves, and those right inside folders, in name order.

    deeper: names of files that are found one folder further down, too.
    """
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir():
            found.update(dict.fromkeys(_inside(place, deeper)))
        elif place.suffix in SUFFIXES:
            found[place] = None
    return list(found)


def _inside(folder: Path, deeper: tuple[str, ...]) -> list[Path]:
    try:
        entries = sorted(path for path in folder.iterdir() if path.name[0] != ".")
    except OSError:
        return [folder]  # reading it as a file then says why it cannot be read
    files: list[Path] = []
    for entry in entries:
        if deeper and entry.is_dir():
            files += [entry / name for name in deeper if (entry / name).is_file()]
        elif entry.suffix in SUFFIXES:
            files.append(entry)
    return files


def stamps(paths: Iterable[Path]) -> tuple[Stamp, ...]:
    """Return what differs as soon as one of these files has changed, come or gone."""
    return tuple(_stamp_of(path) for path in paths)


def _stamp_of(path: Path) -> Stamp:
    try:
        state = path.stat()
    except (OSError, ValueError):  # a name from a file may hold what no path can
        return (str(path), -1, -1)
    return (str(path), state.st_mtime_ns, state.st_size)
