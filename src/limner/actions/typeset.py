"""Sets text: breaks it into lines, makes it fit a box, and draws it sharp as a mask of its ink."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from limner.actions.fonts import font

LEADING = 1.18
"""Distance between baselines, in sizes of type."""
SMALLEST_PX = 8.0
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """Text broken into lines at a size. `is_cut`: it does not fit even at the smallest size, and is shortened."""

    lines: tuple[str, ...]
    style: str
    size_px: float
    leading: float = LEADING
    is_cut: bool = False

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
        return font(self.style, self.size_px).getlength(line)


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
    face = font(style, size_px)
    lines = wrap(text, face, box[0], may_break=may_break)
    if lines is None:
        return None
    block = Block(tuple(lines), style, size_px, leading)
    return block if block.height <= box[1] else None


def _cut(text: str, style: str, size_px: float, box: tuple[float, float], leading: float) -> Block:
    face = font(style, size_px)
    lines = wrap(text, face, box[0], may_break=True) or [text]
    room = max(1, int((box[1] / size_px - 1) / leading) + 1)
    last = lines[:room][-1]
    while last and face.getlength(last + ELLIPSIS) > box[0]:
        last = last[:-1]
    return Block((*lines[: room - 1], last.rstrip() + ELLIPSIS), style, size_px, leading, is_cut=True)


def wrap(
    text: str, face: ImageFont.FreeTypeFont, width: float, *, may_break: bool = True
) -> list[str] | None:
    """Return the lines of a text, none wider than `width` pixels; its own line breaks are kept.

    None, when a word is wider and `may_break` is false.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            together = f"{line} {word}" if line else word
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


def _pieces(word: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Break one word into pieces that fit, at least a character each."""
    pieces = [""]
    for character in word:
        if pieces[-1] and face.getlength(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def balanced(block: Block, width: float) -> Block:
    """Return the block with lines of about equal length, in as many lines as before."""
    if len(block.lines) < 2 or block.is_cut:
        return block
    face, text = font(block.style, block.size_px), " ".join(block.lines)
    best, low, high = list(block.lines), 0.0, width
    while high - low > 1:
        middle = (low + high) / 2
        lines = wrap(text, face, middle, may_break=False)
        if lines is not None and len(lines) <= len(block.lines):
            best, high = lines, middle
        else:
            low = middle
    return Block(tuple(best), block.style, block.size_px, block.leading)


def ink(block: Block, align: str = "left") -> Image.Image:
    """Return the block as an L mask, cropped to its ink; 1 x 1 and empty when there is none.

    align: left, center or right, of the lines to each other.
    """
    over = 4 if block.size_px < 64 else 2 if block.size_px < 200 else 1
    face = font(block.style, block.size_px * over)
    em = block.size_px * over
    width = int(block.width * over + 2 * em) // over * over + over
    height = int(block.height * over + 2 * em) // over * over + over
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    for number, line in enumerate(block.lines):
        x = em + share * (block.width - block.line_width(line)) * over
        y = em * (1.5 + block.leading * number)
        draw.text((x, y), line, fill=255, font=face, anchor="ls")
    mask = mask.reduce(over) if over > 1 else mask
    box = mask.getbbox()
    return mask.crop(box) if box else Image.new("L", (1, 1))
