"""Gives the wall of a building another material under its own light: `swap-facade`."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import LUMINANCE, Floats, bytes_to_linear, linear_to_bytes, to_unit
from limner.actions.facade_wall import Point, Quad, find_quad, find_wall, parse_quad, work_lab
from limner.actions.job import Job, Made
from limner.actions.materials import drawn
from limner.actions.stills import open_image, save_image
from limner.actions.subject import follow_edges
from limner.errors import InvalidInput
from limner.types import Kind

WALL_METRES = 7.5
"""The height that a wall is taken to have: two storeys and a parapet."""
MOST_WALL_PX = 3_500_000
"""Materials are drawn with at most so many pixels, which takes 200 MB."""
SHADE_SIDE = 900
SHADE_SOFTNESS = 0.004
"""The old surface's own pattern is smaller than this, in parts of the longer side; its shadows are larger."""
MOST_SHADE = 1.7
STRIP_ROWS = 256


def swap_facade(job: Job) -> tuple[Made, ...]:
    """Lay a material on the wall, in its perspective and under its light; windows and doors may stay."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    params = job.params
    strength = float(params["strength"]) / 100
    quad = parse_quad(params["quad"])
    job.progress(0.1, "Finding the wall")
    quad = quad or _found(image, job)
    area = _area(image.size, quad)
    if params["keep_openings"]:
        inside = to_unit(np.asarray(area.resize(work_lab(image).shape[1::-1], Image.Resampling.BOX)))
        wall = follow_edges(image, find_wall(image, np.asarray(inside + 1e-3, np.float32)))
        area = Image.composite(wall, Image.new("L", area.size), area)
    job.progress(0.4, "Building the wall")
    sheet = _sheet(
        image.size, quad, params["material"], float(params["scale"]) / 100, params["tone"], job.seed
    )
    job.progress(0.7, "Lighting it")
    result = _lit(image, sheet, area, strength)
    return (Made(Kind.IMAGE, save_image(result, job, "facade", graphic=strength == 0 or is_lossless(job))),)


def _found(image: Image.Image, job: Job) -> Quad:
    """Return the corners of the wall that shows, and tell the user which they are.

    Raises: InvalidInput, when none shows.
    """
    quad = find_quad(find_wall(image, None))
    if quad is None:
        raise InvalidInput.of(
            "params.quad",
            "no flat wall stands out in this picture",
            next_step="Give its corners, x and y in percent, clockwise from top left: '10 12, 88 20, 88 90, 10 95'.",
        )
    named = ", ".join(f"{100 * x:.0f} {100 * y:.0f}" for x, y in quad)
    job.warn(f"params.quad: none given; the wall was taken to be at {named}.")
    return quad


def _area(size: tuple[int, int], quad: Quad) -> Image.Image:
    """Return the quad as a mask, its edge soft by a pixel."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon(_corners(size, quad), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(max(0.7, max(size) / 2500)))


def _corners(size: tuple[int, int], quad: Quad) -> list[Point]:
    return [(x * size[0], y * size[1]) for x, y in quad]


def homography(source: list[Point], target: list[Point]) -> Floats:
    """Return the eight numbers of Pillow's perspective transform that reads `target` points at `source` points."""
    rows, values = [], []
    for (u, v), (x, y) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.asarray(np.linalg.solve(np.array(rows, np.float64), np.array(values, np.float64)))


def _sheet(
    size: tuple[int, int], quad: Quad, material: str, scale: float, tone: str, seed: int
) -> Image.Image:
    """Return the material in the wall's perspective, at the picture's size."""
    corners = _corners(size, quad)
    across, down = (
        max(float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairs)
        for pairs in (
            ((corners[0], corners[1]), (corners[3], corners[2])),
            ((corners[0], corners[3]), (corners[1], corners[2])),
        )
    )
    fine = min(1.5, (MOST_WALL_PX / max(1.0, across * down)) ** 0.5)
    wall = (max(8, round(across * fine)), max(8, round(down * fine)))
    pixels = linear_to_bytes(drawn(material, wall, wall[1] / WALL_METRES * scale, tone, seed))
    flat = [(0.0, 0.0), (float(wall[0]), 0.0), (float(wall[0]), float(wall[1])), (0.0, float(wall[1]))]
    over = 2 if size[0] * size[1] <= 3_000_000 else 1
    large = (size[0] * over, size[1] * over)
    numbers = homography(flat, _corners(large, quad))
    seen = Image.fromarray(pixels).transform(
        large, Image.Transform.PERSPECTIVE, numbers.tolist(), Image.Resampling.BICUBIC
    )
    return seen.reduce(over) if over > 1 else seen


def _lit(image: Image.Image, sheet: Image.Image, area: Image.Image, strength: float) -> Image.Image:
    """Return the picture with the sheet on its wall, as bright and as dark as the wall was."""
    shade = _shade(image, area)
    field = Image.fromarray(shade)
    pixels, cover = np.array(image), np.asarray(sheet)
    mask = np.asarray(area)
    for top in range(0, image.height, STRIP_ROWS):
        rows = slice(top, min(top + STRIP_ROWS, image.height))
        ratio = shade.shape[0] / image.height
        window = (0.0, rows.start * ratio, float(field.width), rows.stop * ratio)
        light = field.resize((image.width, rows.stop - rows.start), Image.Resampling.BICUBIC, box=window)
        own = bytes_to_linear(pixels[rows, :, :3])
        new = bytes_to_linear(cover[rows]) * np.clip(np.asarray(light), 0, MOST_SHADE)[..., None]
        part = strength * to_unit(mask[rows])[..., None]
        pixels[rows, :, :3] = linear_to_bytes(np.asarray(own + part * (new - own), np.float32))
    return Image.fromarray(pixels)


def _shade(image: Image.Image, area: Image.Image) -> Floats:
    """Return the light on the wall, 1 where it is as usual; without the surface's own pattern."""
    small = image.convert("RGB")
    small.thumbnail((SHADE_SIDE, SHADE_SIDE), Image.Resampling.BOX)
    side = max(small.size)
    own = np.asarray(
        bytes_to_linear(np.asarray(small.filter(ImageFilter.MedianFilter(5)))) @ LUMINANCE, np.float32
    )
    # Only the wall's own light counts: a white window frame would glow on it.
    part = to_unit(np.asarray(area.resize(small.size, Image.Resampling.BOX))) ** 2 + 1e-3
    softness = max(0.6, SHADE_SOFTNESS * side)
    light = smooth(own * part, softness) / smooth(part, softness)
    inside = part > 0.5
    usual = float(np.percentile(light[inside], 65)) if inside.any() else float(light.mean())
    return np.asarray(((light + 0.004) / (usual + 0.004)) ** 0.9, np.float32)
