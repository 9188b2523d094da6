"""What differs between the servers of one face: where callers find files, and what the operator has set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from limner.types import Asset, Json

if TYPE_CHECKING:
    from limner.app.studio import Studio

Locate: TypeAlias = "Callable[[Studio, Asset], Json]"
"""Where a caller finds an asset: `{"path": …}` on this machine, `{"url": …}` elsewhere."""


def on_this_machine(studio: "Studio", asset: Asset) -> Json:
    """Return an asset's path."""
    from limner.app.documents import local_place  # imports the Studio: not before the first answer

    return local_place(studio, asset)


@dataclass(frozen=True, slots=True)
class FaceOptions:
    """How one MCP server behaves."""

    locate: Locate = on_this_machine
    typed_tools: tuple[str, ...] = ()
    """Slugs of techniques that have a `run_<slug>` tool, or `all`."""
    consent_usd: float | None = None
    """A run that costs more is started only when the user agrees or `max_cost_usd` covers it; None: never asked."""
