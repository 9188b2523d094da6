"""Arithmetic with colours written as #rrggbb."""

from math import atan2, cos, degrees, radians, sin

from limner.actions import colour_spaces

READABLE = 4.5
"""The least contrast of type with its ground (WCAG 2.2, 1.4.3)."""


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of #rrggbb."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast of two colours, 1 to 21."""
    return colour_spaces.contrast(rgb(first), rgb(second))


def lightness(color: str) -> float:
    """Return how light a colour is, as its relative luminance, 0 to 1."""
    return contrast(color, "#000000") * 0.05 - 0.05


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that lies `share` of the way from the first to the second."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def chroma(color: str) -> float:
    """Return how far a colour is from grey: the spread of its channels, 0 to 1."""
    return (max(rgb(color)) - min(rgb(color))) / 255


def oklch(light: float, strength: float, hue: float) -> str:
    """Return a colour by lightness (0 to 1), chroma and hue in degrees, as strong as sRGB can show it.

    Source: Ottosson 2020, https://bottosson.github.io/posts/oklab/
    """
    a, b = strength * cos(radians(hue)), strength * sin(radians(hue))
    long, middle, short = (
        part**3
        for part in (
            light + 0.3963377774 * a + 0.2158037573 * b,
            light - 0.1055613458 * a - 0.0638541728 * b,
            light - 0.0894841775 * a - 1.2914855480 * b,
        )
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    if strength > 0.005 and any(not -0.002 <= part <= 1.002 for part in linear):
        return oklch(light, strength * 0.93, hue)
    return "#" + "".join(f"{round(255 * _encoded(part)):02x}" for part in linear)


def hue_of(color: str) -> float:
    """Return a colour's OKLCH hue in degrees; 75, a warm grey's, for greys."""
    if chroma(color) < 0.02:
        return 75.0
    red, green, blue = (_decoded(part / 255) for part in rgb(color))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return degrees(atan2(b, a)) % 360


def _encoded(linear: float) -> float:
    part = min(1.0, max(0.0, linear))
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
