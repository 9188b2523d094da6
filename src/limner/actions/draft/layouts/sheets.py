"""The storyboard and the icon sheet: many small things in order."""

from limner.actions.draft.layouts.parts import facts
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, headline, label, stack
from limner.actions.draft.types import Box, Item
from limner.actions.icon_choice import choose
from limner.actions.icon_glyphs import Glyph

SHOTS = (
    "Wide shot",
    "Medium shot",
    "Close-up",
    "Over the shoulder",
    "Detail",
    "Wide shot",
    "Close-up",
    "Medium shot",
)
"""What frames are called in turn, where a brief does not say."""
MOST_FRAMES = 12
MOST_ICONS = 24


def _head(sheet: Sheet, ground: str, room: Box) -> float:
    """Set the title line, what else is known at its right, and a rule. Returns the y below it."""
    unit = sheet.unit
    signed = sheet.sign((room.right, room.top), ground, align="right", up=False, size=unit * 4.5)
    width = room.width * 0.62 if room.width > unit * 80 else room.width - signed.width
    taken = stack(
        sheet,
        Box(room.left, room.top, width, unit * 13),
        [headline(sheet, sheet.copy.headline, unit * 6.4, lines=2)],
        ground,
    )
    bottom = max(taken.bottom, signed.bottom if signed.height else 0.0)
    lines = [each for each in (sheet.copy.subline, *facts(sheet)) if each][:2]
    if lines:
        parts = [Part("detail", line, unit * 2.3, unit * 1.4, lines=2) for line in lines]
        notes = stack(sheet, Box(room.left, bottom + unit * 2.4, width, unit * 8), parts, ground)
        bottom = notes.bottom
    y = bottom + unit * 2.6
    sheet.page.line("panels", (room.left, y), (room.right, y), sheet.on(ground), max(1.0, unit * 0.18))
    return y + unit * 3


