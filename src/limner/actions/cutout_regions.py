"""Connected regions of a mask: what is reached from somewhere, what hangs together, what is enclosed."""

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

MOST_REGIONS = 60
"""The largest so many regions count; what is smaller are specks."""


def reached(start: Flags, inside: Flags) -> Flags:
    """Return what is reached from `start` without leaving `inside`, going up, down, left and right."""
    labels, count = labelled(inside)
    is_reached = np.zeros(count + 1, np.bool_)
    is_reached[labels[start & inside]] = True
    is_reached[0] = False
    return np.asarray(is_reached[labels])


def regions(inside: Flags) -> list[Flags]:
    """Return the regions that hang together, the largest first."""
    labels, count = labelled(inside)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    sizes[0] = 0
    order = np.argsort(-sizes, kind="stable")[:MOST_REGIONS]
    return [labels == number for number in order if sizes[number]]


def labelled(inside: Flags) -> tuple[NDArray[np.int64], int]:
    """Return a number for each place, one per region from 1, 0 outside; and the highest number.

    Runs along rows are joined with the runs that they touch in the next row, until nothing changes.
    """
    begins = inside.copy()
    begins[:, 1:] &= ~inside[:, :-1]
    runs = np.cumsum(begins.ravel()).reshape(inside.shape) * inside
    count = int(begins.sum())
    touching = inside[:-1] & inside[1:]
    touching[:, 1:] &= ~touching[:, :-1].copy()  # a stretch along which two runs touch is one pair
    pairs = np.stack([runs[:-1][touching], runs[1:][touching]])
    least = np.arange(count + 1)
    while True:
        joined = least.copy()
        low = np.minimum(least[pairs[0]], least[pairs[1]])
        for side in pairs:
            np.minimum.at(joined, least[side], low)
        joined = joined[joined]
        if np.array_equal(joined, least):
            return joined[runs], count
        least = joined


def enclosed(inside: Flags) -> Flags:
    """Return the places outside from which there is no way to the border."""
    outside = ~inside
    border = np.zeros_like(inside)
    border[0], border[-1], border[:, 0], border[:, -1] = True, True, True, True
    return np.asarray(outside & ~reached(border & outside, outside))


def eroded(mask: Flags, radius: int) -> Flags:
    """Return the places that are at least `radius` away from all outside of the mask."""
    for axis in (0, 1):
        wide = np.pad(mask, [(radius, radius) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
        length = mask.shape[axis]
        steps = range(2 * radius + 1)
        parts = [wide[n : n + length] if axis == 0 else wide[:, n : n + length] for n in steps]
        mask = np.logical_and.reduce(parts)
    return mask


def grown(mask: Flags, radius: int) -> Flags:
    """Return the mask and all that is at most `radius` away from it."""
    return ~eroded(~mask, radius)


def opened(mask: Flags, radius: int) -> Flags:
    """Return the mask without what is thinner than twice `radius`, and without the smaller parts this leaves."""
    cores = regions(eroded(mask, radius))
    if not cores:
        return mask
    kept = np.logical_or.reduce([core for core in cores if core.sum() > 0.08 * cores[0].sum()])
    return np.asarray(mask & grown(kept, radius + 1))
