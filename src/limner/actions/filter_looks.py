"""The looks of the colour filters: each a function of colour alone, the same for pictures and films.

Colours are sRGB, 0 to 1, shape (n, 3). Results may leave 0 to 1 and are clipped by whoever applies them.
Source of clarendon, moon and nashville: the recipes of CSSgram (MIT), with the blends of
W3C Compositing and Blending Level 1 and the filters of W3C Filter Effects Level 1.
"""

import numpy as np

from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.colour_tones import raise_contrast, saturate

_REC709 = np.array([0.2126, 0.7152, 0.0722], np.float32)
_CSS_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)


def grayscale(colours: Floats) -> Floats:
    """Return the grey of the same luminance."""
    return saturate(colours, -1.0)


def clarendon(colours: Floats) -> Floats:
    """Brighten lights and deepen darks, with cyan in the shadows and vivid colours."""
    tinted = _laid(colours, overlay(colours, _rgb(127, 187, 227)), 0.2)
    cool = tinted + _rgb(0, 10, 22) * (1 - grayscale(colours)) ** 2
    return saturate(np.clip(_s_curve(cool, 1.35), 0, 1), 0.4)


def moon(colours: Floats) -> Floats:
    """Turn to bright, cool-headed black and white with grey shadows."""
    lit = soft_light(colours, _rgb(160, 160, 160))
    grey = grayscale(lit)
    lifted = np.hypot(grey, 0.2 * (1 - grey))  # CSSgram's `lighten` would leave shadows without detail
    return _s_curve(lifted, 1.3) * np.float32(1.1)


def nashville(colours: Floats) -> Floats:
    """Warm and faded: pink lights, blue shadows."""
    pink = _laid(colours, np.minimum(colours, _rgb(247, 176, 153)), 0.56)
    blue = _laid(pink, np.maximum(pink, _rgb(0, 70, 150)), 0.4)
    toned = blue + (blue @ _CSS_SEPIA.T - blue) * np.float32(0.2)
    return _css_saturate(_s_curve(toned, 1.2) * np.float32(1.05), 1.2)


def fade(colours: Floats) -> Floats:
    """Lift the blacks and soften colours, like a print that hung in the sun."""
    soft = raise_contrast(saturate(colours, -0.32), -0.08)
    black, white = _rgb(44, 43, 52), _rgb(250, 245, 236)
    return np.asarray(black + (white - black) * soft, np.float32)


def crossprocess(colours: Floats) -> Floats:
    """Bend the channels as slide film does in the wrong chemistry: cyan shadows, yellow-green lights."""
    vivid = np.clip(saturate(colours, 0.15), 0, 1)
    red, green, blue = vivid[..., 0], vivid[..., 1], vivid[..., 2]
    steep_red = _steepened(red, 0.85) * 1.02 - 0.02
    mild_green = 0.02 + 0.98 * _steepened(green, 0.6) ** 0.84
    flat_blue = 0.19 + 0.52 * blue
    return np.stack([steep_red, mild_green, flat_blue], axis=-1).astype(np.float32)


def overlay(below: Floats, above: Floats) -> Floats:
    """Blend: multiply where the picture is dark, screen where it is light."""
    return np.where(below <= 0.5, 2 * below * above, 1 - 2 * (1 - below) * (1 - above)).astype(np.float32)


def soft_light(below: Floats, above: Floats) -> Floats:
    """Blend: darken or lighten as a diffuse light of that colour would."""
    root = np.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, np.sqrt(below))
    darker = below - (1 - 2 * above) * below * (1 - below)
    lighter = below + (2 * above - 1) * (root - below)
    return np.where(above <= 0.5, darker, lighter).astype(np.float32)


def _laid(below: Floats, above: Floats, opacity: float) -> Floats:
    return np.asarray(below + (above - below) * np.float32(opacity), np.float32)


def _rgb(red: int, green: int, blue: int) -> Floats:
    return to_unit(np.array([red, green, blue], np.uint8))


def _css_saturate(colours: Floats, factor: float) -> Floats:
    grey = (colours @ _REC709)[..., None]
    return np.asarray(grey + (colours - grey) * np.float32(factor), np.float32)


def _s_curve(colours: Floats, slope: float) -> Floats:
    """Steepen the middle by `slope` as CSS's contrast does, but bend towards black and white, not clip."""
    clipped = np.clip(colours, 0, 1)
    centred = 2 * clipped - 1
    return np.asarray(clipped + (slope - 1) * centred * (1 - centred**2) / 2, np.float32)


def _steepened(channel: Floats, amount: float) -> Floats:
    smooth = channel * channel * (3 - 2 * channel)
    return np.asarray(channel + (smooth - channel) * amount, np.float32)
