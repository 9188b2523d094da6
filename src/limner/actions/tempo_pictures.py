"""New frames between those of a film, for slow motion: blended, or moved along what moves."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain, islice, repeat
from math import floor
from typing import TypeAlias

import av
import numpy as np
from av.video.frame import VideoFrame

from limner.actions.transition import Transition, blend

Pictures: TypeAlias = Iterator[VideoFrame]

CUT = 40
"""Two frames whose brightness differs by this much on average (of 255) belong to two shots."""
MOTION = "mi_mode=mci:mc_mode=aobmc:me_mode=bilat:vsbmc=0:scd=fdiff"
"""Bilateral search: a third cheaper than bidirectional, and nearer to frames that were left out to compare.
No blocks of variable size: with them equal frames gave other frames."""
BLOCK = 16
"""Pixels that minterpolate takes together. At sides that are no multiple of it, it reads memory that nobody
wrote (seen with MALLOC_PERTURB_), so frames are extended to one, and cut again."""
TICKS = 1 << 16
"""Time steps per source frame, so that a stretch such as 1.37 falls on whole numbers closely enough."""


def blended(pictures: Iterable[VideoFrame], stretch: Fraction, count: int) -> Pictures:
    """Return `count` frames, each mixed from the two between which it falls; never over a cut.

    pictures: yuv420p at a constant rate. stretch: new frames per old one.
    """
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        return
    after = next(pictures, first)
    is_cut, at = _is_cut(first, after), 0
    for number in range(count):
        place = number / stretch
        while at < floor(place):
            first, after, at = after, next(pictures, after), at + 1
            is_cut = _is_cut(first, after)
        share = place - at
        if share == 0 or first is after:
            yield first
        elif is_cut:
            yield first if share < 0.5 else after
        else:
            yield blend(first, after, float(share), Transition.FADE)


def _is_cut(one: VideoFrame, other: VideoFrame) -> bool:
    if one is other:
        return False
    before, after = (frame.to_ndarray()[: frame.height : 8, ::8].astype(np.int16) for frame in (one, other))
    return float(np.abs(after - before).mean()) > CUT


def interpolated(pictures: Iterable[VideoFrame], rate: Fraction, stretch: Fraction, count: int) -> Pictures:
    """Return `count` frames; those in between show what moves on its way. Cuts are kept hard.

    pictures: yuv420p at a constant `rate`. stretch: new frames per old one.
    """
    return islice(_moved(pictures, rate, stretch), count)


def _moved(pictures: Iterable[VideoFrame], rate: Fraction, stretch: Fraction) -> Pictures:
    pictures = iter(pictures)
    first = next(pictures, None)
    if first is None:
        return
    step = round(stretch * TICKS)
    graph = _motion_graph(first, rate)
    last = first
    for number, frame in enumerate(chain([first], pictures)):
        last = frame
        frame.pts, frame.time_base = number * step, 1 / (rate * TICKS)
        graph.vpush(frame)
        yield from _drain(graph)
    yield from repeat(last)


def _motion_graph(first: VideoFrame, rate: Fraction) -> av.filter.Graph:
    width, height = first.width, first.height
    right, bottom = _margin(width), _margin(height)
    graph = av.filter.Graph()
    graph.threads = 2
    source = graph.add_buffer(width=width, height=height, format=first.format, time_base=1 / (rate * TICKS))
    steps = [
        graph.add("pad", f"{width + right}:{height + bottom}:0:0"),
        graph.add("fillborders", f"right={right}:bottom={bottom}:mode=smear"),
        graph.add("minterpolate", f"fps={rate}:{MOTION}"),
        graph.add("crop", f"{width}:{height}:0:0"),
    ]
    graph.link_nodes(source, *steps, graph.add("buffersink")).configure()
    return graph


def _margin(size: int) -> int:
    return max(BLOCK * 2, -(-size // BLOCK) * BLOCK) - size


def _drain(graph: av.filter.Graph) -> Pictures:
    while True:
        try:
            yield graph.vpull()
        except (BlockingIOError, av.error.EOFError):
            return
