"""Abstract ornaments: flat shapes in a page's colours, which stand for nothing."""

from collections.abc import Callable
from math import ceil, cos, pi, sin
from typing import TYPE_CHECKING

from limner.actions.draft.colours import contrast
from limner.actions.draft.page import place
from limner.actions.draft.types import Box
from limner.actions.svg import number

if TYPE_CHECKING:
    from limner.actions.draft.sheet import Sheet

BY_MOOD = {
    "calm": ("arches", "waves", "discs"), "warm": ("arches", "discs", "tiles"), "bold": ("stripes", "rays", "tiles"),
    "night": ("rings", "rays", "bars"), "elegant": ("rings", "arches", "discs"),
    "playful": ("tiles", "confetti", "discs"),
    "nature": ("leaves", "waves", "arches"), "tech": ("grid", "bars", "tiles"), "kids": ("confetti", "tiles", "arches"),
    "luxury": ("rings", "rays", "arches"), "summer": ("rays", "waves", "discs"), "winter": ("rings", "grid", "discs"),
    "autumn": ("leaves", "arches", "tiles"), "spring": ("leaves", "confetti", "discs"),
    "minimal": ("discs", "bars", "grid"), "retro": ("arches", "rays", "stripes"),
}  # fmt: skip


def ornament(sheet: "Sheet", box: Box, ground: str, *, kind: str = "") -> None:
    """Fill a box with an ornament that suits the page's mood. kind: a name of ORNAMENTS; "" for the seed's choice."""
    mood = sheet.brief.moods[0] if sheet.brief.moods else ""
    kind = kind or sheet.chance.turn(
        "ornament", BY_MOOD.get(mood, ("tiles", "arches", "discs", "rays", "waves"))
    )
    colors = [color for color in sheet.palette.hues if contrast(color, ground) >= 1.2]
    colors = colors or [sheet.on(ground)]
    clip = sheet.page.clip(box)
    sheet.page.add("ornament", f'<g id="{sheet.page.name("ornament-" + kind)}" {clip}>')
    sheet.page.rect("ornament", box, ground)
    ORNAMENTS[kind](sheet, box, ground, colors)
    sheet.page.add("ornament", "</g>")


