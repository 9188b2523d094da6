"""Turns and mirrors pictures: exactly by quarter turns, with smooth edges by any other angle."""

import math

from PIL import Image

from limner.actions.canvas import is_lossless, lay, sheet
from limner.actions.job import Job, Made
from limner.actions.stills import RGBA, check_pixels, open_image, parse_color, save_image
from limner.types import Kind

Size = tuple[int, int]

QUARTERS = {
    90: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
MIRRORS = {
    "horizontal": Image.Transpose.FLIP_LEFT_RIGHT,
    "vertical": Image.Transpose.FLIP_TOP_BOTTOM,
    "both": Image.Transpose.ROTATE_180,
}
WHITE: RGBA = (255, 255, 255, 255)
CLEAR: RGBA = (0, 0, 0, 0)


def rotate_image(job: Job) -> tuple[Made, ...]:
    """Turn a picture clockwise about its middle; by 0 its pixels stay as they are."""
    angle = float(job.params["angle"]) % 360
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    corner = corner_color(job, image)
    if angle == 0:
        return (Made(Kind.IMAGE, save_image(image, job, "rotated", graphic=True)),)
    size = turned_size(image.size, angle) if job.params["expand"] else image.size
    check_pixels(size, job.limits, "params.expand")
    job.progress(0.3, "Turning")
    turned = quarter_turned(image, angle) if angle in QUARTERS else _turned_by(image, angle, size, corner)
    job.progress(0.7, "Saving")
    framed = on_sheet(turned, size, corner)
    return (Made(Kind.IMAGE, save_image(framed, job, "rotated", graphic=is_lossless(job))),)


def flip_image(job: Job) -> tuple[Made, ...]:
    """Mirror a picture; pixels change places, not values."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    job.progress(0.4, "Mirroring")
    mirrored = image.transpose(MIRRORS[job.params["direction"]])
    return (Made(Kind.IMAGE, save_image(mirrored, job, "flipped", graphic=is_lossless(job))),)


def corner_color(job: Job, image: Image.Image) -> RGBA:
    """Return what shows in the corners that turning opens, and behind a see-through picture."""
    if job.params["transparent"]:
        return CLEAR
    if job.params["background"].strip().lower() == "auto":
        return CLEAR if image.mode == "RGBA" else WHITE
    return parse_color(job.params["background"], "params.background")


def turned_size(size: Size, angle: float) -> Size:
    """Return the size that holds the whole picture, turned by `angle` degrees."""
    if angle in QUARTERS:
        return size if angle == 180 else (size[1], size[0])
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    width, height = size
    return math.ceil(width * cos + height * sin - 1e-6), math.ceil(width * sin + height * cos - 1e-6)


def quarter_turned(image: Image.Image, angle: float) -> Image.Image:
    """Return the picture turned clockwise by 90, 180 or 270 degrees, every pixel as it was."""
    return image.transpose(QUARTERS[int(angle)])


def _turned_by(image: Image.Image, angle: float, size: Size, corner: RGBA) -> Image.Image:
    from limner.actions.turns_smooth import turned_by  # loads NumPy: longer than a turn by 90 takes

    quarters = round(angle / 90)
    upright = quarter_turned(image, quarters * 90) if quarters % 4 else image
    return turned_by(upright, angle - quarters * 90, size, corner)


def on_sheet(picture: Image.Image, size: Size, color: RGBA) -> Image.Image:
    """Return the picture centred on a plain canvas; what is beyond it is cut off."""
    if picture.size == size and (picture.mode == "RGB" or color == CLEAR):
        return picture
    canvas = sheet(size, color)
    lay(canvas, picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return canvas
