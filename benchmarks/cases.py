"""What is measured: an action with parameters and inputs, and how plain tools do the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from limner.actions.catalogue import builtin
from limner.types import Kind

STILLS_RATIO, FILMS_RATIO, PEAK_MB = 1.3, 1.15, 500.0
"""The targets: CPU seconds against the better plain tool, and the peak of the resident set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of the table."""

    action_id: str
    params: Mapping[str, Any]
    given: tuple[str, ...]
    """Inputs, by the names that `media.py` gives to its files."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """What each plain tool is told; empty: none does the job."""
    saved: str = "jpg"
    """The file format of a still result."""
    remark: str = ""
    """How the plain tool's job differs, where it does less or other work than the action."""

    @property
    def name(self) -> str:
        """The action and its parameters in one line."""
        words = " ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.action_id} · {words or 'defaults'}"

    @property
    def most_ratio(self) -> float:
        """The target for CPU seconds, as a multiple of the better plain tool's."""
        action = builtin().get(self.action_id)
        is_film = any(port.kind is Kind.VIDEO for port in (*action.inputs, *action.outputs))
        return FILMS_RATIO if is_film else STILLS_RATIO


def still(
    action_id: str,
    params: Mapping[str, Any] | None = None,
    *,
    pillow: str = "",
    vips: str = "",
    opencv: str = "",
    given: tuple[str, ...] = ("picture.jpg",),
    **about: Any,
) -> Case:
    """Return a row of an action on pictures, with the code of each library that does the job.

    In the code `picture` is the path of the 12-megapixel JPEG, `im` that picture opened (and in libvips `rows` too,
    read row by row), and `out` is what gets saved.
    """
    codes = {"Pillow": pillow and f"im = Image.open(picture)\n{pillow}", "libvips": vips, "OpenCV": opencv}
    tools = {tool: code for tool, code in codes.items() if code}
    return Case(action_id=action_id, params=params or {}, given=given, tools=tools, **about)


def film(
    action_id: str,
    params: Mapping[str, Any] | None = None,
    words: str = "",
    *,
    given: tuple[str, ...] = ("film.mp4",),
    **about: Any,
) -> Case:
    """Return a row of an action on films; words: what FFmpeg's command line is told, if it does the job."""
    tools = {"ffmpeg": words} if words else {}
    return Case(action_id=action_id, params=params or {}, given=given, tools=tools, **about)