def _shape(count: int, room: Box, cell_ratio: float) -> tuple[int, int]:
    """Return columns and rows that let cells of a ratio be largest, the last row fullest."""

    def side(columns: int) -> tuple[float, int]:
        rows = -(-count // columns)
        width = min(room.width / columns, room.height / rows * cell_ratio)
        return round(width, 1), -(columns * rows - count)

    columns = max(range(1, count + 1), key=side)
    return columns, -(-count // columns)


def storyboard(sheet: Sheet) -> None:
    """Compose a storyboard: frames of 16:9 with number, shot and what happens."""
    palette, unit = sheet.palette, sheet.unit
    ground = sheet.chance.turn("ground", sheet.grounds(palette.paper, palette.ink, palette.paper))
    sheet.fill(ground)
    inner = sheet.box.inset(sheet.margin * 0.9)
    top = _head(sheet, ground, inner)
    frames = list(sheet.copy.items[:MOST_FRAMES]) or [
        Item("") for _ in range(min(MOST_FRAMES, max(6, sheet.photos.left)))
    ]
    room = Box(inner.left, top, inner.width, inner.bottom - top)
    gap = unit * 3
    note = unit * 9.4
    columns = max(
        range(1, len(frames) + 1), key=lambda count: _frame_width(_cell(count, len(frames), room, gap), note)
    )
    cell = _cell(columns, len(frames), room, gap)
    rows = -(-len(frames) // columns)
    width = _frame_width(cell, note)
    is_beside = width > (cell.height - note) * 16 / 9 + 1
    height = width * 9 / 16
    step = cell.height + gap if is_beside else min(cell.height, height + note + gap) + gap
    start = room.top + max(0.0, room.height + gap - step * rows) / 3
    for number, frame in enumerate(frames):
        left = room.left + number % columns * (cell.width + gap)
        place = Box(left, start + number // columns * step, width, height)
        words = Box(left, place.bottom + unit * 2.1, width, note - unit * 2.4)
        if is_beside:
            words = Box(place.right + unit * 2, place.top, cell.width - width - unit * 2, height)
        _frame(sheet, number, frame, place, words, ground)


def _cell(columns: int, count: int, room: Box, gap: float) -> Box:
    """Return the size of a cell, so many of which stand beside each other."""
    rows = -(-count // columns)
    return Box(0, 0, (room.width - gap * (columns - 1)) / columns, (room.height - gap * (rows - 1)) / rows)


def _frame_width(cell: Box, note: float) -> float:
    """Return the width of a frame of 16:9 in a cell, its words below it or, where that is larger, beside it."""
    below = min(cell.width, (cell.height - note) * 16 / 9)
    beside = min(cell.height * 16 / 9, cell.width * 0.66)
    return max(below, beside)


def _frame(sheet: Sheet, number: int, frame: Item, place: Box, words: Box, ground: str) -> None:
    unit = sheet.unit
    shot = SHOTS[number % len(SHOTS)]
    sheet.slot(place, frame.name or f"{sheet.brief.subject or 'your scene'}, {shot.lower()}", is_quiet=True)
    sheet.page.outline("panels", place, sheet.on(ground), max(1.0, unit * 0.14))
    size = min(unit * 2.2, place.width * 0.06)
    tag = sheet.fit(str(number + 1), sheet.pair.strong, size * 1.2, (place.width, place.height), most_lines=1)
    side = size * 2.5
    hue = next(
        (each for each in (sheet.palette.primary, sheet.palette.ink) if sheet.carries(each)),
        sheet.palette.ink,
    )
    box = Box(place.left, place.top, side, side)
    sheet.page.rect("panels", box, hue)
    sheet.put("number", tag, (box.middle[0], box.middle[1] - tag.height / 2), hue, align="center")
    parts = [
        label(sheet, "shot", shot, size * 0.92, lines=1),
        Part(
            "caption",
            frame.name or "What happens here",
            size * 1.08,
            size * 0.9,
            lines=5 if words.top == place.top else 2,
        ),
    ]
    stack(sheet, words, parts, ground)


def icon_sheet(sheet: Sheet) -> None:
    """Compose an icon sheet: the icons that the brief's words call for, in one style, with their names."""
    palette, unit = sheet.palette, sheet.unit
    ground = sheet.chance.turn("ground", sheet.grounds(palette.paper, palette.primary, palette.ink))
    sheet.fill(ground)
    inner = sheet.box.inset(sheet.margin)
    top = _head(sheet, ground, inner)
    wanted = _wanted(sheet)
    room = Box(inner.left, top, inner.width, inner.bottom - top)
    columns, rows = _shape(len(wanted), room, 0.95)
    gap = unit * 1.6
    width, height = (room.width - gap * (columns - 1)) / columns, (room.height - gap * (rows - 1)) / rows
    chip = sheet.tint(palette.primary, 0.82) if ground == palette.paper else palette.paper
    for number, (name, glyph) in enumerate(wanted):
        cell = Box(
            room.left + number % columns * (width + gap),
            room.top + number // columns * (height + gap),
            width,
            height,
        )
        sheet.page.rect("ground", cell, chip, unit * 1.2)
        _icon(sheet, cell, name, glyph, chip)


def _icon(sheet: Sheet, cell: Box, name: str, glyph: Glyph | None, chip: str) -> None:
    size = min(sheet.unit * 2.6, cell.width * 0.11, cell.height * 0.12)
    art = Box(cell.left, cell.top + cell.height * 0.1, cell.width, cell.height * 0.66).inset(
        cell.width * 0.12, cell.height * 0.03
    )
    ink = sheet.on(chip, sheet.palette.ink, sheet.palette.paper)
    if glyph is None:
        side = min(art.width, art.height)
        frame = Box(art.middle[0] - side / 2, art.middle[1] - side / 2, side, side)
        sheet.slot(frame, name, is_quiet=True, radius=side * 0.12)
    else:
        tint = next(
            (hue for hue in reversed(sheet.palette.hues) if hue not in (chip, ink)), sheet.palette.primary
        )
        sheet.draw_emblem(glyph, art, ink, tint, word=name.lower(), stroke=2.2)
    words = sheet.fit(
        name, sheet.pair.body, size, (cell.width * 0.86, size * 3), most_lines=1, least=size * 0.6
    )
    sheet.put("item", words, (cell.middle[0], cell.top + cell.height * 0.83), chip, align="center")


def _wanted(sheet: Sheet) -> list[tuple[str, Glyph | None]]:
    """Return the names of the icons with their drawings, None for one that is not in the vocabulary."""
    items = [item.name for item in sheet.copy.items[:MOST_ICONS]]
    if items:
        found: list[tuple[str, Glyph | None]] = []
        for name in items:
            choice = choose(name, 1)
            is_known = bool(choice.glyphs) and not choice.kin
            found.append((name, choice.glyphs[0] if is_known else None))
        return found
    subject = sheet.brief.subject
    choice = choose(subject, 12)
    direct = [glyph for glyph in choice.glyphs if glyph.name not in choice.kin]
    if subject and not direct:
        return [(f"{subject} {number}", None) for number in range(1, 7)]
    topics = {word for glyph in direct for word in glyph.words}
    # Without a subject any icons will do; with one, only those that share a word with it.
    shown = [glyph for glyph in choice.glyphs if not subject or topics & set(glyph.words)]
    return [(glyph.name.replace("-", " ").capitalize(), glyph) for glyph in shown]
