"""The type that a kit can name: the families that ship with Limner, and what each comes to in an action."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A bundled family. fonts: the public `font_family` that sets each of its weights, or comes nearest to it."""

    fonts: Mapping[int, str]

    @property
    def weights(self) -> tuple[int, ...]:
        """The weights there are, from light to bold."""
        return tuple(self.fonts)


FAMILIES = {
    "Inter": Family({400: "sans", 500: "sans", 600: "sans-bold", 700: "sans-bold"}),
    "LimnerSerif": Family({400: "serif", 700: "serif-bold"}),
    "LimnerSerifDisplay": Family({400: "serif"}),
    "JetBrainsMono": Family({400: "mono", 700: "mono-bold"}),
}
