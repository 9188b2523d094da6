"""The event: its name, when and where."""

import re

from limner.actions.draft.layouts.parts import dark_of, facts, over_sign, show, subline
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, button, headline, label, stack
from limner.actions.draft.types import Box


def event(sheet: Sheet) -> None:
    """Compose an invitation to an event: its date is the second thing that is seen."""
    if sheet.photos.left or sheet.brief.is_depicted:
        _pictured(sheet)
        return
    sheet.chance.turn("event", (_dated, _headed))(sheet)


def date_parts(date: str) -> tuple[str, str] | None:
    """Return a date's day or days, and its month, as in ("24", "October"); None when it has not both."""
    match = re.search(r"(\d{1,2}(?:\s?[–—-]\s?\d{1,2})?)(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Za-z]{3,9})", date)
    if match:
        return match[1].replace(" ", "").replace("-", "–"), match[2]
    match = re.search(r"([A-Za-z]{3,9})\s+(\d{1,2}(?:\s?[–—-]\s?\d{1,2})?)", date)
    return (match[2].replace(" ", "").replace("-", "–"), match[1]) if match else None


def _rest(sheet: Sheet) -> list[str]:
    """Return the facts without the day and month, which are set large."""
    copy = sheet.copy
    found = re.search(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", copy.date, re.IGNORECASE)
    year = re.search(r"\b\d{4}\b", copy.date)
    when = (found[0] if found else "", year[0] if year else "", copy.time)
    return facts(sheet, ", ".join(part for part in when if part))


def _dated(sheet: Sheet) -> None:
    """The day in figures as large as a hand, the name above, all else at the foot."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.primary, palette.ink, palette.paper))
    sheet.fill(ground)
    inner = box.inset(sheet.margin)
    hue = sheet.on(ground, palette.accent, palette.primary, palette.secondary)
    dated = date_parts(sheet.copy.date)
    lines = _rest(sheet) if dated else facts(sheet)
    signed = sheet.sign((inner.right, inner.bottom), ground, align="right")
    days: list[Part] = []
    if dated:
        days.append(
            Part("date", dated[0], unit * 28, style="heading", lines=1, tracking=-0.03, color=hue, least=0.3)
        )
        days.append(label(sheet, "date", dated[1], unit * 4.4, unit * 3.5, color=hue))
    rest = [
        *_lines(sheet, lines, unit * 3.4, unit * 4.5),
        button(sheet.copy.call_to_action, unit * 3, unit * 5),
    ]
    name = [headline(sheet, sheet.copy.headline, unit * 32), subline(sheet, unit * 3.6, unit * 3.6)]
    width = max(1.5, unit * 0.3)
    if sheet.ratio > 1.15:
        left, right = inner.lefthand(inner.width * 0.52), inner.beyond(inner.left + inner.width * 0.58)
        sheet.page.line("panels", (right.left, right.top), (right.right, right.top), sheet.on(ground), width)
        foot = signed.top - unit if signed.height else right.bottom
        stack(
            sheet,
            Box(right.left, right.top + unit * 4, right.width, foot - right.top - unit * 4),
            [*days, *rest],
            ground,
        )
        stack(sheet, left, name, ground)
        return
    room = inner.below(inner.top + inner.height * 0.5)
    room = room.upper((signed.top - unit if signed.height else room.bottom) - room.top)
    if days and sheet.ratio > 0.6:
        both = room.columns(2, unit * 5)
        tops = [
            stack(sheet, both[0], days, ground, at="bottom").top,
            stack(sheet, both[1], rest, ground, at="bottom").top,
        ]
        top = min(tops)
    else:
        top = stack(sheet, room, [*days, *rest], ground, at="bottom").top
    y = min(top, inner.bottom) - unit * 4.5
    sheet.page.line("panels", (inner.left, y), (inner.right, y), sheet.on(ground), width)
    stack(sheet, inner.upper(y - unit * 3 - inner.top), name, ground)


def _lines(sheet: Sheet, lines: list[str], size: float, gap: float) -> list[Part]:
    return [
        Part(
            "detail",
            line,
            size,
            gap if not place else size * 0.66,
            style="strong" if not place else "body",
            lines=2,
        )
        for place, line in enumerate(lines[:6])
    ]


def _headed(sheet: Sheet) -> None:
    """An ornament or emblem at the head, the words in the middle."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(palette.paper, palette.ink, palette.secondary))
    sheet.fill(ground)
    if sheet.ratio > 1.15:
        art, words = box.lefthand(box.width * 0.38), box.beyond(box.width * 0.38)
    else:
        art, words = box.upper(box.height * 0.32), box.below(box.height * 0.32)
    field = sheet.chance.pick(
        "field", [each for each in (palette.primary, palette.secondary) if each != ground]
    )
    show(sheet, art, field)
    inner = words.inset(sheet.margin)
    room = over_sign(sheet, inner, ground, align="center", gap=unit)
    hue = sheet.on(ground, palette.primary, palette.accent)
    parts = [
        label(sheet, "date", sheet.copy.date, unit * 3.2, color=hue),
        headline(sheet, sheet.copy.headline, unit * 17, gap=unit * 4.5),
        subline(sheet, unit * 2.9, unit * 3),
        *_lines(
            sheet, facts(sheet)[1 if sheet.copy.date and not sheet.copy.time else 0 :], unit * 3.2, unit * 5
        ),
        button(sheet.copy.call_to_action, unit * 2.9, unit * 5.4),
    ]
    if sheet.copy.date and sheet.copy.time:
        parts[3] = Part("time", sheet.copy.time, unit * 3.2, unit * 5, style="strong")
    stack(sheet, room, parts, ground, align="center", at="middle")


def _pictured(sheet: Sheet) -> None:
    """A picture above or beside, a panel of facts that reaches into it."""
    palette, unit, box = sheet.palette, sheet.unit, sheet.box
    ground = sheet.chance.pick("ground", sheet.grounds(dark_of(sheet), palette.primary, palette.paper))
    sheet.fill(ground)
    if sheet.ratio > 1.15:
        art, words = box.beyond(box.width * 0.48), box.lefthand(box.width * 0.48)
    else:
        art, words = box.upper(box.height * 0.5), box.below(box.height * 0.5)
    sheet.slot(art, sheet.brief.subject or "the event")
    if dated := date_parts(sheet.copy.date):
        hue = next(
            (each for each in (palette.accent, palette.primary) if each != ground and sheet.carries(each)),
            palette.paper,
        )
        side = unit * 17
        badge_box = Box(
            art.right - side - sheet.margin,
            art.bottom - side if sheet.ratio <= 1.15 else sheet.margin,
            side,
            side,
        )
        sheet.page.rect("panels", badge_box, hue)
        parts = [
            Part("date", dated[0], unit * 8, style="heading", lines=1, least=0.4),
            label(sheet, "date", dated[1], unit * 2.4, unit * 1.6, lines=1, least=0.5),
        ]
        stack(sheet, badge_box.inset(unit * 1.6), parts, hue, align="center", at="middle")
    inner = words.inset(sheet.margin)
    signed = sheet.sign((inner.right, inner.bottom), ground, align="right")
    room = inner.lefthand(inner.width - signed.width)
    lines = _rest(sheet) if dated else facts(sheet)
    parts = [
        headline(sheet, sheet.copy.headline, unit * 16),
        subline(sheet, unit * 2.8, unit * 2.6),
        *_lines(sheet, lines, unit * 3.1, unit * 5),
        button(sheet.copy.call_to_action, unit * 2.9, unit * 5),
    ]
    stack(sheet, room, parts, ground, at="middle")
