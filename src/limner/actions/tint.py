"""Lays a colour over a picture in one of five blends: `color-tint-image`."""

import numpy as np
from PIL import Image

from limner.actions.canvas import is_lossless
from limner.actions.colour_map import map_colours
from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.filter_looks import overlay, soft_light
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, parse_color, save_image
from limner.types import Kind

_LUMA = np.array([0.3, 0.59, 0.11], np.float32)


def color_tint_image(job: Job) -> tuple[Made, ...]:
    """Tint a picture; with `intensity` 0 its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits)
    *rgb, alpha = parse_color(job.params["color"], "params.color")
    amount = float(job.params["intensity"]) / 100 * alpha / 255
    job.progress(0.4, "Tinting")
    tinted = tint(image, to_unit(np.array(rgb, np.uint8)), job.params["blend_mode"], amount)
    job.progress(0.8, "Saving")
    is_exact = tinted is image or is_lossless(job)
    return (Made(Kind.IMAGE, path=save_image(tinted, job, "tinted", graphic=is_exact)),)


def tint(image: Image.Image, color: Floats, blend_mode: str, amount: float) -> Image.Image:
    """Return the picture under a layer of one colour; the picture itself when `amount` is 0.

    color: sRGB 0 to 1, shape (3,). amount: opacity of the layer, 0 to 1.
    """
    if amount <= 0:
        return image

    def lay_over(colours: Floats) -> Floats:
        blended = blend(colours, np.broadcast_to(color, colours.shape), blend_mode)
        return np.asarray(colours + (blended - colours) * np.float32(amount), np.float32)

    return map_colours(image, lay_over)


def blend(below: Floats, above: Floats, mode: str) -> Floats:
    """Return two layers blended, `above` opaque. Source: W3C Compositing and Blending Level 1."""
    match mode:
        case "multiply":
            return below * above
        case "screen":
            return below + above - below * above
        case "overlay":
            return overlay(below, above)
        case "soft_light":
            return soft_light(below, above)
        case _:
            return _colour_of(above, below)


def _colour_of(hue: Floats, light: Floats) -> Floats:
    """Return the hue and saturation of one layer with the luminosity of the other, clipped towards grey."""
    wanted = (light @ _LUMA)[..., None]
    moved = hue + wanted - (hue @ _LUMA)[..., None]
    least, most = moved.min(axis=-1, keepdims=True), moved.max(axis=-1, keepdims=True)
    below = np.where(least < 0, wanted / np.maximum(wanted - least, 1e-6), 1.0)
    moved = wanted + (moved - wanted) * below
    above = np.where(most > 1, (1 - wanted) / np.maximum(most - wanted, 1e-6), 1.0)
    return np.asarray(wanted + (moved - wanted) * above, np.float32)
