"""Colour filters for pictures: `color-filter-image`, and the look of each for films."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from limner.actions import filter_looks as looks
from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.filter_grain import Grain
from limner.actions.filter_lookup import Change, Look, blended, through_cube, through_table
from limner.actions.filter_match import nearness
from limner.actions.filter_screen import halftone
from limner.actions.filter_vignette import vignette
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, parse_color, save_image
from limner.types import Json, Kind

FILM_SEPIA_WARMTH = 50
"""For films, which have no parameter for it; the default of pictures."""
COLORPOP_FADE = 12.0
"""Distance in CIE Lab over which a popped colour gives way to grey."""


def color_filter_image(job: Job) -> tuple[Made, ...]:
    """Filter a picture; with `intensity` 0 its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits)
    job.progress(0.3, "Filtering")
    change = change_of(job.params)

    def finish(picture: Image.Image) -> Image.Image:
        grain = float(job.params["grain"]) / 100
        return Grain(job.seed, picture.size, grain).on_image(change(picture))

    filtered = blended(finish, float(job.params["intensity"]) / 100)(image)
    job.progress(0.8, "Saving")
    # Dots, steps and black on white have edges that JPEG would blur.
    has_edges = job.params["filter"] in ("bw", "halftone", "posterize")
    is_exact = filtered is image or is_lossless(job) or has_edges
    return (Made(Kind.IMAGE, path=save_image(filtered, job, "filtered", graphic=is_exact)),)


def change_of(params: Json) -> Change:
    """Return the filter that `params` ask for, at full intensity and without grain."""
    look = look_of(params)
    return OTHERS[params["filter"]](params) if look is None else through_cube(look)


def look_of(params: Json) -> Look | None:
    """Return the filter that `params` ask for as a smooth function of colour; None where it is not one."""
    make = LOOKS.get(params["filter"])
    return make(params) if make else None


def _sepia(params: Json) -> Look:
    warmth = float(params.get("sepia_warmth", FILM_SEPIA_WARMTH)) / 100
    return lambda colours: looks.sepia(colours, warmth)


def _invert(params: Json) -> Change:
    return through_table(255 - np.arange(256, dtype=np.float32))


def _bw(params: Json) -> Change:
    levels = np.arange(256, dtype=np.float32)
    grey = through_cube(looks.grayscale)
    cut = through_table(np.where(levels >= params["bw_threshold"], 255, 0).astype(np.float32))
    return lambda image: cut(grey(image))


def _posterize(params: Json) -> Change:
    steps = 2 ** int(params["posterize_bits"])
    levels = np.arange(256, dtype=np.float32)
    return through_table(np.floor(levels * steps / 256) * (255 / (steps - 1)))


def _solarize(params: Json) -> Change:
    levels = np.arange(256, dtype=np.float32)
    return through_table(np.where(levels >= params["solarize_threshold"], 255 - levels, levels))


def _duotone(params: Json) -> Look:
    shadow = _color(params["shadow_color"], "params.shadow_color")
    highlight = _color(params["highlight_color"], "params.highlight_color")
    return lambda colours: looks.duotone(colours, shadow, highlight)


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
    "grayscale": lambda params: looks.grayscale,
    "sepia": _sepia,
    "duotone": _duotone,
    "clarendon": lambda params: looks.clarendon,
    "moon": lambda params: looks.moon,
    "nashville": lambda params: looks.nashville,
    "noir": lambda params: looks.noir,
    "fade": lambda params: looks.fade,
    "colorpop": _colorpop,
    "crossprocess": lambda params: looks.crossprocess,
}
OTHERS: dict[str, Callable[[Json], Change]] = {
    "invert": _invert,
    "bw": _bw,
    "posterize": _posterize,
    "solarize": _solarize,
    "vignette": _vignette,
    "halftone": _halftone,
}
