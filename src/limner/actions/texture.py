"""Gives a picture the surface and the colours of another one: `match-texture`."""

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import LUMINANCE, Bytes, Floats, bytes_to_linear, linear_to_bytes, to_unit
from limner.actions.colour_transfer import transfer
from limner.actions.cutout import isolated
from limner.actions.filter_levels import opaque, with_alpha_of
from limner.actions.job import Job, Made
from limner.actions.quilting import PATCH, quilted
from limner.actions.stills import open_image, save_image
from limner.types import Kind

WORK_SIDE = 560
"""Patches are chosen at this longest side and laid at the picture's own size."""
LEAST_SIDE = 2 * PATCH
"""A texture has at least so many working pixels on its shorter side, so that there is something to choose from."""
SHADING = 0.85
"""How far the picture's own light and shadow replace the texture's; the rest is left for its body."""
MOST_GAIN = 3.0
STRIP_ROWS = 256


def match_texture(job: Job) -> tuple[Made, ...]:
    """Bring the first picture to the second one's colours and surface."""
    image = open_image(job.path(Kind.IMAGE, 0), job.limits, "inputs.image[0]", warn=job.warn)
    texture = open_image(job.path(Kind.IMAGE, 1), job.limits, "inputs.image[1]", warn=job.warn)
    params = job.params
    colour, strength = float(params["color"]) / 100, float(params["strength"]) / 100
    result = transfer(image, texture, strength=colour)
    job.progress(0.3, "Sewing the texture")
    if strength > 0:
        surface = covered(result, texture, float(params["scale"]) / 100, job.seed)
        job.progress(0.7, "Laying it on")
        result = shaded(result, surface, strength)
    if params["area"] != "all":
        mask = isolated(image, job).image.getchannel("A")
        first, second = (image, result) if params["area"] == "background" else (result, image)
        result = with_alpha_of(image, Image.composite(opaque(first), opaque(second), mask))
    is_exact = strength == colour == 0 or is_lossless(job)
    return (Made(Kind.IMAGE, save_image(result, job, "texture-matched", graphic=is_exact)),)


def covered(image: Image.Image, texture: Image.Image, scale: float, seed: int) -> Image.Image:
    """Return texture all over a picture's size, dark where the picture is dark.

    scale: the texture's longer side in parts of the picture's.
    """
    factor = -(-max(image.size) // WORK_SIDE)
    size = (-(-image.width // factor), -(-image.height // factor))
    tones = np.asarray(image.convert("L").resize(size, Image.Resampling.BOX))
    calm = smooth(to_unit(tones), 2.0)
    order = np.argsort(np.argsort(calm.ravel(), kind="stable"), kind="stable")
    ranks = (order.reshape(calm.shape) / max(1, calm.size - 1)).astype(np.float32)
    ratio = max(scale * max(size) / max(texture.size), LEAST_SIDE / min(texture.size))
    working = (round(texture.width * ratio) * factor, round(texture.height * ratio) * factor)
    ground = Image.new("RGB", texture.size, "white")
    ground.paste(texture, mask=texture.getchannel("A") if texture.mode == "RGBA" else None)
    return quilted(ground.resize(working, Image.Resampling.LANCZOS), ranks, factor, seed).crop(
        (0, 0, *image.size)
    )


def shaded(image: Image.Image, surface: Image.Image, strength: float) -> Image.Image:
    """Return a surface under the picture's own light and shadow, mixed into the picture.

    surface: mode RGB, the picture's size. strength: 0 (the picture) to 1. Transparency is kept.
    """
    factor = -(-max(image.size) // WORK_SIDE)
    coarse = surface.reduce(factor)
    body = smooth(np.asarray(bytes_to_linear(np.asarray(coarse)) @ LUMINANCE, np.float32), 0.012 * WORK_SIDE)
    pixels, cloth = np.array(image), np.asarray(surface)
    field = Image.fromarray(body)
    for top in range(0, image.height, STRIP_ROWS):
        rows = slice(top, min(top + STRIP_ROWS, image.height))
        window = (0.0, rows.start / factor, image.width / factor, rows.stop / factor)
        around = field.resize((image.width, rows.stop - rows.start), Image.Resampling.BILINEAR, box=window)
        pixels[rows, :, :3] = _laid(pixels[rows, :, :3], cloth[rows], np.asarray(around), strength)
    return Image.fromarray(pixels)


def _laid(pixels: Bytes, cloth: Bytes, around: Floats, strength: float) -> Bytes:
    own, light = bytes_to_linear(pixels), bytes_to_linear(cloth)
    ratio = (own @ LUMINANCE + 0.01) / (around + 0.01)
    lit = light * np.clip(ratio, 0, MOST_GAIN)[..., None] ** SHADING
    return linear_to_bytes(np.asarray(own + strength * (lit - own), np.float32))
