from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from films import (
    SAMPLES,
    frames_of,
    loudness,
    make_film,
    numbered,
    numbers,
    run,
    run_loud,
    sound_of,
    strongest_hertz,
    tone,
)

from limner.actions.probe import probe
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Kind, Limits


def flat(path: Path, grey: int, count: int = 30, size: tuple[int, int] = (160, 90), **how: object) -> Path:
    frame = np.full((size[1], size[0], 3), grey, np.uint8)
    return make_film(path, [frame] * count, **how)


def stitch(paths: list[Path], folder: Path, **params: object) -> Path:
    return run("stitch-videos", folder / "out", {Kind.VIDEO: paths}, **params)


def test_clips_follow_each_other_frame_by_frame(tmp_path: Path) -> None:
    one, two, three = (numbered(tmp_path / f"{n}.mp4", 20, first=n * 20) for n in range(3))
    assert numbers(stitch([three, one, two], tmp_path)) == [*range(40, 60), *range(40)]


def test_a_transition_shortens_the_film_by_its_duration(tmp_path: Path) -> None:
    clips = [flat(tmp_path / f"{n}.mp4", 40 + 80 * n) for n in range(3)]
    expected = {("none", 0.5): 90, ("fade", 0.5): 60, ("wipeleft", 0.2): 78, ("wiperight", 0.4): 66}
    for (transition, seconds), count in expected.items():
        made = stitch(clips, tmp_path, transition=transition, transition_duration=seconds)
        assert len(frames_of(made)) == count, transition


def test_a_fade_goes_evenly_from_one_to_the_other(tmp_path: Path) -> None:
    made = stitch([flat(tmp_path / "a.mp4", 40), flat(tmp_path / "b.mp4", 200)], tmp_path, transition="fade")
    levels = [float(frame.mean()) for frame in frames_of(made)]
    assert levels[14] == pytest.approx(40, abs=3) and levels[30] == pytest.approx(200, abs=3)
    steps = np.diff(levels[14:31])
    assert steps == pytest.approx([10.0] * 16, abs=3)


@pytest.mark.parametrize(("transition", "new_side"), [("wipeleft", "right"), ("wiperight", "left")])
def test_a_wipe_uncovers_the_new_clip_from_one_side(tmp_path: Path, transition: str, new_side: str) -> None:
    clips = [flat(tmp_path / "a.mp4", 40), flat(tmp_path / "b.mp4", 200)]
    made = stitch(clips, tmp_path, transition=transition, transition_duration=0.5)
    shares = [float((frame[40, :, 0] > 120).mean()) for frame in frames_of(made)]
    assert shares == sorted(shares) and shares[14] == 0 and shares[30] == 1
    middle = frames_of(made)[22][40, :, 0]
    new, old = (middle[-20:], middle[:20]) if new_side == "right" else (middle[:20], middle[-20:])
    assert new.mean() > 190 and old.mean() < 50


def test_a_transition_longer_than_half_a_clip_is_shortened_and_said(tmp_path: Path) -> None:
    clips = [flat(tmp_path / "a.mp4", 40, 30), flat(tmp_path / "b.mp4", 200, 12)]
    made, told = run_loud(
        "stitch-videos", tmp_path / "out", {Kind.VIDEO: clips}, transition="fade", transition_duration=2.0
    )
    assert len(frames_of(made)) == 36
    assert any("shortened to 0.2 s" in line.get("warning", "") for line in told)


def test_mixed_shapes_rates_and_turns_become_one_film(tmp_path: Path) -> None:
    clips = [
        numbered(tmp_path / "wide.mp4", 25, rate=25, sound=tone(1.0)),
        numbered(tmp_path / "tall.mp4", 60, rate=60, size=(90, 160)),
        numbered(tmp_path / "phone.mkv", 24, rate=24, size=(161, 91), pixels="yuv444p10le"),
        numbered(tmp_path / "turned.mp4", 30, rate=Fraction(30_000, 1001), turn=-90),
        numbered(tmp_path / "mono.mp4", 30, sound=tone(1.0, channels=1), layout="mono"),
    ]
    info = probe(stitch(clips, tmp_path), Limits())
    assert (info.width, info.height, info.has_audio) == (160, 90, True)
    assert info.duration_seconds == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize(
    ("ratio", "size"),
    [("auto", (160, 90)), ("1:1", (90, 90)), ("9:16", (90, 160)), ("21:9", (210, 90)), ("4:5", (90, 112))],
)
def test_the_ratio_is_the_one_asked_for(tmp_path: Path, ratio: str, size: tuple[int, int]) -> None:
    clips = [flat(tmp_path / "a.mp4", 40, 4), flat(tmp_path / "b.mp4", 200, 4, (90, 160))]
    info = probe(stitch(clips, tmp_path, aspect_ratio=ratio), Limits())
    assert (info.width, info.height) == size


