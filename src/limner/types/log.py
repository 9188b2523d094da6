"""What is written down about a run as it goes: events, checkpoints, and pages of lists."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from limner.types.json import Json


class StepState(StrEnum):
    """Where a step of a run stands."""

    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """The checkpoint of one step of one run. `executions` counts how often it was begun."""

    step: str
    state: StepState
    executions: int
    result: Json | None = None
    was_cached: bool = False


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it has its number. `data` holds what the type needs: phase, progress, step …"""

    type: str
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """An append-only fact about a run. `seq` starts at 1 and has no gaps; `at` is Unix milliseconds."""

    seq: int
    type: str
    at: int
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and where the next begins."""

    items: tuple[Any, ...]
    next_cursor: str | None
    total_estimate: int | None = None
