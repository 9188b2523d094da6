"""The social post and the story: one thought, seen in passing."""

from limner.actions.draft.layouts.parts import Variants, badge, dark_of, fact_parts, over_sign, show, subline
from limner.actions.draft.ornaments import ornament
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, button, headline, stack
from limner.actions.draft.types import Box
from limner.actions.svg import number

SAFE = 0.13
"""The part of a story, above and below, that apps lay their own marks over."""


def _parts(sheet: Sheet, size: float) -> list[Part]:
    unit = sheet.unit
    parts = [headline(sheet, sheet.copy.headline, size), subline(sheet, unit * 3.8, unit * 4)]
    parts += fact_parts(sheet, unit * 3.5, unit * 5.5)[:4]
    return [*parts, button(sheet.copy.call_to_action, unit * 3.2, unit * 5.5)]


def social_post(sheet: Sheet) -> None:
    """Compose a post."""
    if sheet.photos.left:
        variants: Variants = (_split, _card)
    elif sheet.brief.is_depicted:
        variants = (_split,)
    else:
        variants = (_loud, _split, _strip)
    sheet.chance.turn("post", variants)(sheet)


def _split(sheet: Sheet) -> None:
    """Half picture, half words."""
    palette, box, margin = sheet.palette, sheet.box, sheet.margin
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.paper, palette.ink))
    sheet.fill(ground)
    if sheet.ratio > 0.9:
        art, words = box.beyond(box.width * 0.52), box.lefthand(box.width * 0.52)
    else:
        art, words = box.upper(box.height * 0.5), box.below(box.height * 0.5)
    show(sheet, art, palette.paper if ground != palette.paper else sheet.tint(palette.primary, 0.72))
    room = over_sign(sheet, words.inset(margin), ground)
    stack(sheet, room.inset(0, sheet.unit * 1.5), _parts(sheet, sheet.unit * 20), ground, at="middle")


def _loud(sheet: Sheet) -> None:
    """Type alone, as large as it goes, with a corner of ornament."""
    palette, box, unit = sheet.palette, sheet.box, sheet.unit
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.ink, palette.accent))
    sheet.fill(ground)
    inner = box.inset(sheet.margin)
    corner = min(box.width, box.height) * 0.42
    art = Box(box.right - corner, box.bottom - corner, corner, corner)
    if sheet.emblem is not None:
        glyph, word = sheet.emblem
        ink = sheet.on(ground, palette.ink, palette.paper)
        tint = next((hue for hue in palette.hues if hue != ground), ink)
        sheet.draw_emblem(glyph, art, ink, tint, word=word)
    else:
        ornament(sheet, art, ground)
    signed = sheet.sign((inner.left, inner.bottom), ground)
    below = signed.height + unit * 3 if signed.height else 0
    stack(sheet, Box(inner.left, inner.top, inner.width, inner.height - max(corner - unit * 2, below)),
          _parts(sheet, unit * 24), ground)  # fmt: skip


def _strip(sheet: Sheet) -> None:
    """Words in the middle of a page with an ornament along the foot."""
    palette, box, unit = sheet.palette, sheet.box, sheet.unit
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.secondary, palette.primary))
    sheet.fill(ground)
    height = box.height * (0.26 if sheet.ratio < 2 else 0.2)
    ornament(
        sheet,
        box.below(box.height - height),
        sheet.chance.pick("strip", (palette.primary, palette.ink, ground)),
    )
    inner = Box(0, 0, box.width, box.height - height).inset(sheet.margin)
    signed = sheet.sign((inner.middle[0], inner.top), ground, align="center", up=False)
    top = signed.bottom if signed.height else inner.top
    stack(sheet, Box(inner.left, top, inner.width, inner.bottom - top).inset(0, unit * 2), _parts(sheet, unit * 18),
          ground, align="center", at="middle")  # fmt: skip


def _card(sheet: Sheet) -> None:
    """The picture on the whole page, the words on a card upon it."""
    palette, box, unit, margin = sheet.palette, sheet.box, sheet.unit, sheet.margin
    sheet.slot(box)
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.primary))
    card = Box(margin, box.height * 0.58, box.width - 2 * margin, box.height * 0.42 - margin)
    if sheet.ratio > 1.3:
        card = Box(margin, margin, box.width * 0.42, box.height - 2 * margin)
    sheet.page.rect("panels", card, ground)
    inner = card.inset(margin * 0.8)
    signed = sheet.sign((inner.right, inner.bottom), ground, align="right")
    room = inner.lefthand(inner.width - (signed.width if sheet.ratio <= 1.3 else 0))
    stack(sheet, room, _parts(sheet, unit * 10), ground, at="middle")


