"""Colours of films: `color-grade-video` and `color-filter-video`."""

import numpy as np

from limner.actions.colour_grade import brighten, raise_contrast, saturate
from limner.actions.colour_spaces import Floats
from limner.actions.filter_film import (
    FrameChange,
    InColour,
    InCube,
    after,
    changed_film,
    grained,
    open_film,
    size_of,
)
from limner.actions.filters import change_of, look_of
from limner.actions.job import Job, Made


def color_grade_video(job: Job) -> tuple[Made, ...]:
    """Grade a film; with neutral amounts its frames go to the encoder as they are."""
    clip = open_film(job)
    amounts = {name: float(job.params[name]) / 100 for name in ("brightness", "contrast", "saturation")}
    gamma = float(job.params["gamma"])
    if gamma == 1 and not any(amounts.values()):
        return changed_film(job, clip, "graded", None)
    change = InCube(job, size_of(clip), lambda colours: grade(colours, gamma=gamma, **amounts))
    return changed_film(job, clip, "graded", change)


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
        change = after(change, grained(job.seed, size, strength))
    return changed_film(job, clip, "filtered", change, moves=strength > 0)


def _filter(job: Job, size: tuple[int, int]) -> FrameChange:
    if look := look_of(job.params):
        return InCube(job, size, look)
    change = change_of(job.params)
    return InColour(size, lambda image, number: change(image))
