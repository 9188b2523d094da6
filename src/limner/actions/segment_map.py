"""Colour-codes the regions of a picture: a map with numbers, a legend beside it, and the legend as text."""

import json

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

from limner.actions.canvas import lay
from limner.actions.colour_names import colour_names
from limner.actions.colour_spaces import Bytes, srgb_to_lab, to_unit
from limner.actions.job import Job, Made
from limner.actions.segment_legend import Entry, draw_legend, draw_numbers, legend_size
from limner.actions.segments import Labels, find_regions
from limner.actions.stills import open_image, parse_color, save_image
from limner.types import Json, Kind

CODES = [
    "#1f2f5c",
    "#e4572e",
    "#ffc914",
    "#2d7dd2",
    "#3f8f4f",
    "#f49cbb",
    "#17bebb",
    "#8f2d8c",
    "#a4d12a",
    "#5c4033",
    "#ff9f5a",
    "#b39ddb",
    "#b3123f",
    "#9aa5b1",
    "#00574b",
    "#f6e7b4",
]
"""Colours that can be told apart, the clearest first: any two differ by a CIEDE2000 of 12 or more."""
MAP_SIDE = 1400
OVER = 2
"""The map is drawn so many times as large, for smooth edges."""
SEE_THROUGH = 0.62
PLACES = (
    ("upper left", "top", "upper right"),
    ("left", "middle", "right"),
    ("lower left", "bottom", "lower right"),
)


def map_segments(job: Job) -> tuple[Made, ...]:
    """Return a picture's regions in colours of their own, and what each colour stands for as JSON text."""
    picture = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    photo = Image.new("RGB", picture.size, "white")
    lay(photo, picture, (0, 0))
    count = int(job.params["segments"])
    job.progress(0.1, "Finding regions")
    labels = find_regions(photo, count)
    found = int(labels.max()) + 1
    if found < count:
        job.warn(f"The picture parts into fewer regions than asked for: {found} instead of {count}.")
    job.progress(0.5, "Drawing the map")
    entries = describe(photo, labels)
    canvas = draw_map(photo, labels, str(job.params["style"]))
    if job.params["legend"]:
        canvas = with_legend(canvas, photo, labels, entries)
    text = json.dumps([entry_json(entry) for entry in entries], separators=(",", ":"))
    path = save_image(canvas, job, "segments", graphic=job.params["style"] == "flat")
    return (Made(Kind.IMAGE, path), Made(Kind.TEXT, text=text))


def describe(photo: Image.Image, labels: Labels) -> list[Entry]:
    """Return what each region is like: its code, its share, its own colour by name, and where it lies."""
    height, width = labels.shape
    pixels = np.asarray(photo.resize((width, height), Image.Resampling.BOX))
    entries = []
    for number in range(int(labels.max()) + 1):
        inside = labels == number
        rows, columns = np.nonzero(inside)
        middle = np.median(pixels[inside], axis=0).astype(np.uint8)
        (name,) = colour_names(srgb_to_lab(to_unit(middle[None])))
        place = PLACES[int(rows.mean() / height * 3)][int(columns.mean() / width * 3)]
        box = (
            columns.min() / width,
            rows.min() / height,
            (columns.max() + 1) / width,
            (rows.max() + 1) / height,
        )
        red, green, blue = (int(value) for value in middle)
        entries.append(
            Entry(
                number + 1,
                CODES[number],
                len(rows) / labels.size,
                name,
                f"#{red:02X}{green:02X}{blue:02X}",
                "all over" if (box[2] - box[0]) * (box[3] - box[1]) > 0.8 else place,
                (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            )
        )
    return entries


def entry_json(entry: Entry) -> Json:
    """Return one line of the legend; box is left, top, right and bottom as shares of the sides."""
    return {
        "number": entry.number,
        "code": entry.code,
        "share": round(entry.share, 3),
        "color": entry.color,
        "color_name": entry.name,
        "place": entry.place,
        "box": [round(side, 3) for side in entry.box],
    }


def draw_map(photo: Image.Image, labels: Labels, style: str) -> Image.Image:
    """Return the regions in their codes, parted by white seams. style: flat, or overlay on the grey photo."""
    scale = MAP_SIDE / max(photo.size)
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    large = (size[0] * OVER, size[1] * OVER)
    winner = Image.new("L", large, 0)
    best = Image.new("L", large, 0)
    for number in range(int(labels.max()) + 1):
        mask = Image.fromarray(((labels == number) * 255).astype(np.uint8)).filter(
            ImageFilter.GaussianBlur(1.6)
        )
        strength = mask.resize(large, Image.Resampling.BICUBIC)
        winner.paste(number, (0, 0), ImageChops.subtract(strength, best).point([0] + [255] * 255))
        best = ImageChops.lighter(best, strength)
    numbers = np.asarray(winner)
    codes = np.array([parse_color(code, "code")[:3] for code in CODES], np.uint8)
    flat = Image.fromarray(codes[numbers])
    if style == "overlay":
        grey = ImageOps.autocontrast(photo.convert("L"), cutoff=1).resize(large, Image.Resampling.BICUBIC)
        flat = Image.blend(Image.merge("RGB", [grey] * 3), flat, SEE_THROUGH)
    flat.paste("white", (0, 0), _seams(numbers))
    return flat.resize(size, Image.Resampling.BOX)


def _seams(numbers: Bytes) -> Image.Image:
    """Return a mask of the pixels on both sides of every border."""
    seams = np.zeros(numbers.shape, np.uint8)
    for first, second in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        apart = (numbers[first] != numbers[second]) * np.uint8(255)
        seams[first] |= apart
        seams[second] |= apart
    return Image.fromarray(seams)


def with_legend(canvas: Image.Image, photo: Image.Image, labels: Labels, entries: list[Entry]) -> Image.Image:
    """Return the map with its numbers on it and its legend at its right."""
    draw_numbers(canvas, labels, entries)
    width, height = legend_size(len(entries))
    board = Image.new("RGB", (canvas.width + width, max(canvas.height, height)), "white")
    board.paste(canvas, (0, (board.height - canvas.height) // 2))
    draw_legend(board, (canvas.width, 0, board.width, board.height), photo, entries)
    return board
