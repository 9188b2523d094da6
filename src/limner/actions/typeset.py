"""Sets text: breaks it into lines, makes it fit a box, and draws it sharp as a mask of its ink."""

from dataclasses import dataclass, replace
from typing import Protocol

from PIL import Image, ImageDraw

from limner.actions.breaks import characters, is_spaced, units
from limner.actions.face import PLAIN, Face, Manner, manner_of

LEADING = 1.18
"""Distance between baselines, in sizes of type."""
SMALLEST_PX = 8.0
ELLIPSIS = "…"


class Measure(Protocol):
    """What tells how wide text gets: a font, or several in turn."""

    def getlength(self, text: str, /) -> float:
        """Return a width in pixels."""


@dataclass(frozen=True, slots=True)
class Block:
    """Text broken into lines at a size. `is_cut`: it does not fit even at the smallest size, and is shortened."""

    lines: tuple[str, ...]
    style: str
    size_px: float
    leading: float = LEADING
    is_cut: bool = False
    manner: Manner = PLAIN
    text: str = ""
    """What the lines were broken from."""

    @property
    def height(self) -> float:
        """The height of the lines in pixels, from the top of the first to the bottom of the last."""
        return self.size_px * (1 + self.leading * (len(self.lines) - 1))

    @property
    def width(self) -> float:
        """The width of the longest line in pixels."""
        return max((self.line_width(line) for line in self.lines), default=0.0)

    def line_width(self, line: str) -> float:
        """Return the width of one line in pixels."""
        return self.face().getlength(line)

    def face(self, scale: float = 1) -> Face:
        """Return what the lines are set in, `scale` times as large."""
        return Face(self.style, self.size_px * scale, self.manner)


def fit(text: str, style: str, size_px: float, box: tuple[float, float], leading: float = LEADING) -> Block:
    """Return the text in lines that fill the box's width, at `size_px` or the largest smaller size that fits.

    Words are broken only where the smallest size leaves no other way; past that the text is cut.
    """
    for may_break in (False, True):
        if block := _at(text, style, size_px, box, leading, may_break):
            return block
        low, high = min(SMALLEST_PX, size_px), size_px
        found = _at(text, style, low, box, leading, may_break)
        while found and high - low > max(0.25, low * 0.01):
            middle = (low + high) / 2
            if block := _at(text, style, middle, box, leading, may_break):
                found, low = block, middle
            else:
                high = middle
        if found:
            return found
    return _cut(text, style, min(SMALLEST_PX, size_px), box, leading)


def _at(
    text: str, style: str, size_px: float, box: tuple[float, float], leading: float, may_break: bool
) -> Block | None:
    """Return the text set at one size, or None when it does not fit."""
    manner = manner_of(text)
    lines = wrap(text, Face(style, size_px, manner), box[0], may_break=may_break)
    if lines is None:
        return None
    block = Block(tuple(lines), style, size_px, leading, manner=manner, text=text)
    return block if block.height <= box[1] else None


def _cut(text: str, style: str, size_px: float, box: tuple[float, float], leading: float) -> Block:
    manner = manner_of(text)
    face = Face(style, size_px, manner)
    lines = wrap(text, face, box[0], may_break=True) or [text]
    room = max(1, int((box[1] / size_px - 1) / leading) + 1)
    last = characters(lines[:room][-1])
    while last and face.getlength("".join(last) + ELLIPSIS) > box[0]:
        last.pop()
    kept = (*lines[: room - 1], "".join(last).rstrip() + ELLIPSIS)
    return Block(kept, style, size_px, leading, is_cut=True, manner=manner, text=text)


def wrap(text: str, face: Measure, width: float, *, may_break: bool = True) -> list[str] | None:
    """Return the lines of a text, none wider than `width` pixels; its own line breaks are kept.

    None, when a word is wider and `may_break` is false.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for space, word in units(paragraph):
            together = f"{line}{space}{word}" if line else word
            if face.getlength(together) <= width:
                line = together
                continue
            if line:
                lines.append(line)
            if face.getlength(word) > width:
                if not may_break:
                    return None
                *whole, word = _pieces(word, face, width)
                lines += whole
            line = word
        lines.append(line)
    return lines


def _pieces(word: str, face: Measure, width: float) -> list[str]:
    """Break one word into pieces that fit, at least a character each."""
    pieces = [""]
    for character in characters(word):
        if pieces[-1] and face.getlength(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def balanced(block: Block, width: float) -> Block:
    """Return the block with lines of about equal length, in as many lines as before."""
    if len(block.lines) < 2 or block.is_cut:
        return block
    face = block.face()
    text = " ".join(block.lines if is_spaced(block.text) else block.text.split())
    best, low, high = list(block.lines), 0.0, width
    while high - low > 1:
        middle = (low + high) / 2
        lines = wrap(text, face, middle, may_break=False)
        if lines is not None and len(lines) <= len(block.lines):
            best, high = lines, middle
        else:
            low = middle
    return replace(block, lines=tuple(best))


def ink(block: Block, align: str = "left") -> Image.Image:
    """Return the block as an L mask, cropped to its ink; 1 x 1 and empty when there is none.

    align: left, center or right, of the lines to each other.
    """
    over = 4 if block.size_px < 64 else 2 if block.size_px < 200 else 1
    face = block.face(over)
    em = block.size_px * over
    width = int(block.width * over + 2 * em) // over * over + over
    height = int(block.height * over + 2 * em) // over * over + over
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    for number, line in enumerate(block.lines):
        x = em + share * (block.width - block.line_width(line)) * over
        y = em * (1.5 + block.leading * number)
        face.draw(draw, x, y, line)
    mask = mask.reduce(over) if over > 1 else mask
    box = mask.getbbox()
    return mask.crop(box) if box else Image.new("L", (1, 1))
