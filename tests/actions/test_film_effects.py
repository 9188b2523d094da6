"""Effects on films: what each does to the picture, that 0 does nothing, and that they repeat."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import frames_of, make_film, numbered, numbers, run, sound_of, tone

from limner.actions.film_effects import mosaic
from limner.actions.film_effects_hand import Hand
from limner.actions.film_effects_tape import moved_lines
from limner.actions.probe import probe
from limner.types import Kind, Limits

NEARLY_LOSSLESS = {"crf": "1", "preset": "ultrafast"}
EFFECTS = ("vignette", "grain", "pixelate", "shake", "chromatic", "vhs")
NONE = {
    "vignette": {"vignette_angle": 0},
    "grain": {"grain_strength": 0},
    "pixelate": {"pixel_block_size": 1},
    "shake": {"shake_amount": 0},
    "chromatic": {"chromatic_offset": 0},
}


def effect(name: str, film: Path, folder: Path, **params: Any) -> Path:
    return run("video-effect", folder / "out", {Kind.VIDEO: [film]}, effect=name, **params)


def shown(name: str, film: Path, folder: Path, **params: Any) -> list[np.ndarray]:
    return [frame.astype(float) for frame in frames_of(effect(name, film, folder, **params))]


def film_of(folder: Path, frame: np.ndarray, count: int = 4) -> Path:
    return make_film(folder / "film.mp4", [frame] * count, options=NEARLY_LOSSLESS)


def wall(level: int = 150, size: tuple[int, int] = (192, 108)) -> np.ndarray:
    return np.full((size[1], size[0], 3), level, np.uint8)


def scene() -> np.ndarray:
    """Return smooth hills of light, so that a shift shows and compression does not."""
    y, x = np.mgrid[0:144, 0:256]
    light = 128 + 60 * np.sin(x / 17) * np.cos(y / 13) + 40 * np.sin((x + 2 * y) / 29)
    return np.repeat(np.clip(light, 0, 255)[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("name", NONE)
def test_nothing_of_an_effect_changes_nothing(tmp_path: Path, name: str) -> None:
    film = film_of(tmp_path, scene())
    before, after = frames_of(film)[2].astype(float), shown(name, film, tmp_path, **NONE[name])[2]
    assert np.abs(after - before).mean() < 1.5


@pytest.mark.parametrize("name", EFFECTS)
def test_every_effect_shows_without_parameters_repeats_and_keeps_size_length_and_sound(
    tmp_path: Path, name: str
) -> None:
    film = make_film(tmp_path / "film.mp4", [scene()] * 12, sound=tone(0.4))
    one, other = (effect(name, film, tmp_path / folder) for folder in "ab")
    assert one.read_bytes() == other.read_bytes()
    frames = frames_of(one)
    assert (len(frames), frames[0].shape) == (12, (144, 256, 3))
    assert np.abs(frames[5].astype(float) - frames_of(film)[5]).mean() > 2
    assert sound_of(one).shape[1] == pytest.approx(sound_of(film).shape[1], abs=2048)


@pytest.mark.parametrize("name", ["vignette", "grain", "shake", "chromatic"])
def test_frames_stay_in_order(tmp_path: Path, name: str) -> None:
    film = numbered(tmp_path / "film.mp4", 24, size=(320, 180))
    assert numbers(effect(name, film, tmp_path)) == list(range(24))


@pytest.mark.parametrize("name", EFFECTS)
def test_a_small_odd_sized_turned_film_works_too(tmp_path: Path, name: str) -> None:
    film = numbered(tmp_path / "odd.mp4", 3, size=(51, 37), pixels="yuv444p", turn=90)
    info = probe(effect(name, film, tmp_path), Limits())
    assert (info.width, info.height, info.has_audio) == (36, 52, False)


@pytest.mark.parametrize("angle", [20, 36, 60])
def test_a_vignette_falls_with_the_fourth_power_of_the_cosine(tmp_path: Path, angle: int) -> None:
    frame = shown("vignette", film_of(tmp_path, wall(200)), tmp_path, vignette_angle=angle)[0]
    assert frame[54, 96].mean() == pytest.approx(200, abs=3)
    for x, y in ((2, 2), (96, 4), (24, 54)):
        away = np.hypot((x + 0.5) / 96 - 1, (y + 0.5) / 54 - 1) / np.sqrt(2)
        expected = 200 * np.cos(np.radians(angle) * away) ** 4
        assert frame[y - 1 : y + 2, x - 1 : x + 2].mean() == pytest.approx(expected, abs=5)
    assert np.ptp(frame, axis=-1).max() <= 3


def test_grain_grows_with_its_strength_keeps_the_mean_and_never_stands_still(tmp_path: Path) -> None:
    film = film_of(tmp_path, wall(128))
    weak, strong = (shown("grain", film, tmp_path, grain_strength=amount) for amount in (20, 60))
    assert 2 < weak[1].std() < strong[1].std() * 0.6
    assert strong[1].mean() == pytest.approx(128, abs=2)
    assert np.abs(np.corrcoef(strong[0][..., 1].ravel(), strong[1][..., 1].ravel())[0, 1]) < 0.1
    dark = shown("grain", film_of(tmp_path, wall(2)), tmp_path, grain_strength=60)
    assert dark[1].std() < strong[1].std() * 0.6


@pytest.mark.parametrize("block", [8, 13, 48, 500])
def test_pixelate_makes_even_squares_of_the_mean(tmp_path: Path, block: int) -> None:
    frame = shown("pixelate", film_of(tmp_path, scene()), tmp_path, pixel_block_size=block)[0][..., 1]
    for top in range(0, max(1, 145 - block), block):  # whole squares
        for left in range(0, max(1, 257 - block), block):
            square = (slice(top, top + block), slice(left, left + block))
            assert frame[square].mean() == pytest.approx(scene()[..., 1][square].mean(), abs=3)
            assert frame[square][1:-1, 1:-1].std() < 3


def test_a_mosaic_of_squares_that_do_not_divide_the_picture_covers_all_of_it() -> None:
    plane = np.arange(7 * 5, dtype=np.uint8).reshape(7, 5)
    made = mosaic(plane, 3, 1)
    assert made.shape == plane.shape
    assert made[6, 4] == round(plane[6:, 3:].mean())
    assert (made[:3, :3] == round(plane[:3, :3].mean())).all()


def test_a_shaking_picture_moves_smoothly_and_shows_no_edge(tmp_path: Path) -> None:
    film = film_of(tmp_path, wall(200), 24)
    assert min(frame.min() for frame in shown("shake", film, tmp_path, shake_amount=100)) > 190
    marked = wall(60)
    marked[44:64, 86:106] = 230
    path = []
    for frame in shown("shake", film_of(tmp_path, marked, 24), tmp_path, shake_amount=100):
        rows, columns = np.nonzero(frame[..., 1] > 150)
        path.append((columns.mean(), rows.mean()))
    steps = np.abs(np.diff(path, axis=0))
    assert np.ptp(path, axis=0).max() > 2
    assert steps.max() < np.ptp(path, axis=0).max() * 0.6


def test_a_hand_never_leaves_its_reach_and_differs_by_seed() -> None:
    places = np.array([Hand(3, 30.0).at(number) for number in range(3000)])
    assert np.abs(places).max() <= 1
    assert np.abs(places).max() > 0.6
    assert not np.allclose(places[0], Hand(4, 30.0).at(0))


def test_chromatic_moves_red_left_and_blue_right(tmp_path: Path) -> None:
    bar = np.zeros((96, 192, 3), np.uint8)
    bar[:, 80:112] = 255
    frame = shown("chromatic", film_of(tmp_path, bar), tmp_path, chromatic_offset=12)[0][48]
    centres = [
        np.average(np.arange(192), weights=np.clip(frame[:, channel] - 40, 0, None)) for channel in range(3)
    ]
    assert centres[0] - centres[1] == pytest.approx(-12, abs=1)
    assert centres[2] - centres[1] == pytest.approx(12, abs=1)


def test_a_tape_softens_lets_colours_run_to_the_right_and_is_never_still(tmp_path: Path) -> None:
    bar = np.full((240, 320, 3), 70, np.uint8)
    bar[:, 120:200] = (220, 40, 40)
    film = film_of(tmp_path, bar)
    frames = shown("vhs", film, tmp_path, grain_strength=0)
    steepest = np.abs(np.diff(frames_of(film)[0][40:200].astype(float).mean(axis=(0, 2)))).max()
    assert np.abs(np.diff(frames[0][40:200].mean(axis=(0, 2)))).max() < steepest * 0.7
    redness = frames[0][40:200, :, 0].mean(axis=0) - frames[0][40:200, :, 1].mean(axis=0)
    assert redness[204:210].mean() > redness[110:116].mean() + 15
    assert np.abs(frames[1] - frames[0])[:, 110:210].mean() > 0.5
    noisy = shown("vhs", film, tmp_path, grain_strength=80)
    assert noisy[0][40:200, 20:100].std() > frames[0][40:200, 20:100].std() + 5


@pytest.mark.parametrize("most", [0.0, 0.6, 25.0, 400.0])
def test_lines_of_a_tape_are_moved_by_fractions_of_pixels_and_drawn_outwards(most: float) -> None:
    random = np.random.default_rng(5)
    lines = random.random((40, 90), dtype=np.float32) * 255
    shift = (random.uniform(-1, 1, 40) * most).astype(np.float32)
    places = np.arange(90)
    expected = [np.interp(places - by, places, line) for by, line in zip(shift, lines, strict=True)]
    assert np.abs(moved_lines(lines, shift) - expected).max() < 0.05
