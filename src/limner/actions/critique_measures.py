"""Measures what an art director looks at first: contrast, hierarchy, balance, palette, sharpness, exposure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit
from limner.actions.palette import read_palette
from limner.actions.saliency import saliency

SIDE = 512
SHARP_SIDE = 1024
TILE = 32


@dataclass(frozen=True, slots=True)
class Measures:
    """One picture in numbers. L*, a*, b* are CIE Lab; shares and places are 0 to 1."""

    dark: float
    """L* of the 2nd percentile, and so on."""
    middle: float
    light: float
    clipped_dark: float
    clipped_light: float
    separation: float
    """CIE76 between what draws the eye and the rest."""
    focus: float
    """Share of what draws the eye that the strongest tenth of the area holds."""
    center: tuple[float, float]
    """Where the weight of what draws the eye lies."""
    chroma: float
    """The mean colourfulness in Lab units."""
    cast: tuple[float, float]
    """Mean a* and b* of what is nearly grey."""
    colors: int
    dominant: float
    plain: float
    """Share of the one colour that fills most of it, to four 8-bit levels: of a flat ground."""
    sharpness: float
    """Standard deviation of the Laplacian, in 8-bit levels, in the sharpest tenth of the tiles."""


def measure(image: Image.Image) -> Measures:
    """Return the measures of an RGB picture."""
    small = image.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    lab = srgb_to_lab(to_unit(np.asarray(small)))
    light = lab[..., 0]
    dark, middle, bright = (float(value) for value in np.percentile(light, (2, 50, 98)))
    found = saliency(small)
    weight = np.asarray(Image.fromarray(found).resize(small.size, Image.Resampling.BILINEAR), np.float64)
    weight = np.maximum(weight, 0) / max(float(weight.sum()), 1e-12)
    ordered = np.sort(weight.ravel())[::-1]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    palette = read_palette(image, 8)
    return Measures(
        dark,
        middle,
        bright,
        float((light < 1.0).mean()),
        float((light > 99.5).mean()),
        _separation(lab, weight),
        float(ordered[: max(1, len(ordered) // 10)].sum()),
        center_of(weight),
        float(chroma.mean()),
        _cast(lab, chroma),
        sum(1 for swatch in palette if swatch.share >= 0.02),
        palette[0].share,
        _plain(small),
        _sharpness(image),
    )


def center_of(weight: NDArray[Any]) -> tuple[float, float]:
    """Return where the weight of a map lies, as shares of its width and height."""
    total = max(float(weight.sum()), 1e-12)
    rows, columns = np.indices(weight.shape)
    across, down = float((weight * (columns + 0.5)).sum()), float((weight * (rows + 0.5)).sum())
    return across / total / weight.shape[1], down / total / weight.shape[0]


def _separation(lab: Floats, weight: NDArray[Any]) -> float:
    """Return how far the colours of what draws the eye are from those of the rest."""
    strong = weight >= np.percentile(weight, 85)
    if strong.all():
        return 0.0
    return float(np.linalg.norm(lab[strong].mean(axis=0) - lab[~strong].mean(axis=0)))


def _plain(image: Image.Image) -> float:
    levels = (np.asarray(image) >> 2).astype(np.int64)
    counts = np.bincount(((levels[..., 0] << 12) | (levels[..., 1] << 6) | levels[..., 2]).ravel())
    return float(counts.max() / counts.sum())


def _cast(lab: Floats, chroma: Floats) -> tuple[float, float]:
    grey = (chroma < 14) & (lab[..., 0] > 15) & (lab[..., 0] < 97)
    if grey.mean() < 0.03:
        return 0.0, 0.0
    return float(lab[grey][:, 1].mean()), float(lab[grey][:, 2].mean())


def _sharpness(image: Image.Image) -> float:
    grey = image.convert("L")
    grey.thumbnail((SHARP_SIDE, SHARP_SIDE), Image.Resampling.LANCZOS)
    light = np.asarray(grey, np.float32)
    if min(light.shape) < 3:
        return 0.0
    edges = 4 * light[1:-1, 1:-1] - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    spreads = [
        float(edges[top : top + TILE, left : left + TILE].std())
        for top in range(0, edges.shape[0], TILE)
        for left in range(0, edges.shape[1], TILE)
    ]
    return float(np.percentile(spreads, 90))
