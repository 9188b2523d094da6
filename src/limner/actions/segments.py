"""Parts a picture into regions that belong together by colour, place and the edges between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, srgb_to_lab, to_unit

WORK_SIDE = 360
GRAINS = 700
"""How many small pieces are made first."""
ROUNDS = 6
COMPACTNESS = 9.0
"""Lab units that one piece's width of distance counts as."""
SIZE_POWER = 0.45
"""How much larger regions resist being joined: 0 looks at colour alone, 1 at the variance it makes."""
EDGE_WEIGHT = 1.6
SAME = 2.5
"""Neighbours nearer than this in Lab are one region, however many are asked for."""
LEAST_SHARE = 0.004
"""A smaller region is no part that anyone would name."""
SPECK = 0.0012
"""A smaller piece of a region, away from the rest of it, goes to what lies around it. In parts of the picture."""

Labels = NDArray[np.intp]
"""Which region each pixel belongs to, from 0, shape (height, width)."""


@dataclass(slots=True)
class Region:
    """A region while regions are joined: its pixels, the mean of its colours in Lab, and its neighbours."""

    count: float
    color: Floats
    borders: dict[int, tuple[float, float]]
    """By neighbour: the length of the common border, and the colour steps across it added up."""


def find_regions(image: Image.Image, count: int) -> Labels:
    """Return at most `count` regions of a picture at the working size, numbered from the largest down."""
    small = image.copy()
    small.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    lab = smooth(srgb_to_lab(to_unit(np.asarray(small.convert("RGB")))), 0.7)
    grains = _grains(lab)
    regions = _regions(lab, grains)
    owner = _joined(regions, count)
    labels = _without_specks(owner[grains])
    order = np.argsort(-np.bincount(labels.ravel()), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.asarray(rank[labels])


def _grains(lab: Floats) -> Labels:
    """Return small, compact pieces of one colour. Source: Achanta et al. 2012 (SLIC), doi:10.1109/TPAMI.2012.120"""
    height, width = lab.shape[:2]
    step = max(1.0, (height * width / GRAINS) ** 0.5)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.indices((height, width), dtype=np.float32)
    scale = COMPACTNESS / step
    points = np.concatenate([lab, (x * scale)[..., None], (y * scale)[..., None]], axis=-1)
    home_row = np.minimum(rows - 1, y * rows / height).astype(np.intp)
    home_column = np.minimum(columns - 1, x * columns / width).astype(np.intp)
    labels: Labels = home_row * columns + home_column
    for _ in range(ROUNDS):
        centres = _means(points, labels, rows * columns)
        nearest = np.full((height, width), np.inf, np.float32)
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                row = np.clip(home_row + down, 0, rows - 1)
                each = row * columns + np.clip(home_column + across, 0, columns - 1)
                away = ((points - centres[each]) ** 2).sum(axis=-1)
                is_nearer = away < nearest
                labels = np.where(is_nearer, each, labels)
                nearest = np.where(is_nearer, away, nearest)
    _, inverse = np.unique(labels, return_inverse=True)
    return np.asarray(inverse.reshape(height, width))


def _means(points: Floats, labels: Labels, count: int) -> Floats:
    flat = labels.ravel()
    sizes = np.maximum(np.bincount(flat, minlength=count), 1)
    channels = points.reshape(-1, points.shape[-1]).T
    sums = [np.bincount(flat, channel, count) for channel in channels]
    return np.asarray(np.stack(sums, axis=-1) / sizes[:, None], np.float32)


def _regions(lab: Floats, grains: Labels) -> dict[int, Region]:
    """Return each piece with its colour and its borders."""
    count = int(grains.max()) + 1
    sizes = np.bincount(grains.ravel(), minlength=count)
    colors = _means(lab, grains, count)
    regions = {number: Region(float(sizes[number]), colors[number], {}) for number in range(count)}
    for axis in (0, 1):
        step = np.linalg.norm(np.diff(lab, axis=axis), axis=-1)
        first = np.delete(grains, -1, axis=axis)
        second = np.delete(grains, 0, axis=axis)
        apart = first != second
        pairs, places = np.unique(first[apart] * count + second[apart], return_inverse=True)
        lengths, steps = np.bincount(places), np.bincount(places, step[apart])
        for pair, length, total in zip(pairs, lengths, steps, strict=True):
            one, two = divmod(int(pair), count)
            for here, there in ((one, two), (two, one)):
                before = regions[here].borders.get(there, (0.0, 0.0))
                regions[here].borders[there] = (before[0] + float(length), before[1] + float(total))
    return regions


def _joined(regions: dict[int, Region], count: int) -> Labels:
    """Join the neighbours that are missed least until `count` are left; return each piece's region, from 0."""
    owner = np.arange(len(regions))
    costs = {
        (one, two): _cost(regions, one, two)
        for one, region in regions.items()
        for two in region.borders
        if one < two
    }
    smallest = LEAST_SHARE * sum(region.count for region in regions.values())
    while costs:
        one, two = min(costs, key=costs.__getitem__)
        # Specks go while there still are regions to spare, so that as many as asked for are left.
        specks = (
            () if len(regions) > 3 * count else [n for n, each in regions.items() if each.count < smallest]
        )
        if specks:
            one, two = min((pair for pair in costs if specks[0] in pair), key=costs.__getitem__)
        elif len(regions) <= count and not _is_alike(regions, one, two):
            break
        _join(regions, one, two)
        owner[owner == two] = one
        for pair in [pair for pair in costs if one in pair or two in pair]:
            del costs[pair]
        for other in regions[one].borders:
            costs[min(one, other), max(one, other)] = _cost(regions, one, other)
    _, numbers = np.unique(owner, return_inverse=True)
    return np.asarray(numbers)


def _is_alike(regions: dict[int, Region], one: int, two: int) -> bool:
    return float(np.linalg.norm(regions[one].color - regions[two].color)) < SAME


def _cost(regions: dict[int, Region], one: int, two: int) -> float:
    """Return how much is lost when two neighbours become one."""
    first, second = regions[one], regions[two]
    apart = float(((first.color - second.color) ** 2).sum())
    length, steps = first.borders[two]
    size = first.count * second.count / (first.count + second.count)
    return float(size**SIZE_POWER * (apart + (EDGE_WEIGHT * steps / length) ** 2))


def _join(regions: dict[int, Region], one: int, two: int) -> None:
    """Make the second region a part of the first."""
    first, second = regions[one], regions.pop(two)
    total = first.count + second.count
    mixed = (first.color * first.count + second.color * second.count) / total
    first.color = mixed.astype(np.float32)
    first.count = total
    del first.borders[two]
    for other, (length, steps) in second.borders.items():
        if other == one:
            continue
        before = first.borders.get(other, (0.0, 0.0))
        both = (before[0] + length, before[1] + steps)
        first.borders[other] = regions[other].borders[one] = both
        del regions[other].borders[two]


def _without_specks(labels: Labels) -> Labels:
    """Return the regions with their small loose pieces given to what lies around them."""
    parts = _parts(labels)
    sizes = np.bincount(parts.ravel())
    is_open = sizes[parts] < SPECK * labels.size
    clean = np.where(is_open, -1, labels)
    while is_open.any() and not is_open.all():
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            near = np.roll(clean, step, axis)
            edge = [slice(None), slice(None)]
            edge[axis] = slice(0, 1) if step == 1 else slice(-1, None)
            near[tuple(edge)] = -1  # np.roll brings the other side of the picture
            clean = np.where((clean < 0) & (near >= 0), near, clean)
        is_open = clean < 0
    _, numbers = np.unique(clean, return_inverse=True)
    return np.asarray(numbers.reshape(labels.shape))


def _parts(labels: Labels) -> Labels:
    """Return the connected parts of the regions, each with a number of its own."""
    parts: Labels = np.arange(labels.size).reshape(labels.shape)
    right, down = labels[:, 1:] == labels[:, :-1], labels[1:] == labels[:-1]
    while True:
        before = parts.copy()
        for same, first, second in (
            (right, np.s_[:, :-1], np.s_[:, 1:]),
            (down, np.s_[:-1], np.s_[1:]),
        ):
            low = np.minimum(parts[first], parts[second])
            parts[first] = np.where(same, low, parts[first])
            parts[second] = np.where(same, np.minimum(low, parts[second]), parts[second])
        parts = parts.ravel()[parts]  # a number is a place: take over what that place has found
        if (parts == before).all():
            return parts
