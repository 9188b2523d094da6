"""The picture that a camera moves over: three planes, as large as the closest view needs, to cut frames from."""

from math import ceil
from typing import TypeAlias

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from limner.actions.film_between import Cut, cropped, cut
from limner.actions.filter_film import Planes
from limner.actions.fit import even

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels with fractions."""

SPARE = 1.05
"""How much larger the picture is than the closest view needs: a scale of 1 would be rounded to whole pixels."""


class Master:
    """A picture as three planes, larger than the closest view needs, to cut frames from."""

    def __init__(self, picture: Image.Image, size: tuple[int, int], zoom: float) -> None:
        """size: width and height of the frames, even. zoom: how close views get, as a factor of at least 1."""
        self._size = size
        width, height = picture.size
        ratio = size[0] / size[1]
        cut_width, cut_height = min(width, height * ratio), min(height, width / ratio)
        left, top = (width - cut_width) / 2, (height - cut_height) / 2
        large = (even(size[0] * zoom * SPARE), even(size[1] * zoom * SPARE))
        small = (min(large[0], max(2, round(cut_width))), min(large[1], max(2, round(cut_height))))
        box = (left, top, left + cut_width, top + cut_height)
        pixels = np.asarray(picture.resize(small, Image.Resampling.LANCZOS, box=box))
        frame = VideoFrame.from_ndarray(pixels, "rgb24")
        planes = frame.reformat(format="yuv444p", dst_colorspace="ITU709").to_ndarray()
        half = (large[0] // 2, large[1] // 2)
        self._scale = (large[0] / size[0], large[1] / size[1])
        self._edge = 2 + ceil(2 * max(self._scale))
        self._planes = [
            np.pad(
                np.asarray(Image.fromarray(plane).resize(each, Image.Resampling.LANCZOS)), self._edge, "edge"
            )
            for plane, each in zip(planes, (large, half, half), strict=True)
        ]

    def crop(self, box: Box) -> Planes:
        """Return what a box, in pixels of the film at zoom 1, shows."""
        width, height = self._size
        (luma,) = cropped(self._planes[:1], *self._cuts(box, width, height))
        blue, red = cropped(self._planes[1:], *self._cuts(box, width // 2, height // 2))
        return luma, blue, red

    def _cuts(self, box: Box, width: int, height: int) -> tuple[Cut, Cut]:
        """Return how planes are cut that show a box on so many pixels."""
        across, down = (
            scale * shown / size
            for scale, shown, size in zip(self._scale, (width, height), self._size, strict=True)
        )
        left, top, right, bottom = (
            self._edge + place * by for place, by in zip(box, (across, down) * 2, strict=True)
        )
        return cut(left, right, width), cut(top, bottom, height)
