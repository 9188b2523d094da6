"""The mood board: pictures, colours, type and pattern on one grid."""

from limner.actions.draft.layouts.parts import facts, subline
from limner.actions.draft.ornaments import ORNAMENTS, ornament
from limner.actions.draft.sheet import Sheet
from limner.actions.draft.stack import Part, headline, stack
from limner.actions.draft.types import Box

Cells = dict[str, tuple[int, int, int, int]]
"""Where each tile stands on the grid: left, top, width, height in units."""

WIDE: tuple[Cells, ...] = (
    {"a": (0, 0, 5, 5), "words": (5, 0, 4, 3), "b": (9, 0, 3, 4), "c": (5, 3, 4, 5), "pattern": (9, 4, 3, 2),
     "d": (9, 6, 3, 2), "chips": (0, 5, 3, 3), "type": (3, 5, 2, 3)},
    {"b": (0, 0, 3, 3), "chips": (0, 3, 3, 3), "type": (0, 6, 3, 2), "a": (3, 0, 5, 6), "pattern": (8, 0, 4, 2),
     "c": (8, 2, 4, 4), "words": (3, 6, 5, 2), "d": (8, 6, 4, 2)},
)  # fmt: skip
"""On twelve columns and eight rows."""
TALL: tuple[Cells, ...] = (
    {"a": (0, 0, 5, 5), "words": (5, 0, 3, 2), "b": (5, 2, 3, 3), "chips": (0, 5, 3, 3), "c": (3, 5, 5, 4),
     "pattern": (0, 8, 3, 2), "type": (0, 10, 3, 2), "d": (3, 9, 5, 3)},
    {"words": (0, 0, 4, 3), "b": (4, 0, 4, 3), "a": (0, 3, 5, 5), "chips": (5, 3, 3, 3), "pattern": (5, 6, 3, 2),
     "c": (0, 8, 4, 4), "type": (4, 8, 4, 2), "d": (4, 10, 4, 2)},
)  # fmt: skip
"""On eight columns and twelve rows."""
MOST_SLOTS = 12
VIEWS = ("", "detail of", "texture of", "light on")
"""What each of the four pictures is asked for, where there is none."""


def mood_board(sheet: Sheet) -> None:
    """Compose a mood board: four pictures or more, the colours with their codes, type, and a pattern."""
    palette, box = sheet.palette, sheet.box
    ground = sheet.chance.pick("ground", (palette.paper, palette.paper, palette.ink))
    sheet.fill(ground)
    is_wide = sheet.ratio >= 1
    cells = sheet.chance.turn("board", WIDE if is_wide else TALL)
    columns, rows = (12, 8) if is_wide else (8, 12)
    gap = sheet.unit * 1.5
    margin = sheet.unit * 4
    inner = box.inset(margin)
    width, height = (inner.width - gap * (columns - 1)) / columns, (inner.height - gap * (rows - 1)) / rows
    tiles = {
        name: Box(
            inner.left + left * (width + gap), inner.top + top * (height + gap),
            across * width + (across - 1) * gap, down * height + (down - 1) * gap,
        )
        for name, (left, top, across, down) in cells.items()
    }  # fmt: skip
    _pictures(sheet, [tiles[name] for name in "abcd"], gap)
    _chips(sheet, tiles["chips"], ground)
    _specimen(sheet, tiles["type"])
    kinds = tuple(kind for kind in ORNAMENTS if kind not in ("discs", "rings", "rays"))
    ornament(sheet, tiles["pattern"], palette.secondary if palette.secondary != ground else palette.primary,
             kind=sheet.chance.pick("pattern", kinds))  # fmt: skip
    _words(sheet, tiles["words"], ground)


def _pictures(sheet: Sheet, tiles: list[Box], gap: float) -> None:
    """Give each tile a picture; more pictures than tiles part the larger ones."""
    while len(tiles) < min(sheet.photos.left, MOST_SLOTS):
        largest = max(tiles, key=lambda tile: (round(tile.width * tile.height), -tile.left))
        place = tiles.index(largest)
        halves = largest.columns(2, gap) if largest.width > largest.height else largest.rows(2, gap)
        tiles[place : place + 1] = halves
    subject = sheet.brief.subject or "your picture"
    for number, tile in enumerate(tiles):
        view = VIEWS[number % len(VIEWS)]
        sheet.slot(tile, f"{view} {subject}".strip(), is_quiet=number % 2 == 1)


def _chips(sheet: Sheet, tile: Box, ground: str) -> None:
    """Fill a tile with the page's colours, each with its code."""
    colors = list(dict.fromkeys([*sheet.palette.hues, sheet.palette.ink, sheet.palette.paper]))[:5]
    is_tall = tile.height >= tile.width * 0.8
    parts = tile.rows(len(colors), 0) if is_tall else tile.columns(len(colors), 0)
    for color, part in zip(colors, parts, strict=True):
        sheet.page.rect("panels", part, color)
        _code(sheet, color, part)
    if sheet.palette.paper == ground or sheet.palette.ink == ground:
        sheet.page.outline("panels", tile, sheet.tint(sheet.palette.ink, 0.7), max(1.0, sheet.unit * 0.12))


def _code(sheet: Sheet, color: str, part: Box) -> None:
    """Set a colour's code on it, or on a plate of paper where nothing of the palette reads on it."""
    size = min(sheet.unit * 1.7, part.width * 0.14, part.height * 0.36)
    room = (part.width - size * 2.6, part.height)
    words = sheet.fit(color.upper(), sheet.pair.strong, size, room, most_lines=1)
    left, top = part.left + size * 0.9, part.bottom - size * 0.9 - words.height
    if sheet.carries(color):
        sheet.put("swatch", words, (left, top), color)
        return
    plate = Box(left, top - size * 0.5, words.width + size, words.height + size)
    sheet.page.rect("panels", plate, sheet.palette.paper)
    sheet.put("swatch", words, (left + size * 0.5, top), sheet.palette.paper)


def _specimen(sheet: Sheet, tile: Box) -> None:
    """Show the typeface of headings."""
    ground = sheet.chance.pick(
        "specimen", sheet.grounds(sheet.palette.accent, sheet.palette.primary, sheet.palette.ink)
    )
    sheet.page.rect("panels", tile, ground)
    room = tile.inset(min(tile.width, tile.height) * 0.14)
    large = sheet.fit(
        "Aa", sheet.pair.heading, min(room.height, room.width * 0.8), (room.width, room.height), most_lines=1
    )
    x, y = tile.middle
    sheet.put("specimen", large, (x, y - large.height / 2), ground, align="center")


def _words(sheet: Sheet, tile: Box, page: str) -> None:
    options = [hue for hue in (sheet.palette.ink, sheet.palette.primary) if hue != page] or [
        sheet.palette.paper
    ]
    ground = sheet.chance.pick("card", sheet.grounds(*options))
    sheet.page.rect("panels", tile, ground)
    inner = tile.inset(sheet.unit * 3.2)
    signed = sheet.sign((inner.right, inner.bottom), ground, align="right", size=sheet.unit * 4)
    is_flat = tile.width > tile.height * 1.7
    room = inner
    if signed.height:
        room = inner.lefthand(signed.left - inner.left) if is_flat else inner.upper(signed.top - inner.top)
    lines = [Part("detail", line, sheet.unit * 1.9, sheet.unit * 1.6) for line in facts(sheet)[:2]]
    parts = [
        headline(sheet, sheet.copy.headline, sheet.unit * 10),
        subline(sheet, sheet.unit * 2.4, sheet.unit * 2),
        *lines,
    ]
    stack(sheet, room, parts, ground)
