"""Sound as blocks of stereo samples: read it from any container, cut it, mix it, fade it, turn it round."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from limner.actions.video import opened, unreadable
from limner.errors import InvalidMedia

SAMPLE_RATE = 48_000
BLOCK = 1024
"""Samples in one frame of AAC."""

Samples: TypeAlias = NDArray[np.float32]
"""Shape (2, n): left and right at 48 kHz, -1 to 1."""


def silence(count: int) -> Samples:
    """Return `count` samples of nothing."""
    return np.zeros((2, count), np.float32)


def read_sound(path: Path, field: str, start: float = 0.0) -> Iterator[Samples]:
    """Decode the first sound track as stereo at 48 kHz, from `start` seconds on the file's clock.

    More channels are mixed down, one is put on both sides. A track that begins later is preceded by silence.
    Raises: InvalidMedia, when there is no sound or it cannot be decoded.
    """
    with opened(path, field) as container:
        if not container.streams.audio:
            raise InvalidMedia.of(field, "has no sound track")
        stream = container.streams.audio[0]
        resampler = AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
        skip: int | None = None
        try:
            for frame in container.decode(stream):
                if skip is None:
                    skip = round((start - (frame.time or 0.0)) * SAMPLE_RATE)
                    if skip < 0:
                        yield silence(-skip)
                        skip = 0
                for samples in _resampled(resampler, frame):
                    if samples.shape[1] > skip:
                        yield samples[:, skip:]
                    skip = max(0, skip - samples.shape[1])
            yield from _resampled(resampler, None)
        except av.error.FFmpegError as error:
            raise unreadable(field, error) from error


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> Iterator[Samples]:
    for converted in resampler.resample(frame):
        if converted.samples:
            yield converted.to_ndarray().astype(np.float32, copy=False)


class Tape:
    """Sound to take samples from, as many as are wanted; after its end there is silence."""

    def __init__(self, blocks: Iterable[Samples]) -> None:
        self._blocks = iter(blocks)
        self._rest = silence(0)
        self.has_ended = False

    def take(self, count: int) -> Samples:
        """Return the next `count` samples."""
        parts, have = [self._rest], self._rest.shape[1]
        while have < count and not self.has_ended:
            block = next(self._blocks, None)
            if block is None:
                self.has_ended = True
            else:
                parts.append(block)
                have += block.shape[1]
        joined = np.concatenate(parts, axis=1)
        if joined.shape[1] < count:
            joined = np.concatenate([joined, silence(count - joined.shape[1])], axis=1)
        self._rest = joined[:, count:].copy()
        return joined[:, :count]


def sound_seconds(path: Path, field: str) -> float:
    """Return the length of a file's first sound track, measured by decoding it."""
    count: int = sum(block.shape[1] for block in read_sound(path, field))
    return count / SAMPLE_RATE


def mixed(one: Iterable[Samples], other: Iterable[Samples]) -> Iterator[Samples]:
    """Add two sounds at their own loudness until both have ended; peaks are held below full scale."""
    return limited(_sum(Tape(one), Tape(other)))


def _sum(one: Tape, other: Tape) -> Iterator[Samples]:
    while not (one.has_ended and other.has_ended):
        yield one.take(BLOCK) + other.take(BLOCK)


def limited(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Turn loud passages down so that no sample passes 0.95 of full scale; quiet ones are untouched."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="fltp", layout="stereo")
    limiter = graph.add("alimiter", "limit=0.95:level=false:latency=true")
    shape = graph.add("aformat", "sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo")
    graph.link_nodes(source, limiter, shape, graph.add("abuffersink")).configure()
    for position, block in enumerate_samples(blocks):
        graph.push(to_frame(block, position))
        yield from _drain(graph)
    graph.push(None)
    yield from _drain(graph)


def _drain(graph: av.filter.Graph) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, av.error.EOFError):
            return
        yield frame.to_ndarray().astype(np.float32, copy=False)


def enumerate_samples(blocks: Iterable[Samples]) -> Iterator[tuple[int, Samples]]:
    """Return each block with the number of its first sample."""
    position = 0
    for block in blocks:
        yield position, block
        position += block.shape[1]


def to_frame(block: Samples, position: int) -> AudioFrame:
    """Return samples as a frame for a filter or an encoder; `position` is the number of the first."""
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(block, np.float32), "fltp", "stereo")
    frame.sample_rate = SAMPLE_RATE
    frame.pts = position
    return frame


def crossfade(tail: Samples, head: Samples) -> Samples:
    """Return `tail` giving way to `head` over their common length, at constant power."""
    angle = np.linspace(0.0, np.pi / 2, tail.shape[1], dtype=np.float32)
    return tail * np.cos(angle) + head * np.sin(angle)


def turned_round(blocks: Iterable[Samples], scratch: Path) -> Iterator[Samples]:
    """Return sound backwards. The samples wait in the file `scratch`, not in memory."""
    with scratch.open("wb") as file:
        for block in blocks:
            file.write(np.ascontiguousarray(block.T).tobytes())
    if not scratch.stat().st_size:
        return
    whole = np.memmap(scratch, dtype=np.float32, mode="r").reshape(-1, 2)
    for end in range(len(whole), 0, -SAMPLE_RATE):
        yield np.ascontiguousarray(whole[max(0, end - SAMPLE_RATE) : end][::-1].T)
