"""Collects every mistake of one file, each with the line it stands on and the way to mend it."""

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from limner.errors import Problem

Place: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead from the root of a document to a node."""


class Report:
    """The problems found so far. `lines` maps places to line numbers, from 1; `noun`: what the file holds."""

    def __init__(self, file: str, lines: Mapping[Place, int], noun: str = "technique") -> None:
        self.file = file
        self.noun = noun
        self._lines = lines
        self._problems: dict[Problem, None] = {}
        self.count = 0
        """How often a mistake was noted. It goes up for one that reads like an earlier one, too."""

    def add(self, place: Place, message: str, remedy: str) -> None:
        """Note a mistake at `place`, or at the nearest node above it that has a line."""
        self.add_line(self.line(place), message, remedy)

    def add_line(self, line: int, message: str, remedy: str) -> None:
        """Note a mistake at a line."""
        self.count += 1
        self._problems[Problem(self.file, line, message, remedy)] = None

    def line(self, place: Place) -> int:
        """Return the line of a place."""
        for end in range(len(place), -1, -1):
            if found := self._lines.get(place[:end]):
                return found
        return 1

    @property
    def problems(self) -> list[Problem]:
        """Every mistake, in line order."""
        return sorted(self._problems, key=lambda problem: problem.line)


def spell(place: Place) -> str:
    """Return a place as a reader says it: `steps.a.inputs.image[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the way out for an unknown word: the nearest known one, or what there is."""
    choices = [str(each) for each in known]
    if near := difflib.get_close_matches(word, choices, n=1, cutoff=0.6):
        return f"Did you mean {near[0]!r}?"
    if not choices:
        return "Remove it: there is none to choose from."
    shown = ", ".join(choices[:24]) + (", …" if len(choices) > 24 else "")
    return f"Use one of: {shown}."
