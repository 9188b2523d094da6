"""Colours of films: `color-grade-video` and `color-filter-video`."""

import numpy as np

from limner.actions.colour_spaces import Floats
from limner.actions.colour_tones import brighten, raise_contrast, saturate
from limner.actions.film_grey import InGrey, in_black_and_white
from limner.actions.film_table import InTable
from limner.actions.filter_choice import look_of
from limner.actions.filter_film import (
    FrameChange,
    InPlanes,
    Planes,
    after,
    changed_film,
    grained,
    open_film,
    size_of,
)
from limner.actions.filter_lookup import through_cube
from limner.actions.filter_tones import TONES
from limner.actions.filters import change_of
from limner.actions.job import Job, Made


def color_grade_video(job: Job) -> tuple[Made, ...]:
    """Grade a film; with neutral amounts its frames go to the encoder as they are."""
    clip = open_film(job)
    amounts = {name: float(job.params[name]) / 100 for name in ("brightness", "contrast", "saturation")}
    gamma = float(job.params["gamma"])
    if gamma == 1 and not any(amounts.values()):
        return changed_film(job, clip, "graded", None)
    look = through_cube(lambda colours: grade(colours, gamma=gamma, **amounts))
    return changed_film(job, clip, "graded", InPlanes(InTable(look, is_smooth=True)))


def grade(colours: Floats, *, brightness: float, contrast: float, saturation: float, gamma: float) -> Floats:
    """Return colours moved as `color-grade-image` moves them; gamma comes first.

    colours: sRGB 0 to 1. brightness, contrast, saturation: -1 to 1, 0 neutral. gamma: 1 neutral, above
    it lighter.
    """
    lit = np.asarray(colours ** (1 / gamma), np.float32)
    return saturate(raise_contrast(brighten(lit, brightness), contrast), saturation)


def color_filter_video(job: Job) -> tuple[Made, ...]:
    """Filter a film with the look that `color-filter-image` gives to pictures."""
    clip = open_film(job)
    size, strength = size_of(clip), float(job.params["grain"]) / 100
    change = _filter(job, size)
    if strength > 0:
        grain = grained(job.seed, size, strength)
        change = after(change, grain) if change else grain
    return changed_film(job, clip, "filtered", change, moves=strength > 0)


def _filter(job: Job, size: tuple[int, int]) -> FrameChange | None:
    """Return the cheapest change that gives the film the colours of the picture."""
    match job.params["filter"]:
        case "grayscale":
            return InGrey(size)
        case "bw":
            return in_black_and_white(size, float(job.params["bw_threshold"]))
        case "invert":
            return InPlanes(lambda planes, number: inverted(planes))
        case "posterize" if int(job.params["posterize_bits"]) == 8:
            return None
    is_smooth = job.params["filter"] in TONES or look_of(job.params) is not None
    return InPlanes(InTable(change_of(job.params), is_smooth=is_smooth))


def inverted(planes: Planes) -> Planes:
    """Return planes in which sRGB values are 255 less what they were; limited range has its ends at 16 and 235."""
    luma, blue, red = planes
    return (
        251 - np.minimum(luma, np.uint8(251)),
        np.negative(np.maximum(blue, np.uint8(1))),
        np.negative(np.maximum(red, np.uint8(1))),
    )
