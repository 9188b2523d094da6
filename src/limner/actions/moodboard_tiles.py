"""Draws what a mood board is made of: photographs, duotones, colour chips, patterns and cards of type."""

import math

import numpy as np
from PIL import Image, ImageDraw

from limner.actions.aspect import Size
from limner.actions.canvas import lay_ink
from limner.actions.colour_spaces import contrast
from limner.actions.swatch import Rgb, Swatch
from limner.actions.typeset import Block, balanced, fit, ink

OVER = 3
"""Patterns are drawn so many times as large, for smooth edges."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA for text."""
Colors = tuple[Swatch, ...]


def duotone(image: Image.Image, dark: Rgb, light: Rgb) -> Image.Image:
    """Return the picture's tones, stretched, from one colour to another."""
    grey = np.asarray(image.convert("L"), np.float32)
    low, high = np.percentile(grey, (1, 99))
    tone = np.clip((grey - low) / max(1.0, float(high - low)), 0, 1)[..., None]
    tone = tone * tone * (3 - 2 * tone) * 0.6 + tone * 0.4
    ends = np.array([dark, light], np.float32)
    return Image.fromarray((ends[0] + (ends[1] - ends[0]) * tone + 0.5).astype(np.uint8))


def chips(size: Size, colors: Colors) -> Image.Image:
    """Return the colours as bands across the longer side, each with its code; the first is the widest."""
    tile = Image.new("RGB", size)
    is_wide = size[0] > size[1] * 1.25
    length, breadth = size if is_wide else size[::-1]
    weights = np.array([1.5] + [1.0] * (len(colors) - 1))
    edges = np.round(np.concatenate([[0.0], np.cumsum(weights) / weights.sum() * length])).astype(int)
    for start, end, color in zip(edges[:-1], edges[1:], colors, strict=True):
        first, last = (start, 0), (end - 1, breadth - 1)
        box = (*first, *last) if is_wide else (*first[::-1], *last[::-1])
        ImageDraw.Draw(tile).rectangle(box, fill=color.rgb)
        room = ((end - start) * 0.84, 26.0) if is_wide else (breadth * 0.8, 26.0)
        code = ink(fit(color.hex, "sans-medium", 24, room))
        place = (start + 16, breadth - 18 - code.height) if is_wide else (20, end - 18 - code.height)
        lay_ink(tile, code, (int(place[0]), int(place[1])), (*color.text_color, 225))
    return tile


def pattern(size: Size, ground: Rgb, figure: Rgb, accent: Rgb, random: np.random.Generator) -> Image.Image:
    """Return a geometric pattern in three colours: arcs, stripes, dots or steps, chosen by chance."""
    kind = int(random.integers(4))
    step = min(size) * OVER / (3 if min(size) < 420 else 4)
    columns, rows = (math.ceil(side * OVER / step - 0.01) for side in size)
    canvas = Image.new("RGB", (size[0] * OVER, size[1] * OVER), ground)
    draw = ImageDraw.Draw(canvas)
    # Whole cells, the rest cut evenly at both ends: circles stay round.
    left, top = ((side * OVER - count * step) / 2 for side, count in zip(size, (columns, rows), strict=True))
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * step, top + row * step
            color = accent if random.random() < 0.22 else figure
            _motif(draw, kind, (x, y, x + step, y + step), color, ground, int(random.integers(4)))
    return canvas.resize(size, Image.Resampling.BOX)


def _motif(
    draw: ImageDraw.ImageDraw,
    kind: int,
    box: tuple[float, float, float, float],
    color: Rgb,
    ground: Rgb,
    turn: int,
) -> None:
    """Draw one cell of a pattern. turn: 0 to 3 quarters."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if kind == 0:
        x, y = (left, right)[turn in (1, 2)], (top, bottom)[turn in (2, 3)]
        for share, shade in ((1.0, color), (0.66, ground), (0.33, color)):
            draw.pieslice(
                (x - width * share, y - height * share, x + width * share, y + height * share),
                *((0, 90), (90, 180), (180, 270), (270, 360))[turn],
                fill=shade,
            )
    elif kind == 1:
        for index in range(3):
            offset = (index + 0.25) / 3
            if turn % 2:
                draw.rectangle(
                    (left, top + height * offset, right, top + height * (offset + 1 / 6)), fill=color
                )
            else:
                draw.rectangle(
                    (left + width * offset, top, left + width * (offset + 1 / 6), bottom), fill=color
                )
    elif kind == 2:
        inset = (0.12, 0.12, 0.22, 0.3)[turn]
        draw.ellipse(
            (left + width * inset, top + height * inset, right - width * inset, bottom - height * inset),
            fill=color,
        )
    else:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        draw.polygon([corners[turn], corners[(turn + 1) % 4], corners[(turn + 2) % 4]], fill=color)


def type_card(size: Size, words: tuple[str, ...], ground: Swatch, colors: Colors) -> Image.Image:
    """Return a card that sets the first words large, and the others small at its foot."""
    tile = Image.new("RGB", size, ground.rgb)
    color = readable_on(ground, colors)
    margin = round(min(size) * 0.1)
    room = (size[0] - 2 * margin, size[1] - 2 * margin)
    head = _headline(words[0], (room[0], room[1] * (0.76 if words[1:] else 1.0)), min(size) * 0.5)
    mask = ink(head)
    if not words[1:]:
        lay_ink(tile, mask, ((size[0] - mask.width) // 2, (size[1] - mask.height) // 2), (*color, 255))
        return tile
    lay_ink(tile, mask, (margin, margin), (*color, 255))
    foot = ink(
        fit("  ·  ".join(words[1:]), "sans-medium", max(20.0, min(size) * 0.07), (room[0], room[1] * 0.18))
    )
    lay_ink(tile, foot, (margin, size[1] - margin - foot.height), (*color, 230))
    return tile


def _headline(text: str, room: tuple[float, float], size_px: float) -> Block:
    block = fit(text, "serif-display", size_px, room, leading=1.02)
    return balanced(block, room[0]) if "\n" not in text else block


def readable_on(ground: Swatch, colors: Colors) -> Rgb:
    """Return the colour of the palette that reads best on a ground; ink or paper where none reads well."""
    best = max((color.rgb for color in colors), key=lambda rgb: contrast(rgb, ground.rgb))
    return best if contrast(best, ground.rgb) >= LEAST_CONTRAST else ground.text_color
