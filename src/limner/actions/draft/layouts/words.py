"""The quote and the title card: pages that are nearly all words."""

from limner.actions.draft.layouts.parts import dark_of, facts, over_sign, subline
from limner.actions.draft.ornaments import ornament
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, headline, label, rule, stack
from limner.actions.draft.types import Box

MARK = (
    '<rect y="0.55" width="0.92" height="0.92" rx="0.46"/>'
    '<path d="M0 1C0 0.4 0.3 0 0.86 0C0.5 0.2 0.4 0.5 0.5 1Z"/>'
)
"""One comma of a quotation mark, 0.92 wide and 1.47 high."""


def quote(sheet: Sheet) -> None:
    """Compose a quote: the words themselves, and who said them."""
    if sheet.photos.left:
        _beside(sheet)
        return
    sheet.chance.turn("quote", (_marked, _barred, _centred))(sheet)


def _words(sheet: Sheet, size: float, color: str = "") -> list[Part]:
    unit, copy = sheet.unit, sheet.copy
    parts = [
        headline(sheet, copy.headline, size, lines=12, leading=1.16, least=0.3),
        rule(max(2.0, unit * 0.4), unit * 4.5, color),
        Part("attribution", copy.attribution, unit * 2.9, unit * 3, style="strong", lines=2),
        subline(sheet, unit * 2.6, unit * 1.6),
        *(Part("detail", line, unit * 2.4, unit * 1.4, lines=2) for line in facts(sheet)[:2]),
    ]
    return parts if any(part.text for part in parts[2:]) else parts[:1]


def _mark(sheet: Sheet, at: tuple[float, float], size: float, color: str) -> float:
    """Draw an opening quotation mark with its ink at a place, and return its height."""
    unit = size * 0.5
    for number in range(2):
        left = at[0] + number * unit * 1.12
        name = sheet.page.name("quotation-mark")
        move = f"translate({left:.1f} {at[1]:.1f}) scale({unit:.2f})"
        sheet.page.add("ornament", f'<g id="{name}" fill="{color}" transform="{move}">{MARK}</g>')
    return unit * 1.47


def _hue(sheet: Sheet, ground: str) -> str:
    return sheet.on(ground, sheet.palette.accent, sheet.palette.primary, sheet.palette.secondary, least=2)


def _marked(sheet: Sheet) -> None:
    """A large mark above the words, at the left."""
    palette, unit = sheet.palette, sheet.unit
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.paper, palette.ink))
    sheet.fill(ground)
    inner = sheet.box.inset(sheet.margin * 1.3)
    hue = _hue(sheet, ground)
    size = min(unit * 17, inner.height * 0.24)
    height = _mark(sheet, (inner.left, inner.top), size, hue)
    room = over_sign(sheet, inner, ground, align="right", gap=unit * 2).below(inner.top + height + unit * 5)
    stack(sheet, room, _words(sheet, unit * 14, hue), ground, at="top" if sheet.ratio > 0.8 else "middle")


def _barred(sheet: Sheet) -> None:
    """A panel of ornament at one side, the words on the rest."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.ink))
    sheet.fill(ground)
    field = sheet.chance.pick("field", (palette.primary, palette.secondary))
    if sheet.ratio > 0.85:
        art, words = box.lefthand(box.width * 0.26), box.beyond(box.width * 0.26)
    else:
        art, words = box.upper(box.height * 0.24), box.below(box.height * 0.24)
    ornament(sheet, art, field)
    inner = words.inset(sheet.margin * 1.2)
    room = over_sign(sheet, inner, ground, align="right", gap=unit * 2)
    stack(sheet, room, _words(sheet, unit * 12, _hue(sheet, ground)), ground, at="middle")


def _centred(sheet: Sheet) -> None:
    """The words in the middle of a frame."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.secondary, palette.primary))
    sheet.fill(ground)
    hue = _hue(sheet, ground)
    sheet.page.outline("panels", box.inset(sheet.margin * 0.6), hue, max(1.5, unit * 0.35))
    inner = box.inset(sheet.margin * 1.6)
    size = min(unit * 8, inner.height * 0.14)
    height = _mark(sheet, (inner.middle[0] - size * 0.51, inner.top), size, hue)
    room = over_sign(sheet, inner, ground, align="center", gap=unit).below(inner.top + height + unit * 3)
    stack(sheet, room, _words(sheet, unit * 12, hue), ground, align="center", at="middle")


