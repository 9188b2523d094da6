from pathlib import Path
from typing import Any

import av
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


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_picture_that_needs_no_change_is_copied_bit_by_bit_and_stays_in_time(
    tmp_path: Path, suffix: str, turn: int
) -> None:
    film = numbered(tmp_path / f"film{suffix}", 60, turn=turn, options={"bf": "3"}, sound=tone(2.0, 300, 0.2))
    music = numbered(tmp_path / "music.mp4", 3, sound=tone(3.0))
    made = merge(film, music, tmp_path, duration="video")
    assert packets_of(made) == packets_of(film)
    assert numbers(made) == list(range(60))
    with av.open(str(made)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([n / 30 for n in range(60)], abs=0.001)
    assert sound_of(made).shape[1] == pytest.approx(96_000, abs=1100)
    info = probe(made, Limits())
    assert (info.width, info.height) == ((90, 160) if turn else (160, 90))
    assert info.duration_seconds == pytest.approx(2.0, abs=0.03)


@pytest.mark.parametrize(
    "how",
    [{"codec": "mpeg4"}, {"pixels": "yuv444p"}, {"size": (161, 91), "pixels": "yuv444p"}],
    ids=["mpeg4", "4:4:4", "odd"],
)
def test_a_picture_that_players_may_not_show_is_written_anew(tmp_path: Path, how: dict[str, Any]) -> None:
    film = numbered(tmp_path / "film.mp4", 20, **how)
    made = merge(film, numbered(tmp_path / "music.mp4", 3, sound=tone(3.0)), tmp_path, duration="video")
    with av.open(str(made)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        assert codec.width % 2 == codec.height % 2 == 0
    assert len(frames_of(made)) == 20


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
