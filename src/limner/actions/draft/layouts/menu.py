"""The menu: a title, and a list of what there is with its prices."""

from limner.actions.draft.layouts.parts import facts, subline
from limner.actions.draft.ornaments import ornament
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, headline, stack
from limner.actions.draft.types import Box, Item

SAMPLE_DISHES = tuple(Item(f"Item {number}", "0.00") for number in range(1, 7))
"""What a menu shows when a brief lists nothing: plainly places for dishes."""


def menu(sheet: Sheet) -> None:
    """Compose a menu: a title, and a list whose prices stand below each other."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.turn("ground", sheet.grounds(palette.paper, palette.ink, palette.primary))
    sheet.fill(ground)
    is_wide = sheet.ratio > 1.15
    inner = box.inset(sheet.margin * 1.2)
    if is_wide:
        head = box.lefthand(box.width * 0.36)
        body = Box(box.width * 0.36, 0, box.width * 0.64, box.height).inset(sheet.margin * 1.2)
    else:
        head = box.upper(box.height * 0.3)
        body = Box(inner.left, box.height * 0.34, inner.width, inner.bottom - box.height * 0.34)
    field = sheet.chance.pick(
        "field", sheet.grounds(*[c for c in (palette.primary, palette.secondary, palette.ink) if c != ground])
    )
    _menu_head(sheet, head, field)
    signed = sheet.sign((body.middle[0], body.bottom), ground, align="center", size=unit * 4.4)
    foot = signed.top - unit if signed.height else body.bottom
    if lines := facts(sheet)[:3]:
        parts = [Part("detail", line, unit * 2.4, unit * 0.9) for line in lines]
        room = Box(body.left, foot - unit * 12, body.width, unit * 12)
        taken = stack(sheet, room, parts, ground, align="center", at="bottom")
        foot = taken.top - unit * 3
    _dishes(sheet, Box(body.left, body.top, body.width, foot - body.top), ground)


def _menu_head(sheet: Sheet, head: Box, field: str) -> None:
    unit, palette = sheet.unit, sheet.palette
    is_tall = head.height > head.width
    sheet.page.rect("ground", head, field)
    inner = head.inset(sheet.margin)
    parts = [headline(sheet, sheet.copy.headline, unit * 14, lines=3), subline(sheet, unit * 2.7, unit * 2.4)]
    if sheet.photos.left:
        art = head.upper(head.height * 0.5) if is_tall else head.lefthand(head.width * 0.4)
        sheet.slot(art, sheet.brief.subject)
    elif sheet.emblem is not None:
        art = (
            head.upper(head.height * 0.5).inset(unit * 4)
            if is_tall
            else head.lefthand(head.width * 0.36).inset(unit * 4)
        )
        glyph, word = sheet.emblem
        ink = sheet.on(field, palette.ink, palette.paper)
        tint = next((hue for hue in palette.hues if hue != field), ink)
        sheet.draw_emblem(glyph, art, ink, tint, word=word)
    else:
        art = (
            Box(head.left, head.top, head.width, head.height * 0.44)
            if is_tall
            else head.lefthand(head.width * 0.3)
        )
        ornament(sheet, art, field)
    if is_tall:
        inner = Box(inner.left, art.bottom + unit * 4, inner.width, inner.bottom - art.bottom - unit * 4)
    else:
        inner = Box(art.right + unit * 5, inner.top, inner.right - art.right - unit * 5, inner.height)
    stack(sheet, inner, parts, field, at="top" if is_tall else "middle")


def _dishes(sheet: Sheet, room: Box, ground: str) -> None:
    """Set the dishes in one column or two, with dots that lead from each to its price."""
    items = list(sheet.copy.items or SAMPLE_DISHES)
    unit = sheet.unit
    columns = 2 if len(items) > 10 or (sheet.ratio > 1.6 and len(items) > 4) else 1
    share = -(-len(items) // columns)
    size = min(unit * 4, room.height / max(1, share) / 1.75)
    step = min(room.height / share, size * 3)
    start = room.top + (room.height - step * share + step - size) / 2
    for number, column in enumerate(room.columns(columns, unit * 7)):
        for row, item in enumerate(items[number * share : (number + 1) * share]):
            _dish(sheet, item, Box(column.left, start + row * step, column.width, step), size, ground)


def _dish(sheet: Sheet, item: Item, row: Box, size: float, ground: str) -> None:
    price = sheet.fit(item.price, sheet.pair.strong, size, (row.width * 0.3, row.height), most_lines=1)
    room = row.width - price.width - size * 2
    name = sheet.fit(item.name, sheet.pair.body, size, (room, row.height), most_lines=1, least=size * 0.72)
    if " ".join(name.lines) != item.name:
        low = min(name.size, row.height / 2.4)
        name = sheet.fit(
            item.name, sheet.pair.body, low, (room, row.height), most_lines=2, leading=1.2, least=low * 0.7
        )
    sheet.put("item", name, (row.left, row.top), ground)
    if item.price:
        sheet.put("price", price, (row.right, row.top), ground, align="right")
        base = row.top + name.height
        start = row.left + name.line_width(name.lines[-1]) + size * 0.6
        end = row.right - price.width - size * 0.6
        if len(name.lines) == 1 and end > start:
            color = sheet.on(ground, sheet.palette.accent, sheet.palette.primary, least=2)
            sheet.page.line(
                "panels", (start, base), (end, base), color, max(1.2, size * 0.075), f"0 {size * 0.38:.1f}"
            )
