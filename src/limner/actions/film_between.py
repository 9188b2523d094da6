"""Cut planes at any place and scale, never rounded to pixels, at the speed of FFmpeg's scaler.

The scaler (libswscale) places luma on whole pixels alone, but chroma on 256ths: films keep it between pixels. So
every plane is handed to it as if it were chroma. Scales are fractions of whole numbers of pixels, which is why a
little more than the frame is made: among some hundred sizes one has nearly the scale that is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import av
import numpy as np
from av.video.frame import VideoFrame

from limner.actions.colour_spaces import Bytes
from limner.actions.filter_film import planes_of

BEFORE = 8
"""Pixels that are made before the first that shows, so that interpolation has neighbours."""
TRIED = 16
"""A surplus of up to one in so many pixels is tried."""
PLACES, STEP = 256, 1 << 16
"""The scaler's units: places between two pixels, and what a scale of 1 is to it."""
SCALER = "flags=bicubic+accurate_rnd:param0=0:param1=0.5:out_h_chr_pos=0:out_v_chr_pos=0"
"""The cubic of Catmull and Rom, as wide as the scale asks for."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A row of pixels for the scaler: `count` from `start` on become `made`, shifted by 256ths, 0 to 255.

    What shows are `size` of them, from the one numbered `BEFORE` on.
    """

    start: int
    count: int
    made: int
    shift: int
    size: int


def cut(start: float, end: float, size: int) -> Cut:
    """Return the cut that shows what lies between two edges, in pixels with fractions, on `size` pixels.

    The middle is exact to a 512th of a pixel; the ends are off by a 200th, near whole ratios by up to a fifth. A
    ratio of 1 copies whole pixels.
    """
    wanted = (end - start) / size
    made = np.arange(size + 2 * BEFORE, size + 2 * BEFORE + size // TRIED + 2)
    counts = np.round(wanted * made).astype(np.int64)
    scales = (counts * STEP + made // 2) // made / STEP  # as the scaler rounds them
    best = int(np.abs(scales - wanted).argmin())
    first = (start + end) / 2 - float(scales[best]) * (BEFORE + size / 2)
    whole = ceil(first)
    shift = min(PLACES - 1, round((whole - first) * PLACES))
    return Cut(whole, int(counts[best]), int(made[best]), shift, size)


def cropped(planes: Sequence[Bytes], across: Cut, down: Cut) -> list[Bytes]:
    """Return one or two planes of one size, cut.

    They must reach as far beyond the edges as interpolation does: two pixels, or twice the scale if that is above 1.
    """
    frame = VideoFrame(across.count, down.count, "yuv444p")
    for plane, target in zip(planes, planes_of(frame)[1:], strict=False):
        _lay(plane, target, down.start, across.start)
    graph = av.filter.Graph()
    graph.threads = 1
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
    )
    places = f"in_h_chr_pos={across.shift}:in_v_chr_pos={down.shift}"
    scale = graph.add("scale", f"{across.made}:{down.made}:{SCALER}:{places}")
    graph.link_nodes(source, scale, graph.add("buffersink")).configure()
    frame.pts = None
    graph.vpush(frame)
    shown = np.s_[BEFORE : BEFORE + down.size, BEFORE : BEFORE + across.size]
    return [plane[shown] for plane in planes_of(graph.vpull())[1 : 1 + len(planes)]]


def _lay(plane: Bytes, target: Bytes, top: int, left: int) -> None:
    """Fill a target with what the plane has from `top` and `left` on; what lies beyond it does not show."""
    rows = slice(max(0, top), max(0, top + target.shape[0]))
    columns = slice(max(0, left), max(0, left + target.shape[1]))
    part = plane[rows, columns]
    y, x = rows.start - top, columns.start - left
    target[y : y + part.shape[0], x : x + part.shape[1]] = part
