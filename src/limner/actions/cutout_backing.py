"""Tells an object from the even backing it was photographed on: paper, a wall, a sweep with its fall of light."""

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit
from limner.actions.cutout_regions import Flags, enclosed, eroded, grown, reached, regions

RING = 0.03
"""How wide the border is that tells the backing, in parts of the shorter side."""
EVEN_SHARE = 0.62
"""A backing fills at least this share of the border; the rest may be the object, cut by the frame."""
EVEN_SPREAD = 3.2
"""Largest median distance, in Lab units, of a backing from its own smooth surface."""
APART = 3.5
"""Distance from the backing, in Lab units, from which a place is the object's; noise raises it."""
SHADE = 0.1
"""What darkness counts, where colour and slope are a shadow's."""
DEEPEST_SHADE = 0.6
"""A shadow takes at most this share of the backing's lightness: what is darker is a thing."""
STEEPEST_SHADE = 1.5
"""How much a shadow changes from one place to the next, in Lab units at 800 pixels a side."""
LEAK = 9
"""A way to the backing at most twice this wide, in pixels of the working size, is judged by where it leads."""
LEAST_PART = 0.02
"""Regions below this share of the largest one are dust."""
WINDOW = (0.002, 0.35)
"""An enclosed place of the backing's colour is a hole from the first to the second of these shares of the
object: less is a glint, more is a label."""


def find_on_backing(picture: Floats) -> Flags | None:
    """Return where the object is; None where the border is not one even backing, or nothing stands on it.

    picture: sRGB 0 to 1, shape (height, width, 3), some hundreds of pixels a side.
    """
    lab = srgb_to_lab(picture)
    surface = _surface(lab)
    if surface is None:
        return None
    away = lab - surface
    noise = float(np.median(np.linalg.norm(away[_ring(lab.shape[:2])], axis=1)))
    limit = APART + 2.5 * max(0.0, noise - 0.3)
    free = _free(lab, surface, limit)
    distance = np.asarray(np.linalg.norm(away, axis=2), np.float32)
    inside = _whole(~_open(free, distance, limit), distance, limit)
    return inside if 0.003 < float(inside.mean()) < 0.97 else None


def _ring(shape: tuple[int, ...]) -> Flags:
    deep = max(2, round(min(shape[:2]) * RING))
    ring = np.ones(shape[:2], np.bool_)
    ring[deep:-deep, deep:-deep] = False
    return ring


def _frame(shape: tuple[int, ...]) -> Flags:
    frame = np.ones(shape[:2], np.bool_)
    frame[1:-1, 1:-1] = False
    return frame


def _surface(lab: Floats) -> Floats | None:
    """Return the backing's colour everywhere: a surface of second degree through the even part of the border."""
    basis = _basis((lab.shape[0], lab.shape[1]))
    ring = _ring(lab.shape)
    colours, places = lab[ring].astype(np.float64), basis[ring]
    middle = np.median(colours, axis=0)
    keep = np.linalg.norm(colours - middle, axis=1) < 22
    for _ in range(6):
        if keep.mean() < EVEN_SHARE:
            return None
        solution = _fitted(places[keep], colours[keep])
        away = np.linalg.norm(colours - places @ solution, axis=1)
        keep = away < max(4.0, 3 * float(np.median(away)))
    if float(np.median(away)) > EVEN_SPREAD or keep.mean() < EVEN_SHARE:
        return None
    # The middle of the picture is far from the border: what is like the surface there corrects it.
    for _ in range(2):
        near = np.linalg.norm(lab - basis @ solution, axis=2) < 5
        solution = _fitted(basis[near][::5], lab[near][::5])
    return np.asarray(basis @ solution, np.float32)


def _basis(shape: tuple[int, int]) -> Floats:
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None] + np.zeros(shape, np.float32)
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :] + np.zeros(shape, np.float32)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)


def _fitted(places: Floats, colours: Floats) -> Floats:
    # Held to the flat a little, so that a border seen on two sides only does not run away in between.
    weight = np.diag([0, 1, 1, 8, 8, 8]) * len(places) * 1e-4
    places = places.astype(np.float64)
    return np.asarray(np.linalg.solve(places.T @ places + weight, places.T @ colours), np.float32)


def _free(lab: Floats, surface: Floats, limit: float) -> Flags:
    """Return what can be the backing: of its colour, or its shadow, which is darker and has no edge."""
    away = lab - surface
    calm = smooth(lab, 1.0)
    across = np.linalg.norm(np.diff(calm, axis=1, append=calm[:, -1:]), axis=2)
    down = np.linalg.norm(np.diff(calm, axis=0, append=calm[-1:]), axis=2)
    slope = np.hypot(across, down) * max(lab.shape[:2]) / 800
    shade = np.sqrt((SHADE * away[..., 0]) ** 2 + away[..., 1] ** 2 + away[..., 2] ** 2)
    is_shade = (away[..., 0] < 0) & (away[..., 0] > -DEEPEST_SHADE * surface[..., 0])
    is_shade &= (slope < STEEPEST_SHADE) & (shade < limit + 3)
    return np.asarray((np.linalg.norm(away, axis=2) < limit) | is_shade)


def _open(free: Flags, away: Floats, limit: float) -> Flags:
    """Return the backing that the border leads to; through narrow ways only what has the backing's own colour.

    A white thing on white paper has places along its outline where both are alike.
    """
    frame = _frame(free.shape)
    wide = reached(frame, eroded(free, LEAK))
    wide = free & grown(wide, LEAK)
    for region in regions(reached(frame, free) & ~wide):
        if region.sum() < 40 or float(np.percentile(away[region], 85)) < limit:
            wide |= region
    return wide


def _whole(inside: Flags, away: Floats, limit: float) -> Flags:
    """Return the object without dust, its labels filled and its holes open."""
    calm = Image.fromarray(inside.astype(np.uint8) * 255).filter(ImageFilter.MedianFilter(5))
    parts = regions(np.asarray(calm) > 127)
    if not parts:
        return np.zeros_like(inside)
    largest = int(parts[0].sum())
    solid = np.logical_or.reduce([part for part in parts if part.sum() >= LEAST_PART * largest])
    solid |= enclosed(solid)
    for gap in regions(eroded(solid & (away < limit), 1)):
        if _is_hole(gap, away, limit) and WINDOW[0] < float(gap.sum()) / largest < WINDOW[1]:
            solid &= ~(grown(gap, 2) & (away < limit))
    smooth_line = Image.fromarray(solid.astype(np.uint8) * 255).filter(ImageFilter.MedianFilter(5))
    return np.asarray(smooth_line) > 127


def _is_hole(gap: Flags, away: Floats, limit: float) -> bool:
    """Whether a place of the backing's colour ends sharply all around: a highlight fades, a hole does not."""
    around = grown(gap, 5) & ~grown(gap, 3)
    return float(np.median(away[gap])) < limit / 2 and float(np.percentile(away[around], 15)) > 2.5 * limit


def unit_picture(image: Image.Image, side: int) -> Floats:
    """Return a picture as sRGB 0 to 1, at most `side` pixels a side."""
    small = image.convert("RGB")
    small.thumbnail((side, side), Image.Resampling.BOX)
    return to_unit(np.asarray(small))
