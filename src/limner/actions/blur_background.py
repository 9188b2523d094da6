"""Puts what lies behind the subject of a picture out of focus: `blur-background`."""

import re

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.blur_kernels import Aperture, aperture_kernel, convolve, smooth
from limner.actions.blur_lens import HIGHLIGHT_GAIN, highlight_weights
from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import Floats, bytes_to_linear, linear_to_bytes, to_unit
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.actions.subject import Focus, find_subject, follow_edges
from limner.errors import InvalidInput
from limner.types import Kind

PLACES: dict[str, Focus | None] = {
    "auto": None,
    "center": (0.5, 0.5),
    "left": (0.25, 0.5),
    "right": (0.75, 0.5),
    "top": (0.5, 0.28),
    "bottom": (0.5, 0.72),
}
FULL_RADIUS = 0.035
"""The blur at amount 100 and far from the subject, in parts of the longer side."""
NEAR = 0.45
"""The blur just behind the subject, in parts of the blur far from it."""
LAYER_RADIUS = 12.0
"""Larger discs are made at reduced size: a blur this wide has no finer detail."""


def blur_background(job: Job) -> tuple[Made, ...]:
    """Keep the subject sharp and blur the rest as a lens does; amount 0 leaves the pixels as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    amount, focus = float(job.params["amount"]) / 100, parse_focus(job.params["focus"])
    job.progress(0.15, "Finding the subject")
    if amount == 0:
        return (Made(Kind.IMAGE, path=save_image(image, job, "background-blurred", graphic=True)),)
    subject = find_subject(image, focus)
    if float(subject.mean()) < 0.01:
        job.warn("No subject stands out; name its place with focus, such as 'left' or '30 60'.")
    job.progress(0.35, "Blurring what lies behind")
    result = defocus(image, subject, amount, job.params["shape"])
    job.progress(0.85, "Saving")
    return (Made(Kind.IMAGE, path=save_image(result, job, "background-blurred", graphic=is_lossless(job))),)


def parse_focus(text: str) -> Focus | None:
    """Return a place in the picture, x and y from 0 to 1; None for auto.

    Raises: InvalidInput, when the text is neither a place's name nor two numbers up to 100.
    """
    word = text.strip().lower()
    if word in PLACES:
        return PLACES[word]
    numbers = [float(number) / 100 for number in re.findall(r"\d+(?:\.\d+)?", word)]
    if len(numbers) != 2 or max(numbers) > 1:
        raise InvalidInput.of(
            "params.focus",
            f"{text!r} is not a place in the picture",
            next_step=f"Use one of {', '.join(PLACES)}, or x and y in percent, such as '30 60'.",
        )
    return numbers[0], numbers[1]


def defocus(image: Image.Image, subject: Floats, amount: float, shape: Aperture = "circle") -> Image.Image:
    """Return the picture with all but the subject out of focus, more so the further from it.

    subject: 0 to 1, at any size of the picture's ratio. amount: 0 to 1. Transparency is kept.
    The background is blurred without the subject's light, so that no glow of it shows around the outline.
    """
    colours = image.convert("RGB")
    mask = follow_edges(colours, subject)
    radius = max(image.size) * FULL_RADIUS * amount
    near = _lens_layer(colours, mask, radius * NEAR, shape)
    far = _lens_layer(colours, mask, radius, shape)
    behind = Image.composite(far, near, _distance(subject).resize(image.size, Image.Resampling.BICUBIC))
    result = Image.composite(colours, behind, mask)
    if image.mode == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result


def _distance(subject: Floats) -> Image.Image:
    """Return how far each place is from the subject, 255 at a fifth of the longer side or more."""
    reach = max(subject.shape) / 10
    away = np.clip(1 - 2 * smooth(subject, reach), 0, 1)
    return Image.fromarray((away * 255).astype(np.uint8))


def _lens_layer(colours: Image.Image, mask: Image.Image, radius: float, shape: Aperture) -> Image.Image:
    """Return the background out of focus, continued under the subject from around it."""
    factor = max(1, int(radius // LAYER_RADIUS), int(np.ceil(np.sqrt(colours.width * colours.height / 6e6))))
    small = colours.reduce(factor)
    # Grown, so that the half-covered outline, which has the subject's colour in it, is left out too.
    covered = mask.reduce(factor).filter(ImageFilter.MaxFilter(5))
    light = bytes_to_linear(np.asarray(small))
    open_part = np.clip(1 - 2 * to_unit(np.asarray(covered)), 0, 1)[..., None]
    weights = highlight_weights(light, HIGHLIGHT_GAIN) * open_part
    spread = convolve(
        np.concatenate([light * weights, weights], axis=-1, dtype=np.float32),
        aperture_kernel(max(radius / factor, 1.0), shape),
    )
    known = np.clip(spread[..., 3:] / 0.02, 0, 1)
    behind = spread[..., :3] / np.maximum(spread[..., 3:], 1e-4)
    filled = linear_to_bytes(np.asarray(light + (behind - light) * known, np.float32))
    window = (0.0, 0.0, colours.width / factor, colours.height / factor)
    return Image.fromarray(filled).resize(colours.size, Image.Resampling.BICUBIC, box=window)
