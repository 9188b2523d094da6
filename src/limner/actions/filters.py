"""Colour filters for pictures: `color-filter-image`, and each for films.

The filters that need NumPy are imported when they are asked for: loading it takes longer than the others take.
"""

from collections.abc import Callable
from math import floor

from PIL import Image, ImageChops

from limner.actions.canvas import is_lossless
from limner.actions.filter_levels import Change, blended, opaque, through_curves, with_alpha_of
from limner.actions.filter_luminance import through_grey
from limner.actions.filter_palette import BLACK_AND_WHITE, MOST_COLORS, in_colors, in_steps
from limner.actions.filter_tones import TONES
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.types import Json, Kind


def color_filter_image(job: Job) -> tuple[Made, ...]:
    """Filter a picture; with `intensity` 0 its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    job.progress(0.3, "Filtering")
    change, grain = change_of(job.params), float(job.params["grain"]) / 100
    if grain > 0:
        change = _grained(change, job.seed, grain)
    filtered = blended(change, float(job.params["intensity"]) / 100)(image)
    job.progress(0.8, "Saving")
    # Dots, steps and black on white have edges that JPEG would blur.
    has_edges = job.params["filter"] in ("bw", "halftone", "posterize")
    if filtered.mode == "P" and job.params["format"] not in ("auto", "png"):
        filtered = filtered.convert("RGB")
    is_exact = filtered is image or is_lossless(job) or has_edges
    return (Made(Kind.IMAGE, path=save_image(filtered, job, "filtered", graphic=is_exact)),)


def _grained(change: Change, seed: int, strength: float) -> Change:
    def change_and_grain(image: Image.Image) -> Image.Image:
        from limner.actions.filter_grain import Grain

        changed = change(image)
        return Grain(seed, image.size, strength).on_image(
            changed.convert("RGB") if changed.mode in ("L", "P") else changed
        )

    return change_and_grain


def change_of(params: Json) -> Change:
    """Return the filter that `params` ask for, at full intensity and without grain."""
    if plain := PLAIN.get(params["filter"]):
        return plain(params)
    from limner.actions.filter_choice import change_by_look

    return change_by_look(params)


def _grayscale(params: Json) -> Change:
    return through_grey()


def _bw(params: Json) -> Change:
    least = float(params["bw_threshold"])
    # The grey is rounded, so that a film, whose levels are whole, is cut at the same place.
    return in_colors(through_grey(lambda level: (round(level * 255) >= least) / 255), BLACK_AND_WHITE)


def _invert(params: Json) -> Change:
    # Half the time of a table, which is looked up for each channel.
    return lambda image: with_alpha_of(image, ImageChops.invert(opaque(image)))


def _posterize(params: Json) -> Change:
    steps = 2 ** int(params["posterize_bits"])
    if steps**3 <= MOST_COLORS:
        return in_steps(steps)
    return through_curves(lambda level: floor(round(level * 255) * steps / 256) / (steps - 1))


def _solarize(params: Json) -> Change:
    least = float(params["solarize_threshold"])
    return through_curves(lambda level: 1 - level if round(level * 255) >= least else level)


PLAIN: dict[str, Callable[[Json], Change]] = {
    "grayscale": _grayscale,
    "bw": _bw,
    "invert": _invert,
    "posterize": _posterize,
    "solarize": _solarize,
    **TONES,
}
"""The filters that tables of levels, of channels or of grey, are enough for."""
