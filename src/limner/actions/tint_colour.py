"""Gives a picture the hue and saturation of one colour, its lightness kept: the blend `color`."""

import numpy as np
from PIL import Image

from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.filter_lookup import through_cube
from limner.actions.stills import RGBA

_LUMA = np.array([0.3, 0.59, 0.11], np.float32)


def tint_by_hue(image: Image.Image, color: RGBA, amount: float) -> Image.Image:
    """Return the picture under a layer of one colour. amount: opacity of the layer, 0 to 1."""
    hue = to_unit(np.array(color[:3], np.uint8))

    def lay_over(colours: Floats) -> Floats:
        blended = _colour_of(np.broadcast_to(hue, colours.shape), colours)
        return np.asarray(colours + (blended - colours) * np.float32(amount), np.float32)

    return through_cube(lay_over)(image)


def _colour_of(hue: Floats, light: Floats) -> Floats:
    """Return the hue and saturation of one layer with the luminosity of the other, clipped towards grey.

    Source: W3C Compositing and Blending Level 1.
    """
    wanted = (light @ _LUMA)[..., None]
    moved = hue + wanted - (hue @ _LUMA)[..., None]
    least, most = moved.min(axis=-1, keepdims=True), moved.max(axis=-1, keepdims=True)
    below = np.where(least < 0, wanted / np.maximum(wanted - least, 1e-6), 1.0)
    moved = wanted + (moved - wanted) * below
    above = np.where(most > 1, (1 - wanted) / np.maximum(most - wanted, 1e-6), 1.0)
    return np.asarray(wanted + (moved - wanted) * above, np.float32)