def story(sheet: Sheet) -> None:
    """Compose a story: all that matters stands clear of the app's own marks."""
    if sheet.photos.left:
        variants: Variants = (_story_photo, _story_arch)
    elif sheet.brief.is_depicted:
        variants = (_story_arch,)
    else:
        variants = (_story_type, _story_arch, _story_type)
    sheet.chance.turn("story", variants)(sheet)


def _safe(sheet: Sheet) -> Box:
    return sheet.box.inset(sheet.margin * 1.15, sheet.box.height * (SAFE if sheet.ratio < 1 else 0.08))


def _story_photo(sheet: Sheet) -> None:
    box = sheet.box
    sheet.slot(box)
    dark = dark_of(sheet)
    sheet.page.scrim("panels", box, dark, ((0.3, 0), (0.55, 0.68), (0.75, 0.82), (1, 0.9)))
    safe = _safe(sheet)
    sheet.sign((safe.left, safe.top), dark, up=False, is_over_picture=True)
    room = safe.below(box.height * 0.56)
    stack(sheet, room, _parts(sheet, sheet.unit * 17), dark, at="bottom")


def _story_arch(sheet: Sheet) -> None:
    """A picture in an arch, the words above and below."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.primary, palette.secondary))
    sheet.fill(ground)
    safe = _safe(sheet)
    if sheet.ratio > 1.1:
        words, art = safe.lefthand(safe.width * 0.5), safe.beyond(safe.left + safe.width * 0.56)
        stack(sheet, words, _parts(sheet, unit * 10), ground, at="middle")
    else:
        head = [headline(sheet, sheet.copy.headline, unit * 16), subline(sheet, unit * 4, unit * 3.6)]
        taken = stack(sheet, safe.upper(safe.height * 0.27), head, ground, align="center")
        rest = _parts(sheet, unit * 12)[2:]
        signed = sheet.sign((safe.middle[0], safe.bottom), ground, align="center", size=unit * 6)
        foot = signed.top - unit * 3 if signed.height else safe.bottom
        room = Box(safe.left, foot - safe.height * 0.2, safe.width, safe.height * 0.2 - unit)
        below = stack(sheet, room, rest, ground, align="center", at="bottom")
        end = below.top if below.height else foot
        art = Box(box.width * 0.14, taken.bottom + unit * 6, box.width * 0.72, end - taken.bottom - unit * 11)
    radius = min(art.width / 2, art.height * 0.6)
    arch = (
        f"M{number(art.left)} {number(art.bottom)}V{number(art.top + radius)}a{number(art.width / 2)} {number(radius)} "
        f"0 0 1 {number(art.width)} 0V{number(art.bottom)}Z"
    )
    if sheet.photos.left or sheet.brief.is_depicted or sheet.emblem is None:
        sheet.slot(art, clip=arch)
        return
    disc = sheet.chance.pick("arch", [hue for hue in palette.hues if hue != ground] or [palette.ink])
    sheet.page.path("ornament", arch, disc)
    glyph, word = sheet.emblem
    ink = sheet.on(disc, palette.ink, palette.paper, least=3)
    tint = next((hue for hue in palette.hues if hue not in (disc, ink)), palette.paper)
    sheet.draw_emblem(
        glyph, Box(art.left, art.top + art.height * 0.22, art.width, art.height * 0.5), ink, tint, word=word
    )


def _story_type(sheet: Sheet) -> None:
    """Large type between two fields of ornament."""
    palette, box, unit = sheet.palette, sheet.box, sheet.unit
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.ink, palette.paper))
    sheet.fill(ground)
    art = box.below(box.height * 0.66) if sheet.ratio < 1 else box.beyond(box.width * 0.62)
    if sheet.emblem is not None:
        badge(sheet, art, palette.paper if ground != palette.paper else palette.secondary)
    else:
        ornament(sheet, art, sheet.chance.pick("art", (ground, palette.paper)))
    safe = _safe(sheet)
    room = Box(safe.left, safe.top, safe.width, art.top - safe.top - unit * 5)
    if sheet.ratio >= 1:
        room = safe.lefthand(art.left - safe.left - sheet.margin)
    signed = sheet.sign((room.left, room.top), ground, up=False)
    top = signed.bottom + unit * 2 if signed.height else room.top
    stack(sheet, Box(room.left, top, room.width, room.bottom - top), _parts(sheet, unit * 20), ground)
