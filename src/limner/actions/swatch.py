"""One colour of a palette, and what reads on it."""

from dataclasses import dataclass

from limner.actions.colour_spaces import contrast

Rgb = tuple[int, int, int]

INK: Rgb = (17, 17, 17)
PAPER: Rgb = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a palette. `share` is its part of the visible pixels, 0 to 1."""

    rgb: Rgb
    lab: tuple[float, float, float]
    name: str
    share: float

    @property
    def hex(self) -> str:
        """The colour as #RRGGBB."""
        return "#{:02X}{:02X}{:02X}".format(*self.rgb)

    @property
    def text_color(self) -> Rgb:
        """Ink or paper, whichever reads better on this colour."""
        return max(INK, PAPER, key=lambda tone: contrast(tone, self.rgb))
