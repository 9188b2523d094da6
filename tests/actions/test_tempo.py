from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
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
    run_loud,
    some_frames,
    sound_of,
    strongest_hertz,
    tone,
)
from hypothesis import given
from hypothesis import strategies as st

from limner.actions.probe import probe
from limner.actions.tempo_pictures import interpolated
from limner.actions.tempo_sound import tempos
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Kind, Limits


def faster(path: Path, folder: Path, **params: object) -> Path:
    return run("speed-up-video", folder / "fast", {Kind.VIDEO: [path]}, **params)


def slower(path: Path, folder: Path, **params: object) -> Path:
    return run("slow-down-video", folder / "slow", {Kind.VIDEO: [path]}, **params)


def dot(place: float, width: int = 320, height: int = 180) -> np.ndarray:
    """Return a textured square at a place on a quiet ground."""
    frame = np.full((height, width, 3), 60, np.uint8)
    left = round(place)
    texture = np.random.default_rng(1).integers(150, 250, (60, 60, 1), np.uint8)
    frame[60:120, left : left + 60] = texture
    return frame


def place_of(frame: np.ndarray) -> float:
    """Return where the bright square is."""
    columns = np.nonzero(frame[90:110].mean(axis=(0, 2)) > 120)[0]
    return float(columns.min())


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30_000, 1001), Fraction(60)])
def test_twice_as_fast_shows_every_other_frame(tmp_path: Path, rate: Fraction) -> None:
    film = numbered(tmp_path / "film.mp4", 40, rate=rate)
    made = faster(film, tmp_path)
    assert numbers(made) == list(range(0, 40, 2))
    assert probe(made, Limits()).duration_seconds == pytest.approx(float(20 / rate), abs=0.002)


def test_twice_as_slow_shows_every_frame_twice(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20)
    assert numbers(slower(film, tmp_path)) == [n // 2 for n in range(40)]


@pytest.mark.parametrize("factor", [1.25, 1.5, 3, 7.3])
def test_the_length_is_the_clips_divided_or_multiplied_by_the_factor(tmp_path: Path, factor: float) -> None:
    film = numbered(tmp_path / "film.mp4", 45)
    assert len(numbers(faster(film, tmp_path, factor=factor))) == round(45 / factor)
    shown = numbers(slower(film, tmp_path, factor=factor))
    assert len(shown) == round(45 * factor)
    assert shown == sorted(shown) and set(shown) == set(range(45))


def test_a_factor_of_one_changes_neither_frames_nor_sound(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0))
    for made in (faster(film, tmp_path, factor=1), slower(film, tmp_path, factor=1, smoothing="motion")):
        assert numbers(made) == list(range(30))
        heard = sound_of(made)[:, :48_000]
        assert np.abs(heard - tone(1.0))[:, 2000:-2000].max() < 0.02


@pytest.mark.parametrize("factor", [1.5, 2, 5])
@pytest.mark.parametrize("make", [faster, slower])
def test_the_sound_is_as_long_as_the_picture_at_its_own_pitch_and_loudness(
    tmp_path: Path, make: Callable[..., Path], factor: float
) -> None:
    film = numbered(tmp_path / "film.mp4", 90, sound=tone(3.0, 523.0))
    made = make(film, tmp_path, factor=factor)
    heard, shown = sound_of(made), len(frames_of(made)) / 30
    assert heard.shape[1] / 48_000 == pytest.approx(shown, abs=1 / 30)
    middle = heard[:, 4800:-4800]
    assert strongest_hertz(middle) == pytest.approx(523, abs=3)
    assert loudness(middle) == pytest.approx(loudness(tone(3.0, 523.0)), rel=0.03)


@pytest.mark.parametrize("make", [faster, slower])
def test_sound_and_picture_stay_together(tmp_path: Path, make: Callable[..., Path]) -> None:
    """The tone begins when the picture turns bright, before and after."""
    sound = np.concatenate([np.zeros((2, 72_000), np.float32), tone(1.5, 600)], axis=1)
    frames = [np.full((90, 160, 3), 220 if n >= 45 else 30, np.uint8) for n in range(90)]
    made = make(make_film(tmp_path / "film.mp4", frames, sound=sound), tmp_path)
    bright = next(n for n, frame in enumerate(frames_of(made)) if frame.mean() > 128) / 30
    loud = np.nonzero(np.abs(sound_of(made)[0]) > 0.1)[0][0] / 48_000
    assert loud == pytest.approx(bright, abs=0.05)


def test_the_sound_goes_when_it_is_not_kept(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20, sound=tone(0.7))
    for made in (faster(film, tmp_path, keep_audio=False), slower(film, tmp_path, keep_audio=False)):
        assert probe(made, Limits()).has_audio is False


def test_a_silent_odd_sized_turned_film_stays_silent_and_upright(tmp_path: Path) -> None:
    film = numbered(tmp_path / "odd.mp4", 12, size=(161, 91), pixels="yuv444p", turn=90)
    for smoothing in ("off", "blend", "motion"):
        info = probe(slower(film, tmp_path, smoothing=smoothing), Limits())
        assert (info.width, info.height, info.has_audio) == (92, 160, False)


def test_a_variable_rate_is_stretched_in_time(tmp_path: Path) -> None:
    film = make_film(tmp_path / "vfr.mp4", [picture(n) for n in range(5)], times=[0.0, 0.1, 0.2, 1.2, 1.3])
    shown = numbers(slower(film, tmp_path))
    assert shown == sorted(shown) and set(shown) == {0, 1, 2, 3, 4}
    assert shown.count(2) == pytest.approx(20, abs=1)


