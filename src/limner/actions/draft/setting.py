"""Sets type for a drawing: measured without hinting, so that lines are as wide in an SVG as they are here."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

from limner.actions.breaks import is_spaced
from limner.actions.fonts import bundled
from limner.actions.typeset import ELLIPSIS, wrap

EM = 1000.0
"""Type is measured at this size, where hinting moves nothing that can be seen."""
LEAST_RISE = 0.08
STEP = 0.94
"""Each size that is tried is this part of the one before."""


class How(TypedDict, total=False):
    """The options of `set_text`."""

    leading: float
    tracking: float
    most_lines: int
    least: float


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of text at a size. leading: in sizes of type. tracking: in ems. Heights are from capitals to a baseline."""

    lines: tuple[str, ...]
    style: str
    size: float
    leading: float
    tracking: float
    is_cut: bool = False
    """Whether not all of the text had room."""

    @property
    def height(self) -> float:
        """From the top of the first line, its accents included, to the last baseline, in pixels; 0 for no line."""
        if not self.lines:
            return 0.0
        return self.rise + self.size * (capital(self.style) + self.leading * (len(self.lines) - 1))

    @property
    def rise(self) -> float:
        """How far accents of the first line reach above its capitals, in pixels."""
        return self.size * _rise(self.style, self.lines[0]) if self.lines else 0.0

    @property
    def width(self) -> float:
        """The width of the longest line, in pixels."""
        return max((self.line_width(line) for line in self.lines), default=0.0)

    def line_width(self, line: str) -> float:
        """Return the width of a line in pixels."""
        return Measured(self.style, self.size, self.tracking).getlength(line)


@dataclass(frozen=True, slots=True)
class Measured:
    """Tells how wide text gets in a style at a size, with tracking in ems."""

    style: str
    size: float
    tracking: float

    def getlength(self, text: str, /) -> float:
        """Return a width in pixels."""
        return self.size * (_ems(self.style, text) + self.tracking * max(0, len(text) - 1))


@lru_cache(maxsize=8192)
def _ems(style: str, text: str) -> float:
    return bundled(style).at(EM).getlength(text) / EM


@lru_cache(maxsize=2048)
def _rise(style: str, text: str) -> float:
    """Return how far a line reaches above its capitals, in ems; 0 where only ascenders do, by a hair."""
    above = -bundled(style).at(EM).getbbox(text, anchor="ls")[1] / EM - capital(style)
    return above if above > LEAST_RISE else 0.0


@lru_cache(maxsize=16)
def capital(style: str) -> float:
    """Return the height of capitals, in ems."""
    return -bundled(style).at(EM).getbbox("H", anchor="ls")[1] / EM


def set_text(
    text: str, style: str, size: float, room: tuple[float, float], *,
    leading: float = 1.3, tracking: float = 0.0, most_lines: int = 40, least: float = 0.0,
) -> Setting:  # fmt: skip
    """Return a text at `size`, or the largest smaller size down to `least` at which it fits the room.

    Words stay whole, unless the least size leaves no other way; past that the text is cut, with an ellipsis. Lines
    are of about equal length.
    """
    text = " ".join(text.split())
    if not text or room[0] <= 0:
        return Setting((), style, size, leading, tracking)
    least = min(size, least or size * 0.5)
    tried = size
    while True:
        lines = wrap(text, Measured(style, tried, tracking), room[0], may_break=False)
        if lines is not None and len(lines) <= most_lines:
            found = Setting(tuple(lines), style, tried, leading, tracking)
            if found.height <= room[1]:
                return _even(found, text, room[0])
        if tried <= least:
            return _cut(text, style, least, room, leading, tracking, most_lines)
        tried = max(least, tried * STEP)


def _even(found: Setting, text: str, width: float) -> Setting:
    """Return the lines broken so that they are of about equal length: no widows."""
    if len(found.lines) < 2 or not is_spaced(text):
        return found
    measure = Measured(found.style, found.size, found.tracking)
    best, low, high = found.lines, width / 3, width
    for _ in range(9):
        middle = (low + high) / 2
        lines = wrap(text, measure, middle, may_break=False)
        if lines is not None and len(lines) <= len(found.lines):
            best, high = tuple(lines), middle
        else:
            low = middle
    return Setting(best, found.style, found.size, found.leading, found.tracking)


def _cut(
    text: str,
    style: str,
    size: float,
    room: tuple[float, float],
    leading: float,
    tracking: float,
    most_lines: int,
) -> Setting:
    measure = Measured(style, size, tracking)
    lines = wrap(text, measure, room[0]) or [text]
    fitting = max(1, int((room[1] / size - capital(style)) / leading) + 1)
    count = min(most_lines, fitting)
    if len(lines) <= count:
        return Setting(tuple(lines), style, size, leading, tracking)
    last = lines[count - 1]
    while last and measure.getlength(last + ELLIPSIS) > room[0]:
        last = last[:-1]
    kept = (*lines[: count - 1], last.rstrip(" ,.;:") + ELLIPSIS)
    return Setting(kept, style, size, leading, tracking, is_cut=True)
