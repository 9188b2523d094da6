from pathlib import Path

import numpy as np
import pytest
from films import BUNNY, frames_of, make_film, numbered, numbers, run, run_loud, some_frames, sound_of, tone
from hypothesis import given
from hypothesis import strategies as st

from limner.actions.film_ratio import new_size
from limner.actions.probe import probe
from limner.actions.specs.layout import RATIOS
from limner.actions.video import Shape
from limner.errors import InvalidInput
from limner.types import Kind, Limits


def reshape(path: Path, folder: Path, **params: object) -> Path:
    return run("change-video-ar", folder / "out", {Kind.VIDEO: [path]}, **params)


def columns(count: int = 3, width: int = 320, height: int = 180) -> list[np.ndarray]:
    """Return frames: red on the left quarter, blue on the right, grey between."""
    frame = np.full((height, width, 3), 128, np.uint8)
    frame[:, : width // 4], frame[:, -width // 4 :] = (200, 30, 30), (30, 30, 200)
    return [frame] * count


def size_of(path: Path) -> tuple[int | None, int | None]:
    info = probe(path, Limits())
    return info.width, info.height


@pytest.mark.parametrize(
    ("ratio", "fit", "expected"),
    [
        ("1:1", "crop", (180, 180)),
        ("9:16", "crop", (102, 180)),
        ("21:9", "crop", (320, 138)),
        ("16:9", "crop", (320, 180)),
        ("1:1", "pad", (320, 320)),
        ("9:16", "pad", (320, 568)),
        ("21:9", "pad", (420, 180)),
        ("16:9", "pad", (320, 180)),
    ],
)
def test_the_result_has_the_ratio_at_the_videos_own_scale(
    tmp_path: Path, ratio: str, fit: str, expected: tuple[int, int]
) -> None:
    film = make_film(tmp_path / "film.mp4", columns())
    assert size_of(reshape(film, tmp_path, aspect_ratio=ratio, fit=fit)) == expected


def test_cropping_keeps_the_middle_pixel_for_pixel(tmp_path: Path) -> None:
    _, (made,) = some_frames(reshape(BUNNY, tmp_path, aspect_ratio="9:16"), 40)
    _, (before,) = some_frames(BUNNY, 40)
    width = made.shape[1]
    left = (1280 - width) // 2
    assert np.abs(made.astype(int) - before[:, left : left + width]).mean() < 4


def test_padding_shows_everything_beside_the_colour(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", columns())
    made = frames_of(
        reshape(film, tmp_path, aspect_ratio="1:1", fit="pad", background_mode="solid", pad_color="#00cc44")
    )[1].astype(int)
    for band in (made[:64], made[-64:]):
        assert np.abs(band.mean(axis=(0, 1)) - (0, 204, 68)).max() < 6
    assert np.abs(made[72:248] - columns()[0][2:178]).mean() < 6


def test_padding_with_blur_shows_a_soft_copy_with_the_pictures_own_colours(tmp_path: Path) -> None:
    stripes = np.zeros((180, 320, 3), np.uint8)
    stripes[:, ::32], stripes[:] = 255, np.where(np.arange(320)[None, :, None] // 16 % 2, 220, 40)
    film = make_film(tmp_path / "film.mp4", [stripes] * 3)
    sharp, soft = (
        frames_of(reshape(film, tmp_path / str(amount), fit="pad", blur_amount=amount))[1][20, :, 0]
        for amount in (0, 100)
    )
    assert np.std(sharp.astype(int)) > 3 * np.std(soft.astype(int))
    assert soft.mean() == pytest.approx(130, abs=20)


def test_frames_and_sound_stay(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 24, size=(320, 180), rate=24, sound=tone(1.0))
    made = reshape(film, tmp_path, aspect_ratio="16:9", fit="pad")
    assert numbers(made) == list(range(24))
    assert sound_of(made).shape[1] / 48_000 == pytest.approx(1.0, abs=0.04)


def test_a_turned_odd_sized_silent_film_is_cut_upright(tmp_path: Path) -> None:
    film = numbered(tmp_path / "odd.mp4", 5, size=(321, 181), pixels="yuv444p", turn=90)
    made = reshape(film, tmp_path, aspect_ratio="1:1")
    assert size_of(made) == (180, 180)
    assert probe(made, Limits()).has_audio is False


def test_a_film_that_would_outgrow_players_is_made_smaller_and_said(tmp_path: Path) -> None:
    film = make_film(tmp_path / "tall.mp4", [np.full((1280, 720, 3), 90, np.uint8)] * 2)
    ultra = make_film(tmp_path / "ultra.mp4", [np.full((1920, 1920, 3), 90, np.uint8)] * 2)
    inputs = {"aspect_ratio": "21:9", "fit": "pad"}
    made, told = run_loud("change-video-ar", tmp_path / "a", {Kind.VIDEO: [film]}, **inputs)
    assert size_of(made) == (2986, 1280) and not [line for line in told if "warning" in line]
    made, told = run_loud("change-video-ar", tmp_path / "b", {Kind.VIDEO: [ultra]}, **inputs)
    assert size_of(made) == (3840, 1646)
    assert any("4480 x 1920" in line.get("warning", "") for line in told)


def test_a_colour_that_is_none_is_refused_by_its_field(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 3)
    with pytest.raises(InvalidInput, match=r"params\.pad_color"):
        reshape(film, tmp_path, fit="pad", background_mode="solid", pad_color="mauve-ish")


def test_changing_the_ratio_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20, size=(320, 180), sound=tone(0.7))
    one, other = (reshape(film, tmp_path / name, fit="pad") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


@given(st.integers(16, 4000), st.integers(16, 4000), st.sampled_from(RATIOS))
def test_a_crop_lies_within_the_video_and_a_pad_around_it(width: int, height: int, ratio: str) -> None:
    across, _, down = ratio.partition(":")
    wanted = int(across) / int(down)
    inner = new_size(Shape(width, height, 0), ratio, "crop")
    outer = new_size(Shape(width, height, 0), ratio, "pad")
    assert inner[0] <= width + 1e-9 and inner[1] <= height + 1e-9
    assert outer[0] >= width - 1e-9 and outer[1] >= height - 1e-9
    assert inner[0] / inner[1] == pytest.approx(wanted) == outer[0] / outer[1]
