from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from films import BUNNY, frames_of, loudness, make_film, numbered, picture, read_number, sound_of, tone

from limner.actions.encode import write_film
from limner.actions.fit import Fitter, Frame, even
from limner.actions.job import Job
from limner.actions.sound import SAMPLE_RATE, Tape, limited, mixed, read_sound, turned_round
from limner.actions.video import Clip, constant, survey, timed_frames, working_rate
from limner.errors import InvalidInput, InvalidMedia, StepFailed
from limner.types import Limits


def shown(clip: Clip, rate: Fraction | None = None) -> list[int]:
    """Return the numbers on the frames of a clip, read at a constant rate."""
    rate = rate or clip.rate
    frames = constant(timed_frames(clip), rate, clip.frame_count(rate))
    return [read_number(frame.to_ndarray(format="rgb24")) for frame in frames]


def fitted(clip: Clip, frame: Frame) -> Iterator[VideoFrame]:
    fit = Fitter(clip.shape, frame)
    return (fit(each) for each in constant(timed_frames(clip), clip.rate, clip.frame_count(clip.rate)))


def job_in(folder: Path, limits: Limits | None = None) -> Job:
    return Job({}, {}, folder, limits or Limits())


@pytest.mark.parametrize(
    "rate", [Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(60), Fraction(10)]
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_every_frame_of_a_constant_rate_is_read_once_and_in_order(
    tmp_path: Path, rate: Fraction, suffix: str
) -> None:
    clip = survey(numbered(tmp_path / f"film{suffix}", 40, rate=rate))
    assert clip.rate == rate
    assert shown(clip) == list(range(40))


@pytest.mark.parametrize(
    ("name", "codec"), [("a.webm", "libvpx-vp9"), ("a.avi", "mpeg4"), ("a.mov", "libx264")]
)
def test_other_containers_are_read_alike(tmp_path: Path, name: str, codec: str) -> None:
    clip = survey(
        numbered(tmp_path / name, 24, rate=24, codec=codec, options={"crf": "10"} if "vp9" in codec else {})
    )
    assert shown(clip) == list(range(24))


def test_a_variable_rate_is_read_by_the_clock(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.2, 1.2, 1.3, 1.5]
    path = make_film(tmp_path / "vfr.mp4", [picture(n) for n in range(6)], times=times)
    numbers = shown(survey(path), Fraction(10))
    assert numbers[:15] == [0, 1] + [2] * 10 + [3] + [4] * 2
    assert set(numbers[15:]) == {5}


def test_another_rate_repeats_or_drops_frames_and_keeps_the_length(tmp_path: Path) -> None:
    clip = survey(numbered(tmp_path / "film.mp4", 30, rate=30))
    assert shown(clip, Fraction(60)) == [n for n in range(30) for _ in (0, 1)]
    assert len(shown(clip, Fraction(24))) == 24


@pytest.mark.parametrize(
    ("times", "claimed", "rate"),
    [
        ([n / 29.97 for n in range(60)], Fraction(30_000, 1001), Fraction(30_000, 1001)),
        ([round(n / 24, 3) for n in range(40)], Fraction(600), Fraction(24)),
        (
            [n / 30 + (0.01 if n % 2 else 0.0) + (0.5 if n > 20 else 0.0) for n in range(60)],
            None,
            Fraction(30),
        ),
        ([n / 120 for n in range(60)], Fraction(120), Fraction(60)),
        ([0.0], None, Fraction(25)),
        ([n / 15 for n in range(9)], Fraction(15), Fraction(15)),
        ([n * 5.0 for n in range(9)], None, Fraction(1)),
    ],
)
def test_the_working_rate_is_measured_and_snaps_to_what_is_usual(
    times: list[float], claimed: Fraction | None, rate: Fraction
) -> None:
    assert working_rate(times, (claimed,)) == rate


def test_a_phone_film_stands_upright(tmp_path: Path) -> None:
    top_bright = np.full((90, 160, 3), 20, np.uint8)
    top_bright[:, :40] = 230
    for turn, bright in ((90, "bottom"), (-90, "top"), (180, "right")):
        clip = survey(make_film(tmp_path / f"{turn}.mp4", [top_bright] * 3, turn=turn))
        frame = next(fitted(clip, Frame(clip.shape.width, clip.shape.height))).to_ndarray(format="rgb24")
        quarters = {"top": frame[:20], "bottom": frame[-20:], "left": frame[:, :20], "right": frame[:, -20:]}
        assert frame.shape[:2] == ((90, 160) if turn == 180 else (160, 90))
        assert max(quarters, key=lambda side: float(quarters[side].mean())) == bright


def test_ten_bit_and_full_range_films_keep_their_greys(tmp_path: Path) -> None:
    greys = np.repeat(np.linspace(16, 240, 160).astype(np.uint8)[None, :, None], 90, axis=0).repeat(3, axis=2)
    for name, pixels in (("ten.mp4", "yuv420p10le"), ("four.mp4", "yuv444p"), ("full.mkv", "yuvj420p")):
        codec = "mjpeg" if pixels == "yuvj420p" else "libx264"
        clip = survey(make_film(tmp_path / name, [greys] * 3, pixels=pixels, codec=codec))
        frame = next(fitted(clip, Frame(160, 90)))
        assert frame.format.name == "yuv420p"
        difference = frame.to_ndarray(format="rgb24").astype(int) - greys
        assert np.abs(difference).mean() < 4, pixels


def test_a_picture_is_contained_with_bars_covered_or_set_on_its_own_blur(tmp_path: Path) -> None:
    white = np.full((90, 160, 3), 235, np.uint8)
    clip = survey(make_film(tmp_path / "wide.mp4", [white] * 2))
    tall = {
        "bars": next(fitted(clip, Frame(90, 160, color="0xff0000"))).to_ndarray(format="rgb24"),
        "cover": next(fitted(clip, Frame(90, 160, fill="cover"))).to_ndarray(format="rgb24"),
        "blur": next(fitted(clip, Frame(90, 160, blur=0.5))).to_ndarray(format="rgb24"),
    }
    assert all(frame.shape == (160, 90, 3) for frame in tall.values())
    red, green, blue = tall["bars"][10, 45].tolist()
    assert red > 240 and green < 15 and blue < 15
    assert tall["bars"][80, 45].min() > 225
    assert tall["cover"].min() > 225
    assert tall["blur"].min() > 215


def test_a_text_called_mp4_is_refused_on_opening(tmp_path: Path) -> None:
    inner = numbered(tmp_path / "inner.mp4", 5)
    for content in (
        f"ffconcat version 1.0\nfile {inner.name}\n",
        f"#EXTM3U\n#EXTINF:1,\n{inner.name}\n",
        "words",
    ):
        (tmp_path / "evil.mp4").write_text(content)
        with pytest.raises(InvalidMedia, match=r"inputs\.video"):
            survey(tmp_path / "evil.mp4")


def test_a_film_has_exactly_its_frames_and_its_sound_their_length(tmp_path: Path) -> None:
    clip = survey(numbered(tmp_path / "film.mp4", 45, sound=tone(0.5)))
    path = write_film(
        job_in(tmp_path), "copy", fitted(clip, Frame(160, 90)), clip.rate, 45, read_sound(clip.path, "a")
    )
    assert [read_number(frame) for frame in frames_of(path)] == list(range(45))
    sound = sound_of(path)
    assert sound.shape[1] == pytest.approx(1.5 * SAMPLE_RATE, abs=1024)
    assert loudness(sound[:, 4800:19_200]) == pytest.approx(0.25 / 2**0.5, rel=0.05)
    assert loudness(sound[:, 28_000:]) < 0.001


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    clip = survey(BUNNY)
    written = []
    for name in ("one", "other"):
        pictures = fitted(clip, Frame(320, 180))
        path = write_film(job_in(tmp_path), name, pictures, clip.rate, 132, read_sound(BUNNY, "a"))
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert b"Lavf" not in written[0]
    assert written[0].index(b"moov") < written[0].index(b"mdat")


def test_a_film_over_a_limit_is_refused_before_a_frame_is_drawn(tmp_path: Path) -> None:
    for limits, setting in (
        (Limits(max_frames=10), "LIMNER_MAX_FRAMES"),
        (Limits(max_duration_seconds=0.2), "LIMNER_MAX_SECONDS"),
    ):
        with pytest.raises(InvalidInput) as caught:
            write_film(job_in(tmp_path, limits), "long", iter(()), Fraction(30), 11)
        assert setting in caught.value.next_step
    with pytest.raises(StepFailed, match="no picture"):
        write_film(job_in(tmp_path), "none", iter(()), Fraction(30), 1)


@pytest.mark.parametrize(("channels", "layout"), [(1, "mono"), (2, "stereo"), (6, "5.1")])
def test_any_number_of_channels_is_read_as_stereo(tmp_path: Path, channels: int, layout: str) -> None:
    path = numbered(tmp_path / "film.mp4", 30, sound=tone(1.0, channels=channels, level=0.1), layout=layout)
    blocks = list(read_sound(path, "inputs.video"))
    assert all(block.shape[0] == 2 and block.dtype == np.float32 for block in blocks)
    sound = np.concatenate(blocks, axis=1)
    assert sound.shape[1] == pytest.approx(SAMPLE_RATE, abs=1100)
    assert loudness(sound[:1]) > 0.03 and loudness(sound[1:]) > 0.03


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidMedia, match="no sound track"):
        list(read_sound(numbered(tmp_path / "film.mp4", 3), "inputs.audio"))


