"""Blurs a whole picture, in eight ways: `blur-image`.

The ways that need NumPy are imported when they are asked for: loading it takes longer than reading a photograph.
"""

from collections.abc import Callable

from PIL import Image, ImageFilter

from limner.actions.blur_band import tilt_shift
from limner.actions.blur_soft import gaussian_blur
from limner.actions.canvas import is_lossless
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, parse_color, save_image
from limner.types import Json, Kind

Blur = Callable[[Image.Image, float, Json], Image.Image]


def blur_image(job: Job) -> tuple[Made, ...]:
    """Blur a picture; with nothing to do its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    job.progress(0.2, "Blurring")
    blurred = blur(image, job.params)
    job.progress(0.8, "Saving")
    return (
        Made(
            Kind.IMAGE, path=save_image(blurred, job, "blurred", graphic=blurred is image or is_lossless(job))
        ),
    )


def blur(image: Image.Image, params: Json) -> Image.Image:
    """Return the picture blurred as `params` say; the picture itself when the radius or strength is 0.

    Transparent pixels lend no colour to their neighbours, and the outline is blurred with the picture.
    """
    kind, radius = params["blur_type"], float(params["radius"])
    if radius == 0 or (kind == "radial" and params["radial_strength"] == 0):
        return image
    function = BLURS[kind]
    return function(image, radius, params)


def gaussian(image: Image.Image, radius: float) -> Image.Image:
    """Return a Gaussian blur; `radius` is its standard deviation in pixels."""
    return (
        gaussian_blur(image.convert("RGBa"), radius).convert("RGBA")
        if image.mode == "RGBA"
        else gaussian_blur(image, radius)
    )


def box(image: Image.Image, radius: float) -> Image.Image:
    """Return the mean over squares of `2 * radius + 1` pixels a side."""
    mean = ImageFilter.BoxBlur(radius)
    return image.convert("RGBa").filter(mean).convert("RGBA") if image.mode == "RGBA" else image.filter(mean)


def _motion(image: Image.Image, radius: float, params: Json) -> Image.Image:
    from limner.actions.blur_motion import motion

    return motion(image, radius, params["angle"])


def _bokeh(image: Image.Image, radius: float, params: Json) -> Image.Image:
    from limner.actions.blur_lens import bokeh

    return bokeh(image, radius, params["bokeh_shape"])


def _bilateral(image: Image.Image, radius: float, params: Json) -> Image.Image:
    from limner.actions.blur_edges import bilateral

    return bilateral(image, radius, params["edge_threshold"])


def _radial(image: Image.Image, radius: float, params: Json) -> Image.Image:
    from limner.actions.blur_paths import radial

    return radial(image, params["radial_mode"], params["radial_strength"] / 100)


def _tilt_shift(image: Image.Image, radius: float, params: Json) -> Image.Image:
    centre, width = params["tilt_center"] / 100, params["tilt_width"] / 100
    return tilt_shift(image, radius, params["tilt_orientation"], centre, width)


def _target_colour(image: Image.Image, radius: float, params: Json) -> Image.Image:
    from limner.actions.blur_edges import target_colour

    colour = parse_color(params["target_color"], "params.target_color")[:3]
    return target_colour(image, radius, colour, params["target_tolerance"], inverted=params["target_invert"])


BLURS: dict[str, Blur] = {
    "gaussian": lambda image, radius, params: gaussian(image, radius),
    "box": lambda image, radius, params: box(image, radius),
    "motion": _motion,
    "radial": _radial,
    "bilateral": _bilateral,
    "bokeh": _bokeh,
    "tiltshift": _tilt_shift,
    "targetcolor": _target_colour,
}
