"""Films with transparency as inputs: what was see-through turns black, and the result says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import frames_of, make_film, run, run_loud, tone

from limner.types import Kind

GREEN, FIGURE = (0, 177, 64), (200, 120, 90)
LOST = "inputs.video: the result has no transparency; what was see-through is black."


def keyed(folder: Path) -> Path:
    """Return a film of a figure whose green backdrop is transparent."""
    frame = np.full((180, 320, 3), GREEN, np.uint8)
    frame[40:140, 100:220] = FIGURE
    film = make_film(folder / "film.mp4", [frame] * 12, options={"crf": "12"}, sound=tone(0.4))
    return run("greenscreen-video", folder / "keyed", {Kind.VIDEO: [film]})


@pytest.mark.parametrize(
    ("action_id", "inputs", "params"),
    [
        ("resize-video", 1, {"resolution": "720"}),
        ("stitch-videos", 2, {}),
        ("reverse-video", 1, {}),
        ("video-effect", 1, {"effect": "vignette", "vignette_angle": 0}),
    ],
)
def test_a_keyed_film_lies_on_black_without_a_trace_of_its_backdrop(
    tmp_path: Path, action_id: str, inputs: int, params: dict[str, Any]
) -> None:
    film = keyed(tmp_path)
    made, told = run_loud(action_id, tmp_path / "made", {Kind.VIDEO: [film] * inputs}, **params)
    frames = frames_of(made)
    assert len(frames) == 12 * inputs
    for frame in (frames[1].astype(int), frames[-2].astype(int)):
        height, width = frame.shape[:2]
        figure = frame[height // 3 : height * 2 // 3, width * 2 // 5 : width * 3 // 5]
        assert np.abs(figure.mean(axis=(0, 1)) - FIGURE).max() < 8
        # FFmpeg's own decoder leaves a rim of backdrop, some sixteen pixels wide, around the figure.
        outside = np.ones((height, width), bool)
        outside[height * 34 // 180 : height * 146 // 180, width * 94 // 320 : width * 226 // 320] = False
        assert frame[outside].max() < 24
    assert [line["warning"] for line in told if "warning" in line].count(LOST) == 1


def test_an_opaque_film_loses_nothing_and_says_nothing(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.webm", [np.full((90, 160, 3), GREEN, np.uint8)] * 4, codec="libvpx-vp9")
    made, told = run_loud("video-effect", tmp_path / "made", {Kind.VIDEO: [film]}, vignette_angle=0)
    assert np.abs(frames_of(made)[1].astype(int) - GREEN).max() < 8
    assert not [line for line in told if line.get("warning") == LOST]
