"""The poster: a picture with words below, a framed picture, large type over an ornament, or a picture all over."""

from limner.actions.draft.layouts.parts import Variants, dark_of, footer, show, subline
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import headline, stack
from limner.actions.draft.types import Box


def poster(sheet: Sheet) -> None:
    """Compose a poster."""
    if sheet.photos.left:
        variants: Variants = (_all_over, _picture_first, _framed)
    elif sheet.brief.is_depicted:
        variants = (_picture_first, _framed)
    elif sheet.brief.subject and sheet.emblem is None:
        variants = (_type_first, _framed, _banded, _picture_first)
    else:
        variants = (_type_first, _banded)
    sheet.chance.turn("poster", variants)(sheet)


def _picture_first(sheet: Sheet) -> None:
    """The picture to three edges, the headline beside or below it, facts at the foot."""
    palette, unit, margin, box = sheet.palette, sheet.unit, sheet.margin, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.primary))
    sheet.fill(ground)
    label = sheet.brief.subject or "your picture"
    if sheet.ratio > 1.15:
        words = box.lefthand(box.width * 0.48).inset(margin * 1.1)
        show(sheet, box.beyond(box.width * 0.5), ground, label=label)
    else:
        words = box.below(box.height * (0.52 if sheet.ratio < 0.8 else 0.48)).inset(margin)
    top = footer(sheet, words, ground)
    room = Box(words.left, words.top, words.width, top - words.top - unit * 5)
    parts = [headline(sheet, sheet.copy.headline, unit * 20), subline(sheet, unit * 3.6, unit * 3.6)]
    taken = stack(sheet, room, parts, ground, at="middle" if sheet.ratio > 1.15 else "bottom")
    if sheet.ratio <= 1.15:
        show(sheet, box.upper(taken.top - margin * 1.1), ground, label=label)


def _framed(sheet: Sheet) -> None:
    """A coloured page with the headline above a framed picture."""
    palette, unit, margin = sheet.palette, sheet.unit, sheet.margin
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.ink, palette.secondary))
    sheet.fill(ground)
    inner = sheet.box.inset(margin)
    top = footer(sheet, inner, ground, has_rule=False)
    body = Box(inner.left, inner.top, inner.width, top - inner.top - unit * 4)
    parts = [headline(sheet, sheet.copy.headline, unit * 19), subline(sheet, unit * 3.4, unit * 3)]
    label = sheet.brief.subject or "your picture"
    if sheet.ratio > 1.15:
        words = body.lefthand(body.width * 0.42)
        stack(sheet, words, parts, ground, at="middle")
        show(sheet, body.beyond(words.right + margin), ground, label=label)
        return
    taken = stack(sheet, body.upper(body.height * 0.36), parts, ground)
    show(sheet, body.below(taken.bottom + unit * 4.5), ground, label=label)


def _type_first(sheet: Sheet) -> None:
    """The headline as large as the page allows, an ornament or emblem below it."""
    palette, unit, margin, box = sheet.palette, sheet.unit, sheet.margin, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.paper, palette.ink))
    sheet.fill(ground)
    parts = [headline(sheet, sheet.copy.headline, unit * 34), subline(sheet, unit * 3.6, unit * 3.8)]
    if sheet.ratio > 1.15:
        show(sheet, box.beyond(box.width * 0.62), ground)
        words = box.lefthand(box.width * 0.62).inset(margin)
        top = footer(sheet, words, ground)
        stack(sheet, Box(words.left, words.top, words.width, top - words.top - unit * 4), parts, ground)
        return
    inner = box.inset(margin)
    top = footer(sheet, inner, ground)
    taken = stack(sheet, inner.upper(box.height * 0.5), parts, ground)
    foot = top - unit * 4 if top < inner.bottom else box.bottom
    picture = Box(0, taken.bottom + unit * 8, box.width, foot - taken.bottom - unit * 8)
    show(sheet, picture, ground)


def _banded(sheet: Sheet) -> None:
    """An ornament above, the headline on a broad band of colour below it."""
    palette, unit, margin, box = sheet.palette, sheet.unit, sheet.margin, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.ink, palette.primary, palette.paper))
    sheet.fill(ground)
    above = sheet.chance.pick(
        "above", [hue for hue in (palette.paper, palette.primary, palette.secondary) if hue != ground]
    )
    if sheet.ratio > 1.15:
        art, words = box.lefthand(box.width * 0.44), box.beyond(box.width * 0.44).inset(margin)
    else:
        art, words = box.upper(box.height * 0.48), box.below(box.height * 0.48).inset(margin)
    show(sheet, art, above)
    top = footer(sheet, words, ground)
    room = Box(words.left, words.top, words.width, top - words.top - unit * 4)
    stack(
        sheet,
        room,
        [headline(sheet, sheet.copy.headline, unit * 32), subline(sheet, unit * 3.4, unit * 3.4)],
        ground,
    )


def _all_over(sheet: Sheet) -> None:
    """The picture on the whole page, darkened where the words stand."""
    unit, box = sheet.unit, sheet.box
    sheet.slot(box)
    dark = dark_of(sheet)
    sheet.page.scrim("panels", box, dark, ((0.25, 0), (0.55, 0.66), (0.7, 0.8), (1, 0.9)))
    inner = sheet.box.inset(sheet.margin)
    top = footer(sheet, inner, dark)
    room = Box(inner.left, box.height * 0.56, inner.width, top - box.height * 0.56 - unit * 3.5)
    parts = [headline(sheet, sheet.copy.headline, unit * 18), subline(sheet, unit * 3.4, unit * 3.4)]
    stack(sheet, room, parts, dark, at="bottom")
