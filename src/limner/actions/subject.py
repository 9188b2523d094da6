"""Finds what a picture is about: saliency, and a soft mask of the subject; of people by models, where these are there.

Else the mask is a random walker with colour models, re-estimated in rounds as GrabCut does: a guess from
position and contrast, then colours of inside and outside, then a solution that follows the picture's edges.
Source: Grady 2006, doi:10.1109/TPAMI.2006.233; Rother et al. 2004, doi:10.1145/1015706.1015720
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions import vision_extra
from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit
from limner.actions.person import find_person

WORK_SIDE = 224
"""The mask is solved at this longest side, then sharpened along the full picture's edges."""
ROUNDS = 4
ISOLATED = 9.0
"""Sum of colour steps from the border, in Lab units, at which a place is as likely the subject's as not."""
TOLL = 6.0
"""What a step over the frame's border costs per log odds of looking like the subject, in Lab units."""
NOISE = 1.0
"""Colour steps between neighbours, in Lab units, that texture and noise make."""
EDGE_FALL_OFF = 9.0
"""Lab distance between neighbours at which they hardly pull on each other any more."""

Focus = tuple[float, float]
Flags = NDArray[np.bool_]


def find_saliency(image: Image.Image) -> Floats:
    """Return how much each place stands out, 0 to 1, at the working size: closed off from the frame's border."""
    lab = _work_lab(image)
    isolation = _isolation(lab, np.zeros(lab.shape[:2], np.float32))
    standing_out = isolation / (isolation + max(ISOLATED, float(np.median(isolation))))
    return np.asarray(standing_out * _ellipse(isolation.shape, (0.5, 0.5), 0.45), np.float32)


def find_subject(image: Image.Image, focus: Focus | None = None) -> Floats:
    """Return how much each place belongs to the subject, 0 to 1, at the working size.

    focus: where the subject is, x and y from 0 to 1; None looks for it around what stands out. Where the extra `vision`
    is installed and a face is found, the subject is that person, unless the focus is on something else.
    """
    lab = _work_lab(image)
    shape = (lab.shape[0], lab.shape[1])
    if vision_extra.is_installed() and (person := find_person(image, shape, focus)) is not None:
        return _fill_holes(_keep_connected(person.mask, person.face))
    place = focus or _centre_of(find_saliency(image))
    stance = np.clip(_stance(shape, place), 0.02, 0.98)
    prior = np.log(stance / (1 - stance))
    core = _ellipse(shape, place, 0.07) > 0.4
    links, detail = _links(lab), _detail(lab)
    pull = np.where(core, 1.0, 0.03).astype(np.float32)
    looks = np.zeros(shape, np.float32)
    for _ in range(ROUNDS):
        # Where the subject itself reaches the border, the border is no way out of it.
        isolation = _isolation(lab, TOLL * np.clip(looks, 0, 3))
        odds = prior + looks + 1.3 * _apart(isolation)
        mask = _walk(links, np.where(core, 1.0, _sigmoid(odds)).astype(np.float32), pull)
        looks = 0.7 * _colour_odds(lab, mask) + 0.6 * _value_odds(detail, mask)
    return _fill_holes(_keep_connected(mask, place))


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -6, 6))), np.float32)


def _apart(isolation: Floats) -> Floats:
    """Return the log odds that a place is the subject's, from how closed off it is."""
    even = min(ISOLATED, float(np.percentile(isolation, 60)) + 0.5)
    return np.clip(np.log(np.maximum(isolation, 0.5) / even), -2, 2)


def _isolation(lab: Floats, toll: Floats) -> Floats:
    """Return the least sum of colour steps, in Lab units, on the way from each place to the frame's border.

    toll: what leaving the frame costs at each place. The lower border is no way out: subjects stand on it.
    Source: Wei et al. 2012, Geodesic Saliency Using Background Priors, doi:10.1007/978-3-642-33712-3_3
    """
    calm = smooth(lab, 1.0)
    right, down = (
        np.maximum(np.linalg.norm(np.diff(calm, axis=axis), axis=-1) - NOISE, 0.02).astype(np.float32)
        for axis in (1, 0)
    )
    way = np.full(lab.shape[:2], np.inf, np.float32)
    way[0], way[:, 0], way[:, -1] = toll[0], toll[:, 0], toll[:, -1]
    for _ in range(4 * WORK_SIDE):
        shorter = way.copy()
        np.minimum(shorter[:, 1:], way[:, :-1] + right, out=shorter[:, 1:])
        np.minimum(shorter[:, :-1], way[:, 1:] + right, out=shorter[:, :-1])
        np.minimum(shorter[1:], way[:-1] + down, out=shorter[1:])
        np.minimum(shorter[:-1], way[1:] + down, out=shorter[:-1])
        if np.array_equal(shorter, way):
            break
        way = shorter
    return way


