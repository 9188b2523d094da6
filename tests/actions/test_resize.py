from pathlib import Path

import cv2
import numpy as np
import pytest
from films import (
    BUNNY,
    make_film,
    numbered,
    numbers,
    picture,
    run,
    run_loud,
    some_frames,
    sound_of,
    tone,
)
from hypothesis import given
from hypothesis import strategies as st

from limner.actions.job import Job
from limner.actions.probe import probe
from limner.actions.resize import resized
from limner.actions.video import Shape
from limner.errors import InvalidInput
from limner.types import Kind, Limits


def resize(path: Path, folder: Path, **params: object) -> Path:
    return run("resize-video", folder / "out", {Kind.VIDEO: [path]}, **params)


def size_of(path: Path) -> tuple[int | None, int | None]:
    info = probe(path, Limits())
    return info.width, info.height


@pytest.mark.parametrize(
    ("size", "turn", "resolution", "expected"),
    [
        ((640, 360), 0, "240", (426, 240)),
        ((360, 640), 0, "240", (240, 426)),
        ((640, 360), 90, "240", (240, 426)),
        ((640, 480), 0, "360", (480, 360)),
        ((481, 481), 0, "240", (240, 240)),
        ((320, 180), 0, "360", (640, 360)),
    ],
)
def test_the_shorter_side_gets_the_resolution_and_the_ratio_stays(
    tmp_path: Path, size: tuple[int, int], turn: int, resolution: str, expected: tuple[int, int]
) -> None:
    film = numbered(tmp_path / "film.mp4", 5, size=size, turn=turn, pixels="yuv444p")
    assert size_of(resize(film, tmp_path, resolution=resolution)) == expected


def test_frames_rate_and_sound_stay(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, size=(640, 360), rate=25, sound=tone(1.2))
    made = resize(film, tmp_path, resolution="240")
    assert numbers(made) == list(range(30))
    assert sound_of(made).shape[1] / 48_000 == pytest.approx(1.2, abs=0.04)
    assert probe(made, Limits()).duration_seconds == pytest.approx(1.2, abs=0.03)


def test_a_custom_resolution_may_be_any_number(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 3, size=(640, 360))
    assert size_of(resize(film, tmp_path, resolution="custom", custom_resolution=101)) == (180, 100)
    assert size_of(resize(film, tmp_path, resolution="custom", custom_resolution=300.0)) == (534, 300)


def test_the_custom_resolution_means_nothing_beside_a_named_one(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 3, size=(640, 360))
    assert size_of(resize(film, tmp_path, resolution="240", custom_resolution=4320)) == (426, 240)


def test_shrinking_looks_as_opencvs_area_filter_does(tmp_path: Path) -> None:
    _, (made,) = some_frames(resize(BUNNY, tmp_path, resolution="240"), 40)
    _, (before,) = some_frames(BUNNY, 40)
    reference = cv2.resize(before, (426, 240), interpolation=cv2.INTER_AREA)
    assert np.abs(made.astype(int) - reference).mean() < 5


def test_enlarging_is_done_and_said(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 3)
    made, told = run_loud("resize-video", tmp_path / "out", {Kind.VIDEO: [film]}, resolution="240")
    assert size_of(made) == (426, 240)
    assert any("gains no detail" in line.get("warning", "") for line in told)


def test_a_result_over_the_pixel_limit_names_limit_value_and_setting(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 3)
    with pytest.raises(InvalidInput, match=r"params\.resolution.*3840 x 2160.*limit is 1e\+06") as caught:
        run(
            "resize-video",
            tmp_path / "out",
            {Kind.VIDEO: [film]},
            Limits(max_pixels=1_000_000),
            resolution="2160",
        )
    assert "LIMNER_MAX_PIXELS" in caught.value.next_step


def test_a_very_wide_film_is_refused_above_what_players_take(tmp_path: Path) -> None:
    film = make_film(tmp_path / "wide.mp4", [picture(1, 640, 64)] * 2)
    with pytest.raises(InvalidInput, match="21600"):
        resize(film, tmp_path, resolution="2160")


def test_resizing_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20, size=(902, 508), sound=tone(0.7))
    one, other = (resize(film, tmp_path / name, resolution="480") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


@given(st.integers(16, 4000), st.integers(16, 4000), st.integers(16, 1000))
def test_every_size_is_even_and_its_ratio_within_a_pixel(width: int, height: int, short: int) -> None:
    if max(width, height) / min(width, height) > 8:
        return
    params = {"resolution": "custom", "custom_resolution": short}
    frame = resized(Job({}, params, Path(), Limits()), Shape(width, height, 0))
    assert frame.width % 2 == frame.height % 2 == 0
    factor = short / min(width, height)
    assert abs(frame.width - width * factor) <= 1 and abs(frame.height - height * factor) <= 1
