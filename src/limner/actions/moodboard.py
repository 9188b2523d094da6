"""Composes a mood board out of one photograph: crops, texture, duotone, colours, pattern and type."""

import re
from math import hypot

import numpy as np
from PIL import Image

from limner.actions.aspect import Size, inner_size
from limner.actions.canvas import lay
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.moodboard_crops import best_crops
from limner.actions.moodboard_tiles import Colors, chips, duotone, pattern, type_card
from limner.actions.palette import read_palette
from limner.actions.product import scaled
from limner.actions.reframe import best_place
from limner.actions.saliency import saliency
from limner.actions.stills import open_image, parse_color, save_image
from limner.actions.swatch import Swatch
from limner.types import Kind

LONG_SIDE = 2400
MARGIN, GAP = 56, 20
COLOR_COUNT = 6
SMALL_SIDE = 400
"""Pixels of the shorter side below which close crops look soft."""

Cells = dict[str, tuple[int, int, int, int]]
"""Where each tile stands on the grid: left, top, width, height in units."""

LANDSCAPE: tuple[Cells, ...] = (
    {
        "hero": (0, 0, 5, 5),
        "type": (5, 0, 4, 3),
        "near": (9, 0, 3, 4),
        "duotone": (5, 3, 4, 5),
        "texture": (9, 4, 3, 2),
        "pattern": (9, 6, 3, 2),
        "chips": (0, 5, 3, 3),
        "nearer": (3, 5, 2, 3),
    },
    {
        "near": (0, 0, 4, 3),
        "chips": (0, 3, 2, 5),
        "duotone": (2, 3, 2, 3),
        "hero": (4, 0, 5, 6),
        "pattern": (9, 0, 3, 2),
        "texture": (9, 2, 3, 4),
        "type": (2, 6, 5, 2),
        "nearer": (7, 6, 5, 2),
    },
)
PORTRAIT: tuple[Cells, ...] = (
    {
        "hero": (0, 0, 5, 5),
        "type": (5, 0, 3, 2),
        "near": (5, 2, 3, 3),
        "chips": (0, 5, 2, 5),
        "duotone": (2, 5, 3, 3),
        "texture": (5, 5, 3, 2),
        "nearer": (2, 8, 3, 2),
        "pattern": (5, 7, 3, 3),
    },
    {
        "type": (0, 0, 4, 3),
        "nearer": (4, 0, 2, 3),
        "texture": (6, 0, 2, 3),
        "chips": (0, 3, 2, 4),
        "hero": (2, 3, 6, 4),
        "duotone": (0, 7, 3, 3),
        "pattern": (3, 7, 2, 3),
        "near": (5, 7, 3, 3),
    },
)


def compose_moodboard(job: Job) -> tuple[Made, ...]:
    """Set one photograph as a board of eight tiles. Equal inputs, parameters and seeds give equal bytes."""
    random = np.random.default_rng((job.seed, int(job.params["seed"])))
    picture = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    if min(picture.size) < SMALL_SIDE:
        job.warn("inputs.image: is small for a board; its close crops look soft.")
    job.progress(0.1, "Reading colours")
    colors = read_palette(picture, COLOR_COUNT, job.seed)
    photo = _opaque(picture)
    paper = parse_color(job.params["background"], "params.background")
    size = inner_size((LONG_SIDE, LONG_SIDE), job.params["aspect_ratio"])
    boxes = layout(size, random)
    job.progress(0.3, "Cutting details")
    tiles = draw_tiles(
        photo, colors, {name: _size(box) for name, box in boxes.items()}, words_of(job, colors), random
    )
    board = Image.new("RGB", size, paper[:3])
    for name, tile in tiles.items():
        lay(board, tile, boxes[name][:2])
    job.progress(0.8, "Saving")
    return (Made(Kind.IMAGE, save_image(board, job, "moodboard")),)


