"""Blend the end of one clip into the beginning of the next, frame by frame."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

ROWS = 32

Plane = NDArray[np.uint8]


class Transition(StrEnum):
    """How one clip gives way to the next."""

    NONE = "none"
    FADE = "fade"
    WIPE_LEFT = "wipeleft"
    WIPE_RIGHT = "wiperight"


def blended(
    tail: Iterable[VideoFrame], head: Iterable[VideoFrame], count: int, transition: Transition
) -> Iterator[VideoFrame]:
    """Return `count` frames (yuv420p, all of one size) in which `head` replaces `tail`.

    The first is nearly all `tail`, the last nearly all `head`: neither pure frame is shown twice.
    """
    for number, (before, after) in enumerate(zip(tail, head, strict=True), start=1):
        yield blend(before, after, number / (count + 1), transition)


def blend(before: VideoFrame, after: VideoFrame, share: float, transition: Transition) -> VideoFrame:
    """Return one frame, `share` (0 to 1) of the way from before to after."""
    one, other = _array(before), _array(after)
    match transition:
        case Transition.NONE:
            mixed = other
        case Transition.FADE:
            mixed = _faded(one, other, share)
        case Transition.WIPE_LEFT | Transition.WIPE_RIGHT:
            mixed = _wiped(one, other, share, before.height, transition is Transition.WIPE_LEFT)
    return VideoFrame.from_ndarray(mixed, "yuv420p")


def _array(frame: VideoFrame) -> Plane:
    return frame.to_ndarray().astype(np.uint8, copy=False)


def _faded(one: Plane, other: Plane, share: float) -> Plane:
    weight = round(share * 256)
    mixed = np.empty_like(one)
    for start in range(0, len(one), ROWS):  # of a few rows the wide sums stay in the processor's cache
        rows = slice(start, start + ROWS)
        total = np.multiply(one[rows], 256 - weight, dtype=np.uint16)
        total += np.multiply(other[rows], weight, dtype=np.uint16)
        total += 128
        total >>= 8
        mixed[rows] = total
    return mixed


def _wiped(one: Plane, other: Plane, share: float, height: int, is_leftward: bool) -> Plane:
    """Uncover `other` behind an edge that moves to the left (from the right side), or to the right."""
    mixed = one.copy()
    width = one.shape[1]
    column = round(width / 2 * ((1 - share) if is_leftward else share)) * 2
    for source, target in zip(_planes(other, height), _planes(mixed, height), strict=True):
        edge = column * target.shape[1] // width
        span = slice(edge, None) if is_leftward else slice(None, edge)
        target[:, span] = source[:, span]
    return mixed


def _planes(frame: Plane, height: int) -> tuple[Plane, Plane, Plane]:
    """Return views of luma and the two chroma planes of a yuv420p array."""
    width = frame.shape[1]
    flat = frame.reshape(-1)
    luma, quarter = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + quarter].reshape(half),
        flat[luma + quarter :].reshape(half),
    )
