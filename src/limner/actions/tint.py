"""Lays a colour over a picture in one of five blends: `color-tint-image`."""

from collections.abc import Callable
from functools import partial
from math import sqrt

from PIL import Image

from limner.actions.canvas import is_lossless
from limner.actions.filter_levels import through_curves
from limner.actions.job import Job, Made
from limner.actions.stills import RGBA, open_image, parse_color, save_image
from limner.types import Kind

Blend = Callable[[float, float], float]
"""The levels of a channel below and above, 0 to 1, to the level of both. `above` is opaque."""


def color_tint_image(job: Job) -> tuple[Made, ...]:
    """Tint a picture; with `intensity` 0 its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    color = parse_color(job.params["color"], "params.color")
    job.progress(0.4, "Tinting")
    tinted = tint(image, color, job.params["blend_mode"], float(job.params["intensity"]) / 100)
    job.progress(0.8, "Saving")
    is_exact = tinted is image or is_lossless(job)
    return (Made(Kind.IMAGE, path=save_image(tinted, job, "tinted", graphic=is_exact)),)


def tint(image: Image.Image, color: RGBA, blend_mode: str, intensity: float) -> Image.Image:
    """Return the picture under a layer of one colour; the picture itself when the layer is see-through.

    intensity: 0 to 1; with the colour's alpha it is the opacity of the layer.
    """
    amount = intensity * color[3] / 255
    if amount <= 0:
        return image
    if blend_mode == "color":
        from limner.actions.tint_colour import tint_by_hue  # needs NumPy, which takes long to load

        return tint_by_hue(image, color, amount)
    layers = (partial(_laid_over, BLENDS[blend_mode], amount, channel / 255) for channel in color[:3])
    return through_curves(*layers)(image)


def _laid_over(blend: Blend, amount: float, above: float, below: float) -> float:
    return below + (blend(below, above) - below) * amount


def overlay(below: float, above: float) -> float:
    """Blend: multiply where the picture is dark, screen where it is light."""
    return 2 * below * above if below <= 0.5 else 1 - 2 * (1 - below) * (1 - above)


def soft_light(below: float, above: float) -> float:
    """Blend: darken or lighten as a diffuse light of that colour would."""
    if above <= 0.5:
        return below - (1 - 2 * above) * below * (1 - below)
    root = ((16 * below - 12) * below + 4) * below if below <= 0.25 else sqrt(below)
    return below + (2 * above - 1) * (root - below)


BLENDS: dict[str, Blend] = {
    "multiply": lambda below, above: below * above,
    "screen": lambda below, above: below + above - below * above,
    "overlay": overlay,
    "soft_light": soft_light,
}
"""The blends that treat each channel by itself. Source: W3C Compositing and Blending Level 1."""
