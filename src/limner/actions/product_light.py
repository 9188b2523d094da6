"""The light on an animated product: a band that glides over it, and the shade of its sides as it turns."""

import av
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from limner.actions.colour_spaces import Floats, to_unit

BAND = 0.085
"""Half of the band's width, in parts of the product's diagonal."""
SLANT = 0.45
STARTS, ENDS = 0.3, 0.72
"""When the band crosses the product, in parts of the film; before and after it is outside."""
TURN_SHADE = 0.55


class Sweep:
    """A product's layer, lit anew for each frame."""

    def __init__(self, thing: Image.Image, strength: float) -> None:
        """thing: mode RGBA. strength: of the band, 0 to 1."""
        pixels = to_unit(np.asarray(thing))
        self._color, self._alpha = pixels[..., :3], np.asarray(thing.getchannel("A"))
        self._strength = strength
        height, width = self._alpha.shape
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        along = x + SLANT * y
        self._along: Floats = np.asarray(along / (width + SLANT * height), np.float32)
        self._across: Floats = np.asarray(x / max(1, width - 1) * 2 - 1, np.float32)
        # Light shows most where a thing is bright or smooth; on black it would look like fog.
        self._takes: Floats = (0.35 + 0.65 * pixels[..., :3].max(axis=2)).astype(np.float32)

    def at(self, share: float, yaw: float) -> Image.Image:
        """Return the product in the light of a moment. share: of the film, 0 to 1. yaw: its turn, in radians."""
        shade = 1 - TURN_SHADE * np.sin(yaw) * self._across * 0.5
        lit = self._color * shade[..., None]
        way = np.clip((share - STARTS) / (ENDS - STARTS), 0, 1)
        if self._strength > 0 and 0 < way < 1:
            middle = -0.25 + 1.5 * way
            glow = np.exp(-(((self._along - middle) / BAND) ** 2)) * self._takes * (0.5 * self._strength)
            lit = 1 - (1 - np.clip(lit, 0, 1)) * (1 - glow[..., None])
        pixels = np.empty((*self._alpha.shape, 4), np.uint8)
        pixels[..., :3] = np.clip(lit, 0, 1) * 255 + 0.5
        pixels[..., 3] = self._alpha
        return Image.fromarray(pixels)


def film_frame(picture: Image.Image) -> VideoFrame:
    """Return a picture in mode RGB as a frame in yuv420p, BT.709."""
    frame = av.VideoFrame.from_ndarray(np.asarray(picture), "rgb24")
    return frame.reformat(format="yuv420p", dst_colorspace="ITU709")
