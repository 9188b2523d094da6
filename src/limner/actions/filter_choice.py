"""Which function of colour, or of place, each filter is that tables of levels cannot give."""

from collections.abc import Callable

import numpy as np

from limner.actions import filter_looks as looks
from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.filter_levels import Change
from limner.actions.filter_lookup import Look, through_cube
from limner.actions.filter_match import nearness
from limner.actions.filter_screen import halftone
from limner.actions.filter_vignette import vignette
from limner.actions.stills import parse_color
from limner.types import Json

COLORPOP_FADE = 12.0
"""Distance in CIE Lab over which a popped colour gives way to grey."""


def change_by_look(params: Json) -> Change:
    """Return the filter that `params` ask for, at full intensity and without grain."""
    look = look_of(params)
    if look is None:
        return OTHERS[params["filter"]](params)
    return through_cube(look)


def look_of(params: Json) -> Look | None:
    """Return the filter that `params` ask for as a smooth function of colour; None where it is not one."""
    make = LOOKS.get(params["filter"])
    return make(params) if make else None


def _colorpop(params: Json) -> Look:
    target = _color(params["target_color"], "params.target_color")
    tolerance = float(params["colorpop_tolerance"])

    def pop(colours: Floats) -> Floats:
        grey = looks.grayscale(colours)
        return grey + (colours - grey) * nearness(colours, target, tolerance, COLORPOP_FADE)[..., None]

    return pop


def _vignette(params: Json) -> Change:
    strength, softness = float(params["vignette_strength"]) / 100, float(params["vignette_softness"]) / 100
    return lambda image: vignette(image, strength, softness) if strength > 0 else image


def _halftone(params: Json) -> Change:
    ink = parse_color(params["dot_color"], "params.dot_color")
    paper = parse_color(params["dot_bg"], "params.dot_bg")
    dot, angle = float(params["dot_size"]), float(params["dot_angle"])
    return lambda image: halftone(image, dot, angle, ink, paper)


def _color(text: str, field: str) -> Floats:
    return to_unit(np.array(parse_color(text, field)[:3], np.uint8))


LOOKS: dict[str, Callable[[Json], Look]] = {
    "clarendon": lambda params: looks.clarendon,
    "moon": lambda params: looks.moon,
    "nashville": lambda params: looks.nashville,
    "fade": lambda params: looks.fade,
    "colorpop": _colorpop,
    "crossprocess": lambda params: looks.crossprocess,
}
OTHERS: dict[str, Callable[[Json], Change]] = {
    "vignette": _vignette,
    "halftone": _halftone,
}
