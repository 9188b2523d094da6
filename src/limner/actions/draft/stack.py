"""Stacks words, rules and a button in a box: each at its size, all of them smaller together until they fit."""

from dataclasses import dataclass, replace
from typing import NamedTuple, TypedDict, Unpack

from limner.actions.draft.colours import contrast
from limner.actions.draft.setting import Setting
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.types import SHARES, Box

SMALLER = 0.94
MOST_TRIES = 40
DESCENT, FIGURES_DESCENT = 0.42, 0.16
"""The least gap below a line, in sizes of its type: letters hang below it, figures do not."""
HANGING = 0.27
"""How far letters reach below a baseline, in sizes of type."""
SMALL_YIELDS, GAPS_YIELD = 0.35, 0.7
"""How far small type and gaps follow when headlines shrink, as powers: what is small stays legible."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stack. size and gap (to the part above) in pixels. kind: text, button or rule."""

    role: str
    text: str = ""
    size: float = 0.0
    gap: float = 0.0
    style: str = "body"
    """heading, body or strong, of the page's pair."""
    lines: int = 4
    leading: float = 1.32
    tracking: float = 0.0
    is_upper: bool = False
    color: str = ""
    kind: str = "text"
    least: float = 0.6
    """The smallest size before all of the stack shrinks, as a share of `size`."""


class Changes(TypedDict, total=False):
    """What a layout sets otherwise in a ready-made part; see `Part`."""

    lines: int
    leading: float
    tracking: float
    is_upper: bool
    color: str
    least: float


class _Block(NamedTuple):
    part: Part
    setting: Setting
    height: float
    gap: float


def headline(sheet: Sheet, text: str, size: float, gap: float = 0.0, **changes: Unpack[Changes]) -> Part:
    """Return a headline: tight, in the heading's style."""
    is_sans = not sheet.pair.heading.startswith("serif")
    is_mono = sheet.pair.heading.startswith("mono")
    part = Part(
        "headline", text, size, gap, style="heading", lines=8, leading=1.04 if is_sans else 1.06,
        tracking=-0.045 if is_mono else -0.025 if is_sans else -0.012, least=0.42,
    )  # fmt: skip
    return replace(part, **changes)


def label(
    sheet: Sheet, role: str, text: str, size: float, gap: float = 0.0, **changes: Unpack[Changes]
) -> Part:
    """Return a small line of capitals, spaced."""
    part = Part(role, text, size, gap, style="strong", lines=2, tracking=0.08, is_upper=True, leading=1.4)
    return replace(part, **changes)


def stack(
    sheet: Sheet, box: Box, parts: list[Part], ground: str, *, align: str = "left", at: str = "top"
) -> Box:
    """Set parts below each other in a box. Empty ones are left out; what cannot fit at all is left out from the end.

    at: top, middle or bottom. Returns the box that they take.
    """
    parts = [part for part in parts if part.text or part.kind == "rule"]
    blocks = _fitting(sheet, box, parts)
    sheet.shortened.update(dict.fromkeys(part.role for part in parts[len(blocks) :] if part.text))
    total = _height(blocks)
    top = box.top + (box.height - total) * {"top": 0.0, "middle": 0.5, "bottom": 1.0}[at]
    y = top
    x = box.left + box.width * SHARES[align]
    width = 0.0
    for place, block in enumerate(blocks):
        y += block.gap if place else 0
        width = max(width, _draw(sheet, block, (x, y), ground, align, box.width))
        y += block.height
    return Box(x - width * SHARES[align], top, width, total)


def _fitting(sheet: Sheet, box: Box, parts: list[Part]) -> list[_Block]:
    for count in range(len(parts), 0, -1):
        scale = 1.0
        for _ in range(MOST_TRIES):
            blocks = _blocks(sheet, box, parts[:count], scale)
            if _height(blocks) + _hanging(blocks) <= box.height:
                return blocks
            scale *= SMALLER
    return []


def _hanging(blocks: list[_Block]) -> float:
    last = blocks[-1] if blocks else None
    return HANGING * last.setting.size if last is not None and last.part.kind == "text" else 0.0


def _height(blocks: list[_Block]) -> float:
    return sum(block.height + (block.gap if place else 0) for place, block in enumerate(blocks))


def _blocks(sheet: Sheet, box: Box, parts: list[Part], scale: float) -> list[_Block]:
    blocks: list[_Block] = []
    for part in parts:
        style = {"heading": sheet.pair.heading, "body": sheet.pair.body, "strong": sheet.pair.strong}[
            part.style
        ]
        size = part.size * (scale if part.style == "heading" else scale**SMALL_YIELDS)
        text = part.text.upper() if part.is_upper else part.text
        room = (box.width - (2.4 * size if part.kind == "button" else 0), 1e6)
        setting = sheet.fit(
            text, style, size, room, leading=part.leading, tracking=part.tracking,
            most_lines=1 if part.kind == "button" else part.lines, least=size * part.least,
        )  # fmt: skip
        height = setting.height
        if part.kind == "button":
            height = setting.size * 2.7
        if part.kind == "rule":
            height = max(1.0, size)
        before = blocks[-1] if blocks else None
        blocks.append(_Block(part, setting, height, max(part.gap * scale**GAPS_YIELD, _least_gap(before))))
    return blocks


def _least_gap(before: _Block | None) -> float:
    if before is None or before.part.kind != "text":
        return 0.0
    is_figures = all(not character.isalpha() for line in before.setting.lines for character in line)
    return before.setting.size * (FIGURES_DESCENT if is_figures else DESCENT)


def _draw(
    sheet: Sheet, block: _Block, at: tuple[float, float], ground: str, align: str, room: float
) -> float:
    """Draw one block and return its width."""
    x, y = at
    part, setting = block.part, block.setting
    share = SHARES[align]
    if part.kind == "rule":
        width = min(room, part.size * 14)
        sheet.page.rect(
            "panels", Box(x - width * share, y, width, block.height), part.color or sheet.on(ground)
        )
        return width
    if part.kind == "button":
        return _button(sheet, block, (x, y), ground, share, part.color)
    sheet.put(part.role, setting, (x, y), ground, align=align, color=part.color)
    return setting.width


def _button(
    sheet: Sheet, block: _Block, at: tuple[float, float], ground: str, share: float, color: str
) -> float:
    setting = block.setting
    options = (color, sheet.palette.accent, sheet.palette.primary, sheet.palette.ink, sheet.palette.paper)
    fill = next((c for c in options if c and contrast(c, ground) >= 2 and sheet.carries(c)), sheet.on(ground))
    width = setting.width + 2.4 * setting.size
    box = Box(at[0] - width * share, at[1], width, block.height)
    radius = block.height / 2 if sheet.chance.turn("corners", (True, False)) else min(8.0, setting.size * 0.2)
    sheet.page.rect("panels", box, fill, radius)
    sheet.put(
        "call_to_action", setting, (box.middle[0], box.middle[1] - setting.height / 2), fill, align="center"
    )
    return width


def button(text: str, size: float, gap: float, color: str = "") -> Part:
    """Return a call to action."""
    return Part("call_to_action", text, size, gap, style="strong", kind="button", color=color, leading=1.2)


def rule(size: float, gap: float, color: str = "") -> Part:
    """Return a short line, `size` pixels thick."""
    return Part("rule", "", size, gap, kind="rule", color=color)
