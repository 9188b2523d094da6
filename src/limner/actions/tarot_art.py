"""Draws tarot cards by a grammar: a frame, an arched window, sky, land, what stands at the sides, and an emblem."""

from math import cos, pi, sin
from xml.sax.saxutils import escape

import numpy as np

from limner.actions.lookbook import blend
from limner.actions.stills import parse_color
from limner.actions.svg import document, number
from limner.actions.tarot_cards import Card
from limner.actions.typeset import fit

SIZE = (1100, 1900)
LINE = "#ecd29a"
LEFT, RIGHT, TOP, BOTTOM = 130, 970, 200, 1590
"""The window; its upper end is half a circle."""
MIDDLE = ((LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2)
EMBLEM = 580
"""The emblem's side in pixels."""
HORIZON = 1240
NAME_ROOM = (800, 110)


def draw_card(card: Card, *, is_reversed: bool) -> str:
    """Return a card as SVG, 1100 x 1900. A reversed card's picture stands on its head, its name does not."""
    turn = f' transform="rotate(180 {MIDDLE[0]:g} {MIDDLE[1]:g})"' if is_reversed else ""
    random = np.random.default_rng(card.number + 1)
    body = [
        _definitions(card),
        f'<rect width="{SIZE[0]}" height="{SIZE[1]}" rx="56" fill="{shade(card.color, "#000000", 0.35)}"/>',
        f'<g clip-path="url(#window)"><g{turn}>',
        f'<rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}" fill="url(#sky)"/>',
        *_sky(card, random),
        *_land(card, random),
        *_flank(card),
        *_emblem(card),
        "</g></g>",
        *_frame(),
        *_words(card, is_reversed=is_reversed),
    ]
    return document(SIZE, body, card.name)


def shade(color: str, towards: str, share: float) -> str:
    """Return a colour part of the way towards another, both #rrggbb."""
    mixed = blend(parse_color(color, "color"), parse_color(towards, "color"), share)
    return "#{:02x}{:02x}{:02x}".format(*mixed[:3])


def _window() -> str:
    radius = (RIGHT - LEFT) / 2
    return f"M{LEFT} {BOTTOM}V{TOP + radius:g}A{radius:g} {radius:g} 0 0 1 {RIGHT} {TOP + radius:g}V{BOTTOM}Z"


def _definitions(card: Card) -> str:
    low, high = shade(card.color, card.accent, 0.42), shade(card.color, "#000000", 0.12)
    return (
        f'<defs><clipPath id="window"><path d="{_window()}"/></clipPath>'
        f'<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{high}"/>'
        f'<stop offset="0.8" stop-color="{low}"/></linearGradient></defs>'
    )


def _sky(card: Card, random: np.random.Generator) -> list[str]:
    """Return what is above: rays behind the emblem, a disc with a halo, or stars; some stars always."""
    x, y = MIDDLE[0], 830.0
    if card.sky == "rays":
        return [*_rays(card, x, y, 32), *_stars(random, 14)]
    if card.sky == "sun":
        rings = [
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius}" fill="{card.accent}" opacity="{opacity}"/>'
            for radius, opacity in ((470, 0.10), (400, 0.14), (330, 0.20))
        ]
        return [*_rays(card, x, y, 48), *rings, *_stars(random, 8)]
    halo = (
        f'<circle cx="{x:g}" cy="{y:g}" r="390" fill="none" stroke="{LINE}" stroke-width="3" opacity="0.45"'
    )
    return [*_stars(random, 46), f'{halo} stroke-dasharray="2 18" stroke-linecap="round"/>']


def _rays(card: Card, x: float, y: float, count: int) -> list[str]:
    parts = []
    for index in range(count):
        first, second = (2 * pi * (index + offset) / count for offset in (-0.22, 0.22))
        reach = 1200
        points = f"{x:g},{y:g} " + " ".join(
            f"{number(x + reach * cos(turn))},{number(y + reach * sin(turn))}" for turn in (first, second)
        )
        parts.append(f'<polygon points="{points}"/>')
    return [f'<g fill="{card.accent}" opacity="0.22">', *parts, "</g>"]


