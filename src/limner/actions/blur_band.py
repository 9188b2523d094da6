"""Blurs a picture the more, the further from a band: `tiltshift`. Works on the parts where each blur is seen."""

from collections.abc import Iterator
from itertools import groupby
from math import ceil
from typing import Literal

from PIL import Image

from limner.actions.blur_soft import gaussian_blur

Orientation = Literal["horizontal", "vertical"]

LAYERS = ((0.0, 0.2, 0.5), (0.2, 0.5, 1.0), (0.5, 1.0, 2.0))
"""Each blur fades in from one part of the full radius to the next, which is its own; the third covers it again."""
REACH = 4
"""Standard deviations: nothing from further away is in a blurred pixel."""


def tilt_shift(
    image: Image.Image, radius: float, orientation: Orientation, centre: float, width: float
) -> Image.Image:
    """Return the picture sharp in a band and ever softer away from it, as a miniature looks.

    orientation: the band's direction. centre, width: of the band, in parts of the side that it crosses.
    radius: standard deviation of the blur where it is strongest, in pixels.
    """
    is_level = orientation == "horizontal"
    amount = band_amount(image.height if is_level else image.width, centre, width)
    source = image.convert("RGBa") if image.mode == "RGBA" else image
    result = source.copy()
    for low, high, covered in LAYERS:
        for first, last in _stretches([low < each < covered for each in amount]):
            box = (0, first, image.width, last) if is_level else (first, 0, last, image.height)
            share = [min(1.0, (each - low) / (high - low)) for each in amount[first:last]]
            layer = _blurred_part(source, box, radius * high)
            result.paste(layer, box, _mask(share, layer.size, is_level=is_level))
    return result.convert("RGBA") if image.mode == "RGBA" else result


def band_amount(length: int, centre: float, width: float) -> list[float]:
    """Return the blur, 0 to 1, at each of `length` pixels across a band; it grows over a third of the side."""
    distances = (abs((place + 0.5) / length - centre) for place in range(length))
    away = (min(max((distance - width / 2) / 0.33, 0.0), 1.0) for distance in distances)
    return [each * each * (3 - 2 * each) for each in away]


def _stretches(is_seen: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each run of pixels that are seen begins and ends."""
    for seen, run in groupby(range(len(is_seen)), key=is_seen.__getitem__):
        if seen:
            places = list(run)
            yield places[0], places[-1] + 1


def _blurred_part(source: Image.Image, box: tuple[int, int, int, int], sigma: float) -> Image.Image:
    """Return a part of the blurred picture: that part and as much around it as is mixed in, blurred."""
    left, top, right, bottom = box
    reach = ceil(REACH * sigma)
    outer = (
        max(0, left - reach),
        max(0, top - reach),
        min(source.width, right + reach),
        min(source.height, bottom + reach),
    )
    soft = gaussian_blur(source.crop(outer), sigma)
    return soft.crop((left - outer[0], top - outer[1], right - outer[0], bottom - outer[1]))


def _mask(share: list[float], size: tuple[int, int], *, is_level: bool) -> Image.Image:
    """Return shares, one per row or column, as a mask of `size`."""
    line = Image.new("L", (1, len(share)) if is_level else (len(share), 1))
    line.putdata([round(each * 255) for each in share])
    return line.resize(size, Image.Resampling.NEAREST)
