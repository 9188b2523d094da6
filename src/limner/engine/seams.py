"""What the engine asks of the rooms around it, as small protocols; the composition root fills them in."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from limner.types import (
    Action,
    Asset,
    Event,
    Fence,
    Json,
    Kind,
    MediaInfo,
    NewEvent,
    Output,
    Run,
    StepRecord,
    StepState,
    Technique,
)


class RunLog(Protocol):
    """Where a run's state and events are read and written; every write is fenced."""

    async def record(self, fence: Fence, events: Sequence[NewEvent] = (), **changes: Any) -> Run:
        """Change a run and append events in one transaction. Raises: LostOwnership."""

    async def snapshot(self, run_id: str, after_seq: int = 0, limit: int = 1000) -> tuple[Run, list[Event]]:
        """Return a run and its events after a number, as of one moment."""


class Checkpoints(Protocol):
    """Where finished steps are remembered, within a run and across runs."""

    async def steps(self, run_id: str) -> dict[str, StepRecord]:
        """Return the run's checkpoints by step path."""

    async def begin_step(self, fence: Fence, step: str, events: Sequence[NewEvent]) -> StepRecord:
        """Count one more execution, unless the step is finished already."""

    async def finish_step(
        self,
        fence: Fence,
        step: str,
        *,
        state: StepState,
        result: Json | None = None,
        was_cached: bool = False,
        events: Sequence[NewEvent] = (),
        **changes: Any,
    ) -> Run:
        """Store a step's result with its event."""

    async def recall(self, key: str) -> Json | None:
        """Return what a deterministic action made of equal input before."""

    async def remember(self, key: str, result: Json) -> None:
        """Keep a deterministic action's result for other runs."""

    async def forget(self, key: str) -> None:
        """Drop a cached result whose files are gone."""


class Claims(Protocol):
    """Who works on which run."""

    async def claim(self, owner: str, limit: int, run_ids: Sequence[str] | None = None) -> list[Run]:
        """Take runs that nobody owns, oldest first."""

    async def still_owned(self, owner: str, run_ids: Sequence[str]) -> set[str]:
        """Return those of `run_ids` that are active and still this owner's."""

    async def active_owners(self) -> set[str]:
        """Return the owners of all active runs."""

    async def release(self, owner: str, *, died: bool) -> list[str]:
        """Free an owner's runs; a death is counted."""


class EngineStore(RunLog, Checkpoints, Claims, Protocol):
    """All that the engine needs of the store."""

    async def get_asset(self, caller: str | None, asset_id: str) -> Asset:
        """Return an asset; caller None sees all."""

    async def grant(self, caller: str, asset_ids: Sequence[str]) -> None:
        """Let a caller use assets that a cached result brought."""


class MediaShelf(Protocol):
    """Where media is kept."""

    def is_remote(self, value: str) -> bool:
        """Whether a value must be fetched over the network."""

    async def ingest(self, value: str, *, kind: Kind, field: str, caller: str) -> Asset:
        """Bring a value in. Raises: InvalidInput."""

    async def adopt(self, path: Path, info: MediaInfo, caller: str) -> Asset:
        """Move a finished file in."""

    def path(self, asset: Asset) -> Path:
        """Return where an asset's file is."""


class Locks(Protocol):
    """Named locks that the operating system frees when their holder dies."""

    def try_acquire(self, name: str) -> bool:
        """Take a lock, or return False at once."""

    def release(self, name: str) -> None:
        """Give a lock back."""


ActionOf: TypeAlias = Callable[[str], Action]
TechniqueOf: TypeAlias = Callable[[str, str], Awaitable[Technique]]
"""(technique_id, revision) → the technique. Raises: NotFound."""
Evaluate: TypeAlias = Callable[[Run, tuple[Output, ...]], Awaitable[Json | None]]
"""Scores a run's outputs against its brand kit; None when there is nothing to score."""
