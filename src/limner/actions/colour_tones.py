"""Moves tones and colours: brightness, contrast, saturation and warmth, of arrays of colours in sRGB."""

import numpy as np

from limner.actions.colour_spaces import _RGB_TO_XYZ, LUMINANCE, Floats, to_linear, to_srgb

DAYLIGHT_KELVIN = 6504.0
MIRED_AT_FULL_WARMTH = 84.0
"""+100 takes daylight to 4200 K, a lamp at dusk; -100 to 14300 K, open shade."""
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def grade_colours(
    colours: Floats,
    *,
    brightness: float = 0.0,
    contrast: float = 0.0,
    saturation: float = 0.0,
    warmth: float = 0.0,
) -> Floats:
    """Return colours, sRGB 0 to 1, with all four moved; each amount is -1 to 1, 0 neutral."""
    toned = raise_contrast(brighten(warm(colours, warmth), brightness), contrast)
    return saturate(toned, saturation) if saturation else toned


def brighten(colours: Floats, amount: float) -> Floats:
    """Lift or lower the mid-tones; black and white stay. colours: sRGB 0 to 1. amount: -1 to 1."""
    return np.asarray(colours ** (2.0**-amount), np.float32)


def raise_contrast(colours: Floats, amount: float) -> Floats:
    """Steepen the tones around middle grey without clipping, or flatten them (-1: all grey)."""
    centred = colours - 0.5
    if amount <= 0:
        return np.asarray(0.5 + centred * (1 + amount), np.float32)
    slope = 5.0 * amount
    return np.asarray(0.5 + 0.5 * np.tanh(slope * centred) / np.tanh(slope / 2), np.float32)


def saturate(colours: Floats, amount: float) -> Floats:
    """Move each colour away from (or, below 0, towards) the grey of its own luminance. -1 is grey."""
    grey = to_srgb(to_linear(colours) @ LUMINANCE)[..., None]
    away = colours - grey
    if amount <= 0:
        return np.asarray(grey + away * (1 + amount), np.float32)
    room = np.where(away > 0, 1 - grey, grey) / np.maximum(np.abs(away), 1e-6)
    most = room.min(axis=-1, keepdims=True)  # how far the colour may go before a channel clips
    spare = np.maximum(most - 1, 1e-6)
    # Approaches the limit without reaching it, so that vivid areas keep their detail.
    return np.asarray(grey + away * (1 + spare * amount / (spare + amount)), np.float32)


def warm(colours: Floats, amount: float) -> Floats:
    """Move the white point along the daylight locus; the luminance of white stays. amount: -1 to 1."""
    if amount == 0:
        return colours
    kelvin = 1e6 / (1e6 / DAYLIGHT_KELVIN + amount * MIRED_AT_FULL_WARMTH)
    cones = _BRADFORD @ _RGB_TO_XYZ
    gains = (_BRADFORD @ _daylight(kelvin)) / (_BRADFORD @ _daylight(DAYLIGHT_KELVIN))
    matrix = np.linalg.inv(cones) @ np.diag(gains) @ cones
    return to_srgb(np.clip(to_linear(colours) @ matrix.T.astype(np.float32), 0, 1))


def _daylight(kelvin: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return XYZ with Y = 1 of daylight of 4000 to 25000 K. Source: CIE 15:2004, eq. 3.3 and 3.4."""
    t = 1000.0 / kelvin
    if kelvin <= 7000:
        x = 0.244063 + 0.09911 * t + 2.9678 * t**2 - 4.6070 * t**3
    else:
        x = 0.237040 + 0.24748 * t + 1.9018 * t**2 - 2.0064 * t**3
    y = -3.0 * x**2 + 2.870 * x - 0.275
    return np.array([x / y, 1.0, (1 - x - y) / y])
