"""The grey of a picture: luminance, which is a sum of linear light, made without NumPy, which takes long to load."""

from itertools import pairwise

from PIL import Image, ImageMath

from limner.actions.filter_levels import opaque

STEPS = 65_535
"""Of linear light; at most 0.05 of an 8-bit step apart, in the shadows. Pillow's tables take no more."""
SHARES = (0.2126390, 0.7151687, 0.0721923)
"""Of red, green and blue in luminance, for sRGB. Source: IEC 61966-2-1."""
STRIP_PIXELS = 2_000_000
"""Pixels that are held as numbers of 32 bits at once."""


def grey(image: Image.Image) -> Image.Image:
    """Return the luminance of a picture of mode RGB or RGBA, in mode L and encoded as sRGB."""
    channels, encode = _channel_tables(), _encode_table()
    picture = opaque(image)
    result = Image.new("L", image.size)
    rows = max(1, STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        strip = picture.crop((0, top, image.width, min(top + rows, image.height)))
        red, green, blue = (
            band.point(table, "I") for band, table in zip(strip.split(), channels, strict=True)
        )
        light = ImageMath.lambda_eval(
            lambda bands: bands["red"] + bands["green"] + bands["blue"], red=red, green=green, blue=blue
        )
        result.paste(light.point(encode, "L"), (0, top))
    return result


def _channel_tables() -> list[list[int]]:
    """Return by level what red, green and blue add to the light; white is exactly `STEPS`."""
    linear = [_linear(level / 255) for level in range(256)]
    red, blue = (round(STEPS * share) for share in (SHARES[0], SHARES[2]))
    return [[round(light * most) for light in linear] for most in (red, STEPS - red - blue, blue)]


def _encode_table() -> list[int]:
    """Return the level of 8 bits by light: each begins half-way from the one below."""
    begins = [0, *(round(STEPS * _linear((level - 0.5) / 255)) for level in range(1, 256)), STEPS + 1]
    return [level for level, (first, end) in enumerate(pairwise(begins)) for _ in range(end - first)]


def _linear(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)
