"""Decodes films, those with transparency too: they are laid on black, as films that are written have none.

FFmpeg's own decoder of VP9 drops transparency and leaves what lies behind it, edges of the removed backdrop
included; libvpx reads it.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

DECODER = "libvpx-vp9"
DECODER_THREADS = 2


def has_alpha(stream: VideoStream) -> bool:
    """Whether a stream holds transparency that this build can read: VP9 in WebM that says so."""
    says_so = stream.metadata.get("alpha_mode") == "1" and stream.codec_context.name in ("vp9", DECODER)
    return says_so and DECODER in av.codecs_available


def decode(
    container: InputContainer,
    stream: VideoStream,
    prepare: "Callable[[Packet[Any]], None]" = lambda packet: None,
) -> Iterator[VideoFrame]:
    """Return the frames of a stream in order, without transparency.

    prepare: told of each packet before it is decoded, so that it can set the stream's decoder.
    """
    if not has_alpha(stream):
        for packet in container.demux(stream):
            prepare(packet)
            yield from packet.decode()
        return
    decoder: Any = av.CodecContext.create(DECODER, "r")  # its type follows a literal codec name
    decoder.thread_count = DECODER_THREADS
    on_black = _OnBlack()
    for packet in container.demux(stream):
        for frame in decoder.decode(packet):
            yield on_black(frame)


class _OnBlack:
    """Lays frames with straight alpha on black."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._seen: tuple[object, ...] = ()

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return the frame in yuv420p, shown when it was."""
        if frame.format.name != "yuva420p":
            return frame
        seen = (frame.width, frame.height)
        if self._graph is None or seen != self._seen:
            self._graph, self._seen = self._build(frame), seen
        self._graph.vpush(frame)
        flat = self._graph.vpull()
        flat.pts, flat.time_base = frame.pts, frame.time_base
        flat.color_range, flat.colorspace = frame.color_range, frame.colorspace
        return flat

    def _build(self, frame: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        source = graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base or Fraction(1, 1000),
        )
        graph.link_nodes(
            source,
            graph.add("premultiply", inplace="1"),
            graph.add("format", pix_fmts="yuv420p"),
            graph.add("buffersink"),
        ).configure()
        return graph
