"""Places two to four pictures beside each other, brought to one size."""

from dataclasses import dataclass

from PIL import Image

from limner.actions.aspect import Size
from limner.actions.canvas import each_picture, is_lossless, lay, sheet
from limner.actions.job import Job, Made
from limner.actions.stills import check_pixels, parse_color, save_image
from limner.errors import InvalidInput
from limner.types import Kind

LAYOUTS = {
    "horizontal-2": (2,),
    "horizontal-3": (3,),
    "vertical-2": (1, 1),
    "vertical-3": (1, 1, 1),
    "grid-2x2": (2, 2),
}
"""How many pictures stand in each row."""
AUTO = {1: (1,), 2: (2,), 3: (3,), 4: (2, 2)}


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a picture goes, and its size there."""

    place: tuple[int, int]
    size: Size


def side_by_side_composite(job: Job) -> tuple[Made, ...]:
    """Join pictures in a row, a column or a square, with a gap between them and none around."""
    images = list(each_picture(job))
    rows = shape(job.params["layout"], len(images))
    sizes = [image.size for image in images]
    gap = round(float(job.params["gap"]))
    match job.params["normalize"]:
        case "pad-to-largest":
            cells, size = padded(sizes, rows, gap)
        case normalize:
            cells, size = matched(sizes, rows, gap, is_largest=normalize == "match-largest")
    check_pixels(size, job.limits, "inputs.image")
    canvas = sheet(size, parse_color(job.params["background"], "params.background"))
    for image, cell in zip(images, cells, strict=True):
        fitted = image if image.size == cell.size else image.resize(cell.size, Image.Resampling.LANCZOS)
        lay(canvas, fitted, cell.place)
    return (Made(Kind.IMAGE, save_image(canvas, job, "composite", graphic=is_lossless(job))),)


def shape(layout: str, count: int) -> tuple[int, ...]:
    """Return how many pictures stand in each row.

    Raises: InvalidInput, when the layout is for another number of pictures.
    """
    rows = AUTO[count] if layout == "auto" else LAYOUTS[layout]
    if sum(rows) != count:
        raise InvalidInput.of(
            "params.layout",
            f"{layout} takes {sum(rows)} pictures, {count} were given",
            next_step="Use layout auto, or send as many pictures as the layout has places.",
        )
    return rows


def matched(
    sizes: list[Size], rows: tuple[int, ...], gap: int, *, is_largest: bool
) -> tuple[list[Cell], Size]:
    """Scale pictures, ratios kept, so that each row has one height and all rows have one width.

    The rows take the width of the narrowest row as it is with its pictures at the height of its lowest
    (nothing is enlarged), or of the widest with its pictures at the height of its highest.
    """
    pick = max if is_largest else min
    grouped = _grouped(sizes, rows)
    heights = [pick(height for _, height in row) for row in grouped]
    widths = [
        sum(round(width * height / own) for width, own in row) + gap * (len(row) - 1)
        for row, height in zip(grouped, heights, strict=True)
    ]
    total = pick(widths)
    cells: list[Cell] = []
    top = 0
    for row, natural, own in zip(grouped, heights, widths, strict=True):
        gaps = gap * (len(row) - 1)
        height = natural if own == total else max(1, round(natural * (total - gaps) / (own - gaps)))
        left = 0
        for index, (width, own_height) in enumerate(row):
            is_last = index == len(row) - 1
            across = total - left if is_last else max(1, round(width * height / own_height))
            cells.append(Cell((left, top), (across, height)))
            left += across + gap
        top += height + gap
    return cells, (total, top - gap)


def padded(sizes: list[Size], rows: tuple[int, ...], gap: int) -> tuple[list[Cell], Size]:
    """Put every picture, unscaled, in the middle of a cell as large as the largest of them."""
    wide, high = max(width for width, _ in sizes), max(height for _, height in sizes)
    cells: list[Cell] = []
    for number, row in enumerate(_grouped(sizes, rows)):
        for index, (width, height) in enumerate(row):
            left, top = index * (wide + gap), number * (high + gap)
            cells.append(Cell((left + (wide - width) // 2, top + (high - height) // 2), (width, height)))
    most = max(rows)
    return cells, (most * wide + gap * (most - 1), len(rows) * high + gap * (len(rows) - 1))


def _grouped(sizes: list[Size], rows: tuple[int, ...]) -> list[list[Size]]:
    remaining = iter(sizes)
    return [[next(remaining) for _ in range(count)] for count in rows]