def test_what_shows_beside_a_clip_is_the_colour_a_blur_or_nothing(tmp_path: Path) -> None:
    clips = [flat(tmp_path / "a.mp4", 40, 4), flat(tmp_path / "b.mp4", 220, 4, (90, 160))]
    corner = {}
    for name, params in {
        "color": {"background_color": "#00ff00"},
        "blur": {"background_mode": "blur"},
        "cover": {"fit_mode": "cover"},
    }.items():
        corner[name] = frames_of(stitch(clips, tmp_path / name, **params))[-1][45, 5].tolist()
    assert corner["color"][1] > 240 and corner["color"][0] < 20
    assert min(corner["blur"]) > 200 and min(corner["cover"]) > 200


def test_a_clip_keeps_its_shape_until_its_transition_is_over(tmp_path: Path) -> None:
    wide, tall = flat(tmp_path / "a.mp4", 40), flat(tmp_path / "b.mp4", 220, size=(90, 160))
    made = stitch([wide, tall, wide], tmp_path, transition="fade", transition_duration=0.5)
    beside = [float(frame[45, 5].mean()) for frame in frames_of(made)]
    assert len(beside) == 60
    assert beside[12] == pytest.approx(40, abs=4) and max(beside[28:33]) < 10
    assert beside[30:] == sorted(beside[30:]) and beside[47] == pytest.approx(40, abs=4)


def test_sound_stays_with_its_clip_and_silence_with_the_silent_one(tmp_path: Path) -> None:
    clips = [
        numbered(tmp_path / "a.mp4", 30, sound=tone(1.0, 300)),
        numbered(tmp_path / "b.mp4", 30),
        numbered(tmp_path / "c.mp4", 30, sound=tone(0.5, 1200, channels=6), layout="5.1"),
    ]
    sound = sound_of(stitch(clips, tmp_path))
    assert sound.shape[1] == pytest.approx(144_000, abs=1024)
    assert strongest_hertz(sound[:, 4800:43_200]) == pytest.approx(300, abs=5)
    assert loudness(sound[:, 50_000:94_000]) < 0.002
    assert strongest_hertz(sound[:, 98_000:118_000]) == pytest.approx(1200, abs=5)
    assert loudness(sound[:, 122_000:142_000]) < 0.002


def test_sound_fades_over_with_the_picture(tmp_path: Path) -> None:
    clips = [
        numbered(tmp_path / "a.mp4", 60, sound=tone(2.0, 300)),
        numbered(tmp_path / "b.mp4", 60, sound=tone(2.0, 1200)),
    ]
    sound = sound_of(stitch(clips, tmp_path, transition="fade", transition_duration=1.0))
    assert sound.shape[1] == pytest.approx(3 * 48_000, abs=1024)
    middle = sound[:, 62_400:81_600]
    spectrum = np.abs(np.fft.rfft(middle[0]))
    hertz = np.fft.rfftfreq(middle.shape[1], 1 / 48_000)
    low, high = (spectrum[np.abs(hertz - each).argmin()] for each in (300, 1200))
    assert 0.5 < low / high < 2
    assert loudness(middle) == pytest.approx(0.25 / 2**0.5, rel=0.2)


def test_films_without_any_sound_make_a_film_without_a_track(tmp_path: Path) -> None:
    clips = [flat(tmp_path / f"{n}.mp4", 80, 5) for n in range(2)]
    assert probe(stitch(clips, tmp_path), Limits()).has_audio is False


def test_stitching_repeats_byte_for_byte(tmp_path: Path) -> None:
    clips = [
        numbered(tmp_path / "a.mp4", 20, sound=tone(0.6)),
        numbered(tmp_path / "b.mp4", 20, size=(90, 160)),
    ]
    one = stitch(clips, tmp_path / "1", transition="fade", background_mode="blur")
    other = stitch(clips, tmp_path / "2", transition="fade", background_mode="blur")
    assert one.read_bytes() == other.read_bytes()


def test_one_clip_or_a_bad_one_is_refused_by_its_place(tmp_path: Path) -> None:
    clip = flat(tmp_path / "a.mp4", 40, 4)
    with pytest.raises(InvalidInput, match="at least two"):
        stitch([clip], tmp_path)
    with pytest.raises(InvalidMedia, match=r"inputs\.video\[1\]"):
        stitch([clip, SAMPLES / "README.md"], tmp_path)
