"""Page templates of a lookbook: trees of rows and columns that become boxes in pixels."""

from dataclasses import dataclass
from typing import TypeAlias

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""

PICTURE = "picture"
TITLE = "title"


@dataclass(frozen=True, slots=True)
class Split:
    """A row or a column of parts, each with its share of the length."""

    is_row: bool
    parts: "tuple[tuple[float, Node], ...]"


Node: TypeAlias = Split | str


@dataclass(frozen=True, slots=True)
class Page:
    """Where the title and the pictures go, the pictures in reading order of the template."""

    title: Box | None
    pictures: tuple[Box, ...]


def _row(*parts: "tuple[float, Node]") -> Split:
    return Split(True, parts)


def _col(*parts: "tuple[float, Node]") -> Split:
    return Split(False, parts)


P, T = PICTURE, TITLE
_TITLED = _col((0.5, T), (1, P))
_PAIR = _col((1, P), (1, P))
_THREE = _row((1, P), (1, P), (1, P))

TALL: dict[int, Split] = {
    1: _col((0.17, T), (1, P)),
    2: _col((1.5, P), (1, _row((0.85, T), (1, P)))),
    3: _col((1.3, P), (1, _row((1, _TITLED), (1.15, P)))),
    4: _col((1.35, _row((1.5, P), (1, _TITLED))), (1, _row((1, P), (1.5, P)))),
    5: _col((1.45, _row((1.6, P), (1, _TITLED))), (0.9, _THREE)),
    6: _col((0.27, T), (1.4, _row((1.55, P), (1, _PAIR))), (0.85, _THREE)),
    7: _col((1.3, _row((1.55, P), (1, _TITLED))), (0.75, _THREE), (0.8, _row((1.5, P), (1, P)))),
    8: _col((0.27, T), (1.2, _row((1.5, P), (1, _PAIR))), (0.7, _THREE), (0.75, _row((1, P), (1.5, P)))),
    9: _col((0.27, T), (1.2, _row((1.5, P), (1, _PAIR))), (0.7, _THREE), (0.7, _THREE)),
}
"""Editorial templates of upright and square pages, by the number of pictures: one leads, the rest follow."""

WIDE: dict[int, Split] = {
    1: _row((0.5, T), (1, P)),
    2: _row((1.4, P), (1, _TITLED)),
    3: _row((1.4, P), (0.9, _TITLED), (0.9, P)),
    4: _row((1.4, P), (0.95, _TITLED), (0.8, _PAIR)),
    5: _row((1.3, P), (0.85, _TITLED), (0.75, _col((1, P), (0.75, P))), (0.8, P)),
    6: _row((1.35, P), (0.9, _TITLED), (0.8, _col((1, P), (0.7, P))), (0.8, _col((0.7, P), (1, P)))),
    7: _row((1.3, P), (0.9, _TITLED), (0.8, _col((1, P), (0.7, P))), (0.72, _col((1, P), (1, P), (1, P)))),
    8: _row(
        (1.3, P), (0.8, _col((0.42, T), (0.8, P), (0.8, P))), (0.8, _col((1, P), (0.7, P))),
        (0.7, _col((1, P), (1, P), (1, P))),
    ),
    9: _row(
        (1.25, P), (0.8, _col((0.42, T), (0.8, P), (0.8, P))), (0.7, _col((1, P), (1, P), (1, P))),
        (0.7, _col((1, P), (1, P), (1, P))),
    ),
}  # fmt: skip
"""The same for landscape pages."""


def editorial(count: int, box: Box, gap: int, *, has_title: bool) -> Page:
    """Return the asymmetric page for a number of pictures, 1 to 9."""
    is_wide = box[2] - box[0] > (box[3] - box[1]) * 1.15
    tree: Node | None = (WIDE if is_wide else TALL)[count]
    if not has_title:
        tree = _without_title(tree)
    title: list[Box] = []
    pictures: list[Box] = []
    _place(tree, box, gap, title, pictures)
    return Page(title[0] if title else None, tuple(pictures))


def clean(count: int, columns: int, box: Box, gap: int, *, has_title: bool) -> Page:
    """Return an even grid below the title; rows with fewer pictures than others have wider cells.

    columns: at most so many; 0 takes the number whose cells are nearest to square.
    """
    title, top = None, box[1]
    if has_title:
        title = (box[0], box[1], box[2], box[1] + round((box[3] - box[1]) * 0.1))
        top = title[3] + gap
    area = (box[2] - box[0], box[3] - top)
    across = min(columns, count) or min(range(1, count + 1), key=lambda each: _unevenness(count, each, area))
    down = -(-count // across)
    cells: list[Box] = []
    for number, (upper, lower) in enumerate(_cuts(top, box[3], [1.0] * down, gap)):
        here = count // down + (number < count % down)
        cells += [(left, upper, right, lower) for left, right in _cuts(box[0], box[2], [1.0] * here, gap)]
    return Page(title, tuple(cells))


def _unevenness(count: int, across: int, area: tuple[int, int]) -> float:
    """Return how far cells are from square, and how many places stay empty: less is better."""
    down = -(-count // across)
    ratio = (area[0] / across) / (area[1] / down)
    return max(ratio, 1 / ratio) + 0.6 * (across * down - count)


def _without_title(node: Node | None) -> Node | None:
    if not isinstance(node, Split):
        return None if node == TITLE else node
    kept = [(share, part) for share, child in node.parts if (part := _without_title(child)) is not None]
    return kept[0][1] if len(kept) == 1 else Split(node.is_row, tuple(kept))


def _place(node: Node | None, box: Box, gap: int, title: list[Box], pictures: list[Box]) -> None:
    if not isinstance(node, Split):
        (title if node == TITLE else pictures).append(box)
        return
    first, last = (box[0], box[2]) if node.is_row else (box[1], box[3])
    for (start, end), (_, part) in zip(
        _cuts(first, last, [share for share, _ in node.parts], gap), node.parts, strict=True
    ):
        inner = (start, box[1], end, box[3]) if node.is_row else (box[0], start, box[2], end)
        _place(part, inner, gap, title, pictures)


def _cuts(first: int, last: int, shares: list[float], gap: int) -> list[tuple[int, int]]:
    """Return where each part starts and ends, in whole pixels, with `gap` between them."""
    room = last - first - gap * (len(shares) - 1)
    edges: list[tuple[int, int]] = []
    before = 0.0
    for number, share in enumerate(shares):
        start = first + number * gap + round(room * before / sum(shares))
        before += share
        edges.append((start, first + number * gap + round(room * before / sum(shares))))
    return edges
