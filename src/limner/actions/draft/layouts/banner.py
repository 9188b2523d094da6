"""The banner and the product card: what is offered, and what to do."""

from limner.actions.draft.layouts.parts import facts, show, subline
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, button, headline, label, stack
from limner.actions.draft.types import Box


def banner(sheet: Sheet) -> None:
    """Compose a banner: words and button on one side, a picture or an ornament on the other."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.turn("ground", sheet.grounds(palette.primary, palette.paper, palette.ink))
    sheet.fill(ground)
    is_left = sheet.chance.pick("side", (True, True, False))
    is_wide = sheet.ratio > 1.2
    share = 0.4 if sheet.ratio > 2.2 else 0.45
    if is_wide:
        width = box.width * share
        art = Box(box.width - width if is_left else 0, 0, width, box.height)
        words = Box(0 if is_left else width, 0, box.width - width, box.height)
    else:
        art, words = box.upper(box.height * 0.45), box.below(box.height * 0.45)
    show(
        sheet,
        art,
        sheet.chance.pick("art", (palette.paper, palette.secondary)) if ground != palette.paper else ground,
    )
    inner = words.inset(sheet.margin * 1.2, sheet.margin)
    signed = sheet.sign((inner.left, inner.top), ground, up=False, size=unit * 4.4)
    top = signed.bottom + unit * 2.5 if signed.height else inner.top
    line = ", ".join(facts(sheet)[:2])
    parts = [
        headline(sheet, sheet.copy.headline, unit * 15, lines=3),
        subline(sheet, unit * 4.2, unit * 3.6, lines=2),
        Part("detail", line, unit * 4.2, unit * 3.6, lines=2),
        button(sheet.copy.call_to_action, unit * 4, unit * 5),
    ]
    stack(sheet, Box(inner.left, top, inner.width, inner.bottom - top), parts, ground, at="middle")


def product_card(sheet: Sheet) -> None:
    """Compose a product card: the product on a plain field, its name, what it costs, and a button."""
    palette, unit, box, margin = sheet.palette, sheet.unit, sheet.box, sheet.margin
    is_framed = sheet.chance.turn("product", (True, False))
    ground = (
        palette.paper
        if is_framed
        else sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.ink))
    )
    sheet.fill(ground)
    is_wide = sheet.ratio > 1.15
    words = box.beyond(box.width * 0.52) if is_wide else box.below(box.height * 0.5)
    inner = words.inset(margin)
    signed = sheet.sign((inner.right, inner.bottom), ground, align="right", size=unit * 5)
    copy = sheet.copy
    parts = [
        headline(sheet, copy.headline, unit * 10, lines=3),
        subline(sheet, unit * 3.1, unit * 3, lines=3),
        *(Part("detail", line, unit * 2.8, unit * 2.2, lines=2) for line in copy.details[:4]),
        Part("price", copy.price, unit * 6, unit * 4.2, style="heading", lines=1),
        button(copy.call_to_action, unit * 2.9, unit * 4.6),
    ]
    if signed.height and signed.width > inner.width * 0.5:
        room = Box(inner.left, inner.top, inner.width, signed.top - unit - inner.top)
    else:
        room = inner.lefthand((signed.left if signed.height else inner.right) - inner.left)
    taken = stack(sheet, room, parts, ground, at="middle" if is_wide else "bottom")
    art = box.lefthand(words.left) if is_wide else box.upper(taken.top - margin * (0.5 if is_framed else 1))
    if is_framed:
        art = art.inset(margin * 0.6)
    sheet.slot(art, sheet.brief.subject or "your product", radius=unit * 1.5 if is_framed else 0)
    if copy.offer:
        _seal(sheet, art)


def _seal(sheet: Sheet, art: Box) -> None:
    """Put the offer on a disc at the picture's corner."""
    palette, unit = sheet.palette, sheet.unit
    fill = next(
        (hue for hue in (palette.accent, palette.primary, palette.ink) if sheet.carries(hue)), palette.ink
    )
    radius = unit * 9
    x, y = art.right - radius * 1.15, art.top + radius * 1.15
    sheet.page.circle("panels", (x, y), radius, fill)
    words = label(
        sheet, "offer", sheet.copy.offer, unit * 3.6, lines=3, tracking=0.0, leading=1.15, is_upper=False
    )
    side = radius * 1.5
    stack(sheet, Box(x - side / 2, y - side / 2, side, side), [words], fill, align="center", at="middle")
