"""What every layout does with pictures: reads the job's, keeps them exact where they were, lays ink on them."""

from collections.abc import Iterator

from PIL import Image, ImageChops, ImageFilter

from limner.actions.job import Job
from limner.actions.stills import RGBA, open_image
from limner.types import Kind

LOSSLESS_TYPES = ("image/png", "image/bmp", "image/gif", "image/tiff")
LOSSLESS_SUFFIXES = (".png", ".bmp", ".gif", ".tif", ".tiff")


def each_picture(job: Job) -> Iterator[Image.Image]:
    """Yield the job's pictures in order, each opened when its turn comes."""
    paths = job.paths(Kind.IMAGE)
    for index, path in enumerate(paths):
        field = f"inputs.image[{index}]" if len(paths) > 1 else "inputs.image"
        yield open_image(path, job.limits, field, warn=job.warn)


def is_lossless(job: Job) -> bool:
    """Whether every picture came in a lossless format: then the result is one too, pixel for pixel."""
    given = job.inputs.get(Kind.IMAGE, ())
    return all(
        each.media_type in LOSSLESS_TYPES
        or (
            each.media_type is None
            and each.path is not None
            and each.path.suffix.lower() in LOSSLESS_SUFFIXES
        )
        for each in given
    )


def sheet(size: tuple[int, int], color: RGBA) -> Image.Image:
    """Return an empty canvas, with transparency only where the colour has it."""
    return Image.new("RGB", size, color[:3]) if color[3] == 255 else Image.new("RGBA", size, color)


def lay(canvas: Image.Image, picture: Image.Image, place: tuple[int, int]) -> None:
    """Put a picture on a canvas; what is see-through in it shows the canvas."""
    if picture.mode != "RGBA":
        canvas.paste(picture, place)
        return
    if canvas.mode == "RGBA":
        whole = Image.new("RGBA", canvas.size)
        whole.paste(picture, place)
        canvas.paste(Image.alpha_composite(canvas, whole))
    else:
        canvas.paste(picture, place, picture.getchannel("A"))


def lay_ink(canvas: Image.Image, mask: Image.Image, place: tuple[int, int], color: RGBA) -> None:
    """Draw with a mask of ink in a colour, whose alpha thins the ink."""
    if color[3] < 255:
        mask = mask.point([value * color[3] // 255 for value in range(256)])
    layer = Image.new("RGBA", mask.size, (*color[:3], 0))
    layer.putalpha(mask)
    lay(canvas, layer, place)


def soft_shadow(mask: Image.Image, radius_px: float, strength: float) -> tuple[Image.Image, int]:
    """Return the blurred mask, and how many pixels it is larger on every side.

    strength: how many times the blurred ink counts; above 1 the middle of the shadow saturates.
    """
    spread = int(radius_px * 3) + 1
    width, height = mask.size
    larger = Image.new("L", (width + 2 * spread, height + 2 * spread))
    larger.paste(mask, (spread, spread))
    wide = larger.filter(ImageFilter.GaussianBlur(radius_px))
    near = larger.filter(ImageFilter.GaussianBlur(max(0.5, radius_px / 4)))
    shadow = ImageChops.lighter(wide, near.point([value * 2 // 5 for value in range(256)]))
    return shadow.point([min(255, round(value * strength)) for value in range(256)]), spread
