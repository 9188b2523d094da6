import subprocess
import sys
from fractions import Fraction
from math import inf
from pathlib import Path

import numpy as np
import pytest
from films import (
    BUNNY,
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

from limner.actions.probe import probe
from limner.actions.reverse import windows
from limner.actions.video import Clip, Shape, survey
from limner.types import Kind, Limits

PEAK_OF_REVERSE = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from films import run
from limner.types import Kind
run("reverse-video", Path(sys.argv[3]), {Kind.VIDEO: [Path(sys.argv[2])]})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def reversed_film(path: Path, folder: Path, **params: str) -> Path:
    return run("reverse-video", folder / "out", {Kind.VIDEO: [path]}, **params)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30), Fraction(30_000, 1001), Fraction(60)])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_every_frame_comes_once_from_the_last_to_the_first(
    tmp_path: Path, rate: Fraction, suffix: str
) -> None:
    film = numbered(tmp_path / f"film{suffix}", 50, rate=rate)
    assert numbers(reversed_film(film, tmp_path)) == list(range(49, -1, -1))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("keyframes", ["1", "7", "250"])
def test_a_film_longer_than_one_window_loses_no_frame_where_windows_meet(
    tmp_path: Path, keyframes: str, suffix: str
) -> None:
    frames = [picture(n % 256) for n in range(300)]
    film = make_film(tmp_path / f"film{suffix}", frames, options={"g": keyframes, "bf": "3"})
    assert len(windows(survey(film), 30, 321)) > 1
    assert numbers(reversed_film(film, tmp_path)) == [n % 256 for n in range(299, -1, -1)]


@pytest.mark.parametrize("options", ["open-gop=1:bframes=3:b-pyramid=2", "bframes=0", "bframes=8:b-adapt=0"])
@pytest.mark.parametrize("limit_mb", [1, 1000], ids=["little room", "room"])
def test_no_frame_is_lost_however_frames_depend_on_others_and_however_little_room_there_is(
    tmp_path: Path, limit_mb: int, options: str
) -> None:
    film = make_film(
        tmp_path / "film.mp4",
        [picture(n % 256, 640, 360) for n in range(150)],
        options={"g": "40", "x264-params": f"{options}:scenecut=0"},
    )
    limits = Limits(max_output_bytes=limit_mb * 1_000_000)
    made = run("reverse-video", tmp_path / "out", {Kind.VIDEO: [film]}, limits)
    assert numbers(made) == list(range(149, -1, -1))


def clip_of(count: int, keyframes: list[int]) -> Clip:
    times = tuple(number / 25 for number in range(count))
    starts = tuple(times[number] for number in keyframes)
    return Clip(Path("film.mp4"), "", Shape(64, 32, 0), Fraction(25), 0.0, count / 25, False, times, starts)


@pytest.mark.parametrize(
    ("count", "keyframes", "starts"),
    [
        (100, [0], [0]),
        (100, [0, 25, 50, 75], [50, 0]),
        (100, list(range(100)), [90, 60, 30, 0]),
        (500, [0, 250], [450, 250, 200, 0]),
        (300, [0, 20, 290], [290, 220, 20, 0]),
        (300, [], [200, 0]),
    ],
    ids=[
        "all in one",
        "short ones taken together",
        "keyframes only",
        "too long ones",
        "uneven",
        "none known",
    ],
)
def test_windows_begin_at_keyframes_and_hold_no_more_than_there_is_room_for(
    count: int, keyframes: list[int], starts: list[int]
) -> None:
    spans = windows(clip_of(count, keyframes), 30, 200)
    assert [round(since * 25) for since, _ in spans] == starts
    assert [until for until, _ in spans[:-1]] == [until for _, until in spans[1:]]
    assert spans[0][1] == inf


def test_a_variable_rate_is_mirrored_in_time(tmp_path: Path) -> None:
    film = make_film(tmp_path / "vfr.mp4", [picture(n) for n in range(5)], times=[0.0, 0.1, 0.2, 1.2, 1.3])
    shown = numbers(reversed_film(film, tmp_path))
    assert sorted(set(shown), reverse=True) == [4, 3, 2, 1, 0]
    assert shown == sorted(shown, reverse=True)
    assert shown.count(2) == pytest.approx(10, abs=1)


def test_the_sound_turns_round_stays_or_goes(tmp_path: Path) -> None:
    low_then_high = np.concatenate([tone(0.5, 300), tone(0.5, 1200)], axis=1)
    film = numbered(tmp_path / "film.mp4", 30, sound=low_then_high)
    turned = sound_of(reversed_film(film, tmp_path, audio_mode="reverse"))
    kept = sound_of(reversed_film(film, tmp_path, audio_mode="keep"))
    assert strongest_hertz(turned[:, 2400:21_600]) == pytest.approx(1200, abs=5)
    assert strongest_hertz(turned[:, 26_400:45_600]) == pytest.approx(300, abs=5)
    assert strongest_hertz(kept[:, 2400:21_600]) == pytest.approx(300, abs=5)
    assert turned.shape[1] == pytest.approx(48_000, abs=1024)
    assert probe(reversed_film(film, tmp_path, audio_mode="strip"), Limits()).has_audio is False


def test_the_scratch_of_the_sound_is_not_left_behind(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 10, sound=tone(0.4))
    made = reversed_film(film, tmp_path)
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_a_silent_odd_sized_turned_film_reverses_to_even_sizes(tmp_path: Path) -> None:
    film = numbered(tmp_path / "odd.mp4", 12, size=(161, 91), pixels="yuv444p", turn=90)
    info = probe(reversed_film(film, tmp_path), Limits())
    assert (info.width, info.height, info.has_audio) == (92, 160, False)


def test_reversing_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0))
    one, other = (reversed_film(film, tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_sample_reverses_to_its_own_length(tmp_path: Path) -> None:
    one = reversed_film(BUNNY, tmp_path)
    count, forward = some_frames(BUNNY, 0, 40, 131)
    reversed_count, backward = some_frames(one, 0, 91, 131)
    assert reversed_count == count == 132
    for before, after in zip(forward, reversed(backward), strict=True):
        assert np.abs(before.astype(int) - after).mean() < 4
    assert loudness(sound_of(one)) == pytest.approx(loudness(sound_of(BUNNY)), rel=0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="getrusage is POSIX's")
def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    def peak(seconds: int) -> int:
        frames = [picture(n % 256, 640, 360) for n in range(60)]
        path = tmp_path / f"{seconds}.mp4"
        film = make_film(path, frames * seconds, rate=60, options={"preset": "ultrafast"})
        arguments = [str(Path(__file__).parent), str(film), str(tmp_path / f"out{seconds}")]
        done = subprocess.run(
            [sys.executable, "-c", PEAK_OF_REVERSE, *arguments], capture_output=True, text=True, check=True
        )
        return int(done.stdout.split()[-1])

    # 12 s at this size are 249 MB of frames, which is what holding all of them would add.
    assert peak(16) - peak(4) < 60_000
