"""What several layouts share: facts as lines, a footer with facts and the brand, a picture or an ornament."""

from collections.abc import Callable

from limner.actions.draft.colours import lightness
from limner.actions.draft.ornaments import ornament
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, stack
from limner.actions.draft.types import SHARES, Box

Variants = tuple[Callable[[Sheet], None], ...]
"""Ways to compose one layout."""


def facts(sheet: Sheet, when: str | None = None) -> list[str]:
    """Return when, where, for how much, and what else, each as one line. when: instead of the date and the time."""
    copy = sheet.copy
    if when is None:
        when = ", ".join(part for part in (copy.date, copy.time) if part)
    money = ", ".join(part for part in (copy.offer, copy.price) if part)
    return [line for line in (when, copy.place, money, *copy.details) if line]


def fact_parts(sheet: Sheet, size: float, gap: float, *, lead: float = 1.0) -> list[Part]:
    """Return the facts as parts of a stack: the first in the strong style. lead: size of the first, times `size`."""
    lines = facts(sheet)
    return [
        Part("detail", line, size * (lead if place == 0 else 1), gap if place == 0 else size * 0.62,
             style="strong" if place == 0 else "body", lines=3)
        for place, line in enumerate(lines)
    ]  # fmt: skip


def subline(sheet: Sheet, size: float, gap: float, lines: int = 4) -> Part:
    """Return the subline as a part of a stack."""
    return Part("subline", sheet.copy.subline, size, gap, lines=lines, leading=1.38)


def over_sign(sheet: Sheet, box: Box, ground: str, *, align: str = "left", gap: float = 0.0) -> Box:
    """Sign at a box's foot and return what of the box lies above, `gap` pixels away; all of it without a brand."""
    x = box.left + box.width * SHARES[align]
    signed = sheet.sign((x, box.bottom), ground, align=align)
    return box.upper((signed.top - gap if signed.height else box.bottom) - box.top)


def footer(sheet: Sheet, box: Box, ground: str, *, size: float = 0.0, has_rule: bool = True) -> float:
    """Set the facts in columns at a box's foot, the brand at its right. Returns the y where the footer begins."""
    size = size or sheet.unit * 2.7
    signed = sheet.sign((box.right, box.bottom), ground, align="right", size=size * 2.6)
    has_sign = signed.width > 0
    room = Box(box.left, box.top, (signed.left - size if has_sign else box.right) - box.left, box.height)
    lines = facts(sheet)[:6]
    top = min(box.bottom, signed.top) if has_sign else box.bottom
    if lines:
        count = max(1, min(len(lines), 3, int(room.width / (size * 9))))
        deepest = 0.0
        share = -(-len(lines) // count)
        for number, column in enumerate(room.columns(count, size * 1.6)):
            own = lines[number * share : (number + 1) * share]
            parts = [
                Part(
                    "detail",
                    line,
                    size,
                    size * 0.6,
                    style="strong" if not number and not place else "body",
                    lines=3,
                )
                for place, line in enumerate(own)
            ]
            taken = stack(sheet, column, parts, ground, at="bottom")
            deepest = max(deepest, taken.height)
        top = min(top, box.bottom - deepest)
    if has_rule and top < box.bottom:
        top -= size * 1.3
        sheet.page.line(
            "panels", (box.left, top), (box.right, top), sheet.on(ground), max(1.0, sheet.unit * 0.18)
        )
    return top


def show(sheet: Sheet, box: Box, ground: str, *, label: str = "") -> None:
    """Fill a box with a picture where there is one or one is asked for, else with an emblem or an ornament."""
    if sheet.photos.left or sheet.brief.is_depicted or label:
        sheet.slot(box, label)
    elif sheet.emblem is not None:
        badge(sheet, box, ground)
    else:
        ornament(sheet, box, ground)


def badge(sheet: Sheet, box: Box, ground: str) -> None:
    """Draw the brief's emblem large before a disc, on a plain field."""
    assert sheet.emblem is not None
    glyph, word = sheet.emblem
    field = sheet.tint(sheet.palette.primary, 0.72) if ground == sheet.palette.paper else ground
    sheet.page.rect("ornament", box, field)
    side = min(box.width, box.height)
    disc = next(
        (hue for hue in sheet.palette.hues if hue != field and sheet.carries(hue)),
        sheet.tint(sheet.palette.primary, 0.5),
    )
    sheet.page.circle("ornament", box.middle, side * 0.4, disc)
    ink = sheet.on(disc, sheet.palette.ink, sheet.palette.paper, least=3)
    tint = next((hue for hue in reversed(sheet.palette.hues) if hue not in (disc, ink)), sheet.palette.paper)
    sheet.draw_emblem(glyph, Box(box.middle[0] - side * 0.25, box.middle[1] - side * 0.25, side * 0.5, side * 0.5),
                      ink, tint, word=word)  # fmt: skip


def dark_of(sheet: Sheet) -> str:
    """Return the darker of paper and ink: what lies over photographs below type."""
    return min((sheet.palette.paper, sheet.palette.ink), key=lightness)
