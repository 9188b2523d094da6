"""Changes of pictures that treat red, green and blue each by itself: tables of 256 levels, made without NumPy.

NumPy takes longer to load than a photograph of 12 megapixels takes to go through such a table and be saved.
"""

from collections.abc import Callable
from typing import TypeAlias

from PIL import Image

Change: TypeAlias = Callable[[Image.Image], Image.Image]
"""A picture in mode RGB or RGBA to one of the same size; of RGB, in mode L where nothing but grey is left, or P where
few colours are."""

Curve: TypeAlias = Callable[[float], float]
"""A level in sRGB, 0 to 1, to a new one, which may leave 0 to 1."""


def through_curves(*curves: Curve) -> Change:
    """Return a change by one curve for all channels, or by one each for red, green and blue. Exact, steps included."""
    each = curves * 3 if len(curves) == 1 else curves
    table = [level for curve in each for level in table_of(curve)]
    return lambda image: with_alpha_of(image, opaque(image).point(table))


def table_of(curve: Curve) -> list[int]:
    """Return a curve at the 256 levels of 8 bits, rounded to them."""
    return [round(255 * min(1.0, max(0.0, curve(level / 255)))) for level in range(256)]


def blended(change: Change, amount: float) -> Change:
    """Return a change at part strength: 0 leaves the picture itself, 1 is the whole change."""
    if amount <= 0:
        return lambda image: image
    if amount >= 1:
        return change

    def blend(image: Image.Image) -> Image.Image:
        changed = change(image)
        # A change may take colours away or bring transparency in.
        mode = "RGBA" if "RGBA" in (image.mode, changed.mode) else "RGB"
        same, other = (each if each.mode == mode else each.convert(mode) for each in (image, changed))
        return Image.blend(same, other, amount)

    return blend


def opaque(image: Image.Image) -> Image.Image:
    """Return the picture without its transparency; itself, not a copy, where it has none."""
    return image if image.mode == "RGB" else image.convert("RGB")


def with_alpha_of(image: Image.Image, changed: Image.Image) -> Image.Image:
    """Return a result in mode RGB, L or P with the transparency of the picture that it came from."""
    if image.mode != "RGBA":
        return changed
    changed = opaque(changed)
    changed.putalpha(image.getchannel("A"))
    return changed
