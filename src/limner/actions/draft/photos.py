"""Puts the user's pictures into their slots: cut around what draws the eye, and embedded."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from limner.actions.draft.types import Box
from limner.actions.reframe import best_place
from limner.actions.saliency import saliency
from limner.actions.stills import open_image
from limner.types import Limits

QUALITY = 88
ENOUGH_PX = 1600
"""A JPEG is decoded no larger than by halves above this."""


@dataclass
class Photos:
    """The user's pictures, given out in their order."""

    paths: tuple[Path, ...]
    limits: Limits
    warn: Callable[[str], None]
    used: int = 0

    @property
    def left(self) -> int:
        """How many have no slot yet."""
        return len(self.paths) - self.used

    def take(self) -> int | None:
        """Return the number of the next picture; None when there is none."""
        if not self.left:
            return None
        self.used += 1
        return self.used - 1

    def embedded(self, picture: int, box: Box, ground: str) -> str:
        """Return a picture, cut to a box of whole pixels, as a `data:` address of a JPEG.

        ground: what shows where the picture is see-through.
        """
        image = open_image(self.paths[picture], self.limits, warn=self.warn, enough=ENOUGH_PX)
        size = (max(1, round(box.width)), max(1, round(box.height)))
        scale = min(image.width / size[0], image.height / size[1])
        window = (
            min(image.width, max(1, round(size[0] * scale))),
            min(image.height, max(1, round(size[1] * scale))),
        )
        (left, top), _ = best_place(image, saliency(image), window)
        cut = image.crop((left, top, left + window[0], top + window[1]))
        cut = cut.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        if cut.mode == "RGBA":
            backed = Image.new("RGBA", size, ground)
            backed.alpha_composite(cut)
            cut = backed.convert("RGB")
        held = io.BytesIO()
        cut.save(held, "JPEG", quality=QUALITY)
        return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode("ascii")
