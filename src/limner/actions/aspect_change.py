"""Gives pictures another aspect ratio by a rule: their middle cut out, or space added around them."""

from PIL import Image

from limner.actions.aspect import Size, inner_size, outer_size
from limner.actions.canvas import is_lossless, lay, sheet
from limner.actions.job import Job, Made
from limner.actions.stills import check_pixels, open_image, parse_color, save_image
from limner.types import Kind


def change_image_ar(job: Job) -> tuple[Made, ...]:
    """Cut the middle out of a picture, or pad it, to exactly the ratio asked for."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    ratio = job.params["aspect_ratio"]
    if job.params["fit"] == "crop":
        size = inner_size(image.size, ratio)
        image = cut(image, size, ((image.width - size[0]) // 2, (image.height - size[1]) // 2))
    else:
        size = outer_size(image.size, ratio)
        check_pixels(size, job.limits, "inputs.image")
        image = pad(job, image, size)
    return (Made(Kind.IMAGE, save_image(image, job, name_of(ratio), graphic=is_lossless(job))),)


def pad(job: Job, image: Image.Image, size: Size) -> Image.Image:
    """Return the picture in the middle of a blurred or plain background."""
    if job.params["background_mode"] == "blur":
        from limner.actions.backdrop import blurred  # needs NumPy, which takes longer to load than a cut

        canvas = blurred(image, size, float(job.params["blur_amount"]), is_covered=True)
    else:
        canvas = sheet(size, parse_color(job.params["pad_color"], "params.pad_color"))
    return middle(canvas, image)


def cut(image: Image.Image, size: Size, place: tuple[int, int]) -> Image.Image:
    """Return the window of `size` at a place, enlarged first where the picture is smaller than it."""
    if size[0] > image.width or size[1] > image.height:
        return image.resize(size, Image.Resampling.BICUBIC)
    return image.crop((*place, place[0] + size[0], place[1] + size[1]))


def middle(canvas: Image.Image, image: Image.Image) -> Image.Image:
    """Return the canvas with the picture in its middle."""
    lay(canvas, image, ((canvas.width - image.width) // 2, (canvas.height - image.height) // 2))
    return canvas


def name_of(ratio: str) -> str:
    """Return what a result of a ratio is called."""
    return f"reframed-{ratio.replace(':', 'x')}"
