"""Where models come from: the embedded engine, and one day each configured provider."""

from collections.abc import Sequence
from typing import Protocol

from limner.types import Model


class ModelSource(Protocol):
    """Offers models."""

    async def models(self) -> Sequence[Model]:
        """Return what it offers now, also what cannot be used at the moment and says so."""
