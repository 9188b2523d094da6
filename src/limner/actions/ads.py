"""Turns one product into four advertisements of different layout: `compose-ads`."""

import colorsys

from PIL import Image

from limner.actions.ads_layouts import LAYOUTS
from limner.actions.ads_parts import Campaign, Colors
from limner.actions.colour_spaces import contrast
from limner.actions.cutout import product_of
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.stage import RGB
from limner.actions.stills import open_image, parse_color, save_image
from limner.actions.studio_shot import main_hue
from limner.types import Kind

SIZES = {"1:1": (1080, 1080), "4:5": (1080, 1350), "9:16": (1080, 1920), "16:9": (1920, 1080)}
PRODUCT_SIDE = 1800
LEGIBLE = 4.5
"""WCAG 2.2, success criterion 1.4.3."""


def compose_ads(job: Job) -> tuple[Made, ...]:
    """Set a product with a headline and a call to action in four layouts, in a brand's colours and type."""
    product = product_of(job, PRODUCT_SIDE)
    campaign = Campaign(
        product=product,
        headline=_readable(job, "headline", job.params["heading_font"]),
        action=_readable(job, "call_to_action", "sans-semibold"),
        name=_readable(job, "brand", "sans-semibold"),
        logo=_logo(job),
        colors=_colors(job, product),
        heading=job.params["heading_font"],
    )
    size = SIZES[job.params["aspect_ratio"]]
    made = []
    for number, (name, draw) in enumerate(LAYOUTS.items(), start=1):
        job.progress(0.2 + 0.2 * (number - 1), f"Setting {name}")
        picture = draw(size, campaign)
        made.append(Made(Kind.IMAGE, path=save_image(picture, job, f"ad-{number}-{name}", graphic=True)))
    return tuple(made)


def _readable(job: Job, name: str, style: str) -> str:
    """Return a text without what the font lacks; the user is told of that."""
    text, missing = without_missing(" ".join(str(job.params[name]).split()), style)
    if missing:
        job.warn(f"params.{name}: {left_out(missing)}")
    return text.strip()


def _logo(job: Job) -> Image.Image | None:
    """Return the second picture, trimmed; None without one, and, with a word to the user, for one on a ground."""
    if len(job.paths(Kind.IMAGE)) < 2:
        return None
    logo = open_image(job.path(Kind.IMAGE, 1), job.limits, "inputs.image[1]", warn=job.warn)
    if logo.mode != "RGBA":
        job.warn("inputs.image[1]: the logo has no transparency, so the name is set in type instead.")
        return None
    return logo.crop(logo.getchannel("A").getbbox())


def _colors(job: Job, product: Image.Image) -> Colors:
    """Return the palette that was asked for; what was not is taken from the product."""
    hue, vivid = main_hue(product)
    own = {
        "paper": _hls(hue, 0.93, 0.35 * vivid),
        "primary": _hls(hue, 0.36, 0.25 + 0.35 * vivid),
        "ink": _hls(hue, 0.1, 0.3 * vivid),
        "accent": _hls((hue + 0.46) % 1, 0.62, 0.35 + 0.3 * vivid),
    }
    for name in own:
        if job.params[name] != "auto":
            red, green, blue, _ = parse_color(job.params[name], f"params.{name}")
            own[name] = (red, green, blue)
    if contrast(own["ink"], own["paper"]) < LEGIBLE:
        job.warn("params.ink: hard to read on paper; black or white is used where it reads better.")
    return Colors(**own)


def _hls(hue: float, lightness: float, strength: float) -> RGB:
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, strength)
    return round(red * 255), round(green * 255), round(blue * 255)
