from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import BUNNY, frames_of, make_film, numbered, run, run_loud
from PIL import Image

from limner.actions.exposure import average, lighten
from limner.actions.stills_of_film import Developer
from limner.actions.video import Shape, survey, timed_frames
from limner.types import Kind


def exposed(path: Path, folder: Path, **params: Any) -> np.ndarray:
    with Image.open(run("video-to-long-exposure", folder, {Kind.VIDEO: [path]}, **params)) as image:
        return np.asarray(image).astype(int)


def passing_light(count: int = 16) -> list[np.ndarray]:
    """Return frames of a bright square that moves over a grey ground, one place per frame."""
    frames = []
    for number in range(count):
        frame = np.full((96, 16 * count, 3), 60, np.uint8)
        frame[32:48, number * 16 : number * 16 + 16] = 240
        frames.append(frame)
    return frames


@pytest.mark.parametrize(
    ("mode", "fold", "tolerance"), [("average", np.mean, 2), ("lighten", np.max, 8), ("darken", np.min, 8)]
)
def test_a_mode_is_the_mean_maximum_or_minimum_of_all_frames(
    tmp_path: Path, mode: str, fold: Any, tolerance: int
) -> None:
    film = make_film(tmp_path / "film.mp4", passing_light(), options={"crf": "5"})
    expected = fold(np.stack(frames_of(film)).astype(float), axis=0)
    made = exposed(film, tmp_path / "out", blend_mode=mode)
    assert np.abs(made - expected).mean() < 1.5
    assert np.percentile(np.abs(made - expected), 99) <= tolerance


def test_lights_leave_trails_when_lightened_and_vanish_when_darkened(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", passing_light())
    light, dark = (exposed(film, tmp_path / mode, blend_mode=mode) for mode in ("lighten", "darken"))
    assert light[40, :, 0].min() > 225
    assert dark[40, :, 0].max() < 75
    assert light[10, :, 0] == pytest.approx(60, abs=6)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv444p", "yuv420p10le"])
def test_the_mean_of_a_real_film_is_that_of_its_developed_frames(tmp_path: Path, pixels: str) -> None:
    source = [frame[::4, ::4].copy() for frame in frames_of(BUNNY)[::6]]
    film = make_film(tmp_path / "film.mp4", source, pixels=pixels)
    clip = survey(film)
    develop = Developer(clip.shape)
    frames = [frame for _, frame in timed_frames(clip)]
    expected = np.mean([develop(frame) for frame in frames], axis=0)
    made = average(frames, clip.shape)
    assert np.abs(made - expected).mean() < 0.8
    assert abs((made - expected).mean()) < 0.3


def test_a_thousand_white_frames_are_white(tmp_path: Path) -> None:
    film = make_film(tmp_path / "white.mp4", [np.full((36, 64, 3), 255, np.uint8)] * 1100)
    for mode in ("average", "lighten", "darken"):
        assert exposed(film, tmp_path / mode, blend_mode=mode, max_frames=5000).min() >= 253


def test_stride_and_most_frames_choose_which_frames_count(tmp_path: Path) -> None:
    levels = [10, 250, 50, 250, 90, 250, 250, 250]
    film = make_film(
        tmp_path / "film.mp4",
        [np.full((36, 64, 3), level, np.uint8) for level in levels],
        options={"crf": "5"},
    )
    cases = [(2, 3, 50), (1, 1, 10), (2, 600, 100), (4, 2, 50), (100, 600, 10), (1, 600, 175)]
    for stride, most, expected in cases:
        out = tmp_path / f"{stride}-{most}"
        made = exposed(film, out, frame_stride=stride, max_frames=most)
        assert made.mean() == pytest.approx(expected, abs=3)


def test_a_stream_that_changes_its_size_midway_is_exposed_whole(tmp_path: Path) -> None:
    shape = Shape(64, 36, 0)
    frames = []
    for size, level, count in (((36, 64), 40, 3), ((72, 128), 200, 1)):
        film = make_film(tmp_path / f"{level}.mp4", [np.full((*size, 3), level, np.uint8)] * count)
        frames += [frame for _, frame in timed_frames(survey(film))]
    made = average(frames, shape)
    assert made.shape == (36, 64, 3)
    assert made.mean() == pytest.approx((3 * 40 + 200) / 4, abs=2)
    assert lighten(frames, shape).mean() == pytest.approx(200, abs=3)


def test_a_film_that_stands_still_comes_back_as_its_frame(tmp_path: Path) -> None:
    still = frames_of(BUNNY)[0][::4, ::4].copy()
    film = make_film(tmp_path / "still.mp4", [still] * 12, options={"crf": "1"})
    expected = frames_of(film)[5].astype(int)
    for mode in ("average", "lighten", "darken"):
        assert np.abs(exposed(film, tmp_path / mode, blend_mode=mode) - expected).mean() < 4


def test_an_upright_odd_sized_film_gives_a_picture_of_its_own_size(tmp_path: Path) -> None:
    film = numbered(tmp_path / "odd.mp4", 6, size=(161, 91), pixels="yuv444p", turn=90)
    assert exposed(film, tmp_path / "out").shape == (161, 91, 3)


def test_progress_counts_the_frames_and_the_picture_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 12)
    one, told = run_loud("video-to-long-exposure", tmp_path / "a", {Kind.VIDEO: [film]}, frame_stride=3)
    other = run("video-to-long-exposure", tmp_path / "b", {Kind.VIDEO: [film]}, frame_stride=3)
    assert [line["progress"] for line in told] == [0.25, 0.5, 0.75, 1.0]
    assert one.read_bytes() == other.read_bytes()