def _work_lab(image: Image.Image) -> Floats:
    small = image.convert("RGB")
    small.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    return srgb_to_lab(to_unit(np.asarray(small)))


def _ellipse(shape: tuple[int, int], centre: Focus, spread: float) -> Floats:
    """Return a soft bump, 1 at the centre; `spread` is its standard deviation, in parts of each side."""
    y = (np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0] - centre[1]
    x = (np.arange(shape[1], dtype=np.float32) + 0.5) / shape[1] - centre[0]
    return np.asarray(np.exp(-(x[None] ** 2 + y[:, None] ** 2) / (2 * spread**2)), np.float32)


def _centre_of(saliency: Floats) -> Focus:
    """Return where the weight of the saliency lies, drawn a little to the middle."""
    weight = saliency**2
    total = float(weight.sum()) or 1.0
    rows, columns = np.indices(saliency.shape)
    x = float((columns * weight).sum() / total / saliency.shape[1])
    y = float((rows * weight).sum() / total / saliency.shape[0])
    return 0.5 + 0.8 * (x - 0.5), 0.5 + 0.8 * (y - 0.5)


def _stance(shape: tuple[int, int], centre: Focus) -> Floats:
    """Return where subjects tend to be, around a centre: narrower above it than below, as things stand."""
    y = (np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0] - centre[1]
    x = (np.arange(shape[1], dtype=np.float32) + 0.5) / shape[1] - centre[0]
    y = np.where(y > 0, y * 0.6, y)[:, None]
    spread = 0.25 + 0.16 * np.clip(y + 0.2, 0, 0.5)
    return np.exp(-((x[None] / spread) ** 2) / 2 - (y / 0.32) ** 2 / 2).astype(np.float32)


