"""Brightness, contrast, saturation and warmth of a picture: `color-grade-image`."""

from math import tanh

from PIL import Image

from limner.actions.canvas import is_lossless
from limner.actions.filter_levels import through_curves
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.types import Kind


def color_grade_image(job: Job) -> tuple[Made, ...]:
    """Grade a picture; with every parameter at 0 its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    job.progress(0.4, "Grading")
    amounts = {name: float(job.params[name]) for name in ("brightness", "contrast", "saturation", "warmth")}
    graded = grade(image, **amounts)
    job.progress(0.8, "Saving")
    is_exact = graded is image or is_lossless(job)
    return (Made(Kind.IMAGE, path=save_image(graded, job, "graded", graphic=is_exact)),)


def grade(
    image: Image.Image,
    *,
    brightness: float = 0.0,
    contrast: float = 0.0,
    saturation: float = 0.0,
    warmth: float = 0.0,
) -> Image.Image:
    """Return the picture with its tones and colours moved; each amount is -100 to 100, 0 neutral."""
    if not (brightness or contrast or saturation or warmth):
        return image
    if saturation or warmth:
        return _in_colour(
            image,
            brightness=brightness / 100,
            contrast=contrast / 100,
            saturation=saturation / 100,
            warmth=warmth / 100,
        )
    return through_curves(lambda level: tone(level, brightness / 100, contrast / 100))(image)


def _in_colour(image: Image.Image, **amounts: float) -> Image.Image:
    from limner.actions.colour_tones import grade_colours  # needs NumPy, which takes long to load
    from limner.actions.filter_lookup import through_cube

    return through_cube(lambda colours: grade_colours(colours, **amounts))(image)


def tone(level: float, brightness: float, contrast: float) -> float:
    """Return one channel's level, 0 to 1, as `colour_tones` moves it in arrays; amounts -1 to 1."""
    level **= 2.0**-brightness
    if contrast <= 0:
        return 0.5 + (level - 0.5) * (1 + contrast)
    slope = 5.0 * contrast
    return 0.5 + 0.5 * tanh(slope * (level - 0.5)) / tanh(slope / 2)
