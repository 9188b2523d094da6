"""Draws a set of icons of one style as a sheet: a picture, and an SVG with a group per icon."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from textwrap import shorten
from xml.sax.saxutils import escape, quoteattr

from limner.actions.canvas import lay, sheet
from limner.actions.fonts import bundled, left_out
from limner.actions.icon_choice import Choice, choose
from limner.actions.icon_glyphs import GRID, Glyph
from limner.actions.job import Job, Made
from limner.actions.lookbook import blend, ink_on
from limner.actions.stills import RGBA, parse_color, save_image
from limner.actions.svg import document, render, write_svg
from limner.actions.typeset import fit
from limner.types import Kind

CELL, ICON = 300, 168
MARGIN, HEAD, LABEL_PX = 90, 190, 24
TITLE_LENGTH = 48
FAMILY = "LimnerSerifDisplay"


@dataclass(frozen=True, slots=True)
class Style:
    """What all icons of a set share. stroke: in units of the 48 grid. colours as #rrggbb."""

    name: str
    stroke: float
    is_round: bool
    ink: str
    tint: str


def icon_pack(job: Job) -> tuple[Made, ...]:
    """Choose icons for a theme and draw them as one set."""
    params = job.params
    choice = choose(job.text(), int(params["count"]))
    if choice.unmatched:
        job.warn(f"inputs.text: no icon stands for {', '.join(choice.unmatched)}.")
    paper = parse_color(params["background"], "params.background")
    ink = parse_color(params["color"], "params.color") if params["color"] != "auto" else ink_on(paper)
    tint = parse_color(params["accent"], "params.accent")
    style = Style(
        params["style"], float(params["stroke"]), params["corners"] == "round", _hex(ink), _hex(tint)
    )
    columns = columns_for(len(choice.glyphs))
    size = sheet_size(len(choice.glyphs), columns)
    soft = _hex(blend(paper, ink, 0.62))
    body = [*heading(readable(job), len(choice.glyphs), style, soft, size[0] - 2 * MARGIN)]
    for number, glyph in enumerate(choice.glyphs):
        place = (MARGIN + number % columns * CELL, HEAD + number // columns * CELL)
        body += cell(glyph, style, place, soft)
    svg = document(size, body, "Icon pack")
    job.progress(0.5, "Drawing the sheet")
    canvas = sheet(size, paper)
    lay(canvas, render(svg, size), (0, 0))
    return (
        Made(Kind.IMAGE, save_image(canvas, job, "icons", graphic=True)),
        Made(Kind.DOCUMENT, write_svg(svg, job, "icons")),
        Made(Kind.TEXT, text=json.dumps(said(choice), separators=(",", ":"))),
    )


def said(choice: Choice) -> dict[str, list[str]]:
    """Return what was chosen: the icons, which of them only go with the others, and the words without an icon."""
    return {
        "icons": [glyph.name for glyph in choice.glyphs],
        "filled_up_with": list(choice.kin),
        "unmatched_words": list(choice.unmatched),
    }


def columns_for(count: int) -> int:
    """Return the number of columns that leaves the last row fullest, of those that make a calm sheet."""
    best = round((count * 1.5) ** 0.5)
    options = [each for each in range(max(2, best - 1), best + 2) if each <= count] or [count]
    return min(options, key=lambda each: (-count % each, abs(each - best), -each))


def sheet_size(count: int, columns: int) -> tuple[int, int]:
    """Return the sheet's width and height in pixels."""
    return 2 * MARGIN + columns * CELL, HEAD + ceil(count / columns) * CELL + MARGIN // 2


def heading(theme: str, count: int, style: Style, soft: str, room: int) -> Iterable[str]:
    """Return the theme as a title, and one line that names the style."""
    title = fit(
        shorten(theme, width=TITLE_LENGTH, placeholder=" …") or "Icons", "serif-display", 64, (room, 80)
    )
    first = title.lines[0] if len(title.lines) == 1 else f"{title.lines[0].rstrip(' ,;:')} …"
    corners = "round" if style.is_round else "sharp"
    note = f"{count} icons, {style.name}, stroke {style.stroke:g}, {corners}"
    yield (
        f'<text x="{MARGIN}" y="98" font-family="{FAMILY}, serif" font-size="{title.size_px:.1f}" '
        f'fill="{style.ink}">{escape(first)}</text>'
    )
    yield f'<text x="{MARGIN}" y="140" font-family="Inter, sans-serif" font-size="22" fill="{soft}">{note}</text>'


def cell(glyph: Glyph, style: Style, place: tuple[int, int], soft: str) -> Iterable[str]:
    """Return one icon in its cell, with its name below it."""
    scale = ICON / GRID
    left = place[0] + (CELL - ICON) / 2
    top = place[1] + (CELL - ICON - 60) / 2
    yield f'<g id="icon-{glyph.name}" transform="translate({left:g} {top:g}) scale({scale:g})">'
    yield from drawn(glyph, style)
    yield "</g>"
    label = glyph.name.replace("-", " ")
    yield (
        f'<text x="{place[0] + CELL / 2:g}" y="{top + ICON + 50:g}" text-anchor="middle" '
        f'font-family="Inter, sans-serif" font-size="{LABEL_PX}" fill="{soft}">{label}</text>'
    )


def drawn(glyph: Glyph, style: Style) -> Iterable[str]:
    """Return an icon's parts in a style: tints first, a little aside, then the strokes over them."""
    cap, join = ("round", "round") if style.is_round else ("butt", "miter")
    tinted = [part[1:] for part in glyph.parts if part.startswith("+")]
    if style.name == "duotone":
        yield f'<g fill="{style.tint}" transform="translate(2.2 2.2)">'
        yield from (shape(part, style) for part in tinted)
        yield "</g>"
    elif style.name == "filled":
        yield f'<g fill="{style.tint}" stroke="{style.tint}" stroke-width="{style.stroke:g}" stroke-linejoin="{join}">'
        yield from (shape(part, style) for part in tinted)
        yield "</g>"
    yield (
        f'<g fill="none" stroke="{style.ink}" stroke-width="{style.stroke:g}" stroke-linecap="{cap}" '
        f'stroke-linejoin="{join}" stroke-miterlimit="8">'
    )
    yield from (shape(part.lstrip("+"), style) for part in glyph.parts if not part.startswith("*"))
    yield "</g>"
    if solid := [part[1:] for part in glyph.parts if part.startswith("*")]:
        yield f'<g fill="{style.ink}">'
        yield from (shape(part, style) for part in solid)
        yield "</g>"


def shape(part: str, style: Style) -> str:
    """Return one part as an SVG element."""
    kind, data = part[0], part[2:]
    if kind == "P":
        return f"<path d={quoteattr(data)}/>"
    numbers = [float(value) for value in data.split()]
    if kind == "C":
        return '<circle cx="{:g}" cy="{:g}" r="{:g}"/>'.format(*numbers)
    left, top, width, height, radius = numbers
    corner = radius if style.is_round else 0.0
    return f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="{corner:g}"/>'


def readable(job: Job) -> str:
    """Return the theme on one line, without what the bundled type lacks; the user is told of that."""
    theme = " ".join(job.text().split())
    face = bundled("serif-display")
    missing = "".join(dict.fromkeys(each for each in theme if not face.has(each)))
    if missing:
        job.warn(f"inputs.text: {left_out(missing)}")
    return "".join(each for each in theme if each not in missing).strip()


def _hex(color: RGBA) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color[:3])
