from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import (
    BUNNY,
    frames_of,
    loudness,
    make_film,
    numbered,
    numbers,
    picture,
    run,
    some_frames,
    sound_of,
    strongest_hertz,
    tone,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.actions.boomerang import times_shown, way_back
from limner.actions.probe import probe
from limner.errors import InvalidInput
from limner.types import Kind, Limits


def boomerang(path: Path, folder: Path, **params: Any) -> Path:
    return run("boomerang-video", folder / "out", {Kind.VIDEO: [path]}, **params)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30_000, 1001), Fraction(60)])
def test_a_film_runs_to_its_end_and_back_and_shows_the_turn_once(tmp_path: Path, rate: Fraction) -> None:
    film = numbered(tmp_path / "film.mp4", 50, rate=rate)
    assert numbers(boomerang(film, tmp_path)) == [*range(50), *range(48, -1, -1)]


def test_a_film_longer_than_one_window_comes_back_whole(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", [picture(n % 256) for n in range(600)], options={"g": "7"})
    there = [n % 256 for n in range(600)]
    assert numbers(boomerang(film, tmp_path)) == [*there, *there[-2::-1]]


@pytest.mark.parametrize(
    ("speed", "there"),
    [
        (2, list(range(0, 30, 2))),
        (1.5, [int(n * 1.5) for n in range(20)]),
        (0.5, [n // 2 for n in range(60)]),
        (4, [0, 4, 8, 12, 16, 20, 24, 28]),
    ],
)
def test_another_speed_shows_the_same_frames_on_both_ways(
    tmp_path: Path, speed: float, there: list[int]
) -> None:
    film = numbered(tmp_path / "film.mp4", 30)
    turn = there[-1]
    shown = numbers(boomerang(film, tmp_path, speed=speed))
    assert shown == [*there, *(n for n in reversed(there) if n != turn)]
    assert len(shown) / 30 == pytest.approx(2 * 1.0 / speed, abs=max(1, 1 / speed) / 30 + 0.001)


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 400), speed=st.fractions(Fraction(1, 4), 4, max_denominator=100))
def test_any_length_and_speed_lasts_twice_the_clip_divided_by_the_speed_to_one_picture(
    count: int, speed: Fraction
) -> None:
    there = times_shown(count, speed)
    back = way_back(there)
    total = int(there.sum() + back.sum())
    assert abs(total - 2 * count / speed) <= 1 + there.max()
    turn = int(np.flatnonzero(there)[-1])
    assert back[turn] == 0
    assert (back[:turn] == there[:turn]).all()
    if speed <= 1:
        assert there.max() - there.min() <= 1
    else:
        steps = np.diff(np.flatnonzero(there))
        assert len(steps) == 0 or steps.max() - steps.min() <= 1


def test_sound_goes_forwards_then_turned_round_without_a_click(tmp_path: Path) -> None:
    low_then_high = np.concatenate([tone(0.5, 300), tone(0.5, 1200)], axis=1)
    film = numbered(tmp_path / "film.mp4", 30, sound=low_then_high)
    sound = sound_of(boomerang(film, tmp_path, include_audio=True))
    assert sound.shape[1] == pytest.approx(59 * 1600, abs=1024)
    for second, hertz in ((0.0, 300), (0.5, 1200), (1.0, 1200), (1.5, 300)):
        start = round(second * 48_000) + 2400
        assert strongest_hertz(sound[:, start : start + 16_000]) == pytest.approx(hertz, abs=8)
    turn = 48_000
    forward, backward = sound[0, turn - 12_000 : turn], sound[0, turn : turn + 12_000][::-1]
    assert np.corrcoef(forward, backward)[0, 1] > 0.98
    assert np.abs(np.diff(sound[0, turn - 200 : turn + 200])).max() < 0.06  # a 1200 Hz sine moves 0.04


def test_speed_keeps_the_pitch_of_the_sound_and_its_length_follows_the_picture(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 60, sound=tone(2.0, 500))
    made = boomerang(film, tmp_path, include_audio=True, speed=2)
    sound = sound_of(made)
    assert len(numbers(made)) == 59
    assert sound.shape[1] == pytest.approx(59 * 1600, abs=1024)
    for start in (4800, 52_800):
        assert strongest_hertz(sound[:, start : start + 38_000]) == pytest.approx(500, abs=5)
        assert loudness(sound[:, start : start + 38_000]) == pytest.approx(0.177, rel=0.1)


def test_without_being_asked_there_is_no_sound_nor_where_there_was_none(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 10, sound=tone(0.4))
    silent = numbered(tmp_path / "silent.mp4", 10)
    assert probe(boomerang(film, tmp_path), Limits()).has_audio is False
    assert probe(boomerang(silent, tmp_path, include_audio=True), Limits()).has_audio is False


def test_only_the_film_is_left_in_the_folder(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 10, sound=tone(0.4))
    made = boomerang(film, tmp_path, include_audio=True)
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_one_frame_is_a_film_of_one_frame(tmp_path: Path) -> None:
    assert numbers(boomerang(numbered(tmp_path / "one.mp4", 1, first=7), tmp_path)) == [7]


def test_a_variable_rate_is_mirrored_in_time(tmp_path: Path) -> None:
    film = make_film(tmp_path / "vfr.mp4", [picture(n) for n in range(5)], times=[0.0, 0.1, 0.2, 1.2, 1.3])
    shown = numbers(boomerang(film, tmp_path))
    assert [one for one, other in pairwise([*shown, -1]) if one != other] == [0, 1, 2, 3, 4, 3, 2, 1, 0]
    assert shown[: len(shown) // 2].count(2) == pytest.approx(10, abs=1)
    assert shown[len(shown) // 2 :].count(2) == pytest.approx(10, abs=1)


def test_an_odd_sized_turned_film_comes_back_in_even_sizes_on_both_ways(tmp_path: Path) -> None:
    film = numbered(tmp_path / "odd.mp4", 12, size=(161, 91), pixels="yuv444p", turn=90)
    made = frames_of(boomerang(film, tmp_path))
    assert {frame.shape for frame in made} == {(160, 92, 3)}
    assert np.abs(made[3].astype(int) - made[-4]).mean() < 2


def test_more_frames_than_the_limit_are_refused_before_the_work(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30)
    with pytest.raises(InvalidInput, match="the number of frames is 59, the limit is 40"):
        run("boomerang-video", tmp_path / "out", {Kind.VIDEO: [film]}, Limits(max_frames=40))


def test_a_boomerang_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0))
    one, other = (boomerang(film, tmp_path / name, include_audio=True, speed=1.25) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_sample_goes_there_and_back(tmp_path: Path) -> None:
    first, middle, last = some_frames(BUNNY, 0, 40, 128)[1]
    count, made = some_frames(boomerang(BUNNY, tmp_path, speed=4), 0, 10, 32, 54, 64)
    assert count == 65
    for shown, source in zip(made, (first, middle, last, middle, first), strict=True):
        assert np.abs(shown.astype(int) - source).mean() < 4