def _stars(random: np.random.Generator, count: int) -> list[str]:
    """Return stars of four points, away from the emblem."""
    parts: list[str] = []
    while len(parts) < count:
        x, y = float(random.uniform(LEFT + 20, RIGHT - 20)), float(random.uniform(TOP + 30, HORIZON - 60))
        size = float(random.choice([5, 7, 9, 14]))
        if abs(x - MIDDLE[0]) < EMBLEM / 2 and abs(y - 830) < EMBLEM / 2:
            continue
        thin = size * 0.22
        steps = [
            (0, -size),
            (thin, -thin),
            (size, 0),
            (thin, thin),
            (0, size),
            (-thin, thin),
            (-size, 0),
            (-thin, -thin),
        ]
        points = " ".join(f"{number(x + dx)},{number(y + dy)}" for dx, dy in steps)
        parts.append(f'<polygon points="{points}"/>')
    return [f'<g fill="{LINE}" opacity="0.9">', *parts, "</g>"]


def _land(card: Card, random: np.random.Generator) -> list[str]:
    """Return what is below: hills, waves, or a floor of tiles."""
    if card.land == "floor":
        return _floor(card)
    if card.land == "waves":
        return _waves(card)
    parts = []
    for layer in range(3):
        base, phase = HORIZON + 110 * layer, float(random.uniform(0, 2 * pi))
        heights = [
            (x, base + 46 * sin(x / 150 + phase) + 22 * sin(x / 61 + 2 * phase))
            for x in range(LEFT, RIGHT + 1, 20)
        ]
        line = "L".join(f"{x} {number(y)}" for x, y in heights)
        color = shade(shade(card.color, card.accent, 0.3 - 0.12 * layer), "#000000", 0.22 + 0.16 * layer)
        parts.append(f'<path d="M{LEFT} {BOTTOM}L{line}L{RIGHT} {BOTTOM}Z" fill="{color}"/>')
        parts.append(f'<path d="M{line}" fill="none" stroke="{LINE}" stroke-width="3" opacity="0.55"/>')
    return parts


def _waves(card: Card) -> list[str]:
    parts = []
    for row in range(8):
        y, step = HORIZON + 20 + 46 * row, 105
        start = LEFT - step * (1 + row % 2) / 2 - step / 2
        arcs = "".join(f"a{step / 2:g} {step / 2.4:g} 0 0 1 {step} 0" for _ in range(10))
        color = shade(shade(card.color, card.accent, 0.22 if row % 2 else 0.12), "#000000", 0.25)
        parts.append(
            f'<path d="M{start:g} {y}{arcs}V{BOTTOM + 10}H{start:g}Z" fill="{color}" stroke="{LINE}" '
            'stroke-width="2.5" stroke-opacity="0.6"/>'
        )
    return parts


def _floor(card: Card) -> list[str]:
    dark, light = shade(card.color, "#000000", 0.45), shade(card.color, card.accent, 0.3)
    parts = [
        f'<rect x="{LEFT}" y="{HORIZON}" width="{RIGHT - LEFT}" height="{BOTTOM - HORIZON}" fill="{dark}"/>'
    ]
    rows = [HORIZON + (BOTTOM - HORIZON) * (row / 5) ** 1.7 for row in range(6)]
    for row in range(5):
        for column in range(-7, 7):
            if (row + column) % 2:
                continue
            corners = [
                (MIDDLE[0] + edge * 120 * (0.45 + 0.9 * (y - HORIZON) / (BOTTOM - HORIZON)), y)
                for edge, y in (
                    (column, rows[row]),
                    (column + 1, rows[row]),
                    (column + 1, rows[row + 1]),
                    (column, rows[row + 1]),
                )
            ]
            points = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
            parts.append(f'<polygon points="{points}" fill="{light}"/>')
    return [*parts, f'<path d="M{LEFT} {HORIZON}H{RIGHT}" stroke="{LINE}" stroke-width="3"/>']


def _flank(card: Card) -> list[str]:
    """Return what stands at both sides."""
    if card.flank == "wreath":
        return _wreath(card)
    draw = {"pillars": _pillar, "wheat": _wheat, "towers": _tower}.get(card.flank)
    if draw is None:
        return []
    style = f'fill="{shade(card.color, card.accent, 0.35)}" stroke="{LINE}" stroke-width="4" stroke-linejoin="round"'
    mirror = f'transform="translate({2 * MIDDLE[0]:g} 0) scale(-1 1)"'
    return [f"<g {style}>", *draw(), f"<g {mirror}>", *draw(), "</g></g>"]


def _pillar() -> list[str]:
    lines = "".join(f"M{x} 690V1330" for x in (190, 205, 220))
    return [
        '<rect x="168" y="680" width="74" height="660"/>',
        f'<path d="{lines}" opacity="0.6"/>',
        '<rect x="152" y="640" width="106" height="40" rx="8"/><rect x="152" y="1340" width="106" height="44" rx="6"/>',
    ]


