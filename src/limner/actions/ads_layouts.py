"""Four layouts of an advertisement: on a stage, over two fields, before large type, and close by."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image, ImageDraw

from limner.actions.ads_parts import Campaign, button, float_over, set_headline, sign
from limner.actions.canvas import lay_ink
from limner.actions.stage import RGB, Light, fitted, resized, stand, sweep
from limner.actions.typeset import Block, fit, ink

Size = tuple[int, int]
MARGIN = 0.075
"""In parts of the shorter side."""


def on_stage(size: Size, campaign: Campaign) -> Image.Image:
    """The product on a sweep of paper, the headline above it, or beside it where there is width."""
    width, height = size
    short, margin = min(size), MARGIN * min(size)
    is_wide = width > height
    colors = campaign.colors
    # Black paper would swallow shadows: the stage is a little lighter than the ground it stands for.
    red, green, blue = (max(26, value) for value in colors.paper)
    color: RGB = (red, green, blue)
    canvas = sweep(size, color, Light(0.7 if is_wide else 0.5, 0.5, 0.75, 0.2))
    type_color = colors.type_on(colors.paper)
    sign(
        canvas, campaign, (margin if is_wide else width / 2, margin * 0.8), colors.paper, px=short * 0.026,
        align="left" if is_wide else "center",
    )  # fmt: skip
    fill = colors.type_on(colors.paper, colors.primary, colors.accent, least=3)
    foot = round(height * 0.85)
    if is_wide:
        box = (margin, height * 0.24, width * 0.46, height * 0.66)
        end = set_headline(canvas, campaign, box, type_color, size_px=short * 0.12)
        thing = fitted(campaign.product, (width * 0.4, height * 0.7))
        stand(canvas, thing, (round(width * 0.7), foot), mirror=0.16)
        place = (margin, end + short * 0.11)
        button(canvas, campaign.action, place, fill, colors.type_on(fill), px=short * 0.03)
        return canvas
    # Below the logo with as much air as it is high.
    top = max(height * 0.1, margin * 0.8 + short * 0.026 * 1.9 * 1.8)
    box = (margin * 1.4, top, width - margin * 1.4, top + height * 0.17)
    end = set_headline(canvas, campaign, box, type_color, align="center", size_px=short * 0.088)
    thing = fitted(campaign.product, (width * 0.74, min(height * 0.54, foot - end - short * 0.06)))
    stand(canvas, thing, (width // 2, foot), mirror=0.16)
    place = (width / 2, height * 0.93)
    button(canvas, campaign.action, place, fill, colors.type_on(fill), px=short * 0.028, centred=True)
    return canvas


def over_fields(size: Size, campaign: Campaign) -> Image.Image:
    """The product across the seam of two fields of colour, the headline large in one of them."""
    width, height = size
    short, margin = min(size), MARGIN * min(size)
    colors = campaign.colors
    canvas = Image.new("RGB", size, colors.paper)
    draw = ImageDraw.Draw(canvas)
    type_color = colors.type_on(colors.primary, colors.paper)
    fill = colors.type_on(colors.primary, colors.accent, colors.paper, least=1.8)
    if width > height:
        seam = round(width * 0.56)
        draw.rectangle((0, 0, seam - 1, height), fill=colors.primary)
        thing = fitted(campaign.product, (width * 0.38, height * 0.78))
        float_over(canvas, thing, (round(width * 0.72 - thing.width / 2), (height - thing.height) // 2))
        box = (margin, height * 0.2, width * 0.5 - margin * 0.2, height * 0.74)
        sign(canvas, campaign, (margin, margin * 0.8), colors.primary, px=short * 0.026)
    else:
        seam = round(height * 0.5)
        draw.rectangle((0, seam, width, height), fill=colors.primary)
        thing = fitted(campaign.product, (width * 0.74, height * 0.5))
        top = round(height * 0.6 - thing.height)
        float_over(canvas, thing, (round(width * 0.56 - thing.width / 2), top))
        box = (margin, height * 0.645, width - margin, height * 0.845)
        sign(canvas, campaign, (margin, margin), colors.paper, px=short * 0.026)
    end = set_headline(canvas, campaign, box, type_color, size_px=short * 0.115)
    y = min(height - margin * 1.1, end + short * 0.085)
    button(canvas, campaign.action, (margin, y), fill, colors.type_on(fill), px=short * 0.028)
    return canvas


def before_type(size: Size, campaign: Campaign) -> Image.Image:
    """The headline as large as the page on a dark ground, the product standing in front of its last line."""
    width, height = size
    short, margin = min(size), MARGIN * min(size)
    colors = campaign.colors
    ground = colors.dark
    canvas = Image.new("RGB", size, ground)
    loud = colors.type_on(ground, colors.accent, colors.primary)
    is_wide = width > height
    top = margin + short * 0.075
    room = (width * 0.62, height * 0.66) if is_wide else (width - 2 * margin, height * 0.42)
    lines = _filling(campaign, room)
    for mask in lines:
        lay_ink(
            canvas, mask, (round(margin if is_wide else (width - mask.width) / 2), round(top)), (*loud, 255)
        )
        top += mask.height + short * 0.028
    over = (lines[-1].height if lines else 0) * 0.14 + short * 0.028
    if is_wide:
        thing = fitted(campaign.product, (width * 0.36, height * 0.76))
        place = (round(width * 0.8 - thing.width / 2), round(height * 0.94 - thing.height))
    else:
        thing = fitted(campaign.product, (width * 0.8, height - margin * 0.9 - top + over))
        place = ((width - thing.width) // 2, round(height - margin * 0.9 - thing.height))
    float_over(canvas, thing, place, strength=0.8)
    sign(canvas, campaign, (margin, margin * 0.8), ground, px=short * 0.026)
    quiet = colors.type_on(ground)
    if campaign.action:
        note = ink(fit(campaign.action, "sans-semibold", short * 0.03, (width * 0.5, short * 0.05)))
        lay_ink(canvas, note, (round(width - margin - note.width), round(margin * 0.8)), (*quiet, 255))
    return canvas


def _filling(campaign: Campaign, room: tuple[float, float]) -> list[Image.Image]:
    """Return the headline's lines as ink, each as wide as the room, all of them as high at most."""
    words = campaign.headline.split()
    best: list[Image.Image] = []
    most = 0.0
    for count in range(1, min(4, len(words)) + 1):
        texts = _even_lines(words, count)
        masks = [ink(_one_line(text, campaign.heading, room)) for text in texts]
        height = sum(mask.height for mask in masks) + room[1] * 0.05 * (count - 1)
        shrink = min(1.0, room[1] / height)
        area = sum(mask.width * mask.height for mask in masks) * shrink**2
        if area > most:
            sizes = [(max(1, round(m.width * shrink)), max(1, round(m.height * shrink))) for m in masks]
            fitting = [m.resize(s, Image.Resampling.LANCZOS) for m, s in zip(masks, sizes, strict=True)]
            best, most = fitting, area
    return best


