from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import (
    frames_of,
    make_film,
    numbered,
    numbers,
    picture,
    run,
    run_loud,
    sound_of,
    strongest_hertz,
    tone,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.actions.cutting import Part, cut_at, staged, without_handles
from limner.actions.job import Job
from limner.actions.probe import probe
from limner.actions.video import Clip, Shape, survey
from limner.errors import InvalidInput
from limner.types import Kind, Limits


def parts_of(path: Path, folder: Path, **params: Any) -> list[Path]:
    first = run("split-video", folder, {Kind.VIDEO: [path]}, **params)
    return sorted(first.parent.glob("part-*.mp4"))


@pytest.mark.parametrize(
    ("params", "lengths"),
    [
        ({}, [25, 25]),
        ({"segments": 1}, [50]),
        ({"segments": 3}, [17, 16, 17]),
        ({"split_mode": "duration", "segment_duration": 0.7}, [21, 21, 8]),
        ({"split_mode": "duration", "segment_duration": 60}, [50]),
    ],
)
def test_parts_in_order_are_the_whole_clip_to_the_frame(
    tmp_path: Path, params: dict[str, Any], lengths: list[int]
) -> None:
    film = numbered(tmp_path / "film.mp4", 50, options={"g": "12"})
    shown = [numbers(part) for part in parts_of(film, tmp_path / "out", **params)]
    assert [number for part in shown for number in part] == list(range(50))
    assert [len(part) for part in shown] == lengths


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 2000),
    rate=st.sampled_from([Fraction(24), Fraction(30_000, 1001), Fraction(60), Fraction(10)]),
    mode=st.sampled_from(["equal", "duration"]),
    segments=st.integers(1, 100),
    seconds=st.floats(0.1, 600),
)
def test_any_length_is_cut_without_gap_overlap_or_empty_part(
    count: int, rate: Fraction, mode: str, segments: int, seconds: float
) -> None:
    shape = Shape(160, 90, 0)
    clip = Clip(Path("film.mp4"), "inputs.video", shape, rate, 0.0, float(count / rate), False)
    params = {"split_mode": mode, "segments": segments, "segment_duration": seconds}
    job = Job({}, params, Path(), Limits())
    if mode == "equal" and segments > count:
        with pytest.raises(InvalidInput, match=r"params.segments"):
            cut_at(job, clip)
        return
    if mode == "duration" and count / float(rate) > 100 * seconds + 1e-3:
        with pytest.raises(InvalidInput, match=r"params.segment_duration.*the limit is 100"):
            cut_at(job, clip)
        return
    edges = cut_at(job, clip)
    assert (edges[0], edges[-1]) == (0, count)
    assert edges == sorted(set(edges))
    lengths = np.diff(edges)
    assert len(lengths) <= 100
    if mode == "equal":
        assert len(lengths) == segments
        assert lengths.max() - lengths.min() <= 1


def test_handles_are_taken_from_both_ends_of_every_part(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 60)
    shown = [numbers(part) for part in parts_of(film, tmp_path / "out", segments=3, trim_handles=0.1)]
    assert shown == [list(range(3, 17)), list(range(23, 37)), list(range(43, 57))]


def test_a_part_that_handles_use_up_is_left_out_with_a_warning_and_all_of_them_are_an_error(
    tmp_path: Path,
) -> None:
    film = numbered(tmp_path / "film.mp4", 50)
    out = tmp_path / "out"
    params = {"split_mode": "duration", "segment_duration": 0.7, "trim_handles": 0.2}
    _, told = run_loud("split-video", out, {Kind.VIDEO: [film]}, **params)
    assert [line["warning"] for line in told if "warning" in line] == [
        "left out 1 of 3 parts: trim_handles leaves nothing of them"
    ]
    job = Job({}, {"trim_handles": 5}, tmp_path, Limits())
    with pytest.raises(InvalidInput, match=r"params.trim_handles: 5 s .* at most 0.83 s"):
        without_handles(job, survey(film), [Part(0, 25), Part(25, 50)])


