"""What each criterion is measured in, which outputs have it, and how its score falls once a limit is missed."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types import Json, Kind


class Reach(StrEnum):
    """Which of several outputs speaks for the run."""

    WORST = "worst"
    """Each output must pass."""
    BEST = "best"
    """One output that passes is enough."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How one criterion is measured.

    fall: how far past its limit the score is 0, when no hard limit says so: a share of the limit, or in its unit.
    """

    unit: str
    kinds: tuple[Kind, ...]
    fall: float
    is_share: bool = True
    reach: Reach = Reach.WORST

    def zero(self, side: str, limit: float) -> float:
        """Return the value at which the score has fallen to 0."""
        way = self.fall * abs(limit) if self.is_share else self.fall
        return limit - way if side == "at_least" else limit + way


_SEEN = (Kind.IMAGE, Kind.VIDEO)
_READ = (Kind.TEXT,)
_READ_OR_SEEN = (*_READ, *_SEEN)

MEASURES = {
    "palette": Measure("share", _SEEN, 0.7),
    "contrast": Measure(":1", _SEEN, 0.7),
    "aspect_ratio": Measure("share", _SEEN, 0.1, is_share=False),
    "resolution": Measure("px", _SEEN, 0.6),
    "sharpness": Measure("variance", _SEEN, 0.8),
    "exposure": Measure("share", _SEEN, 0.25, is_share=False),
    "banned_words": Measure("words", _READ_OR_SEEN, 2, is_share=False),
    "required_words": Measure("share", _READ_OR_SEEN, 1),
    "readability": Measure("grade", _READ, 6, is_share=False),
    "logo": Measure("likeness", _SEEN, 0.06, is_share=False, reach=Reach.BEST),
    "clear_space": Measure("heights", _SEEN, 1),
    "duration": Measure("s", (Kind.VIDEO, Kind.AUDIO), 0.5),
    "loudness": Measure("LUFS", (Kind.VIDEO, Kind.AUDIO), 9, is_share=False),
}
"""By id: the same as a kit's rubric may ask for."""

HOUSE_RUBRIC: tuple[Json, ...] = (
    {"id": "contrast", "weight": 2, "limits": {"at_least": 4.5}},
    {"id": "resolution", "weight": 1, "limits": {"at_least": 720}},
    {"id": "sharpness", "weight": 1, "limits": {"at_least": 30}},
    {"id": "exposure", "weight": 1, "limits": {"at_most": 0.1}},
    {"id": "loudness", "weight": 1, "limits": {"at_least": -24, "at_most": -9}},
)
"""What an output without a brand is held against, when somebody asks: what any craftsman would see to."""
