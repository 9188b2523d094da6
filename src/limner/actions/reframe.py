"""Gives pictures another aspect ratio by what is in them: cut to it where that is safe, else padded to it."""

import numpy as np
from PIL import Image

from limner.actions.aspect import Size, inner_size, outer_size
from limner.actions.aspect_change import cut, middle, name_of
from limner.actions.backdrop import blurred, extended, has_plain_border
from limner.actions.canvas import is_lossless
from limner.actions.job import Job, Made
from limner.actions.reframe_ground import content_box, shortened, window_around
from limner.actions.saliency import Map, Window, best_window, saliency
from limner.actions.stills import check_pixels, open_image, save_image
from limner.types import Kind

SAFE_MASS = 0.88
"""A cut that keeps the core of the subject and this share of what draws the eye is safe."""
SAFE_MASS_ALONE = 0.9
"""What makes a cut safe that touches the core's surroundings."""
SUBJECT_MASS = 0.97
"""What is kept when a picture is first narrowed to its subject and then padded."""
BLUR_AMOUNT = 60.0


def reframe_image(job: Job) -> tuple[Made, ...]:
    """Bring a picture to a ratio so that its subject stays whole: cut where that is safe, else padded."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    ratio, mode = job.params["aspect_ratio"], job.params["mode"]
    content = content_box(image) if mode == "auto" else None
    size = inner_size(image.size, ratio)
    if mode == "pad":
        image = padded(job, image)
    elif content:
        window = window_around(content, size, image.size)
        part = window or shortened(content, size, image.size)
        image = image.crop(part) if window else padded(job, image.crop(part))
    else:
        image = cut_or_padded(job, image, size)
    return (Made(Kind.IMAGE, save_image(image, job, name_of(ratio), graphic=is_lossless(job))),)


def cut_or_padded(job: Job, image: Image.Image, size: Size) -> Image.Image:
    """Return the picture cut to `size` where its subject stays whole or the mode says so, else narrowed and padded."""
    found = saliency(image)
    place, window = best_place(image, found, size)
    if job.params["mode"] == "auto" and not is_safe(window):
        return padded(job, narrow(image, found, size))
    if not is_safe(window):
        kept, ratio = f"{window.mass:.0%} of what draws the eye", job.params["aspect_ratio"]
        job.warn(f"params.mode: at {ratio} a cut keeps only {kept}; mode pad keeps the whole picture.")
    return cut(image, size, place)


def padded(job: Job, image: Image.Image) -> Image.Image:
    """Return the picture in the middle of the ratio asked for. Raises: InvalidInput, past the pixel limit."""
    size = outer_size(image.size, job.params["aspect_ratio"])
    check_pixels(size, job.limits, "inputs.image")
    return filled(image, size, job.params["background"])


def best_place(image: Image.Image, found: Map, size: Size) -> tuple[tuple[int, int], Window]:
    """Return where a window of `size` keeps the subject best, and how well on the side that is cut more."""
    windows, place = [], []
    for axis in (0, 1):
        cells = found.shape[1 - axis]
        window = best_window(found, axis, min(1.0, size[axis] / image.size[axis]) * cells)
        start = round(window.start / cells * image.size[axis])
        place.append(max(0, min(start, image.size[axis] - size[axis])))
        windows.append(window)
    return (place[0], place[1]), min(windows, key=lambda window: (window.core, window.mass))


def is_safe(window: Window) -> bool:
    """Whether a cut to this window leaves the subject whole."""
    return window.mass >= (SAFE_MASS if window.core >= 0.99 else SAFE_MASS_ALONE)


def narrow(image: Image.Image, found: Map, size: Size) -> Image.Image:
    """Return the picture cut towards `size` on the side that is too long, as far as its subject allows."""
    axis = 0 if size[0] / image.width < size[1] / image.height else 1
    cells = found.shape[1 - axis]
    for share in np.linspace(size[axis] / image.size[axis], 1.0, 33):
        window = best_window(found, axis, float(share) * cells)
        if window.core >= 0.99 and window.mass >= SUBJECT_MASS:
            break
    length = min(image.size[axis], round(float(share) * image.size[axis]))
    begin = min(round(window.start / cells * image.size[axis]), image.size[axis] - length)
    box = (begin, 0, begin + length, image.height) if axis == 0 else (0, begin, image.width, begin + length)
    return image.crop(box)


def filled(image: Image.Image, size: Size, background: str) -> Image.Image:
    """Return the picture in the middle of a background: blurred, solid, or whichever suits its border."""
    axis = "width" if size[0] - image.width > size[1] - image.height else "height"
    if background == "solid" or (background == "auto" and has_plain_border(image, axis)):
        return extended(image, size)
    return middle(blurred(image, size, BLUR_AMOUNT, is_covered=True), image)
