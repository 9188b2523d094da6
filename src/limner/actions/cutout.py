"""Cuts a picture's subject out of what lies behind it: `cut-out`, and what other actions take products from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.blur_background import parse_focus
from limner.actions.colour_spaces import Floats, to_unit
from limner.actions.cutout_backing import find_on_backing, unit_picture
from limner.actions.cutout_edge import with_edges
from limner.actions.cutout_regions import grown, opened
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.actions.subject import Focus, find_subject, follow_edges
from limner.types import Kind

WORK_SIDE = 800
THIN = 7
"""What is thinner than twice this, at the working size, is cut off a subject found in a scene."""
VISIBLE = 12
"""Alpha, 0 to 255, from which a pixel counts when empty borders are cut off."""
FEW = 0.01
"""A subject that covers less than this share of the picture was hardly found."""

Found = Literal["transparency", "backing", "scene"]


@dataclass(frozen=True, slots=True)
class Cutout:
    """A subject on nothing, in mode RGBA, and what told it from the rest."""

    image: Image.Image
    found: Found

    @property
    def box(self) -> tuple[int, int, int, int]:
        """What can be seen of it: left, top, right, bottom; the whole picture where nothing can."""
        return self.image.getchannel("A").point([0] * VISIBLE + [255] * (256 - VISIBLE)).getbbox() or (
            0,
            0,
            *self.image.size,
        )


def cut_out(job: Job) -> tuple[Made, ...]:
    """Return the subject on a transparent ground. A picture that has transparency is kept as it is."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    job.progress(0.2, "Finding the subject")
    cutout = isolated(image, job, parse_focus(job.params["focus"]))
    result = cutout.image.crop(cutout.box) if job.params["trim"] else cutout.image
    job.progress(0.85, "Saving")
    return (Made(Kind.IMAGE, path=save_image(result, job, "cut-out", graphic=True)),)


def isolated(image: Image.Image, job: Job, focus: Focus | None = None) -> Cutout:
    """Return a picture's subject: by its transparency, else by an even backing, else by what stands out.

    focus: where the subject is; None looks for it. Tells the job's user when hardly anything was found.
    """
    if image.mode == "RGBA":
        return Cutout(image, "transparency")
    picture = unit_picture(image, WORK_SIDE)
    backed = find_on_backing(picture) if focus is None else None
    if backed is not None:
        return Cutout(with_edges(image, backed.astype(np.float32)), "backing")
    guess = _guessed(image, picture.shape, focus)
    if float(guess.mean()) < FEW:
        job.warn("No subject stands out; send it on a plain backing or with transparency, or name its place.")
    return Cutout(with_edges(image, guess), "scene")


def _guessed(image: Image.Image, shape: tuple[int, ...], focus: Focus | None) -> Floats:
    """Return the subject of a scene, 0 to 1, at the working size."""
    small = image.resize((shape[1], shape[0]), Image.Resampling.BOX)
    soft = follow_edges(small, find_subject(small, focus)).filter(ImageFilter.MedianFilter(7))
    guess = to_unit(np.asarray(soft))
    whole = opened(guess > 0.5, THIN * max(guess.shape) // WORK_SIDE + 1)
    return np.asarray(guess * grown(whole, 2), np.float32)


def product_of(job: Job, largest_side: int) -> Image.Image:
    """Return the job's first picture as a product: cut out, trimmed, and at most so many pixels a side."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    factor = max(image.size) // (2 * largest_side)
    cutout = isolated(image.reduce(factor) if factor > 1 else image, job)
    trimmed = cutout.image.crop(cutout.box)
    trimmed.thumbnail((largest_side, largest_side), Image.Resampling.LANCZOS)
    return trimmed
