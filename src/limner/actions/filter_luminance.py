"""The grey of a picture: luminance, which is a sum of linear light, made without NumPy, which takes long to load."""

from bisect import bisect_left
from itertools import pairwise

from PIL import Image, ImageMath

from limner.actions.filter_levels import Change, Curve, opaque, with_alpha_of

STEPS = 65_535
"""Of linear light; at most 0.05 of an 8-bit step apart, in the shadows. Pillow's tables take no more."""
STRIDE = 256
"""Every so many steps a curve is asked first: then its levels are found with half as many questions."""
SHARES = (0.2126390, 0.7151687, 0.0721923)
"""Of red, green and blue in luminance, for sRGB. Source: IEC 61966-2-1."""
STRIP_PIXELS = 400_000
"""Pixels whose channels are held as numbers of 32 bits at once: about what the processor's cache holds."""


def through_grey(*curves: Curve) -> Change:
    """Return a change to a picture's grey, moved by one curve, or by one each for red, green and blue.

    Each curve rises or falls, not both; without any, the grey is left as it is. It is not rounded before.
    A picture with transparency keeps its mode and its transparency; others are of mode L then, or RGB with three
    curves.
    """
    tables = [_encode_table(curve) for curve in curves or (lambda level: level,)]

    def change(image: Image.Image) -> Image.Image:
        light = _light(opaque(image))
        bands = [light.point(table, "L") for table in tables]
        return with_alpha_of(image, bands[0] if len(bands) == 1 else Image.merge("RGB", bands))

    return change


def _light(image: Image.Image) -> Image.Image:
    """Return the luminance of an RGB picture in steps of linear light, in mode I."""
    tables = _channel_tables()
    whole = Image.new("I", image.size, None)  # every pixel is pasted over: filling it first takes 6 ms
    rows = max(1, STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        red, green, blue = (band.point(table, "I") for band, table in zip(strip.split(), tables, strict=True))
        light = ImageMath.lambda_eval(
            lambda bands: bands["red"] + bands["green"] + bands["blue"], red=red, green=green, blue=blue
        )
        whole.paste(light, (0, top))
    return whole


def _channel_tables() -> list[list[int]]:
    """Return by level what red, green and blue add to the light; white is exactly `STEPS`."""
    linear = [_linear(level / 255) for level in range(256)]
    red, blue = (round(STEPS * share) for share in (SHARES[0], SHARES[2]))
    return [[round(light * most) for light in linear] for most in (red, STEPS - red - blue, blue)]


def _encode_table(curve: Curve) -> list[int]:
    """Return the level of 8 bits that a curve gives to each step of light."""
    falls = curve(0.0) > curve(1.0)

    def level_of(light: int) -> int:
        level = curve(_encoded(light / STEPS)) * 255 + 0.5
        return int(256 - level if falls else level)

    steps = range(STEPS + 1)
    some = [level_of(light) for light in steps[::STRIDE]]
    begins = [0]
    for level in range(1, 256):
        end = bisect_left(some, level) * STRIDE
        begins.append(bisect_left(steps, level, max(0, end - STRIDE), min(end, STEPS + 1), key=level_of))
    begins.append(STEPS + 1)
    levels = range(255, -1, -1) if falls else range(256)
    table: list[int] = []
    for level, (first, end) in zip(levels, pairwise(begins), strict=True):
        table += [level] * (end - first)
    return table


def _linear(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)


def _encoded(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