def _tower() -> list[str]:
    return [
        '<path d="M150 1400V1010h-6v-60h26v22h22v-22h26v22h22v-22h26v60h-6v390z"/><path d="M195 1090h28v56h-28z"/>'
    ]


def _wheat() -> list[str]:
    parts = []
    for x, top in ((180, 1080), (222, 1150), (262, 1220)):
        parts.append(f'<path d="M{x} 1480V{top}" fill="none"/>')
        for step in range(5):
            y = top + 26 * step
            parts.append(
                f'<path d="M{x} {y + 22}c-20-4-22-20-18-34c14 6 20 18 18 34c20-4 22-20 18-34c-14 6-20 18-18 34z"/>'
            )
    return parts


def _wreath(card: Card) -> list[str]:
    parts = []
    for index in range(40):
        turn = 2 * pi * index / 40
        x, y = MIDDLE[0] + 350 * cos(turn), 830 + 400 * sin(turn)
        lean = turn * 180 / pi + (112 if index % 2 else 68)
        parts.append(
            f'<path d="M0 0c16-20 16-44 0-66c-16 22-16 46 0 66z" '
            f'transform="translate({number(x)} {number(y)}) rotate({number(lean)})"/>'
        )
    fill = shade(card.color, card.accent, 0.55)
    return [f'<g fill="{fill}" stroke="{LINE}" stroke-width="3">', *parts, "</g>"]


def _emblem(card: Card) -> list[str]:
    """Return the emblem: a dark edge that parts it from what is behind, the tint, the lines."""
    scale = EMBLEM / 100
    place = f'transform="translate({MIDDLE[0] - EMBLEM / 2:g} {830 - EMBLEM / 2:g}) scale({scale:g})"'
    outline = [shape(part.lstrip("+*")) for part in card.emblem]
    tinted = [shape(part[1:]) for part in card.emblem if part.startswith("+")]
    solid = [shape(part[1:]) for part in card.emblem if part.startswith("*")]
    lines = [shape(part.lstrip("+")) for part in card.emblem if not part.startswith("*")]
    joined = 'stroke-linecap="round" stroke-linejoin="round"'
    edge = shade(card.color, "#000000", 0.5)
    return [
        f"<g {place}>",
        f'<g fill="none" stroke="{edge}" stroke-width="4.4" {joined}>{"".join(outline)}</g>',
        f'<g fill="{card.accent}">{"".join(tinted)}</g>',
        f'<g fill="none" stroke="{LINE}" stroke-width="1.7" {joined}>{"".join(lines)}</g>',
        f'<g fill="{LINE}">{"".join(solid)}</g>',
        "</g>",
    ]


def shape(part: str) -> str:
    """Return one part of an emblem as an SVG element."""
    kind, data = part[0], part[2:]
    if kind == "P":
        return f'<path d="{data}"/>'
    numbers = [float(value) for value in data.split()]
    if kind == "C":
        return '<circle cx="{:g}" cy="{:g}" r="{:g}"/>'.format(*numbers)
    return '<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="{:g}"/>'.format(*numbers)


def _frame() -> list[str]:
    width, height = SIZE
    corners = []
    for x, y in ((96, 96), (width - 96, 96), (96, height - 96), (width - 96, height - 96)):
        corners.append(
            f'<path d="M{x} {y - 20}l6 14 14 6-14 6-6 14-6-14-14-6 14-6z" fill="{LINE}" stroke="none"/>'
        )
    return [
        f'<g fill="none" stroke="{LINE}">',
        f'<rect x="34" y="34" width="{width - 68}" height="{height - 68}" rx="34" stroke-width="5"/>',
        f'<rect x="54" y="54" width="{width - 108}" height="{height - 108}" rx="20" stroke-width="2"/>',
        f'<path d="{_window()}" stroke-width="6"/>',
        *corners,
        "</g>",
    ]


def _words(card: Card, *, is_reversed: bool) -> list[str]:
    name = card.name.upper()
    spaced = fit(name + "   ", "serif-display", 76, NAME_ROOM).size_px * 0.86
    foot = "reversed" if is_reversed else "·"
    base = f'text-anchor="middle" fill="{LINE}" x="{MIDDLE[0]:g}"'
    serif = 'font-family="LimnerSerifDisplay, serif"'
    return [
        f'<text {base} y="160" {serif} font-size="66" letter-spacing="4">{card.numeral}</text>',
        f'<text {base} y="1712" {serif} font-size="{spaced:.1f}" letter-spacing="6">{escape(name)}</text>',
        f'<text {base} y="1786" font-family="Inter, sans-serif" font-size="32" letter-spacing="3">{foot}</text>',
    ]