def test_blending_mixes_the_two_frames_around(tmp_path: Path) -> None:
    greys = [60, 80, 100, 120]
    film = make_film(tmp_path / "film.mp4", [np.full((90, 160, 3), grey, np.uint8) for grey in greys])
    levels = [float(frame.mean()) for frame in frames_of(slower(film, tmp_path, factor=4, smoothing="blend"))]
    expected = [min(60 + 5 * n, 120) for n in range(16)]
    assert levels == pytest.approx(expected, abs=2)


def test_blending_does_not_mix_two_shots(tmp_path: Path) -> None:
    frames = [np.full((90, 160, 3), 30 if n < 5 else 220, np.uint8) for n in range(10)]
    made = slower(make_film(tmp_path / "film.mp4", frames), tmp_path, factor=4, smoothing="blend")
    levels = [float(frame.mean()) for frame in frames_of(made)]
    assert all(level < 40 or level > 210 for level in levels)


def test_motion_draws_what_moves_between_two_frames(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", [dot(20 + 8 * n) for n in range(20)])
    repeated, moved = (
        [place_of(frame) for frame in frames_of(slower(film, tmp_path / each, smoothing=each))]
        for each in ("off", "motion")
    )
    assert len(moved) == len(repeated) == 40
    assert max(np.diff(repeated)[4:34]) >= 7
    steps = np.diff(moved)[4:34]
    assert steps == pytest.approx([4.0] * 30, abs=1.5)
    assert moved[20] == pytest.approx(20 + 4 * 20, abs=2)


def test_motion_of_a_film_above_720p_is_blended_and_said(tmp_path: Path) -> None:
    film = make_film(tmp_path / "big.mp4", [np.full((736, 736, 3), 60 + 20 * n, np.uint8) for n in range(3)])
    made, told = run_loud("slow-down-video", tmp_path / "out", {Kind.VIDEO: [film]}, smoothing="motion")
    assert len(frames_of(made)) == 6
    assert any("params.smoothing" in line.get("warning", "") for line in told)


@pytest.mark.parametrize("size", [(16, 16), (18, 90), (90, 160), (162, 94), (176, 144), (234, 202)])
def test_motion_repeats_whatever_the_size_and_the_memory_held_before(size: tuple[int, int]) -> None:
    width, height = size
    chance = np.random.default_rng(4)
    texture = chance.integers(0, 255, (400, 300)).astype(np.uint8)
    films = []
    for _ in range(3):
        litter = [chance.integers(0, 255, width * height * n).astype(np.uint8) for n in (1, 2, 9)]
        del litter
        views = (texture[3 * n : 3 * n + height * 3 // 2, 5 * n : 5 * n + width] for n in range(6))
        pictures = [av.VideoFrame.from_ndarray(np.ascontiguousarray(view), "yuv420p") for view in views]
        made = list(interpolated(pictures, Fraction(25), Fraction(2), 12))
        assert len(made) == 12 and {(each.width, each.height) for each in made} == {size}
        films.append(np.stack([each.to_ndarray() for each in made]))
    assert all(np.array_equal(films[0], other) for other in films[1:])


def test_motion_of_a_very_small_film_is_blended(tmp_path: Path) -> None:
    film = make_film(tmp_path / "tiny.mp4", [np.full((12, 12, 3), 60 + 20 * n, np.uint8) for n in range(3)])
    assert len(frames_of(slower(film, tmp_path, smoothing="motion"))) == 6


def test_a_result_over_the_length_limit_is_refused_before_the_work(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30)
    with pytest.raises(InvalidInput, match="limit is 5") as caught:
        run(
            "slow-down-video",
            tmp_path / "out",
            {Kind.VIDEO: [film]},
            Limits(max_duration_seconds=5.0),
            factor=10,
        )
    assert "LIMNER_MAX_SECONDS" in caught.value.next_step


def test_a_sound_file_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        block = av.AudioFrame.from_ndarray((tone(0.1).T * 30_000).astype(np.int16).reshape(1, -1), "s16")
        block.sample_rate = 48_000
        container.mux(stream.encode(block))
    with pytest.raises(InvalidMedia, match=r"inputs\.video: has a sound track but no video"):
        faster(path, tmp_path)


def test_speed_changes_repeat_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20, sound=tone(0.7))
    for smoothing in ("off", "blend", "motion"):
        one, other = (slower(film, tmp_path / name, smoothing=smoothing) for name in "ab")
        assert one.read_bytes() == other.read_bytes()
    one, other = (faster(film, tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_sample_plays_three_times_as_fast(tmp_path: Path) -> None:
    made = faster(BUNNY, tmp_path, factor=3)
    count, (before,) = some_frames(BUNNY, 60)
    faster_count, (after,) = some_frames(made, 20)
    assert faster_count == round(count / 3)
    assert np.abs(before.astype(int) - after).mean() < 4


@given(st.fractions(Fraction(1, 100), 20).filter(lambda stretch: stretch > 0))
def test_the_tempos_multiply_to_the_whole_and_none_drops_samples(stretch: Fraction) -> None:
    product = Fraction(1)
    for tempo in tempos(stretch):
        assert Fraction(1, 2) <= tempo <= 2
        product *= tempo
    assert product == 1 / stretch
