"""Blurs a whole picture, in eight ways: `blur-image`."""

from collections.abc import Callable

from PIL import Image, ImageFilter

from limner.actions.blur_edges import bilateral, target_colour
from limner.actions.blur_lens import bokeh, motion
from limner.actions.blur_paths import radial, tilt_shift
from limner.actions.canvas import is_lossless
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, parse_color, save_image
from limner.types import Json, Kind

Blur = Callable[[Image.Image, float, Json], Image.Image]


def blur_image(job: Job) -> tuple[Made, ...]:
    """Blur a picture; with nothing to do its pixels stay as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits)
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
    return _premultiplied(image, ImageFilter.GaussianBlur(radius))


def box(image: Image.Image, radius: float) -> Image.Image:
    """Return the mean over squares of `2 * radius + 1` pixels a side."""
    return _premultiplied(image, ImageFilter.BoxBlur(radius))


def _premultiplied(image: Image.Image, which: ImageFilter.Filter) -> Image.Image:
    if image.mode == "RGBA":
        return image.convert("RGBa").filter(which).convert("RGBA")
    return image.filter(which)


def _radial(image: Image.Image, radius: float, params: Json) -> Image.Image:
    return radial(image, params["radial_mode"], params["radial_strength"] / 100)


def _tilt_shift(image: Image.Image, radius: float, params: Json) -> Image.Image:
    centre, width = params["tilt_center"] / 100, params["tilt_width"] / 100
    return tilt_shift(image, radius, params["tilt_orientation"], centre, width)


def _target_colour(image: Image.Image, radius: float, params: Json) -> Image.Image:
    colour = parse_color(params["target_color"], "params.target_color")[:3]
    return target_colour(image, radius, colour, params["target_tolerance"], inverted=params["target_invert"])


BLURS: dict[str, Blur] = {
    "gaussian": lambda image, radius, params: gaussian(image, radius),
    "box": lambda image, radius, params: box(image, radius),
    "motion": lambda image, radius, params: motion(image, radius, params["angle"]),
    "radial": _radial,
    "bilateral": lambda image, radius, params: bilateral(image, radius, params["edge_threshold"]),
    "bokeh": lambda image, radius, params: bokeh(image, radius, params["bokeh_shape"]),
    "tiltshift": _tilt_shift,
    "targetcolor": _target_colour,
}
