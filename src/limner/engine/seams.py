"""What the engine is given by the composition root, beside the store: media, actions, techniques, scores."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from anyio import CapacityLimiter

from limner.providers.contract import Provider
from limner.types import (
    Action,
    ActionCall,
    Asset,
    Candidate,
    Event,
    Generation,
    Json,
    Kind,
    MediaInfo,
    Output,
    Run,
    Technique,
    Wanted,
)


class MediaShelf(Protocol):
    """Where media is kept."""

    def is_remote(self, value: str) -> bool:
        """Whether a value must be fetched over the network."""

    async def ingest(self, value: str, *, kind: Kind, field: str, caller: str) -> Asset:
        """Bring a value in. Raises: InvalidInput."""

    async def adopt(self, path: Path, info: MediaInfo, caller: str) -> Asset:
        """Move a finished file in."""

    async def admit(self, path: Path, *, kind: Kind, field: str, caller: str) -> Asset:
        """Move a finished file in that nobody has decoded yet. Raises: InvalidMedia, naming `field`."""

    def path(self, asset: Asset) -> Path:
        """Return where an asset's file is."""


class Market(Protocol):
    """Who can be asked to make something."""

    def get(self, name: str) -> Provider:
        """Return a provider. Raises: NotAccepted, when it is not here."""

    def places(self, name: str) -> CapacityLimiter:
        """Return the places of a provider: one is taken for as long as it works on something for us."""


class Routes(Protocol):
    """Where generated media can be had."""

    async def candidates(self, wanted: Wanted) -> Sequence[Candidate]:
        """Return the models that can do what is wanted, the one to use first; none when there is none."""

    async def remote(self, target: str) -> Candidate:
        """Return the provider's technique that a step names, `provider/id`. Raises: Unavailable."""

    def embedded(self, wanted: Generation) -> ActionCall:
        """Return the action that makes what is wanted of one of our own models. Raises: Unavailable."""


ActionOf: TypeAlias = Callable[[str], Action]
TechniqueOf: TypeAlias = Callable[[str, str], Awaitable[Technique]]
"""(technique_id, revision) → the technique. Raises: NotFound."""
BrandOf: TypeAlias = Callable[[Run, Technique], Awaitable[Json]]
"""What `$brand` shows to a run of a technique: nothing without a brand kit. Raises: NotFound, StepFailed."""
ModelBrandOf: TypeAlias = Callable[[Run], Awaitable[Json]]
"""What a run of a model sees of its brand kit: nothing without one. Raises: NotFound, StepFailed."""
OnEnd: TypeAlias = Callable[[Run, Sequence[Event]], None]
"""Is told of a run that has ended, with its events; must not raise."""
Evaluate: TypeAlias = Callable[[Run, tuple[Output, ...]], Awaitable[Json | None]]
"""Scores a run's outputs against its brand kit, with all evidence; None when there is nothing to score against."""
