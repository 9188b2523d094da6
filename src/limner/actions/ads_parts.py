"""What the layouts of advertisements are put together from: palette, headline, button, signature, shadow."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from limner.actions.canvas import lay, lay_ink, soft_shadow
from limner.actions.colour_spaces import contrast
from limner.actions.stage import RGB, resized
from limner.actions.typeset import balanced, fit, ink

BODY = "sans-semibold"
LEGIBLE = 4.5
LOGO_CONTRAST = 2.5
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels."""


@dataclass(frozen=True, slots=True)
class Colors:
    """A palette. paper and ink are a pair of ground and type, primary fills areas, accent draws the eye."""

    paper: RGB
    primary: RGB
    ink: RGB
    accent: RGB

    def type_on(self, ground: RGB, *wished: RGB, least: float = LEGIBLE) -> RGB:
        """Return the first wished colour that reads on a ground, else ink or paper, else black or white."""
        for color in (*wished, self.ink, self.paper):
            if contrast(color, ground) >= least:
                return color
        return max(((0, 0, 0), (255, 255, 255)), key=lambda color: contrast(color, ground))

    @property
    def dark(self) -> RGB:
        """The darker of ink and paper."""
        return min(self.ink, self.paper, key=sum)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What all four advertisements share. heading: the style of the headline."""

    product: Image.Image
    headline: str
    action: str
    name: str
    logo: Image.Image | None
    colors: Colors
    heading: str


def set_headline(
    canvas: Image.Image,
    campaign: Campaign,
    box: Box,
    color: RGB,
    *,
    align: str = "left",
    size_px: float,
    foot: bool = False,
) -> float:
    """Set the headline in a box, at its top or at its foot, and return the y where its ink ends.

    Lines are of even length, so that none is left with a single short word.
    """  # fmt: skip
    left, top, right, bottom = box
    room = (right - left, bottom - top)
    block = balanced(fit(campaign.headline, campaign.heading, size_px, room, leading=1.06), room[0])
    mask = ink(block, align)
    x = left if align == "left" else (left + right - mask.width) / 2
    y = bottom - mask.height if foot else top
    lay_ink(canvas, mask, (round(x), round(y)), (*color, 255))
    return y + mask.height


def button(canvas: Image.Image, text: str, place: tuple[float, float], fill: RGB, color: RGB, *, px: float,
           centred: bool = False) -> None:  # fmt: skip
    """Draw a pill with the call to action. place: its left end, or its middle, and the middle of its height."""
    if not text:
        return
    mask = ink(fit(text, BODY, px, (canvas.width * 0.7, px * 1.4)))
    width, height = round(mask.width + px * 2.4), round(px * 2.5)
    pill = Image.new("L", (width * 4, height * 4))
    ImageDraw.Draw(pill).rounded_rectangle((0, 0, width * 4 - 1, height * 4 - 1), height * 2, fill=255)
    left = round(place[0] - (width / 2 if centred else 0))
    top = round(place[1] - height / 2)
    lay_ink(canvas, pill.reduce(4), (left, top), (*fill, 255))
    # Small letters are centred by the height of capitals: descenders hang.
    cap = ink(fit("H", BODY, px, (px * 2, px * 2))).height
    drop = mask.height - cap if any(letter in "gjpqyçşţ,;Q" for letter in text) else 0
    y = top + (height - cap) / 2 - max(0, mask.height - drop - cap)
    lay_ink(canvas, mask, (round(left + px * 1.2), round(y)), (*color, 255))


def sign(canvas: Image.Image, campaign: Campaign, place: tuple[float, float], ground: RGB, *, px: float,
         align: str = "left") -> None:  # fmt: skip
    """Put the brand's logo, or its name in type where the logo would not show. place: left or middle or right, top."""
    picture = _visible_logo(campaign, ground, px)
    if picture is None and not campaign.name:
        return
    mask = None if picture is not None else ink(fit(campaign.name, BODY, px, (canvas.width * 0.5, px * 1.5)))
    width = picture.width if picture is not None else (mask.width if mask is not None else 0)
    x = round(place[0] - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align])
    if picture is not None:
        lay(canvas, picture, (x, round(place[1])))
    elif mask is not None:
        color = campaign.colors.type_on(ground)
        lay_ink(canvas, mask, (x, round(place[1])), (*color, 255))


def _visible_logo(campaign: Campaign, ground: RGB, px: float) -> Image.Image | None:
    """Return the logo at a height of type, if its colours stand out from the ground."""
    if campaign.logo is None:
        return None
    scale = min(px * 1.9 / campaign.logo.height, px * 9 / campaign.logo.width)
    size = (max(1, round(campaign.logo.width * scale)), max(1, round(campaign.logo.height * scale)))
    logo = resized(campaign.logo, size)
    pixels = np.asarray(logo).reshape(-1, 4)
    visible = pixels[pixels[:, 3] > 127][:, :3]
    if not len(visible):
        return None
    red, green, blue = (int(value) for value in np.median(visible, axis=0))
    return logo if contrast((red, green, blue), ground) >= LOGO_CONTRAST else None


def float_over(
    canvas: Image.Image, thing: Image.Image, place: tuple[int, int], *, strength: float = 0.4
) -> None:
    """Draw a thing that hangs before a flat ground, with its soft shadow below and to the right."""
    unit = max(thing.size) / 100
    small = thing.getchannel("A").reduce(4)
    shadow, spread = soft_shadow(small, unit * 3.2 / 4, strength)
    shadow = shadow.resize((shadow.width * 4, shadow.height * 4), Image.Resampling.BICUBIC)
    ink_layer = Image.new("RGB", shadow.size, (10, 8, 12))
    canvas.paste(
        ink_layer, (place[0] - spread * 4 + round(unit * 2), place[1] - spread * 4 + round(unit * 3)), shadow
    )
    lay(canvas, thing, place)
