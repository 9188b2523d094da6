"""Enlarges pictures two to four times, by the model of the extra `vision` or by Lanczos: `upscale-image`."""

from PIL import Image, ImageChops, ImageFilter

from limner.actions import vision_extra
from limner.actions.canvas import is_lossless
from limner.actions.job import Job, Made
from limner.actions.stills import check_pixels, open_image, save_image
from limner.errors import InvalidInput
from limner.types import Kind

MOST_UNASKED = 1_000_000
"""Pixels; a larger picture is given to the model, which takes half a minute of a core for these, only when asked."""
SPREADS = (64, 16, 4, 2)
"""Reductions whose pixels lend their colours to those that nobody sees, from the farthest to the nearest."""
FAINT = 48
"""Of 255; alpha from which a pixel's own colour counts whole."""


def upscale_image(job: Job) -> tuple[Made, ...]:
    """Make a picture two to four times as wide and as high.

    Raises: InvalidInput, when the result has more pixels than the limit, or the model is asked for and not installed.
    """
    factor = int(job.params["factor"])
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    size = (image.width * factor, image.height * factor)
    check_pixels(size, job.limits, "params.factor")
    if _method(job, image) == "model":
        large = _drawn(image, factor, job)
    else:
        large = image.resize(size, Image.Resampling.LANCZOS)  # Pillow multiplies by alpha, and divides again
    job.progress(0.9, "Saving")
    return (Made(Kind.IMAGE, save_image(large, job, "upscaled", graphic=is_lossless(job))),)


def _method(job: Job, image: Image.Image) -> str:
    """Return `model` or `lanczos`, and tell the user which of them `auto` is."""
    asked, is_here = job.params["method"], vision_extra.is_installed()
    if asked == "model" and not is_here:
        raise InvalidInput.of(
            "params.method",
            f"the model needs {vision_extra.EXTRA}, which is not installed",
            next_step=f"Ask for lanczos or auto, or have the operator run: pip install '{vision_extra.EXTRA}'.",
        )
    if asked != "auto":
        return str(asked)
    pixels, taken = image.width * image.height, "params.method: auto took lanczos, which adds no detail; "
    if not is_here:
        job.warn(f"{taken}the model needs {vision_extra.EXTRA}: pip install '{vision_extra.EXTRA}'.")
    elif pixels > MOST_UNASKED:
        slow = f"the model takes half a minute for each million of its {pixels:,} pixels"
        job.warn(f"{taken}{slow}. Ask for model to wait for it.")
    else:
        job.warn("params.method: auto took model, which draws edges anew; lanczos adds nothing.")
        return "model"
    return "lanczos"


def _drawn(image: Image.Image, factor: int, job: Job) -> Image.Image:
    """Return the picture as the model enlarges it, and its transparency, which has outlines too, by itself."""
    from limner.actions.upscale_model import enlarged

    if image.mode == "RGB":
        return enlarged(image, factor, lambda part: job.progress(0.05 + 0.85 * part, "Drawing"))
    large = enlarged(spread(image), factor, lambda part: job.progress(0.05 + 0.4 * part, "Drawing"))
    alpha = image.getchannel("A")
    three = Image.merge("RGB", (alpha, alpha, alpha))
    drawn = enlarged(three, factor, lambda part: job.progress(0.45 + 0.45 * part, "Drawing outlines"))
    large.putalpha(_among_neighbours(drawn.getchannel("G"), alpha))
    return large


def spread(image: Image.Image) -> Image.Image:
    """Return a picture's colours in mode RGB; pixels that are hardly seen take those beside them, else they would show.

    image: mode RGBA. Colours below an alpha of FAINT are often none: what is 1 of 255 there is rounded to any colour.
    """
    seen, under = image.convert("RGBa"), Image.new("RGB", image.size)
    for factor in SPREADS:
        coarse = seen.reduce(factor).convert("RGBA").resize(image.size, Image.Resampling.BILINEAR)
        under.paste(coarse.convert("RGB"), mask=_firm(coarse))
    under.paste(image.convert("RGB"), mask=_firm(image))
    return under


def _firm(image: Image.Image) -> Image.Image:
    return image.getchannel("A").point(lambda level: min(255, level * 255 // FAINT))


def _among_neighbours(drawn: Image.Image, alpha: Image.Image) -> Image.Image:
    """Return drawn transparency, nowhere outside of what the pixels around have: else a faint haze lies about."""
    least, most = (
        alpha.filter(kind(3)).resize(drawn.size, Image.Resampling.NEAREST)
        for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter)
    )
    return ImageChops.darker(ImageChops.lighter(drawn, least), most)
