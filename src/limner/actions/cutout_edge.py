"""Draws the outline of a cut-out: how much of each pixel is the object's, and its colour without the backing's."""

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Bytes, Floats, to_unit
from limner.actions.cutout_regions import Flags, eroded

BAND = 3
"""How far from the guessed outline the true one may be, in pixels of the working size."""
STRIP_PIXELS = 1_500_000
DISTINCT = (0.05, 0.16)
"""Distance of the object's colour from the backing's, in sRGB 0 to 1, from which the pixels themselves tell
the outline; below it, the guess does."""
FIRM = (0.1, 0.9)
"""Coverage below the first is none, above the second is whole: noise makes no haze."""


def with_edges(image: Image.Image, guess: Floats) -> Image.Image:
    """Return the object alone, in mode RGBA, at the picture's size.

    guess: how much each place is the object's, 0 to 1, at a working size; right within BAND of its outline.
    """
    small = image.convert("RGB").resize(guess.shape[::-1], Image.Resampling.BOX)
    picture = to_unit(np.asarray(small))
    solid = guess > 0.5
    inner = eroded(solid, BAND)
    outer = eroded(~solid, BAND)
    front = spread_colours(picture, inner if inner.any() else solid)
    # Taken from just around the object, so that the shadow it stands in is what lies behind it there.
    behind = spread_colours(picture, outer if outer.any() else ~solid)
    soft = smooth(guess, 2.0)
    result = np.empty((image.height, image.width, 4), np.uint8)
    layers = [*np.moveaxis(front, -1, 0), *np.moveaxis(behind, -1, 0), soft]
    planes = [Image.fromarray(np.ascontiguousarray(each, dtype=np.float32)) for each in layers]
    rows = max(32, STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        bottom = min(image.height, top + rows)
        ratio = guess.shape[0] / image.height
        window = (0.0, top * ratio, float(guess.shape[1]), bottom * ratio)
        size = (image.width, bottom - top)
        strip = [np.asarray(each.resize(size, Image.Resampling.BILINEAR, box=window)) for each in planes]
        pixels = to_unit(np.asarray(image.crop((0, top, image.width, bottom)).convert("RGB")))
        result[top:bottom] = _matted(pixels, np.stack(strip[:3], -1), np.stack(strip[3:6], -1), strip[6])
    return Image.fromarray(result)


def _matted(pixels: Floats, front: Floats, behind: Floats, soft: Floats) -> Bytes:
    """Return the strip in RGBA: coverage by where a colour lies between front and behind."""
    apart = front - behind
    length = (apart**2).sum(axis=2)
    along = ((pixels - behind) * apart).sum(axis=2) / np.maximum(length, 1e-4)
    trust = ramp(np.sqrt(length), *DISTINCT)
    # The guess bounds what the pixels say: a shadow beside the object lies between both colours, too.
    told = np.clip(along, np.clip(6 * soft - 4.9, 0, 1), np.clip(4 * soft - 0.2, 0, 1))
    guessed = np.clip(2 * soft - 0.5, 0, 1)
    cover = ramp(told * trust + guessed * (1 - trust), *FIRM)[..., None]
    own = np.clip((pixels - (1 - cover) * behind) / np.maximum(cover, 0.05), 0, 1)
    share = ramp(cover, 0.35, 0.95)
    clean = np.where(cover > 0.995, pixels, own * share + front * (1 - share))
    both = np.concatenate([clean, cover], axis=2)
    return np.asarray((both * 255 + 0.5).astype(np.uint8))


def ramp(values: Floats, low: float, high: float) -> Floats:
    """Return 0 below `low`, 1 above `high`, and a smooth way in between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def spread_colours(picture: Floats, known: Flags) -> Floats:
    """Return the colours of the known places, continued over all others from what is nearest."""
    weight = known.astype(np.float32)[..., None]
    result = np.zeros_like(picture)
    total = np.zeros_like(weight)
    for sigma, factor in ((2.5, 1), (4.0, 4), (6.0, 16)):
        colours, weights = (_reduced(each, factor) for each in (picture * weight, weight))
        near_colours, near = (_enlarged(smooth(each, sigma), weight.shape) for each in (colours, weights))
        share = np.clip(near / 0.02, 0, 1) * (1 - total)
        result += share * near_colours / np.maximum(near, 1e-5)
        total += share
    mean = (picture * weight).sum(axis=(0, 1)) / max(float(weight.sum()), 1.0)
    return np.asarray(np.clip(result + (1 - total) * mean, 0, 1), np.float32)


def _reduced(field: Floats, factor: int) -> Floats:
    if factor == 1:
        return field
    size = (max(1, field.shape[1] // factor), max(1, field.shape[0] // factor))
    return _resized(field, size, Image.Resampling.BOX)


def _enlarged(field: Floats, shape: tuple[int, ...]) -> Floats:
    size = (shape[1], shape[0])
    return field if field.shape[:2] == shape[:2] else _resized(field, size, Image.Resampling.BILINEAR)


def _resized(field: Floats, size: tuple[int, int], method: Image.Resampling) -> Floats:
    bands = [
        np.asarray(Image.fromarray(np.ascontiguousarray(band)).resize(size, method))
        for band in np.moveaxis(field, -1, 0)
    ]
    return np.stack(bands, axis=-1)
