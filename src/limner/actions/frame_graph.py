"""FFmpeg's filters for one frame after another: a graph that is built anew when the stream changes midway."""

from abc import ABC, abstractmethod
from fractions import Fraction

import av
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

_MATRIX_NAMES = {1: "bt709", 4: "fcc", 5: "bt470", 6: "smpte170m", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
FULL_RANGE = 2
HDR_CURVES = {16: "smpte2084", 18: "arib-std-b67"}
TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}


class FrameGraph(ABC):
    """A chain of filters that each frame goes through; a subclass says which."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._seen: tuple[object, ...] = ()

    def _through(self, picture: VideoFrame) -> VideoFrame:
        seen = (picture.width, picture.height, picture.format.name, matrix(picture), picture.color_range)
        if self._graph is None or seen != self._seen:
            self._graph, self._seen = self._build(picture), seen
        picture.pts = None
        self._graph.vpush(picture)
        return self._graph.vpull()

    def _build(self, picture: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = 2
        node = graph.add_buffer(
            width=picture.width,
            height=picture.height,
            format=picture.format,
            time_base=Fraction(1, 1000),
        )
        self._link(graph, node, picture)
        graph.configure()
        return graph

    @abstractmethod
    def _link(self, graph: av.filter.Graph, node: FilterContext, picture: VideoFrame) -> None:
        """Add the filters for frames like this one behind a node, down to the sink."""


def then(graph: av.filter.Graph, node: FilterContext, text: str) -> FilterContext:
    """Add a filter, written as `name=arguments`, behind a node, and return its node."""
    name, _, arguments = text.partition("=")
    following = graph.add(name, arguments) if arguments else graph.add(name)
    node.link_to(following)
    return following


def matrix(picture: VideoFrame) -> str:
    """Return the colour matrix that a frame says it has, or that players assume for its size."""
    if picture.colorspace in _MATRIX_NAMES:
        return _MATRIX_NAMES[picture.colorspace]
    return "bt709" if picture.width >= 1280 or picture.height > 576 else "smpte170m"


def from_hdr(picture: VideoFrame) -> str:
    """Return the options of FFmpeg's scaler that bring a frame's HDR curve to BT.709; none where it has none."""
    curve = HDR_CURVES.get(picture.color_trc)
    if curve is None:
        return ""
    return f":in_transfer={curve}:out_transfer=bt709:in_primaries=bt2020:out_primaries=bt709"
