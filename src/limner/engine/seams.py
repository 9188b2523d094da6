"""What the engine is given by the composition root, beside the store: media, actions, techniques, scores."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from limner.types import Action, ActionCall, Asset, Event, Json, Kind, MediaInfo, Output, Run, Technique


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


ActionOf: TypeAlias = Callable[[str], Action]
TechniqueOf: TypeAlias = Callable[[str, str], Awaitable[Technique]]
"""(technique_id, revision) → the technique. Raises: NotFound."""
BrandOf: TypeAlias = Callable[[Run, Technique], Awaitable[Json]]
"""What `$brand` shows to a run of a technique: nothing without a brand kit. Raises: NotFound, StepFailed."""
CallOf: TypeAlias = Callable[[Run, Mapping[Kind, Sequence[str]]], Awaitable[ActionCall]]
"""(run of an embedded model, its asset ids by kind) → the action that makes it. Raises: NotFound, Unavailable."""
OnEnd: TypeAlias = Callable[[Run, Sequence[Event]], None]
"""Is told of a run that has ended, with its events; must not raise."""
Evaluate: TypeAlias = Callable[[Run, tuple[Output, ...]], Awaitable[Json | None]]
"""Scores a run's outputs against its brand kit, with all evidence; None when there is nothing to score against."""
