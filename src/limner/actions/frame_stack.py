"""Hold frames last in, first out: the newest in memory, those before them in a file."""

from collections import deque
from typing import IO

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from limner.actions.video import Timed

PIXELS = "yuv420p"


class FrameStack:
    """Frames of one size in yuv420p, each with its time. What waits in the file is stored as it is, uncoded."""

    def __init__(self, file: IO[bytes], in_memory: int) -> None:
        """Hold up to `in_memory` frames in memory; `file` is open for reading and writing, its content is lost."""
        self._file, self._in_memory = file, in_memory
        self._near: deque[Timed] = deque()
        self._far: list[tuple[float, int, int]] = []

    def push(self, time: float, frame: VideoFrame) -> None:
        """Lay a frame on top."""
        self._near.append((time, frame))
        if len(self._near) > self._in_memory:
            self._put_away(*self._near.popleft())

    def pop(self) -> Timed:
        """Take the frame on top. Raises: IndexError, when there is none."""
        return self._near.pop() if self._near else self._fetch()

    def __len__(self) -> int:
        return len(self._near) + len(self._far)

    def _put_away(self, time: float, frame: VideoFrame) -> None:
        self._file.seek(len(self._far) * frame_bytes(frame.width, frame.height))
        for plane in frame.planes:
            if plane.line_size == plane.width:
                self._file.write(plane)
            else:
                self._file.write(_rows(plane).tobytes())
        self._far.append((time, frame.width, frame.height))

    def _fetch(self) -> Timed:
        time, width, height = self._far.pop()
        self._file.seek(len(self._far) * frame_bytes(width, height))
        frame = VideoFrame(width, height, PIXELS)
        for plane in frame.planes:
            size = plane.width * plane.height
            if plane.line_size == plane.width:
                self._file.readinto(memoryview(plane)[:size])  # type: ignore[attr-defined]  # IO[bytes] lacks it
            else:
                stored = np.frombuffer(self._file.read(size), np.uint8)
                _rows(plane)[:] = stored.reshape(plane.height, plane.width)
        return time, frame


def frame_bytes(width: int, height: int) -> int:
    """Return what a frame of even sides takes, in memory and in a file."""
    return width * height * 3 // 2


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    """Return the plane's pixels as a view, without what pads its lines."""
    lines: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return lines[: plane.height, : plane.width]