def layout(size: Size, random: np.random.Generator) -> dict[str, tuple[int, int, int, int]]:
    """Return the box of each tile in pixels, left, top, right, bottom: a template, mirrored by chance."""
    templates = LANDSCAPE if size[0] > size[1] else PORTRAIT
    template = templates[int(random.integers(len(templates)))]
    columns, rows = (max(cell[axis] + cell[axis + 2] for cell in template.values()) for axis in (0, 1))
    is_mirrored = bool(random.integers(2))
    pitch = ((size[0] - 2 * MARGIN + GAP) / columns, (size[1] - 2 * MARGIN + GAP) / rows)
    boxes = {}
    for name, (left, top, width, height) in template.items():
        column = columns - left - width if is_mirrored else left
        boxes[name] = (
            round(MARGIN + column * pitch[0]),
            round(MARGIN + top * pitch[1]),
            round(MARGIN + (column + width) * pitch[0] - GAP),
            round(MARGIN + (top + height) * pitch[1] - GAP),
        )
    return boxes


def draw_tiles(
    photo: Image.Image,
    colors: Colors,
    sizes: dict[str, Size],
    words: tuple[str, ...],
    random: np.random.Generator,
) -> dict[str, Image.Image]:
    """Return the tile of each cell, of its size."""
    by_light = sorted(colors, key=lambda color: color.lab[0])
    dark, light = by_light[0], by_light[-1]
    loud = accent_of(colors)
    ground, figure = (light, dark) if loud.lab[0] < 60 else (dark, light)
    close = [sizes["near"], sizes["nearer"], sizes["duotone"]]
    near, nearer, toned, texture = best_crops(photo, close, sizes["texture"])
    duo = (dark.rgb, loud.rgb) if loud.lab[0] > 55 else (loud.rgb, light.rgb)
    return {
        "hero": _filled(photo, sizes["hero"]),
        "near": scaled(near, sizes["near"]),
        "nearer": scaled(nearer, sizes["nearer"]),
        "texture": scaled(texture, sizes["texture"]),
        "duotone": duotone(scaled(toned, sizes["duotone"]), *duo),
        "chips": chips(sizes["chips"], colors),
        "pattern": pattern(sizes["pattern"], ground.rgb, loud.rgb, figure.rgb, random),
        "type": type_card(sizes["type"], words, loud, colors),
    }


def accent_of(colors: Colors) -> Swatch:
    """Return the most vivid colour; a larger share helps it, so that a speck does not set the board's tone."""
    return max(colors, key=lambda color: hypot(*color.lab[1:]) * (color.share + 0.02) ** 0.2)


def words_of(job: Job, colors: Colors) -> tuple[str, ...]:
    """Return the words to set: those given, parted by commas or lines, or else the names of the main colours."""
    given, missing = without_missing(str(job.params["words"]), "serif-display")
    if missing:
        job.warn(f"params.words: {left_out(missing)}")
    words = tuple(" ".join(part.split()) for part in re.split(r"[,\n]+", given) if part.strip())
    return words or (
        accent_of(colors).name,
        *(color.name for color in colors[:3] if color != accent_of(colors)),
    )


def _size(box: tuple[int, int, int, int]) -> Size:
    return box[2] - box[0], box[3] - box[1]


def _opaque(picture: Image.Image) -> Image.Image:
    """Return the picture on a light ground, where it is see-through."""
    ground = Image.new("RGB", picture.size, (240, 238, 233))
    lay(ground, picture, (0, 0))
    return ground


def _filled(photo: Image.Image, size: Size) -> Image.Image:
    """Return the picture cut to a cell around its subject."""
    scale = min(photo.width / size[0], photo.height / size[1])
    window = (
        max(1, min(photo.width, round(size[0] * scale))),
        max(1, min(photo.height, round(size[1] * scale))),
    )
    (left, top), _ = best_place(photo, saliency(photo), window)
    return scaled(photo.crop((left, top, left + window[0], top + window[1])), size)