def test_mixing_adds_and_holds_the_peaks_down(tmp_path: Path) -> None:
    loud = tone(1.0, level=0.8)
    both = np.concatenate(list(mixed([loud], [loud])), axis=1)
    assert np.abs(both).max() <= 0.96
    quiet = tone(1.0, level=0.2)
    untouched = np.concatenate(list(limited([quiet])), axis=1)
    assert np.abs(untouched[:, : quiet.shape[1]] - quiet).max() < 0.001


def test_a_tape_gives_silence_after_its_end() -> None:
    tape = Tape([np.ones((2, 5), np.float32), np.ones((2, 5), np.float32)])
    assert tape.take(7).sum() == 14
    assert tape.take(7).sum() == 6
    assert tape.take(3).sum() == 0


def test_sound_turned_round_is_the_mirror_of_itself(tmp_path: Path) -> None:
    ramp = np.stack([np.arange(100_000, dtype=np.float32)] * 2)
    back = np.concatenate(
        list(turned_round([ramp[:, :30_000], ramp[:, 30_000:]], tmp_path / "s.pcm")), axis=1
    )
    assert (back == ramp[:, ::-1]).all()


def test_sizes_are_even() -> None:
    assert [even(size) for size in (1, 2, 3, 89, 90.4, 1079)] == [2, 2, 4, 88, 90, 1080]


def test_a_tag_that_is_not_utf8_hides_no_film(tmp_path: Path) -> None:
    path = numbered(tmp_path / "film.mp4", 6)
    tagged = tmp_path / "tagged.mp4"
    with av.open(str(path)) as source, av.open(str(tagged), "w") as target:
        target.metadata["title"] = "XXXX"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    tagged.write_bytes(tagged.read_bytes().replace(b"XXXX", b"caf\xe9"))
    assert survey(tagged, "inputs.video").shape.width == 160
