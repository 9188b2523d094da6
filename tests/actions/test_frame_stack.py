from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from limner.actions.frame_stack import FrameStack, frame_bytes


def noise(seed: int, width: int, height: int) -> VideoFrame:
    pixels = np.random.default_rng(seed).integers(0, 256, (height * 3 // 2, width), np.uint8)
    return VideoFrame.from_ndarray(pixels, "yuv420p")


@pytest.mark.parametrize("size", [(64, 32), (46, 30), (34, 18)], ids=str)
@pytest.mark.parametrize("in_memory", [1, 3, 20])
def test_frames_come_back_the_last_first_and_unchanged(
    tmp_path: Path, size: tuple[int, int], in_memory: int
) -> None:
    frames = [noise(number, *size) for number in range(10)]
    with (tmp_path / "frames").open("w+b") as file:
        stack = FrameStack(file, in_memory)
        for number, frame in enumerate(frames):
            stack.push(number / 25, frame)
        assert len(stack) == 10
        for number in range(9, -1, -1):
            time, frame = stack.pop()
            assert time == number / 25
            assert np.array_equal(frame.to_ndarray(), frames[number].to_ndarray())
        assert not stack
        with pytest.raises(IndexError):
            stack.pop()


def test_the_file_holds_what_memory_does_not_and_is_used_again(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    with path.open("w+b") as file:
        stack = FrameStack(file, 4)
        for _ in range(3):
            for number in range(10):
                stack.push(0.0, noise(number, 64, 32))
            while stack:
                stack.pop()
    assert path.stat().st_size == 6 * frame_bytes(64, 32)