def _tiles(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """A grid of quarter circles, half circles and discs."""
    usual = max(2, round(box.width / min(box.width, box.height) * 3))
    across = min(range(max(2, usual - 1), usual + 4), key=lambda count: abs(_stretch(box, count) - 1))
    side, stretch = box.width / across, _stretch(box, across)
    # Whole tiles only: a few percent higher or lower than wide, where the box asks for it.
    move = f'transform="translate(0 {number(box.top * (1 - stretch))}) scale(1 {stretch:.4f})"'
    sheet.page.add("ornament", f"<g {move}>")
    fills = [*colors, sheet.on(ground)]
    for row in range(round(box.height / stretch / side)):
        for column in range(across):
            x, y = box.left + column * side, box.top + row * side
            name = f"tile {row} {column}"
            color, other = sheet.chance.pick(name, fills), sheet.chance.pick(name + "o", fills)
            match sheet.chance.pick(name + "k", ("quarter", "quarter", "half", "disc", "leaf", "plain")):
                case "quarter":
                    _quarter(sheet, (x, y), side, sheet.chance.pick(name + "q", (0, 1, 2, 3)), color)
                case "half":
                    r = number(side / 2)
                    data = f"M{number(x)} {number(y)}h{number(side)}a{r} {r} 0 0 1 {number(-side)} 0Z"
                    sheet.page.path("ornament", data, color)
                case "disc":
                    sheet.page.rect("ornament", Box(x, y, side, side), other)
                    inner = (
                        ground
                        if other != ground and contrast(ground, other) > contrast(color, other)
                        else color
                    )
                    sheet.page.circle("ornament", (x + side / 2, y + side / 2), side * 0.3, inner)
                case "leaf":
                    arc = f"a{number(side)} {number(side)} 0 0 1"
                    there, back = f"{number(side)} {number(-side)}", f"{number(-side)} {number(side)}"
                    data = f"M{number(x)} {number(y + side)}{arc} {there}{arc} {back}Z"
                    sheet.page.path("ornament", data, color)
                case _:
                    pass
    sheet.page.add("ornament", "</g>")


def _stretch(box: Box, across: int) -> float:
    """Return how much higher than wide tiles get, so many of which stand across a box."""
    side = box.width / across
    return box.height / (max(1, round(box.height / side)) * side)


def _quarter(sheet: "Sheet", corner: tuple[float, float], side: float, turn: int, color: str) -> None:
    x, y = corner
    r = number(side)
    data = (
        f"M{number(x)} {number(y)}h{r}a{r} {r} 0 0 1 -{r} {r}Z",
        f"M{number(x + side)} {number(y)}v{r}a{r} {r} 0 0 1 -{r} -{r}Z",
        f"M{number(x + side)} {number(y + side)}h-{r}a{r} {r} 0 0 1 {r} -{r}Z",
        f"M{number(x)} {number(y + side)}v-{r}a{r} {r} 0 0 1 {r} {r}Z",
    )[turn]
    sheet.page.path("ornament", data, color)


def _discs(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """One large disc, off the middle, and two smaller ones that it leads to."""
    short = min(box.width, box.height)
    side = sheet.chance.pick("disc side", (0.3, 0.7))
    cx, cy = box.left + box.width * side, box.top + box.height * sheet.chance.between("disc y", 0.42, 0.58)
    radius = min(short * 0.42, max(box.width, box.height) * 0.3)
    away = 1 if side < 0.5 else -1
    sheet.page.circle("ornament", (cx, cy), radius, colors[0])
    if len(colors) > 2:
        sheet.page.circle(
            "ornament", (cx + away * radius * 1.25, cy + radius * 0.62), radius * 0.5, colors[2]
        )
    if len(colors) > 1:
        sheet.page.circle("ornament", (cx + away * radius * 0.98, cy - radius * 0.5), radius * 0.3, colors[1])


def _stripes(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Broad slanting stripes, each of another width."""
    reach = box.width + box.height
    widths = (0.16, 0.1, 0.05, 0.12, 0.03)
    x, stripe = box.left - box.height * 0.9 + sheet.chance.between("stripe", 0, 0.2) * reach, 0
    while x < box.right:
        width = widths[stripe % len(widths)] * max(reach * 0.45, 1)
        if stripe % 2 == 0 or len(colors) > 2:
            data = (
                f"M{number(x)} {number(box.bottom)}l{number(box.height)} {number(-box.height)}"
                f"h{number(width)}l{number(-box.height)} {number(box.height)}Z"
            )
            sheet.page.path("ornament", data, colors[stripe % len(colors)])
        x += width + reach * 0.05
        stripe += 1


def _waves(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Bands that swell, one before the other."""
    count = 4
    phase = sheet.chance.between("wave", 0, 2 * pi)
    for band in range(count):
        top = box.top + box.height * (0.12 + 0.23 * band)
        rise = box.height * 0.1
        steps = 24
        points = [
            (
                box.left + box.width * step / steps,
                top + rise * sin(phase + band * 1.3 + 2 * pi * step / steps * (0.8 + 0.15 * band)),
            )
            for step in range(steps + 1)
        ]
        line = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        color = colors[band % len(colors)]
        if band and color == colors[(band - 1) % len(colors)]:
            color = sheet.tint(color, 0.35 if band % 2 else 0.0)
        sheet.page.path(
            "ornament",
            f"M{line}L{number(box.right)} {number(box.bottom)}L{number(box.left)} {number(box.bottom)}Z",
            color,
        )


def _rays(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Rays from a disc at the lower edge."""
    x = box.left + box.width * sheet.chance.pick("ray x", (0.5, 0.5, 0.28, 0.72))
    y = box.bottom
    reach, count = box.width + box.height, 18
    for ray in range(count):
        first, last = pi + pi * ray / count, pi + pi * (ray + 0.5) / count
        corners = [(x, y), *((x + reach * cos(turn), y + reach * sin(turn)) for turn in (first, last))]
        data = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in corners) + "Z"
        sheet.page.path("ornament", data, colors[1 % len(colors)])
    radius = min(box.height * 0.62, box.width * 0.3)
    sheet.page.circle("ornament", (x, y), radius * 1.14, ground)
    sheet.page.circle("ornament", (x, y), radius, colors[0])


def _rings(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Thin circles around a disc."""
    x = box.left + box.width * sheet.chance.pick("ring x", (0.5, 0.3, 0.7))
    y = box.top + box.height * 0.5
    short, reach = min(box.width, box.height), max(box.width, box.height)
    width = max(1.0, short * 0.008)
    rings = ceil((reach * 0.8 - short * 0.3) / (short * 0.09))
    for ring in range(rings):
        sheet.page.add(
            "ornament",
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(short * (0.36 + 0.09 * ring))}" fill="none" '
            f'stroke="{colors[1 % len(colors)]}" stroke-width="{width:.2f}"/>',
        )
    sheet.page.circle("ornament", (x, y), short * 0.28, colors[0])


def _arches(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Arches within arches, side by side, as many as there is room for."""
    span = min(box.width, box.height * 1.25)
    count = max(1, round(box.width / span))
    span = box.width / count
    fills = [*colors, sheet.tint(colors[0], 0.45)]
    for arch in range(count):
        for depth in range(5):
            width = span * (1 - 0.2 * depth)
            left = box.left + arch * span + (span - width) / 2
            radius = width / 2
            top = max(
                box.top + box.height * 0.04 * depth,
                box.bottom - radius - box.height * 0.42 + depth * span * 0.1,
            )
            data = (
                f"M{number(left)} {number(box.bottom)}V{number(top + radius)}a{number(radius)} {number(radius)} 0 0 1 "
                f"{number(width)} 0V{number(box.bottom)}Z"
            )
            color = ground if depth % 2 and len(colors) < 2 else fills[(depth + arch) % len(fills)]
            sheet.page.path("ornament", data, color)


def _bars(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Upright bars of many heights, as of a sound."""
    count = max(10, round(box.width / max(box.height, 1) * 16))
    count = min(count, 48)
    step = box.width / count
    for bar in range(count):
        swell = 0.5 - 0.5 * cos(2 * pi * (bar + 0.5) / count)
        height = box.height * (
            0.12 + 0.78 * (0.35 + 0.65 * swell) * sheet.chance.between(f"bar {bar}", 0.35, 1)
        )
        color = colors[0] if bar % 5 else colors[-1]
        sheet.page.rect(
            "ornament",
            Box(box.left + bar * step + step * 0.2, box.bottom - height, step * 0.6, height),
            color,
        )


def _grid(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Dots that grow from one corner to the other."""
    step = min(box.width, box.height) / 9
    columns, rows = ceil(box.width / step), ceil(box.height / step)
    for row in range(rows):
        for column in range(columns):
            share = (column / columns + row / rows) / 2
            radius = step * (0.06 + 0.38 * share)
            color = (
                colors[1 % len(colors)]
                if sheet.chance.pick(f"dot {row} {column}", range(9)) == 0
                else colors[0]
            )
            sheet.page.circle(
                "ornament", (box.left + (column + 0.5) * step, box.top + (row + 0.5) * step), radius, color
            )


def _confetti(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Small shapes, strewn evenly."""
    step = min(box.width, box.height) / 4.2
    fills = [*colors, sheet.on(ground)]
    for row in range(ceil(box.height / step)):
        for column in range(ceil(box.width / step)):
            name = f"confetti {row} {column}"
            x = box.left + (column + sheet.chance.between(name + "x", 0.3, 0.7)) * step
            y = box.top + (row + sheet.chance.between(name + "y", 0.3, 0.7)) * step
            color, size = sheet.chance.pick(name, fills), step * sheet.chance.between(name + "s", 0.16, 0.3)
            turn = f' transform="rotate({sheet.chance.pick(name + "r", range(0, 180, 15))} {number(x)} {number(y)})"'
            match sheet.chance.pick(name + "k", ("disc", "bar", "half")):
                case "disc":
                    sheet.page.circle("ornament", (x, y), size * 0.7, color)
                case "bar":
                    bar = Box(x - size, y - size * 0.22, size * 2, size * 0.44)
                    sheet.page.add(
                        "ornament", f'<rect {place(bar)} rx="{number(size * 0.22)}" fill="{color}"{turn}/>'
                    )
                case _:
                    data = f"M{number(x - size)} {number(y)}a{number(size)} {number(size)} 0 0 1 {number(size * 2)} 0Z"
                    sheet.page.add("ornament", f'<path d="{data}" fill="{color}"{turn}/>')


def _leaves(sheet: "Sheet", box: Box, ground: str, colors: list[str]) -> None:
    """Stems with pairs of leaves, side by side."""
    count = max(2, round(box.width / box.height * 3))
    step = box.width / count
    for stem in range(count):
        x = box.left + (stem + 0.5) * step
        color = colors[stem % len(colors)]
        top = box.top + box.height * sheet.chance.between(f"stem {stem}", 0.04, 0.22)
        pairs = max(4, min(9, round((box.bottom - top) / (step * 0.5))))
        gap = (box.bottom - top) / pairs
        sheet.page.line("ornament", (x, top + gap * 0.6), (x, box.bottom), color, max(1.0, step * 0.02))
        for pair in range(pairs):
            y = top + gap * (pair + 1)
            for side in (-1, 1):
                dx, dy = side * step * 0.42, -gap * 0.75
                data = (
                    f"M{number(x)} {number(y)}C{number(x + dx * 0.15)} {number(y + dy * 0.95)} "
                    f"{number(x + dx * 0.6)} {number(y + dy * 1.1)} {number(x + dx)} {number(y + dy)}"
                    f"C{number(x + dx * 0.95)} {number(y + dy * 0.2)} {number(x + dx * 0.45)} {number(y)} "
                    f"{number(x)} {number(y)}Z"
                )
                sheet.page.path("ornament", data, color)


ORNAMENTS: dict[str, Callable[["Sheet", Box, str, list[str]], None]] = {
    "tiles": _tiles,
    "discs": _discs,
    "stripes": _stripes,
    "waves": _waves,
    "rays": _rays,
    "rings": _rings,
    "arches": _arches,
    "bars": _bars,
    "grid": _grid,
    "confetti": _confetti,
    "leaves": _leaves,
}