def _one_line(text: str, style: str, room: tuple[float, float]) -> Block:
    """Return a text on one line as wide as the room, or as high."""
    whole = fit(text, style, 100, (1e6, 1e6))
    return replace(whole, size_px=min(room[1] * 0.8, 100 * room[0] / max(1.0, whole.width)))


def _even_lines(words: list[str], count: int) -> list[str]:
    """Return words in so many lines of about equal length."""
    total = len(" ".join(words))
    lines: list[list[str]] = [[]]
    for number, word in enumerate(words):
        rest = len(words) - number
        is_full = len(" ".join(lines[-1])) >= total / count * 0.8
        if lines[-1] and len(lines) < count and (is_full or rest <= count - len(lines)):
            lines.append([])
        lines[-1].append(word)
    return [" ".join(line) for line in lines]


def close_by(size: Size, campaign: Campaign) -> Image.Image:
    """The product larger than the page, aslant before a disc of colour, the headline in the free corner."""
    width, height = size
    short, margin = min(size), MARGIN * min(size)
    colors = campaign.colors
    canvas = Image.new("RGB", size, colors.paper)
    is_wide = width > height
    centre = (width * 0.72, height * 0.52) if is_wide else (width * 0.62, height * 0.68)
    radius = short * (0.46 if is_wide else 0.43)
    disc = Image.new("L", (round(radius * 4), round(radius * 4)))
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), fill=255)
    lay_ink(
        canvas, disc.reduce(2), (round(centre[0] - radius), round(centre[1] - radius)), (*colors.accent, 255)
    )
    thing = fitted(campaign.product, (short * 1.02, height * (1.0 if is_wide else 0.78)))
    air = Image.new("RGBA", (thing.width + 8, thing.height + 8))
    air.paste(thing, (4, 4))
    aslant = air.convert("RGBa").rotate(-13, Image.Resampling.BICUBIC, expand=True).convert("RGBA")
    aslant = resized(aslant, (round(aslant.width * 1.04), round(aslant.height * 1.04)))
    place = (
        round(centre[0] - aslant.width / 2 + short * 0.03),
        round(centre[1] - aslant.height / 2 + short * 0.05),
    )
    float_over(canvas, aslant, place, strength=0.35)
    type_color = colors.type_on(colors.paper)
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((margin, margin * 1.75, margin + short * 0.09, margin * 1.75 + 5), fill=type_color)
    sign(canvas, campaign, (width - margin, margin * 0.8), colors.paper, px=short * 0.026, align="right")
    if is_wide:
        box = (margin, margin * 2.3, width * 0.42, height * 0.7)
    else:
        box = (margin, margin * 2.3, width * 0.8, height * 0.29)
    set_headline(canvas, campaign, box, type_color, size_px=short * 0.085)
    fill = colors.type_on(colors.paper, colors.ink, colors.primary, least=3)
    button(
        canvas, campaign.action, (margin, height - margin * 1.2), fill, colors.type_on(fill), px=short * 0.028
    )
    return canvas


LAYOUTS: dict[str, Callable[[Size, Campaign], Image.Image]] = {
    "stage": on_stage,
    "fields": over_fields,
    "type": before_type,
    "close": close_by,
}
