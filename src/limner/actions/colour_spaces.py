"""Conversions between sRGB, linear light and CIE Lab, and how different two colours look.

Arrays are float32 with channels last. sRGB and linear light are 0 to 1; Lab has L 0 to 100, white point D65.
Source: IEC 61966-2-1 (sRGB), CIE 15:2004 (Lab).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_RGB_TO_XYZ = np.array(
    [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
)
_WHITE = _RGB_TO_XYZ.sum(axis=1)  # so that neutral sRGB has a = b = 0 exactly
_TO_XYZ = (_RGB_TO_XYZ / _WHITE[:, None]).T.astype(np.float32)
_FROM_XYZ = np.linalg.inv(_RGB_TO_XYZ / _WHITE[:, None]).T.astype(np.float32)
LUMINANCE = _RGB_TO_XYZ[1].astype(np.float32)
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27


def to_unit(pixels: Bytes) -> Floats:
    """Return 8-bit values as 0 to 1."""
    return np.divide(pixels, 255, dtype=np.float32)


def to_linear(srgb: Floats) -> Floats:
    """Return linear light of sRGB values, both 0 to 1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_srgb(linear: Floats) -> Floats:
    """Return sRGB values of linear light; what is below 0 becomes 0."""
    light = np.maximum(linear, 0.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)


def bytes_to_linear(pixels: Bytes) -> Floats:
    """Return linear light, 0 to 1, of 8-bit sRGB."""
    return _decode_table()[pixels]


def linear_to_bytes(linear: Floats) -> Bytes:
    """Return 8-bit sRGB of linear light; values outside 0 to 1 are clipped."""
    # 65536 steps of linear light are at most 0.05 of an 8-bit step apart, and far faster than a power.
    return _encode_table()[(np.clip(linear, 0.0, 1.0) * 65535.0 + 0.5).astype(np.uint16)]


@cache
def _decode_table() -> Floats:
    return to_linear(to_unit(np.arange(256, dtype=np.uint8)))


@cache
def _encode_table() -> Bytes:
    levels = to_srgb(np.linspace(0, 1, 65536, dtype=np.float32))
    return np.round(levels * 255).astype(np.uint8)


def srgb_to_lab(srgb: Floats) -> Floats:
    """Return CIE Lab of sRGB values 0 to 1, shape (..., 3)."""
    ratio = to_linear(srgb) @ _TO_XYZ
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116)
    lab = [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])]
    return np.stack(lab, axis=-1).astype(np.float32)


def lab_to_linear(lab: Floats) -> Floats:
    """Return linear light, shape (..., 3); colours outside sRGB have values outside 0 to 1."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], axis=-1)
    cubed = f**3
    return (np.where(cubed > _EPSILON, cubed, (116 * f - 16) / _KAPPA) @ _FROM_XYZ).astype(np.float32)


def lab_to_srgb(lab: Floats) -> Floats:
    """Return sRGB values 0 to 1; colours that sRGB does not have are clipped."""
    return to_srgb(np.clip(lab_to_linear(lab), 0.0, 1.0))


def difference(first: Floats, second: Floats) -> Floats:
    """Return CIEDE2000 of two arrays of Lab colours, shapes (..., 3) that broadcast.

    1 is just noticeable, 6 is close, 50 is another colour.
    Source: Sharma, Wu, Dalal 2005, doi:10.1002/col.20070
    """
    l1, a1, b1 = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_c7 / (mean_c7 + 25.0**7))
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1 = np.degrees(np.arctan2(b1, a1 * stretch)) % 360
    h2 = np.degrees(np.arctan2(b2, a2 * stretch)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)
    hue = np.where(grey, h1 + h2, h1 + turn / 2) % 360
    return _weigh((l1 + l2) / 2, (c1 + c2) / 2, hue, l2 - l1, c2 - c1, turn, np.sqrt(c1 * c2))


def _weigh(
    lightness: NDArray[np.float64],
    chroma: NDArray[np.float64],
    hue: NDArray[np.float64],
    dl: NDArray[np.float64],
    dc: NDArray[np.float64],
    turn: NDArray[np.float64],
    root_chroma: NDArray[np.float64],
) -> Floats:
    """Combine the three differences with the weights of CIEDE2000."""
    h = np.radians(hue)
    t = (
        1
        - 0.17 * np.cos(h - np.radians(30))
        + 0.24 * np.cos(2 * h)
        + 0.32 * np.cos(3 * h + np.radians(6))
        - 0.20 * np.cos(4 * h - np.radians(63))
    )
    off = (lightness - 50) ** 2
    sl = 1 + 0.015 * off / np.sqrt(20 + off)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    bend = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rotation = -bend * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    x, y = dc / sc, 2 * root_chroma * np.sin(np.radians(turn / 2)) / sh
    return np.asarray(np.sqrt(np.maximum((dl / sl) ** 2 + x**2 + y**2 + rotation * x * y, 0)), np.float32)


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Return the contrast ratio of two sRGB colours, 1 to 21.

    Source: WCAG 2.2, relative luminance and contrast ratio.
    """
    both = bytes_to_linear(np.array([first, second], np.uint8)) @ LUMINANCE
    return float((both.max() + 0.05) / (both.min() + 0.05))