def _detail(lab: Floats) -> Floats:
    """Return how much fine structure each place has, in steps of a logarithm: what is in focus has more."""
    light = lab[..., 0]
    across = np.abs(np.diff(light, axis=1, append=light[:, -1:]))
    down = np.abs(np.diff(light, axis=0, append=light[-1:]))
    energy = np.hypot(across, down)
    height, width = energy.shape
    coarse = Image.fromarray(energy).resize((width // 6 + 1, height // 6 + 1), Image.Resampling.BOX)
    around = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    return np.asarray(np.log2(np.maximum(around, 0.05)), np.float32)


def _value_odds(values: Floats, mask: Floats) -> Floats:
    """Return the log odds that each value is the subject's, from histograms of both sides."""
    bins = np.clip((values + 4.5) * 2, 0, 19).astype(np.int64).ravel()
    kernel = np.array([0.25, 0.5, 0.25])
    inside = np.convolve(np.bincount(bins, mask.ravel(), 20), kernel, "same")
    outside = np.convolve(np.bincount(bins, 1 - mask.ravel(), 20), kernel, "same")
    odds = np.log((inside / inside.sum() + 0.01) / (outside / outside.sum() + 0.01))
    return np.asarray(odds[bins].reshape(values.shape), np.float32)


def _colour_odds(lab: Floats, mask: Floats) -> Floats:
    """Return the log odds that each colour is the subject's, from histograms of both sides."""
    bins = np.clip(((lab.reshape(-1, 3) - (0, -64, -64)) / (8, 8, 8)).astype(np.int64), 0, 15)
    index = (bins[:, 0] * 16 + bins[:, 1]) * 16 + bins[:, 2]
    inside = _smooth_histogram(np.bincount(index, mask.ravel(), 4096))
    outside = _smooth_histogram(np.bincount(index, 1 - mask.ravel(), 4096))
    odds = np.log((inside[index] + 1e-4) / (outside[index] + 1e-4))
    return np.asarray(odds.reshape(mask.shape), np.float32)


def _smooth_histogram(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Return a histogram as probabilities, each bin shared with its neighbours."""
    cube = counts.reshape(16, 16, 16)
    for axis in range(3):
        padded = np.pad(cube, [(1, 1) if each == axis else (0, 0) for each in range(3)])
        before, after = np.take(padded, range(16), axis), np.take(padded, range(2, 18), axis)
        cube = 0.25 * before + 0.5 * cube + 0.25 * after
    return np.asarray(cube.ravel() / max(float(cube.sum()), 1e-9))


def _links(lab: Floats) -> tuple[Floats, Floats]:
    """Return how strongly each place holds to its right and its lower neighbour."""
    right = np.linalg.norm(np.diff(lab, axis=1), axis=-1)
    down = np.linalg.norm(np.diff(lab, axis=0), axis=-1)
    return _hold(right), _hold(down)


def _hold(step: Floats) -> Floats:
    return np.asarray(np.exp(-((step / EDGE_FALL_OFF) ** 2)) + 0.002, np.float32)


def _walk(links: tuple[Floats, Floats], belief: Floats, pull: Floats) -> Floats:
    """Return the smoothest field along the links that stays near `belief`: conjugate gradients."""
    right, down = links

    def apply(field: Floats) -> Floats:
        result = pull * field
        across = right * (field[:, :-1] - field[:, 1:])
        along = down * (field[:-1] - field[1:])
        result[:, :-1] += across
        result[:, 1:] -= across
        result[:-1] += along
        result[1:] -= along
        return result

    field = belief.copy()
    rest = pull * belief - apply(field)
    direction, energy = rest.copy(), float((rest**2).sum())
    for _ in range(80):
        if energy < 1e-6:
            break
        turned = apply(direction)
        step = energy / float((direction * turned).sum())
        field += step * direction
        rest -= step * turned
        before, energy = energy, float((rest**2).sum())
        direction = rest + (energy / before) * direction
    return np.clip(field, 0, 1)


def _keep_connected(mask: Floats, place: Focus) -> Floats:
    """Fade out what is not connected with the subject's place."""
    solid = mask > 0.5
    if not solid.any():
        return mask
    rows, columns = np.nonzero(solid)
    height, width = mask.shape
    nearest = ((columns / width - place[0]) ** 2 + (rows / height - place[1]) ** 2).argmin()
    start = np.zeros_like(solid)
    start[rows[nearest], columns[nearest]] = True
    return np.where(solid & ~_flood(start, solid), 0.0, mask).astype(np.float32)


def _fill_holes(mask: Floats) -> Floats:
    """Make opaque what the subject encloses: a dark button is no window on the background."""
    empty = mask <= 0.5
    start = np.zeros_like(empty)
    start[0], start[:, 0], start[:, -1] = empty[0], empty[:, 0], empty[:, -1]
    start[-1] = empty[-1]
    return np.where(empty & ~_flood(start, empty), 1.0, mask).astype(np.float32)


def _flood(start: Flags, inside: Flags) -> Flags:
    """Return what is reached from `start` without leaving `inside`."""
    reached = start
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= inside
        if (grown == reached).all():
            return grown
        reached = grown


def follow_edges(image: Image.Image, mask: Floats) -> Image.Image:
    """Return the mask at the picture's size, its outline on the picture's edges, in mode L.

    A guided filter whose coefficients are found at the working size.
    Source: He, Sun 2015, Fast Guided Filter, arXiv:1505.00996
    """
    guide = to_unit(np.asarray(image.convert("RGB").resize(mask.shape[::-1], Image.Resampling.BOX)))
    slope, offset = _local_lines(guide, mask, radius=3.0, smoothness=2e-4)
    result = np.empty((image.height, image.width), np.uint8)
    coefficients = [
        Image.fromarray(np.ascontiguousarray(each)) for each in (*np.moveaxis(slope, -1, 0), offset)
    ]
    rows_per_strip = max(64, 4_000_000 // image.width)
    ratio = mask.shape[0] / image.height
    for top in range(0, image.height, rows_per_strip):
        bottom = min(top + rows_per_strip, image.height)
        window = (0.0, top * ratio, float(mask.shape[1]), bottom * ratio)
        red, green, blue, rest = (
            np.asarray(each.resize((image.width, bottom - top), Image.Resampling.BILINEAR, box=window))
            for each in coefficients
        )
        colours = to_unit(np.asarray(image.crop((0, top, image.width, bottom)).convert("RGB")))
        value = red * colours[..., 0] + green * colours[..., 1] + blue * colours[..., 2] + rest
        firm = np.clip((value - 0.3) / 0.4, 0, 1)
        result[top:bottom] = (firm * firm * (3 - 2 * firm) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(result)


def _local_lines(guide: Floats, mask: Floats, radius: float, smoothness: float) -> tuple[Floats, Floats]:
    """Return for each place the line from colour to mask that fits its surroundings: slope (…, 3), offset."""
    mean, target = smooth(guide, radius), smooth(mask, radius)
    both = smooth(guide * mask[..., None], radius) - mean * target[..., None]
    products = guide[..., :, None] * guide[..., None, :]
    spread = smooth(products, radius) - mean[..., :, None] * mean[..., None, :]
    slope = np.linalg.solve(spread + smoothness * np.eye(3, dtype=np.float32), both[..., None])[..., 0]
    offset = target - (slope * mean).sum(axis=-1)
    return smooth(slope.astype(np.float32), radius), smooth(offset.astype(np.float32), radius)
