from pathlib import Path

import numpy as np
import pytest
from films import BUNNY, frames_of, loudness, numbered, numbers, run, sound_of, strongest_hertz, tone

from limner.actions.probe import probe
from limner.errors import InvalidMedia
from limner.types import Kind, Limits


def merge(video: Path, audio: Path, folder: Path, **params: str) -> Path:
    return run("merge-audio-into-video", folder / "out", {Kind.VIDEO: [video], Kind.AUDIO: [audio]}, **params)


@pytest.mark.parametrize(
    ("duration", "count"),
    [("shortest", 30), ("video", 60), ("audio", 30)],
    ids=["shortest", "video", "audio"],
)
def test_with_the_shorter_sound_the_length_is_the_one_asked_for(
    tmp_path: Path, duration: str, count: int
) -> None:
    film = numbered(tmp_path / "film.mp4", 60)
    music = numbered(tmp_path / "music.mp4", 3, sound=tone(1.0))
    made = merge(film, music, tmp_path, duration=duration)
    assert numbers(made) == list(range(count))
    sound = sound_of(made)
    assert sound.shape[1] == pytest.approx(count * 1600, abs=1100)
    assert loudness(sound[:, 4800:43_200]) == pytest.approx(0.25 / 2**0.5, rel=0.05)
    if count == 60:
        assert loudness(sound[:, 50_000:]) < 0.002


def test_to_the_length_of_a_longer_sound_the_last_frame_is_held(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30)
    music = numbered(tmp_path / "music.mp4", 3, sound=tone(2.0))
    assert numbers(merge(film, music, tmp_path, duration="audio")) == [
        *range(30),
        *[29] * (len_of(music) - 30),
    ]
    assert len(frames_of(merge(film, music, tmp_path, duration="shortest"))) == 30


def len_of(music: Path) -> int:
    """Return how many frames at 30 a second a sound takes; AAC rounds its length up to blocks."""
    return round(sound_of(music).shape[1] * 30 / 48_000)


def test_a_film_that_has_sound_keeps_it_under_the_new_one(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0, 300, 0.2))
    music = numbered(tmp_path / "music.mp4", 3, sound=tone(1.0, 1200, 0.2))
    sound = sound_of(merge(film, music, tmp_path))[:, 4800:43_200]
    spectrum = np.abs(np.fft.rfft(sound[0])) * 2 / sound.shape[1]
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / 48_000)
    for each in (300, 1200):
        assert spectrum[np.abs(hertz - each).argmin()] == pytest.approx(0.2, rel=0.1)


def test_two_loud_sounds_do_not_clip(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0, 300, 0.9))
    sound = sound_of(merge(film, film, tmp_path))
    assert np.abs(sound).max() < 1.0
    assert strongest_hertz(sound) == pytest.approx(300, abs=5)


def test_mono_and_surround_sound_are_taken(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 15)
    for layout, channels in (("mono", 1), ("5.1", 6)):
        music = numbered(tmp_path / f"{channels}.mp4", 3, sound=tone(1.0, channels=channels), layout=layout)
        info = probe(merge(film, music, tmp_path), Limits())
        assert info.has_audio and info.duration_seconds == pytest.approx(0.5, abs=0.03)


def test_merging_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0))
    one, other = (merge(film, film, tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_the_sample_gets_its_own_sound_again_louder(tmp_path: Path) -> None:
    made = merge(BUNNY, BUNNY, tmp_path)
    assert len(frames_of(made)) == 132
    assert loudness(sound_of(made)) == pytest.approx(2 * loudness(sound_of(BUNNY)), rel=0.1)


def test_a_sound_without_a_track_is_refused_by_name(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 6)
    with pytest.raises(InvalidMedia, match=r"inputs\.audio"):
        merge(film, film, tmp_path)
