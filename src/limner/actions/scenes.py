"""Find where one shot of a film gives way to the next, by comparing small copies of its frames."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from limner.actions.fit import Fitter, Frame, within
from limner.actions.video import Clip, constant, timed_frames

SMALL_SIDE = 48
"""The longer side of the copies, in pixels: below it motion within a shot averages out."""
BINS = 32
LEAST_SENSITIVE, MOST_SENSITIVE = 0.5, 0.03
"""How much of a frame has to change at once, as a share, at sensitivity 0 and at 100."""
AROUND = 4
"""Frames before and after a change that say how much motion is usual there."""
FLASH_SECONDS = 0.15
"""What lasts no longer, and then gives way to what was before, is a flash and no shot."""

Prints = NDArray[np.uint8]
"""One row per frame: luma of its small copy, then both chroma planes."""
Floats = NDArray[np.float32]


def find_cuts(
    clip: Clip, sensitivity: float, most: int, progress: Callable[[float], None] = lambda fraction: None
) -> list[int]:
    """Return the frames, counted at the clip's rate, that begin a new shot; never 0.

    sensitivity: 0 (only changes of the whole picture) to 100 (slight ones too). most: the strongest are
    kept where there are more. Fades and dissolves are not found: no two frames of theirs differ enough.
    """
    prints = prints_of(clip, progress)
    found = cuts_in(prints, clip.rate, sensitivity)
    strength = changes(prints)
    strongest = sorted(found, key=lambda cut: strength[cut], reverse=True)[:most]
    return sorted(strongest)


def prints_of(clip: Clip, progress: Callable[[float], None] = lambda fraction: None) -> Prints:
    """Return a small copy of every frame of a clip, at its constant rate."""
    width, height = within(clip.shape.width, clip.shape.height, SMALL_SIDE, SMALL_SIDE)
    fit = Fitter(clip.shape, Frame(width, height, scaler="area"))
    count = clip.frame_count(clip.rate)
    prints = np.zeros((count, width * height * 3 // 2), np.uint8)
    for number, frame in enumerate(constant(timed_frames(clip, is_rough=True), clip.rate, count)):
        prints[number] = fit(frame).to_ndarray().ravel()
        progress((number + 1) / count)
    return prints


def cuts_in(prints: Prints, rate: Fraction, sensitivity: float) -> list[int]:
    """Return the frames whose change stands out from the motion around it by the threshold, without flashes."""
    threshold = LEAST_SENSITIVE * (MOST_SENSITIVE / LEAST_SENSITIVE) ** (sensitivity / 100)
    change = changes(prints)
    candidates = np.flatnonzero(change - usual(change) >= threshold).tolist()
    reach = max(1, round(FLASH_SECONDS * rate))
    return [number for number in candidates if not is_flash(prints, number, reach)]


def changes(prints: Prints) -> Floats:
    """Return how much each frame differs from the one before, 0 to 1; 0 for the first."""
    change = np.zeros(len(prints), np.float32)
    for number in range(1, len(prints)):
        change[number] = difference(prints[number - 1], prints[number])
    return change


def difference(one: Prints, other: Prints) -> float:
    """Return how much two frames differ, 0 to 1: half for where their tones lie, half for which they have.

    Motion moves tones about and keeps the histogram; a cut changes both.
    """
    luma = len(one) * 2 // 3
    moved = np.abs(one.astype(np.int16) - other)
    place = max(float(moved[:luma].mean()) / 128, float(moved[luma:].mean()) / 64)
    tones = max(_histogram_distance(one[:luma], other[:luma]), _histogram_distance(one[luma:], other[luma:]))
    return (min(1.0, place) + tones) / 2


def _histogram_distance(one: Prints, other: Prints) -> float:
    shift = 256 // BINS
    counts = np.bincount(one // shift, minlength=BINS) - np.bincount(other // shift, minlength=BINS)
    return float(np.abs(counts).sum()) / (2 * len(one))


def usual(change: Floats) -> Floats:
    """Return the motion around each frame: the second largest change of its neighbours.

    The second, so that another cut close by does not hide this one.
    """
    padded = np.pad(change, AROUND, mode="reflect")
    offsets = [offset for offset in range(2 * AROUND + 1) if offset != AROUND]
    neighbours = np.stack([padded[offset : offset + len(change)] for offset in offsets])
    second: Floats = np.sort(neighbours, axis=0)[-2]
    return second


def is_flash(prints: Prints, number: int, reach: int) -> bool:
    """Whether the picture before a change is back soon after it, or was gone for a moment only."""
    before, after = prints[number - 1], prints[number]
    soon, lately = prints[min(len(prints) - 1, number + reach)], prints[max(0, number - 1 - reach)]
    return min(difference(before, soon), difference(lately, after)) < difference(before, after) / 2
