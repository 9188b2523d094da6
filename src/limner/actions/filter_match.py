"""How near colours are to a chosen one, as people see it: a shaded red is still that red."""

import numpy as np

from limner.actions.colour_spaces import Floats, srgb_to_lab

VIVID_CHROMA = 40.0
DARKEST_SHADE, LIGHTEST_SHADE = 0.4, 1.25
"""How far light and shade may scale a vivid colour's L, a and b before it counts as another one."""


def distance_to(colours: Floats, target: Floats) -> Floats:
    """Return the distance in CIE Lab of each colour to `target`, or to its nearest shade where it is vivid.

    Grey, black and white have no shades: there lightness is all that tells them apart.
    colours: sRGB 0 to 1, shape (..., 3). target: the same, shape (3,). Returns shape (...).
    """
    wanted, lab = srgb_to_lab(target), srgb_to_lab(colours)
    return np.asarray(np.linalg.norm(lab - shades(lab, wanted) * wanted, axis=-1), np.float32)


def shades(lab: Floats, wanted: Floats) -> Floats:
    """Return by which factor `wanted` is nearest to each colour, within what light and shade may do to it.

    lab: shape (..., 3). wanted: Lab, shape (3,). Returns shape (..., 1); all 1 for a grey.
    """
    vivid = min(1.0, float(np.hypot(wanted[1], wanted[2])) / VIVID_CHROMA)
    least, most = 1 + (DARKEST_SHADE - 1) * vivid, 1 + (LIGHTEST_SHADE - 1) * vivid
    factors = np.clip(lab @ wanted / max(float(wanted @ wanted), 1e-6), least, most)
    return np.asarray(factors[..., None], np.float32)


def nearness(colours: Floats, target: Floats, tolerance: float, softness: float) -> Floats:
    """Return 1 within `tolerance` of the target, falling to 0 over the next `softness`; both in CIE Lab."""
    apart = distance_to(colours, target)
    if softness <= 0:
        return (apart <= tolerance + 1e-3).astype(np.float32)
    return np.asarray(np.clip(1 - (apart - tolerance) / softness, 0, 1), np.float32)