def _beside(sheet: Sheet) -> None:
    """Who says it in a picture beside the words."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.paper, palette.ink))
    sheet.fill(ground)
    if sheet.ratio > 0.85:
        art, words = box.lefthand(box.width * 0.4), box.beyond(box.width * 0.4)
    else:
        art, words = box.upper(box.height * 0.42), box.below(box.height * 0.42)
    sheet.slot(art, sheet.copy.attribution or "who says it")
    inner = words.inset(sheet.margin * 1.1)
    hue = _hue(sheet, ground)
    size = min(unit * 10, inner.height * 0.16)
    height = _mark(sheet, (inner.left, inner.top), size, hue)
    room = over_sign(sheet, inner, ground, align="right", gap=unit * 2).below(inner.top + height + unit * 3)
    stack(sheet, room, _words(sheet, unit * 10, hue), ground, at="middle")


def title_card(sheet: Sheet) -> None:
    """Compose a title card: a name on the screen."""
    if sheet.photos.left:
        _over_picture(sheet)
        return
    sheet.chance.turn("title", (_lower, _middle, _sided))(sheet)


def _title(sheet: Sheet, size: float, align: str) -> list[Part]:
    unit = sheet.unit
    line = facts(sheet)
    return [
        label(sheet, "detail", line[0] if line else "", unit * 2.6),
        headline(sheet, sheet.copy.headline, size, lines=3, gap=unit * 4),
        rule(max(2.0, unit * 0.35), unit * 4) if sheet.copy.subline and align == "left" else Part("none"),
        subline(sheet, unit * 3.6, unit * 4, lines=2),
        *(label(sheet, "detail", each, unit * 2.4, unit * 3) for each in line[1:3]),
    ]


def _lower(sheet: Sheet) -> None:
    """At the lower left, large, on a plain ground with one band of ornament."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(dark_of(sheet), palette.primary))
    sheet.fill(ground)
    inner = box.inset(sheet.margin * 1.4)
    ornament(sheet, Box(0, 0, box.width, box.height * 0.3), ground)
    sheet.sign((inner.right, inner.bottom), ground, align="right")
    room = Box(
        inner.left,
        box.height * 0.38,
        inner.width * (0.8 if sheet.ratio > 1 else 1),
        inner.bottom - box.height * 0.38,
    )
    if sheet.ratio <= 1:
        room = Box(room.left, room.top, room.width, room.height - unit * 12)
    stack(sheet, room, _title(sheet, unit * 22, "left"), ground, at="bottom")


def _middle(sheet: Sheet) -> None:
    """In the middle, between two thin lines."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, dark_of(sheet), palette.paper))
    sheet.fill(ground)
    inner = box.inset(sheet.margin * 1.6)
    hue = _hue(sheet, ground)
    width = max(1.5, unit * 0.3)
    for y in (inner.top, inner.bottom):
        sheet.page.line("panels", (inner.left, y), (inner.right, y), hue, width)
    signed = sheet.sign((inner.middle[0], inner.bottom - unit * 4), ground, align="center")
    foot = signed.top if signed.height else inner.bottom - unit * 4
    room = Box(inner.left, inner.top + unit * 4, inner.width, foot - inner.top - unit * 4)
    stack(sheet, room, _title(sheet, unit * 21, "center"), ground, align="center", at="middle")


def _sided(sheet: Sheet) -> None:
    """At the left, before a field of ornament."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, dark_of(sheet)))
    sheet.fill(ground)
    field = sheet.chance.pick("field", (palette.primary, palette.secondary))
    if sheet.ratio > 1:
        art, words = box.beyond(box.width * 0.6), box.lefthand(box.width * 0.6)
    else:
        art, words = box.upper(box.height * 0.45), box.below(box.height * 0.45)
    ornament(sheet, art, field)
    inner = words.inset(sheet.margin * 1.3)
    room = over_sign(sheet, inner, ground, gap=unit)
    stack(sheet, room, _title(sheet, unit * 21, "left"), ground, at="middle")


def _over_picture(sheet: Sheet) -> None:
    """Over a picture that fills the screen."""
    box, unit = sheet.box, sheet.unit
    sheet.slot(box)
    dark = dark_of(sheet)
    sheet.page.scrim("panels", box, dark, ((0.15, 0.1), (0.45, 0.68), (0.7, 0.78), (1, 0.88)))
    inner = box.inset(sheet.margin * 1.4)
    signed = sheet.sign((inner.right, inner.bottom), dark, align="right")
    height = signed.height if sheet.ratio <= 1 else 0
    room = Box(
        inner.left,
        box.height * 0.47,
        inner.width * (0.78 if sheet.ratio > 1 else 1),
        inner.bottom - height - box.height * 0.47,
    )
    stack(sheet, room, _title(sheet, unit * 20, "left"), dark, at="bottom")
