"""How much of a picture's colour is a brand's: by CIEDE2000, tones between two brand colours at half."""

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limner.actions.colour_spaces import Floats, difference, srgb_to_lab

SIDE = 96
"""Pixels are taken in a grid of at most so many a side: shares are then right to about a hundredth."""
CHROMA = 12.0
"""From this chroma on a pixel is coloured: greys match something in any palette."""
CLOSE, CLOSE_NEUTRAL = 6.0, 3.0
"""ΔE2000 up to which a pixel is a brand colour; less for near-greys. At 12 a photo of flowers passes for a brand."""
MIX_CLOSE, MIX_WEIGHT = 2.5, 0.5
"""A duotone is made of tones between two brand colours: within this ΔE2000 of one, a pixel counts half."""
COVERED = 0.01
"""A brand colour that covers less of the picture is not used."""
STRAY = 20.0
"""ΔE2000 from every brand colour at which a colour is clearly another."""


def adherence(srgb: Floats, palette: list[str]) -> tuple[float, dict[str, Any]]:
    """Return the share of coloured pixels that are the palette's, 0 to 1, and what was seen of each colour.

    srgb: pixels 0 to 1, shape (n, 3). palette: `#rrggbb`. A near-grey of the palette counts as coloured where a second
    brand colour stands beside it: alone, pale paper is on many pages. A picture without any colour has 0: none of
    it is the brand's.
    """
    if not len(srgb):
        return 0.0, {"covered": [], "coloured_share": 0.0}
    brand = hexes_to_srgb(palette)
    lab, brand_lab = srgb_to_lab(srgb), srgb_to_lab(brand)
    brand_chroma = np.hypot(brand_lab[:, 1], brand_lab[:, 2])
    distance = difference(lab[:, None], brand_lab[None])
    hit = distance <= np.where(brand_chroma > CHROMA, CLOSE, CLOSE_NEUTRAL)
    own = hit & (distance == distance.min(axis=1, keepdims=True))
    covered = own.mean(axis=0)
    if (covered >= COVERED).sum() < 2:
        hit &= brand_chroma > CHROMA
    near = hit.any(axis=1)
    coloured = np.hypot(lab[:, 1], lab[:, 2]) > CHROMA
    mixed = coloured & ~near
    mixed[mixed] = _is_mix(srgb[mixed], lab[mixed], brand)
    counted = int((coloured | near).sum())
    share = (near.sum() + MIX_WEIGHT * mixed.sum()) / counted if counted else 0.0
    found = [
        {"hex": name, "share": round(float(part), 3)}
        for name, part in zip(palette, covered, strict=True)
        if part >= COVERED
    ]
    stray = coloured & (distance.min(axis=1) > STRAY) & ~mixed
    evidence: dict[str, Any] = {"covered": found, "coloured_share": round(float(coloured.mean()), 3)}
    if stray.mean() >= COVERED:
        evidence["stray"] = {"hex": _commonest(srgb[stray]), "share": round(float(stray.mean()), 3)}
    return float(share), evidence


def hexes_to_srgb(hexes: list[str]) -> Floats:
    """Return `#rrggbb` colours as sRGB 0 to 1, shape (n, 3)."""
    return np.divide([list(bytes.fromhex(text[1:])) for text in hexes], 255, dtype=np.float32)


def _is_mix(srgb: Floats, lab: Floats, brand: Floats) -> NDArray[np.bool_]:
    """Say which pixels lie between two brand colours, as a duotone's do: on a straight line in sRGB."""
    found = np.zeros(len(srgb), np.bool_)
    for one, other in combinations(brand, 2):
        way = other - one
        part = np.clip((srgb - one) @ way / max(float(way @ way), 1e-6), 0, 1)[:, None]
        nearest = one + part * way
        # ΔE2000 is dear: only where sRGB is within 1/8, which every difference of 2.5 is.
        close = np.flatnonzero((np.abs(srgb - nearest).max(axis=1) < 0.125) & ~found)
        found[close] = difference(lab[close], srgb_to_lab(nearest[close])) <= MIX_CLOSE
    return found


def _commonest(srgb: Floats) -> str:
    """Return the mean of the fullest cell of a coarse grid of colours."""
    cells = (srgb * 7.999).astype(np.int64) @ np.array([64, 8, 1])
    fullest = int(np.bincount(cells).argmax())
    red, green, blue = (round(float(level) * 255) for level in srgb[cells == fullest].mean(axis=0))
    return f"#{red:02x}{green:02x}{blue:02x}"
