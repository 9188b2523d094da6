"""The sheet that a layout is composed on: it sets words, fills slots, signs, and keeps an account of all of it."""

import base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Unpack

from limner.actions.draft.brand import seen_share
from limner.actions.draft.chance import Chance
from limner.actions.draft.colours import READABLE, contrast
from limner.actions.draft.emblems import emblem_of
from limner.actions.draft.page import Page, place
from limner.actions.draft.palette import readable_on
from limner.actions.draft.palette import tint as mixed_with_paper
from limner.actions.draft.photos import Photos
from limner.actions.draft.setting import How, Setting, set_text
from limner.actions.draft.types import SHARES, Box, Brand, Brief, Copy, Palette, Slot, TypePair
from limner.actions.icon_glyphs import GRID, Glyph
from limner.actions.icon_sheet import Style, drawn
from limner.types import Json

LOGO_PART, LOGO_MOST = 0.075, 0.12
"""The logo's longer side is such a part of the page's longer one, if that is no more than this part of its shorter."""
LEAST_SEEN = 0.6
"""A logo of which less stands out from its ground is put on a plate."""


@dataclass
class Sheet:
    """One page in the making. Sizes of type are in pixels; `unit` is a hundredth of the shorter side."""

    page: Page
    brief: Brief
    palette: Palette
    pair: TypePair
    brand: Brand | None
    chance: Chance
    photos: Photos
    slots: list[Slot] = field(default_factory=list)
    set_words: list[Json] = field(default_factory=list)
    tints: dict[str, Json] = field(default_factory=dict)
    drawn_words: set[str] = field(default_factory=set)
    shortened: dict[str, None] = field(default_factory=dict)
    """The roles of what was cut or left out for want of room."""
    ground: str = ""
    """The colour of the whole page."""

    @property
    def copy(self) -> Copy:
        """The words for the page."""
        return self.brief.copy

    @property
    def box(self) -> Box:
        """The whole page."""
        return Box(0, 0, *self.page.size)

    @property
    def unit(self) -> float:
        """A hundredth of the shorter side; on long strips of a longer one, so that type can be read."""
        short, long = sorted(self.page.size)
        return max(short, long * 0.42) / 100

    @property
    def margin(self) -> float:
        """The space that stays free at the edges."""
        return min(self.unit * 6.5, min(self.page.size) * 0.1)

    @property
    def ratio(self) -> float:
        """Width by height."""
        return self.page.size[0] / self.page.size[1]

    @cached_property
    def emblem(self) -> tuple[Glyph, str] | None:
        """The icon of what the brief is about, and the word for it."""
        return emblem_of(self.brief.subject)

    def on(self, ground: str, *preferred: str, least: float = 4.5) -> str:
        """Return a colour that reads on a ground: the first of the preferred that does, else the best there is."""
        return readable_on(self.palette, ground, *preferred, least=least)

    def carries(self, ground: str) -> bool:
        """Whether a colour of the palette reads on a ground."""
        own = (self.palette.ink, self.palette.paper, *self.palette.hues)
        return any(contrast(color, ground) >= READABLE for color in own)

    def grounds(self, *wanted: str) -> tuple[str, ...]:
        """Return those of the wanted colours on which type of the palette reads; the paper where none is."""
        found = tuple(dict.fromkeys(each for each in wanted if self.carries(each))) or (self.palette.paper,)
        # A colour that a brief names is seen at once: where it can be the ground, it is.
        is_chosen = self.is_named and self.palette.primary in found
        return (self.palette.primary,) if is_chosen else found

    @property
    def is_named(self) -> bool:
        """Whether the primary colour is one that the brief names."""
        return any(
            each.hex == self.palette.primary and each.source == "brief" for each in self.palette.swatches
        )

    def tint(self, color: str, share: float) -> str:
        """Return a colour mixed with paper, and keep that in the account. share: 0 is the colour, 1 the paper."""
        if share <= 0:
            return color
        made = mixed_with_paper(self.palette, color, share)
        if made != self.palette.paper:
            self.tints[made] = {
                "hex": made,
                "of": color,
                "with": self.palette.paper,
                "share": round(share, 2),
            }
        return made

    def fill(self, color: str, box: Box | None = None) -> None:
        """Fill the page, or a box of it, with a colour, behind all else."""
        if box is None:
            self.ground = color
        self.page.rect("ground", box or self.box, color)

    def fit(
        self, text: str, style: str, size: float, room: tuple[float, float], **how: Unpack[How]
    ) -> Setting:
        """Return a text set at a size, or the largest smaller one that fits."""
        return set_text(text, style, size, room, **how)

    def put(self, role: str, setting: Setting, at: tuple[float, float], ground: str, *, align: str = "left",
            color: str = "", layer: str = "copy") -> Box:  # fmt: skip
        """Set lines of type where capitals begin at a place, in a colour that reads on the ground."""
        if not setting.lines:
            return Box(at[0], at[1], 0, 0)
        if setting.is_cut:
            self.shortened[role] = None
        chosen = self.on(ground, *([color] if color else []), self.palette.ink, self.palette.paper)
        box = self.page.text(layer, role, setting, at[0], at[1], chosen, align)
        self.set_words.append(
            {
                "role": role,
                "text": " ".join(setting.lines),
                "box": rounded(box),
                "font": setting.style,
                "size_px": round(setting.size, 1),
                "color": chosen,
                "source": self.copy.sources.get(role, ""),
            }
        )
        return box

    def slot(
        self, box: Box, label: str = "", *, radius: float = 0, clip: str = "", is_quiet: bool = False
    ) -> bool:
        """Fill a box with the next picture, or with a placeholder that says what belongs there.

        clip: the path data of another outline than the box. is_quiet: a placeholder goes without its cross.
        Returns whether there was a picture.
        """
        left, top = round(box.left), round(box.top)
        box = Box(left, top, round(box.right) - left, round(box.bottom) - top)
        label = f"IMAGE: {label or self.brief.subject or 'your picture'}"
        picture = self.photos.take()
        self.slots.append(Slot(label, box, picture))
        shape = self.page.clip_path(clip) if clip else self.page.clip(box, radius) if radius else ""
        self.page.add("pictures", f'<g id="{self.page.name("slot")}"{" " + shape if shape else ""}>')
        if picture is None:
            self._placeholder(box, label, is_quiet=is_quiet)
        else:
            data = self.photos.embedded(picture, box, self.tint(self.palette.primary, 0.75))
            self.page.add("pictures", f'<image {place(box)} preserveAspectRatio="none" href="{data}"/>')
        self.page.add("pictures", "</g>")
        return picture is not None

    def _placeholder(self, box: Box, label: str, *, is_quiet: bool) -> None:
        hue = (
            self.palette.primary
            if contrast(self.palette.primary, self.palette.paper) > 1.3
            else self.palette.ink
        )
        ground, line = self.tint(hue, 0.78), self.tint(hue, 0.45)
        if self.is_named and self.ground != hue and self.carries(hue):
            ground, line = hue, self.tint(hue, 0.3)
        self.page.rect("pictures", box, ground)
        width = max(1.0, min(box.width, box.height) * 0.004)
        if not is_quiet:
            self.page.line("pictures", (box.left, box.top), (box.right, box.bottom), line, width)
            self.page.line("pictures", (box.left, box.bottom), (box.right, box.top), line, width)
        size = min(self.unit * 2.8, box.width * 0.08, box.height * 0.14)
        room = (box.width * 0.72, box.height * 0.6)
        words = self.fit(label, self.pair.strong, size, room, leading=1.35, least=size * 0.6, most_lines=4)
        x, y = box.middle
        pad = size * 0.9
        chip = Box(
            x - words.width / 2 - pad,
            y - words.height / 2 - pad,
            words.width + 2 * pad,
            words.height + 2 * pad,
        )
        self.page.rect("pictures", chip, ground)
        self.put("label", words, (x, y - words.height / 2), ground, align="center", layer="pictures")

    def draw_emblem(self, glyph: Glyph, box: Box, ink: str, tint: str, *, word: str = "", layer: str = "emblems",
                    stroke: float = 1.6) -> None:  # fmt: skip
        """Draw an icon in the middle of a box, as large as fits. word: what in the brief it stands for."""
        side = min(box.width, box.height)
        x, y = box.middle
        style = Style("duotone", stroke, True, ink, tint)
        name = self.page.name(f"emblem-{glyph.name}")
        move = f"translate({x - side / 2:.1f} {y - side / 2:.1f}) scale({side / GRID:.4f})"
        self.page.add(layer, f'<g id="{name}" transform="{move}">', *drawn(glyph, style), "</g>")
        if word:
            self.drawn_words.add(word)

    def _logo_size(self, brand: Brand, height: float) -> tuple[float, float]:
        """Return the width and height of the logo at about this height; as it is, and no width, without a logo."""
        if not brand.logo_png:
            return 0.0, height
        width = height * brand.logo_size[0] / brand.logo_size[1]
        seen = min(LOGO_PART * max(self.page.size), LOGO_MOST * min(self.page.size))
        factor = max(1.0, seen / max(width, height))
        if width < brand.least_px and height * brand.least_px / width < LOGO_MOST * min(self.page.size):
            factor = max(factor, brand.least_px / width)
        return width * factor, height * factor

    def sign(
        self, at: tuple[float, float], ground: str, *, align: str = "left", size: float = 0, up: bool = True,
        is_over_picture: bool = False,
    ) -> Box:  # fmt: skip
        """Put the brand's logo, or its name, at a place: its left, middle or right end, and its foot (`up`) or top.

        Returns the space that it takes, clear space included; an empty box without a brand.
        """
        x, y = at
        height = size or self.unit * 5
        brand = self.brand
        if brand is None or not (brand.name or brand.logo_png):
            return Box(x, y, 0, 0)
        width, height = self._logo_size(brand, height)
        if width < max(1, brand.least_px):
            # No logo, or one that would be smaller than the brand allows.
            room = (self.box.width * 0.4, height)
            words = self.fit(brand.name, self.pair.strong, height * 0.5, room, tracking=0.02, most_lines=1)
            return self.put(
                "brand-name", words, (x, y - words.height if up else y), ground, align=align, layer="brand"
            )
        left = x - width * SHARES[align]
        box = Box(left, y - height if up else y, width, height)
        space = brand.clear_space * height
        if is_over_picture or seen_share(brand, ground) < LEAST_SEEN:
            # A plate in a colour that the whole logo stands out from, its edge where the logo's would be.
            away = {"left": space, "center": 0.0, "right": -space}[align]
            box = Box(box.left + away, box.top + (-space if up else space), width, height)
            colors = (self.palette.paper, self.palette.ink, *self.palette.hues)
            plate = max(colors, key=lambda color: seen_share(brand, color))
            self.page.rect("brand", box.inset(-space), plate)
        data = base64.b64encode(brand.logo_png).decode("ascii")
        self.page.add(
            "brand",
            f'<image id="{self.page.name("logo")}" {place(box)} href="data:image/png;base64,{data}"/>',
        )
        self.set_words.append(
            {"role": "logo", "text": brand.name, "box": rounded(box), "clear_space_px": round(space, 1)}
        )
        return Box(box.left - space, box.top - space, width + 2 * space, height + 2 * space)


def rounded(box: Box) -> list[float]:
    """Return a box as left, top, width and height to a tenth of a pixel."""
    return [round(value, 1) for value in box]
