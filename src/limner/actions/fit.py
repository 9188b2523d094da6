"""Bring frames of any shape, turn and colour matrix to one even size, for the encoder."""

from dataclasses import dataclass

import av
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

from limner.actions.frame_graph import FULL_RANGE, HDR_CURVES, TURNS, FrameGraph, from_hdr, matrix, then
from limner.actions.video import Shape


def even(size: float) -> int:
    """Return the nearest even number, at least 2: 4:2:0 video has no odd sizes."""
    return max(2, round(size / 2) * 2)


def within(width: float, height: float, longest: int, shortest: int) -> tuple[int, int]:
    """Return an even size of the same ratio, its sides at most `longest` and `shortest`; never larger."""
    factor = min(1.0, longest / max(width, height), shortest / min(width, height))
    return even(width * factor), even(height * factor)


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame that pictures are fitted into, and what shows beside them."""

    width: int
    height: int
    fill: str = "contain"
    """contain: the whole picture shows; cover: it fills the frame and is cropped."""
    color: str = "0x000000"
    blur: float = 0.0
    """Above 0: what is beside the picture is a copy of it, blurred by this share (0 to 1), not `color`."""
    scaler: str = "bicubic"
    """FFmpeg's name of what scales; `area` takes a third of the time to make a picture much smaller."""


class Fitter(FrameGraph):
    """Fits frame after frame of one clip into a `Frame`; repeats cost nothing."""

    def __init__(self, shape: Shape, frame: Frame) -> None:
        super().__init__()
        self._shape, self._frame = shape, frame
        self._last: tuple[VideoFrame, VideoFrame] | None = None

    def __call__(self, picture: VideoFrame) -> VideoFrame:
        """Return the frame as yuv420p in BT.709, limited range, upright, at the frame's size."""
        if self._last is not None and self._last[0] is picture:
            return self._last[1]
        fitted = picture if self._is_ready(picture) else self._through(picture)
        self._last = (picture, fitted)
        return fitted

    def _is_ready(self, picture: VideoFrame) -> bool:
        return (
            (picture.width, picture.height, self._shape.turn) == (self._frame.width, self._frame.height, 0)
            and (self._shape.width, self._shape.height) == (picture.width, picture.height)
            and picture.format.name == "yuv420p"
            and matrix(picture) == "bt709"
            and picture.color_range != FULL_RANGE
            and picture.color_trc not in HDR_CURVES
        )

    def _link(self, graph: av.filter.Graph, node: FilterContext, picture: VideoFrame) -> None:
        for text in TURNS.get(self._shape.turn, ()):
            node = then(graph, node, text)
        scale = self._scale(picture)
        if self._frame.fill == "cover":
            node = then(graph, node, scale.replace("SIZE", _cover(self._shape, self._frame)))
            node = then(graph, node, f"crop={self._frame.width}:{self._frame.height}")
        elif self._frame.blur > 0:
            node = self._over_blur(graph, node, scale)
        else:
            node = self._padded(graph, node, scale)
        for text in ("setsar=1", "format=yuv420p", "buffersink"):
            node = then(graph, node, text)

    def _scale(self, picture: VideoFrame) -> str:
        source_range = "full" if picture.color_range == FULL_RANGE else "limited"
        if "j" in picture.format.name or picture.format.is_rgb:
            source_range = "full"
        scale = (
            f"scale=SIZE:flags={self._frame.scaler}+accurate_rnd+full_chroma_int:in_color_matrix={matrix(picture)}"
            f":out_color_matrix=bt709:in_range={source_range}:out_range=limited"
        )
        return scale + from_hdr(picture)

    def _padded(self, graph: av.filter.Graph, node: FilterContext, scale: str) -> FilterContext:
        frame = self._frame
        width, height = _contain(self._shape, frame)
        node = then(graph, node, scale.replace("SIZE", f"{width}:{height}"))
        node = then(graph, node, "format=yuv420p")
        left, top = (frame.width - width) // 4 * 2, (frame.height - height) // 4 * 2
        return then(graph, node, f"pad={frame.width}:{frame.height}:{left}:{top}:color={frame.color}")

    def _over_blur(self, graph: av.filter.Graph, node: FilterContext, scale: str) -> FilterContext:
        """Lay the picture over a blurred copy, which is made small: blurred, nobody can tell."""
        frame = self._frame
        width, height = _contain(self._shape, frame)
        node = then(graph, node, scale.replace("SIZE", f"{width}:{height}"))
        node = then(graph, node, "format=yuv420p")
        split = then(graph, node, "split")
        small = Frame(even(frame.width / 8), even(frame.height / 8))
        back = graph.add("scale", f"{_cover(self._shape, small)}:flags=area")
        split.link_to(back, 1, 0)
        sigma = max(0.5, frame.blur * min(small.width, small.height) / 6)
        for text in (
            f"crop={small.width}:{small.height}",
            f"gblur=sigma={sigma:.2f}:steps=2",
            f"scale={frame.width}:{frame.height}:flags=bicubic",
        ):
            back = then(graph, back, text)
        overlay = graph.add("overlay", "x=(W-w)/2:y=(H-h)/2:format=yuv420")
        back.link_to(overlay, 0, 0)
        split.link_to(overlay, 0, 1)
        return overlay


def _contain(shape: Shape, frame: Frame) -> tuple[int, int]:
    factor = min(frame.width / shape.width, frame.height / shape.height)
    return min(frame.width, even(shape.width * factor)), min(frame.height, even(shape.height * factor))


def _cover(shape: Shape, frame: Frame) -> str:
    factor = max(frame.width / shape.width, frame.height / shape.height)
    width, height = even(shape.width * factor), even(shape.height * factor)
    return f"{max(frame.width, width)}:{max(frame.height, height)}"
