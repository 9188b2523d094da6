"""Animated pictures: the first frame is a picture, with a warning; a GIF moves where a video is asked for."""

from pathlib import Path

import numpy as np
import pytest
from films import frames_of, run_loud
from PIL import Image

from limner.actions.catalogue import builtin
from limner.types import Kind

COLOURS = ["#d02020", "#20d020", "#2020d0", "#d0d020", "#20d0d0", "#d020d0"]
MOVING = [
    action.action_id
    for action in builtin()
    if [port.kind for port in action.inputs][:1] == [Kind.VIDEO]
    and [port.kind for port in action.outputs] == [Kind.VIDEO]
    and all(port.least == 0 or port.kind is Kind.VIDEO for port in action.inputs)
]


def animation(path: Path, frames: int = 6) -> Path:
    """Write frames of one colour each, a fifth of a second long, and return the path."""
    pictures = [Image.new("RGB", (96, 64), colour) for colour in COLOURS[:frames]]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=200, loop=0)
    return path


def warnings_of(told: list[dict[str, str]]) -> list[str]:
    return [line["warning"] for line in told if "warning" in line]


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "avif"])
@pytest.mark.parametrize(
    "action_id", ["flip-image", "side-by-side-composite", "ken-burns-video", "extract-palette"]
)
def test_a_picture_action_tells_of_the_frames_that_it_does_not_use(tmp_path, action_id, suffix):
    path = animation(tmp_path / f"wave.{suffix}")
    _, told = run_loud(action_id, tmp_path / "out", {Kind.IMAGE: [path] * (2 if "side" in action_id else 1)})
    field = "inputs.image[0]" if "side" in action_id else "inputs.image"
    assert warnings_of(told)[0].startswith(f"{field}: has 6 frames; the first one is used.")
    assert "video action" in warnings_of(told)[0]


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "avif", "tiff", "jpg"])
def test_a_still_picture_gives_no_such_warning(tmp_path, suffix):
    path = tmp_path / f"still.{suffix}"
    Image.new("RGB", (32, 32), "navy").save(path)
    assert warnings_of(run_loud("flip-image", tmp_path / "out", {Kind.IMAGE: [path]})[1]) == []


def test_copies_of_an_animation_keep_it_and_warn_of_nothing(tmp_path):
    path = animation(tmp_path / "wave.gif")
    made, told = run_loud("duplicate-image", tmp_path / "out", {Kind.IMAGE: [path]})
    assert made.read_bytes() == path.read_bytes() and warnings_of(told) == []


@pytest.mark.parametrize("action_id", MOVING)
def test_a_video_action_moves_a_gif(tmp_path, action_id):
    path = animation(tmp_path / "wave.gif")
    many = next(port for port in builtin().get(action_id).inputs if port.kind is Kind.VIDEO).least > 1
    made, _ = run_loud(action_id, tmp_path / "out", {Kind.VIDEO: [path] * (2 if many else 1)})
    shades = {tuple(np.median(frame.reshape(-1, 3), axis=0) // 32) for frame in frames_of(made)}
    assert len(shades) >= 3


def test_a_gif_keeps_its_colours_and_its_time(tmp_path):
    path = animation(tmp_path / "wave.gif")
    made, _ = run_loud("reverse-video", tmp_path / "out", {Kind.VIDEO: [path]})
    frames = frames_of(made)
    first = np.median(frames[0].reshape(-1, 3), axis=0)
    assert np.abs(first - [0xD0, 0x20, 0xD0]).max() < 16
    last = np.median(frames[-1].reshape(-1, 3), axis=0)
    assert np.abs(last - [0xD0, 0x20, 0x20]).max() < 16
