"""Reads the colours that a picture is made of: `extract-palette`."""

import json

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_names import colour_names
from limner.actions.colour_spaces import Floats, contrast, difference, lab_to_srgb, srgb_to_lab, to_unit
from limner.actions.job import Job, Made
from limner.actions.palette_card import draw_card
from limner.actions.stills import open_image, save_image
from limner.actions.swatch import Swatch
from limner.errors import InvalidMedia
from limner.types import Json, Kind

SAMPLE_SIDE = 256
TOO_CLOSE = 6.0
"""Two colours nearer than this CIEDE2000 are one: a designer would not list both."""
STRAY_SHARE = 0.003
"""A group of fewer pixels is the blend along an edge, not a colour of the picture."""
AA_TEXT = 4.5
"""WCAG 2.2, success criterion 1.4.3."""


def extract_palette(job: Job) -> tuple[Made, ...]:
    """Return a card of a picture's main colours, and the colours as JSON text."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    count = int(job.params["count"])
    job.progress(0.2, "Reading colours")
    swatches = read_palette(image, count, job.seed)
    if len(swatches) < count:
        job.warn(f"The picture has {len(swatches)} distinct colours, fewer than the {count} asked for.")
    job.progress(0.6, "Drawing the card")
    card = save_image(draw_card(image, swatches), job, "palette", graphic=True)
    text = json.dumps(describe_palette(swatches), separators=(",", ":"), ensure_ascii=False)
    return (Made(Kind.IMAGE, path=card), Made(Kind.TEXT, text=text))


def read_palette(image: Image.Image, count: int, seed: int = 0) -> tuple[Swatch, ...]:
    """Return at most `count` colours of a picture, the largest share first.

    Over-segments the picture in Lab with k-means, then joins what is alike, so that a small vivid accent
    outlives the many shades of a large dull area.
    Raises: InvalidMedia, when no pixel is visible.
    """
    lab = _sample(image)
    centres = _k_means(lab, min(4 * count + 8, 40), np.random.default_rng(seed))
    nearest = _assign(lab, centres)
    weights = np.bincount(nearest, minlength=len(centres)) / len(lab)
    keep = weights >= min(STRAY_SHARE, weights.max())
    centres, weights = _join(centres[keep], weights[keep], count)
    return _swatches(lab, centres)


def describe_palette(swatches: tuple[Swatch, ...]) -> list[Json]:
    """Return the palette as JSON, short enough to go to a model whole.

    Each colour has `hex`, `name`, `share` (0 to 1), `on` (ink or paper, whichever reads better on it) with their
    `contrast`, and `pairs`: the palette's colours that reach WCAG 2.2 AA for text on it, 4.5 or more.
    """
    return [
        {
            "hex": swatch.hex,
            "name": swatch.name,
            "share": round(swatch.share, 3),
            "on": "#{:02X}{:02X}{:02X}".format(*swatch.text_color),
            "contrast": round(contrast(swatch.text_color, swatch.rgb), 2),
            "pairs": [other.hex for other in swatches if contrast(other.rgb, swatch.rgb) >= AA_TEXT],
        }
        for swatch in swatches
    ]


def _sample(image: Image.Image) -> Floats:
    """Return the Lab colours of the visible pixels of a small copy, shape (n, 3)."""
    small = image.copy()
    small.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small.convert("RGBA"))
    visible = pixels[pixels[..., 3] >= 128][:, :3]
    if not len(visible):
        raise InvalidMedia.of("inputs.image", "every pixel is transparent; there is no colour to read")
    return srgb_to_lab(to_unit(visible))


def _k_means(lab: Floats, count: int, random: np.random.Generator) -> Floats:
    """Return cluster centres, shape (at most count, 3): k-means++ seeding, then Lloyd's iterations."""
    points = lab[random.permutation(len(lab))[:8192]]
    centres = points[:1]
    distance = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count and distance.max() > 1:
        chosen = points[random.choice(len(points), p=distance / distance.sum(dtype=np.float64))]
        centres = np.vstack([centres, chosen])
        distance = np.minimum(distance, ((points - chosen) ** 2).sum(axis=1))
    for _ in range(12):
        nearest = _assign(points, centres)
        filled = [points[nearest == index] for index in range(len(centres))]
        centres = np.array([group.mean(axis=0) for group in filled if len(group)], np.float32)
    return centres


def _assign(lab: Floats, centres: Floats) -> NDArray[np.intp]:
    """Return the index of the nearest centre for each colour."""
    scores = lab @ centres.T - (centres**2).sum(axis=1) / 2
    return np.asarray(scores.argmax(axis=1))


def _join(centres: Floats, weights: NDArray[np.float64], count: int) -> tuple[Floats, NDArray[np.float64]]:
    """Join the pair that is missed least until `count` are left and none are too close."""
    while len(centres) > 1:
        apart = difference(centres[:, None], centres[None]).astype(np.float64)
        np.fill_diagonal(apart, np.inf)
        # The low exponent keeps small accents alive: by plain share any large area's shades would win.
        smaller = np.minimum(weights[:, None], weights[None]) ** 0.25
        cost = apart * np.where(apart < TOO_CLOSE, 1e-3, smaller)
        first, second = np.unravel_index(int(cost.argmin()), cost.shape)
        if len(centres) <= count and apart[first, second] >= TOO_CLOSE:
            break
        both = weights[first] + weights[second]
        centres[first] = (centres[first] * weights[first] + centres[second] * weights[second]) / both
        weights[first] = both
        centres, weights = np.delete(centres, second, axis=0), np.delete(weights, second)
    return centres, weights


def _swatches(lab: Floats, centres: Floats) -> tuple[Swatch, ...]:
    """Return the groups of pixels around the centres as colours: their medians, which edges do not tint."""
    nearest = _assign(lab, centres)
    groups = [lab[nearest == index] for index in range(len(centres))]
    groups = sorted((group for group in groups if len(group)), key=len, reverse=True)
    middles = [np.median(group, axis=0).astype(np.float32) for group in groups]
    names = colour_names(np.array(middles))
    shares = [len(group) / len(lab) for group in groups]
    return tuple(_swatch(*each) for each in zip(middles, names, shares, strict=True))


def _swatch(middle: Floats, name: str, share: float) -> Swatch:
    red, green, blue = (int(value) for value in np.round(lab_to_srgb(middle) * 255))
    lightness, a, b = (float(value) for value in middle)
    return Swatch((red, green, blue), (lightness, a, b), name, share)
