"""Turns one still picture into another as a film: what they share moves, the rest dissolves: `morph-images`."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from PIL import Image

from limner.actions.aspect import inner_size
from limner.actions.aspect_change import cut
from limner.actions.colour_spaces import Floats
from limner.actions.encode import check_length, write_film
from limner.actions.fit import even, within
from limner.actions.flow import between, halfway_flow
from limner.actions.job import Job, Made
from limner.actions.reframe import best_place
from limner.actions.saliency import saliency
from limner.actions.stills import open_image
from limner.types import Kind

LONG_SIDE, SHORT_SIDE = 1280, 720
SMALLEST_LONG_SIDE = 480
RATE = Fraction(30)
HOLD_SECONDS = 0.3
"""How long the first and the last picture stand, so that cuts to neighbouring clips are clean."""
EXACT = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INP
    | Interpolation.FULL_CHR_H_INT
)
"""Without these flags colours come out up to three levels darker."""


def morph_images(job: Job) -> tuple[Made, ...]:
    """Make a film from the first picture to the second; its first and last frame are the pictures themselves."""
    count = round(float(job.params["duration"]) * RATE)
    check_length(job, count, RATE)
    pictures = [
        _on_white(
            open_image(job.path(Kind.IMAGE, number), job.limits, f"inputs.image[{number}]", warn=job.warn)
        )
        for number in (0, 1)
    ]
    size = _size_of(pictures[0], job.params["aspect_ratio"])
    start, end = (_framed(picture, size) for picture in pictures)
    job.progress(0.02, "Finding what moves where")
    field = halfway_flow(start, end)
    frames = _frames(start, end, count, field)
    return (Made(Kind.VIDEO, write_film(job, "transition", frames, RATE, count)),)


def _frames(start: Image.Image, end: Image.Image, count: int, field: Floats) -> Iterator[VideoFrame]:
    seen, shown = -1.0, start
    for number in range(count):
        share = progress(number, count)
        if share != seen:
            seen, shown = share, between(start, end, field, share)
        frame = VideoFrame.from_ndarray(np.asarray(shown), "rgb24")
        yield frame.reformat(format="yuv420p", dst_colorspace="ITU709", interpolation=EXACT)


def progress(number: int, count: int) -> float:
    """Return how far the change is at a frame, 0 to 1: still at both ends, eased between."""
    hold = min(round(HOLD_SECONDS * RATE), (count - 1) // 3)
    part = min(1.0, max(0.0, (number - hold) / max(1, count - 1 - 2 * hold)))
    return part**3 * (part * (6 * part - 15) + 10)


def _size_of(image: Image.Image, ratio: str) -> tuple[int, int]:
    """Return the film's size: the picture's ratio or the one asked for, within 1280 x 720 or upright."""
    width, height = image.size if ratio == "start" else inner_size(image.size, ratio)
    larger = max(1.0, SMALLEST_LONG_SIDE / max(width, height))
    return within(even(width * larger), even(height * larger), LONG_SIDE, SHORT_SIDE)


def _framed(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture at the film's size, cut to its ratio around the subject."""
    scale = min(image.width / size[0], image.height / size[1])
    inner = (
        min(image.width, max(1, round(size[0] * scale))),
        min(image.height, max(1, round(size[1] * scale))),
    )
    place = best_place(image, saliency(image), inner)[0] if inner != image.size else (0, 0)
    return cut(image, inner, place).resize(size, Image.Resampling.LANCZOS)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
