from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    sound_of,
    strongest_hertz,
    tone,
)

from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.probe import probe
from limner.actions.worker import load_handler
from limner.errors import InvalidMedia
from limner.types import Kind, Limits, MediaInfo


@dataclass
class Parts:
    """What a film was taken apart into."""

    video: Path
    audio: Path

    @property
    def infos(self) -> tuple[MediaInfo, MediaInfo]:
        return probe(self.video, Limits()), probe(self.audio, Limits())


def split(path: Path, folder: Path, **params: Any) -> Parts:
    action = builtin().get("split-audio-from-video")
    target = folder / "out"
    target.mkdir(parents=True, exist_ok=True)
    inputs = {Kind.VIDEO: (Given(path=path),)}
    made = load_handler(action.handler)(Job(inputs, {**action.defaults(), **params}, target, Limits()))
    assert [each.kind for each in made] == [port.kind for port in action.outputs]
    assert made[0].path is not None and made[1].path is not None
    return Parts(made[0].path, made[1].path)


def packets(path: Path, kind: str) -> list[bytes]:
    with av.open(str(path)) as container:
        (stream,) = (stream for stream in container.streams if stream.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def test_what_is_h264_and_aac_is_copied_bit_by_bit(tmp_path: Path) -> None:
    parts = split(BUNNY, tmp_path)
    assert packets(parts.video, "video") == packets(BUNNY, "video")
    assert packets(parts.audio, "audio") == packets(BUNNY, "audio")
    film, sound = parts.infos
    assert (film.media_type, film.has_audio) == ("video/mp4", False)
    assert (film.width, film.height) == (1280, 720)
    assert film.duration_seconds == pytest.approx(5.28, abs=0.01)
    assert (sound.media_type, sound.width, sound.has_audio) == ("audio/mp4", None, True)
    assert np.array_equal(sound_of(parts.audio), sound_of(BUNNY))


@pytest.mark.parametrize(
    ("audio_format", "media_type"),
    [("m4a", "audio/mp4"), ("mp3", "audio/mpeg"), ("wav", "audio/wav")],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_every_form_has_the_sounds_length_pitch_and_loudness(
    tmp_path: Path, suffix: str, audio_format: str, media_type: str
) -> None:
    codec = "libvpx" if suffix == ".webm" else "libx264"
    film = numbered(tmp_path / f"film{suffix}", 30, sound=tone(1.0, 523), codec=codec)
    parts = split(film, tmp_path, audio_format=audio_format)
    shown, heard = parts.infos
    assert (heard.media_type, heard.has_audio) == (media_type, True)
    assert shown.has_audio is False
    assert heard.duration_seconds == pytest.approx(1.0, abs=0.06)
    samples = sound_of(parts.audio)
    assert samples.shape[1] == pytest.approx(48_000, abs=2400)
    assert strongest_hertz(samples[:, 4800:43_200]) == pytest.approx(523, abs=3)
    assert loudness(samples[:, 4800:43_200]) == pytest.approx(loudness(tone(1.0, 523)), rel=0.02)
    assert numbers(parts.video) == list(range(30))


@pytest.mark.parametrize(
    ("suffix", "codec", "sound_codec", "expected"),
    [
        (".mkv", "libx264", "libmp3lame", ("video/mp4", "audio/mpeg")),
        (".mov", "libx264", "pcm_s16le", ("video/mp4", "audio/wav")),
        (".mkv", "libx264", "flac", ("video/mp4", "audio/mp4")),
        (".webm", "libvpx-vp9", "libopus", ("video/webm", "audio/mp4")),
        (".avi", "mjpeg", "libmp3lame", ("video/mp4", "audio/mp4")),
    ],
)
def test_auto_keeps_the_sounds_own_form_and_else_makes_m4a(
    tmp_path: Path, suffix: str, codec: str, sound_codec: str, expected: tuple[str, str]
) -> None:
    film = with_sound(tmp_path / f"film{suffix}", codec, sound_codec)
    parts = split(film, tmp_path)
    assert tuple(info.media_type for info in parts.infos) == expected
    assert sorted(set(numbers(parts.video))) == list(range(20))
    samples = sound_of(parts.audio)
    assert strongest_hertz(samples[:, 4800:24_000]) == pytest.approx(440, abs=5)
    if expected[1] != "audio/mp4":
        assert b"".join(packets(parts.audio, "audio")) == b"".join(packets(film, "audio"))


def with_sound(path: Path, codec: str, sound_codec: str) -> Path:
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(codec, rate=30)
        video.width, video.height = 160, 90
        video.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        audio: Any = container.add_stream(sound_codec, rate=48_000, layout="stereo")
        sound = tone(2 / 3)
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(picture(number), "rgb24")
            frame.pts = number
            container.mux(video.encode(frame))
            block = av.AudioFrame.from_ndarray(sound[:, number * 1600 : number * 1600 + 1600].copy(), "fltp")
            block.sample_rate, block.pts = 48_000, number * 1600
            container.mux(audio.encode(block))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path


def test_a_matroska_film_with_b_frames_is_copied_too(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mkv", 30, sound=tone(1.0), options={"bf": "3"})
    parts = split(film, tmp_path)
    assert packets(parts.video, "video") == packets(film, "video")
    with av.open(str(parts.video)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([n / 30 for n in range(30)], abs=0.001)


def test_a_turned_film_stays_turned(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 6, turn=90, sound=tone(0.2))
    shown, _ = split(film, tmp_path).infos
    assert (shown.width, shown.height) == (90, 160)


def test_a_variable_rate_stays_as_it_is(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.2, 1.2, 1.3]
    film = make_film(tmp_path / "vfr.mp4", [picture(n) for n in range(5)], times=times, sound=tone(1.4))
    with av.open(str(split(film, tmp_path).video)) as container:
        shown = [frame.time for frame in container.decode(video=0)]
    assert shown == pytest.approx(times, abs=0.001)


@pytest.mark.parametrize("audio_format", ["auto", "wav"])
def test_a_sound_that_begins_late_begins_late_in_its_own_file(tmp_path: Path, audio_format: str) -> None:
    path = tmp_path / "late.mp4"
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        audio: Any = container.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(45):
            frame = av.VideoFrame.from_ndarray(picture(number), "rgb24")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for start in range(0, 48_000, 960):
            block = av.AudioFrame.from_ndarray(tone(0.02), "fltp")
            block.sample_rate, block.pts = 48_000, start + 24_000
            container.mux(audio.encode(block))
        container.mux(audio.encode(None))
    samples = sound_of(split(path, tmp_path, audio_format=audio_format).audio)
    assert np.nonzero(np.abs(samples[0]) > 0.1)[0][0] == pytest.approx(24_000, abs=1500)


def test_a_silent_film_is_refused_and_the_way_out_named(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 5)
    with pytest.raises(InvalidMedia, match=r"inputs\.video: has no sound track") as caught:
        split(film, tmp_path)
    assert "silent already" in caught.value.next_step


def test_splitting_repeats_byte_for_byte(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mkv", 20, sound=tone(0.7))
    for audio_format in ("auto", "m4a", "mp3", "wav"):
        one, other = (split(film, tmp_path / name, audio_format=audio_format) for name in "ab")
        assert one.video.read_bytes() == other.video.read_bytes()
        assert one.audio.read_bytes() == other.audio.read_bytes()


def test_a_film_whose_clock_starts_later_starts_at_nought_and_in_step(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "film.mkv",
        [np.full((90, 160, 3), 220 if n >= 15 else 30, np.uint8) for n in range(30)],
        options={"bf": "0"},
        sound=np.concatenate([np.zeros((2, 24_000), np.float32), tone(0.5, 600)], axis=1),
    )
    late = shifted(film, tmp_path / "late.mkv", 5.0)
    parts = split(late, tmp_path)
    bright = next(n for n, frame in enumerate(frames_of(parts.video)) if frame.mean() > 128) / 30
    loud = np.nonzero(np.abs(sound_of(parts.audio)[0]) > 0.1)[0][0] / 48_000
    assert parts.infos[0].duration_seconds == pytest.approx(1.0, abs=0.04)
    assert loud == pytest.approx(bright, abs=0.04)


def shifted(path: Path, target: Path, seconds: float) -> Path:
    """Copy a film with all its times later."""
    with av.open(str(path)) as source, av.open(str(target), "w") as output:
        streams = {each.index: output.add_stream_from_template(each) for each in source.streams}
        for packet in source.demux():
            if packet.pts is None or packet.time_base is None:
                continue
            move = round(seconds / packet.time_base)
            packet.pts += move
            packet.dts = packet.pts if packet.dts is None else packet.dts + move
            packet.stream = streams[packet.stream.index]
            output.mux(packet)
    return target
