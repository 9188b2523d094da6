"""The looks that tone a picture's grey, each level by itself: sepia, duotone and noir. Made without NumPy."""

from collections.abc import Callable

from limner.actions.colour_grade import tone
from limner.actions.filter_levels import Change, Curve
from limner.actions.filter_luminance import through_grey
from limner.actions.stills import parse_color
from limner.types import Json

FILM_SEPIA_WARMTH = 50
"""For films, which have no parameter for it; the default of pictures."""


def sepia(params: Json) -> Change:
    """Tone brown, strongest in the mid-tones; without warmth it is grey, with all of it orange brown."""
    warmth = float(params.get("sepia_warmth", FILM_SEPIA_WARMTH)) / 100
    return through_grey(
        lambda level: level ** (1 - 0.5 * warmth),
        lambda level: level ** (1 + 0.2 * warmth) * (1 - 0.06 * warmth),
        lambda level: level ** (1 + 1.2 * warmth) * (1 - 0.2 * warmth),
    )


def duotone(params: Json) -> Change:
    """Map dark to one colour and light to another."""
    shadow = parse_color(params["shadow_color"], "params.shadow_color")
    highlight = parse_color(params["highlight_color"], "params.highlight_color")
    return through_grey(
        *(_between(dark / 255, light / 255) for dark, light in zip(shadow[:3], highlight[:3], strict=True))
    )


def noir(params: Json) -> Change:
    """Turn to black and white of high contrast with deep shadows."""
    return through_grey(lambda level: tone(level**1.15, 0.0, 0.8))


def _between(dark: float, light: float) -> Curve:
    return lambda level: dark + (light - dark) * tone(level, 0.0, 0.5)


TONES: dict[str, Callable[[Json], Change]] = {"sepia": sepia, "duotone": duotone, "noir": noir}
