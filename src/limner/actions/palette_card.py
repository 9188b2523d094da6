"""Draws a palette as a card: the picture beside bands of its colours, as high as their shares."""

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from limner.actions.fonts import font
from limner.actions.subject import find_saliency
from limner.actions.swatch import Swatch

WIDTH, HEIGHT = 1600, 900
PICTURE_WIDTH = 880
GAP = 8
LEAST_BAND = 60
"""Pixels: what a name in type of a readable size needs."""
MARGIN = 40


def draw_card(image: Image.Image, swatches: tuple[Swatch, ...]) -> Image.Image:
    """Return the card, 1600 x 900 (16:9), RGB."""
    card = Image.new("RGB", (WIDTH, HEIGHT), "white")
    card.paste(_crop(image, (PICTURE_WIDTH, HEIGHT)), (0, 0))
    draw = ImageDraw.Draw(card)
    top = 0
    for swatch, height in zip(swatches, band_heights(swatches), strict=True):
        _draw_band(draw, swatch, top, height)
        top += height
    return card


def band_heights(swatches: tuple[Swatch, ...]) -> list[int]:
    """Return the height of each band in pixels: by share, damped, never below the least; sum 900."""
    # A square root: a sky of 80 % would leave no room for the colours that make the picture.
    weights = np.sqrt([swatch.share for swatch in swatches])
    free = HEIGHT - LEAST_BAND * len(swatches)
    edges = np.round(np.concatenate([[0.0], np.cumsum(LEAST_BAND + free * weights / weights.sum())]))
    return [int(height) for height in np.diff(edges)]


def _draw_band(draw: ImageDraw.ImageDraw, swatch: Swatch, top: int, height: int) -> None:
    left = PICTURE_WIDTH + GAP
    draw.rectangle((left, top, WIDTH, top + height - 1), fill=swatch.rgb)
    size = 24 if height < 90 else 30
    middle, ink = top + height / 2, swatch.text_color
    draw.text((left + MARGIN, middle), swatch.name, fill=ink, font=font("sans-semibold", size), anchor="lm")
    share = f"{swatch.share:.0%}" if swatch.share >= 0.01 else "< 1%"
    small = font("sans", size - 4)
    soft = tuple(round(0.78 * a + 0.22 * b) for a, b in zip(ink, swatch.rgb, strict=True))
    draw.text((WIDTH - MARGIN, middle), share, fill=soft, font=small, anchor="rm")
    code = font("sans-medium", size - 4)
    draw.text((WIDTH - MARGIN - 100, middle), swatch.hex, fill=ink, font=code, anchor="rm")


def _crop(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the part of the picture that holds what catches the eye, at `size`; see-through on light grey."""
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, (242, 242, 240, 255))
        image = Image.alpha_composite(ground, image).convert("RGB")
    saliency = find_saliency(image)
    total = float(saliency.sum()) or 1.0
    rows, columns = np.indices(saliency.shape)
    centre = (
        float((columns * saliency).sum() / total / max(1, saliency.shape[1] - 1)),
        float((rows * saliency).sum() / total / max(1, saliency.shape[0] - 1)),
    )
    return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=centre)