def test_sound_is_cut_where_the_picture_is(tmp_path: Path) -> None:
    steps = np.concatenate([tone(0.5, hertz) for hertz in (300, 600, 1200, 2400)], axis=1)
    film = numbered(tmp_path / "film.mp4", 60, sound=steps)
    parts = parts_of(film, tmp_path / "out", segments=4)
    for part, hertz in zip(parts, (300, 600, 1200, 2400), strict=True):
        sound = sound_of(part)
        assert strongest_hertz(sound[:, 2400:21_600]) == pytest.approx(hertz, abs=5)
        assert sound.shape[1] == pytest.approx(24_000, abs=1024)
    silent = parts_of(film, tmp_path / "silent", strip_audio=True)
    assert [probe(part, Limits()).has_audio for part in silent] == [False, False]


def test_sound_goes_on_without_a_hole_from_part_to_part(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 50, rate=Fraction(30_000, 1001), sound=tone(1.7, 500))
    parts = parts_of(film, tmp_path / "out", segments=3, trim_handles=0)
    counts = [len(numbers(part)) for part in parts]
    joined = np.concatenate(
        [
            sound_of(part)[:, : round(count * 48_000 * 1001 / 30_000)]
            for part, count in zip(parts, counts, strict=True)
        ],
        axis=1,
    )
    whole = sound_of(film)[:, : joined.shape[1]]
    inner = slice(4800, 72_000)
    assert np.corrcoef(joined[0, inner], whole[0, inner])[0, 1] > 0.99


def test_every_shot_of_a_film_becomes_a_part(tmp_path: Path) -> None:
    grounds = [(200, 30, 30), (30, 160, 60), (20, 40, 200)]
    shots = [np.full((90, 160, 3), color, np.uint8) for color in grounds]
    lengths = [14, 9, 20]
    frames = [shot for shot, count in zip(shots, lengths, strict=True) for _ in range(count)]
    film = make_film(tmp_path / "film.mp4", frames)
    parts = parts_of(film, tmp_path / "out", split_mode="scene")
    shown = [frames_of(part) for part in parts]
    assert [len(part) for part in shown] == lengths
    for part, color in zip(shown, grounds, strict=True):
        assert np.abs(part[0][45, 80].astype(int) - color).max() < 12
        assert np.abs(part[-1][45, 80].astype(int) - color).max() < 12


def test_a_film_of_one_shot_is_one_part_and_says_so(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", [picture(9)] * 20)
    made, told = run_loud("split-video", tmp_path / "out", {Kind.VIDEO: [film]}, split_mode="scene")
    assert numbers(made) == [9] * 20
    assert any("no cut was found" in line.get("warning", "") for line in told)


def test_a_variable_rate_and_odd_sizes_are_cut_too(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.2, 1.2, 1.3]
    film = make_film(
        tmp_path / "odd.mp4", [picture(n, 161, 91) for n in range(5)], times=times, pixels="yuv444p", turn=90
    )
    clip = survey(film)
    parts = parts_of(film, tmp_path / "out")
    infos = [probe(part, Limits()) for part in parts]
    assert {(info.width, info.height) for info in infos} == {(92, 160)}
    assert sum(len(frames_of(part)) for part in parts) == clip.frame_count(clip.rate)


def test_splitting_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 40, sound=tone(1.4))
    one, other = (parts_of(film, tmp_path / name, segments=3) for name in "ab")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_progress_rises_over_all_parts_and_never_falls(tmp_path: Path) -> None:
    frames = [np.full((90, 160, 3), level, np.uint8) for level in (30, 220, 90) for _ in range(12)]
    film = make_film(tmp_path / "film.mp4", frames)
    _, told = run_loud("split-video", tmp_path / "out", {Kind.VIDEO: [film]}, split_mode="scene")
    steps = [line["progress"] for line in told if "progress" in line]
    assert steps == sorted(steps)
    assert (steps[0] < 0.1, steps[-1]) == (True, pytest.approx(1.0, abs=0.001))
    assert {"looking for cuts", *(f"part {n} of 3" for n in (1, 2, 3))} == {
        line.get("message") for line in told
    }


def test_a_stage_passes_warnings_on(tmp_path: Path) -> None:
    told: list[Any] = []
    staged(Job({}, {}, tmp_path, Limits(), tell=told.append), 0.5, 0.5, "later").warn("odd")
    assert told == [{"warning": "odd"}]


def test_more_frames_than_the_limit_are_refused_by_name(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 20)
    with pytest.raises(InvalidInput, match="the limit is 10") as caught:
        run("split-video", tmp_path / "out", {Kind.VIDEO: [film]}, Limits(max_frames=10))
    assert "LIMNER_MAX_FRAMES" in caught.value.next_step
