"""Draws the legend of a segment map, and the numbers on its regions."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from limner.actions.aspect import Size, contain_size
from limner.actions.canvas import lay_ink
from limner.actions.colour_spaces import contrast
from limner.actions.segments import Labels
from limner.actions.stills import parse_color
from limner.actions.swatch import INK, PAPER
from limner.actions.typeset import fit, ink

WIDTH = 560
MARGIN = 48
ROW = 58
CHIP = 40
THUMB = (WIDTH - 2 * MARGIN, 340)
LEAST_THUMB, AIR = 130, 40
"""Pixels: the least height of the small picture, and what is free below it."""
GREY = (112, 116, 122, 255)
LEAST_BADGE = 13
"""Pixels of room around its middle that a region needs to carry its number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One region. share: 0 to 1. name, color: of the picture there. box: as shares of the picture's sides."""

    number: int
    code: str
    share: float
    name: str
    color: str
    place: str
    box: tuple[float, float, float, float]


def legend_size(count: int) -> Size:
    """Return the legend's width, and the least height that its lines and the small picture need."""
    return WIDTH, 2 * MARGIN + LEAST_THUMB + AIR + count * ROW - (ROW - CHIP)


def draw_legend(
    board: Image.Image, box: tuple[int, int, int, int], photo: Image.Image, entries: list[Entry]
) -> None:
    """Draw the small picture and a line per region into a box of the board."""
    left, top, right, bottom = box
    rows = len(entries) * ROW - (ROW - CHIP)
    room = min(THUMB[1], bottom - top - 2 * MARGIN - rows - AIR)
    size = contain_size(photo.size, (THUMB[0], max(LEAST_THUMB, room)))
    board.paste(photo.resize(size, Image.Resampling.LANCZOS), (left + MARGIN, top + MARGIN))
    y = top + MARGIN + size[1] + AIR
    for entry in entries:
        _line(board, (left + MARGIN, right - MARGIN), y, entry)
        y += ROW


def _line(board: Image.Image, sides: tuple[int, int], y: int, entry: Entry) -> None:
    code = parse_color(entry.code, "code")
    draw_chip(board, (sides[0] + CHIP / 2, y + CHIP / 2), CHIP / 2, code, str(entry.number))
    share = ink(fit(f"{entry.share:.0%}" if entry.share >= 0.01 else "< 1%", "sans-medium", 22, (90, 30)))
    lay_ink(board, share, (sides[1] - share.width, y + (CHIP - share.height) // 2), (*INK, 255))
    x = sides[0] + CHIP + 18
    room = sides[1] - x - 100
    name = ink(fit(entry.name, "sans-semibold", 22, (room, 30)))
    lay_ink(board, name, (x, y + 1), (*INK, 255))
    place = ink(fit(entry.place, "sans", 18, (room, 26)))
    lay_ink(board, place, (x, y + CHIP - 14), GREY)


def draw_numbers(canvas: Image.Image, labels: Labels, entries: list[Entry]) -> None:
    """Write each region's number where the region is widest, unless it is too narrow for it."""
    scale = canvas.width / labels.shape[1]
    for entry in entries:
        x, y, room = widest_place(labels == entry.number - 1)
        if room * scale >= LEAST_BADGE:
            radius = min(26.0, max(15.0, room * scale * 0.7))
            draw_chip(
                canvas, ((x + 0.5) * scale, (y + 0.5) * scale), radius, (*PAPER, 255), str(entry.number)
            )


def widest_place(inside: np.ndarray) -> tuple[int, int, int]:
    """Return x and y of the place farthest from the region's border, and that distance, in pixels."""
    left = np.pad(inside, 1)
    kept, distance = left, 0
    while left.any():
        kept, distance = left, distance + 1
        shrunk = left.copy()
        for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            shrunk &= np.roll(left, step, (0, 1))
        left = shrunk
    rows, columns = np.nonzero(kept)
    middle = int(((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2).argmin())
    return int(columns[middle]) - 1, int(rows[middle]) - 1, distance


def draw_chip(
    canvas: Image.Image,
    middle: tuple[float, float],
    radius: float,
    color: tuple[int, int, int, int],
    label: str,
) -> None:
    """Draw a disc with a number in it, which reads on its colour."""
    side = round(radius * 2)
    disc = Image.new("L", (side * 4, side * 4))
    ImageDraw.Draw(disc).ellipse((0, 0, side * 4 - 1, side * 4 - 1), fill=255)
    place = (round(middle[0] - radius), round(middle[1] - radius))
    lay_ink(canvas, disc.reduce(4), place, color)
    text = max((INK, PAPER), key=lambda tone: contrast(tone, color[:3]))
    mark = ink(fit(label, "sans-semibold", radius * 1.05, (side, side)))
    lay_ink(
        canvas,
        mark,
        (place[0] + (side - mark.width) // 2, place[1] + (side - mark.height) // 2),
        (*text, 255),
    )
