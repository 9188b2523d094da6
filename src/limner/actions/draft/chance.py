"""Choices that a seed makes: the same for the same brief and seed, and one by one, so that none moves another."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Option = TypeVar("Option")


@dataclass(frozen=True, slots=True)
class Chance:
    """The luck of one page. text: the brief. seeds: the run's, and the caller's."""

    text: str
    seeds: tuple[int, int]

    def turn(self, purpose: str, options: Sequence[Option]) -> Option:
        """Return one of the options: the caller's next seed gives the next one."""
        start = _number(f"{purpose}|{self.seeds[0]}|{self.text}")
        return options[(start + self.seeds[1]) % len(options)]

    def pick(self, purpose: str, options: Sequence[Option]) -> Option:
        """Return any one of the options."""
        return options[_number(f"{purpose}|{self.seeds}|{self.text}") % len(options)]

    def between(self, purpose: str, low: float, high: float) -> float:
        """Return a number from low to high."""
        return low + (high - low) * (_number(f"{purpose}|{self.seeds}|{self.text}") % 10_007) / 10_006


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
