"""Copy one stream of a container into a file of its own, without decoding it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from limner.actions.video import Clip, unreadable

SOURCES = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "mp3", "wav")
"""Formats whose packets carry both times and have their codec's set-up apart, as other files want it."""
EARLIEST, LATEST = 0.12, 0.02
"""Seconds before and after the first picture that a stream may begin: before it lies an encoder's run-up."""


def can_copy(container: InputContainer, stream: Stream, clip: Clip) -> bool:
    """Whether the stream's packets can be used as they are: complete times, nothing cut off by an edit list."""
    if container.format.name not in SOURCES:
        return False
    try:
        packets = list(islice(_packets(container, stream), 64))
    except av.error.FFmpegError as error:
        raise unreadable(clip.field, error) from error
    container.seek(0)
    stamps = [packet.pts for packet in packets if packet.pts is not None]
    if not stamps or len(stamps) < len(packets) or all(packet.dts is None for packet in packets):
        return False
    if stream.type == "video" and any(packet.is_discard for packet in packets):
        return False
    begin = min(stamps) * float(stream.time_base or 1)
    return -EARLIEST <= begin - clip.start <= LATEST


def copy_stream(container: InputContainer, stream: Stream, path: Path, form: str, clip: Clip) -> Path:
    """Write the stream into a new file whose clock starts with the clip's picture, and return its path."""
    options = {"fflags": "+bitexact"}
    if form in ("mp4", "ipod"):
        options["movflags"] = "+faststart"
    with av.open(str(path), "w", format=form, options=options) as output:
        target = template_of(stream, output)
        try:
            for packet in copied_packets(container, stream, clip):
                packet.stream = target
                output.mux(packet)
        except av.error.FFmpegError as error:
            raise unreadable(clip.field, error) from error
    return path


def template_of(stream: Stream, output: OutputContainer) -> Any:
    """Return a new stream of `output` that says of itself what `stream` does."""
    target: Any = output.add_stream_from_template(stream)
    if "alpha_mode" in stream.metadata:
        target.metadata["alpha_mode"] = stream.metadata["alpha_mode"]
    return target


def copied_packets(container: InputContainer, stream: Stream, clip: Clip) -> "Iterator[Packet[Any]]":
    """Return a stream's packets, dated from the first picture of its clip on."""
    offset = round(clip.start / float(stream.time_base or 1))
    for packet in _dated(_packets(container, stream), _step(stream, clip)):
        packet.pts, packet.dts = (packet.pts or 0) - offset, (packet.dts or 0) - offset
        yield packet


def _packets(container: InputContainer, stream: Stream) -> "Iterator[Packet[Any]]":
    return (packet for packet in container.demux(stream) if packet.size)


def _step(stream: Stream, clip: Clip) -> int:
    return max(1, round(float(1 / clip.rate) / float(stream.time_base or 1)))


def _dated(packets: "Iterator[Packet[Any]]", step: int) -> "Iterator[Packet[Any]]":
    """Give the first packets of a stream their decoding times, which Matroska does not store."""
    undated: list[Any] = []
    for packet in packets:
        if packet.dts is None:
            undated.append(packet)
            continue
        for number, waiting in enumerate(undated):
            waiting.dts = packet.dts - (len(undated) - number) * step
            yield waiting
        undated.clear()
        yield packet
