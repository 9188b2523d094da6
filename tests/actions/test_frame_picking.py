import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from films import BUNNY, make_film, numbered, picture, read_number, run, run_loud, some_frames
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.actions.job import Job
from limner.actions.specs.frames import EXTRACT_VIDEO_FRAMES
from limner.actions.stills_of_film import Developer, frames_at
from limner.actions.stills_of_film_choice import chosen, span, spread
from limner.actions.video import Clip, Shape, constant, survey, timed_frames
from limner.errors import InvalidInput
from limner.types import Kind, Limits

LUMA = {1: (0.2126, 0.0722), 6: (0.299, 0.114)}
"""What red and blue weigh in BT.709 and BT.601, by their number."""


def pictures_of(path: Path, folder: Path, **params: Any) -> list[np.ndarray]:
    first = run("extract-video-frames", folder, {Kind.VIDEO: [path]}, **params)
    found = []
    for each in sorted(first.parent.iterdir()):
        with Image.open(each) as image:
            found.append(np.asarray(image))
    return found


def numbers_in(path: Path, folder: Path, **params: Any) -> list[int]:
    return [read_number(each) for each in pictures_of(path, folder, **params)]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, [7, 22, 37, 52]),
        ({"frame_count": 1}, [30]),
        ({"frame_count": 3, "range": {"start": 50, "end": 100}}, [35, 45, 55]),
        ({"mode": "single"}, [30]),
        ({"mode": "single", "time_percent": 0}, [0]),
        ({"mode": "single", "time_percent": 100}, [59]),
        ({"mode": "single", "time_percent": 100, "range": {"end": 50}}, [29]),
        ({"mode": "single", "time_percent": 0, "range": {"start": 50}}, [30]),
        ({"mode": "interval", "every_seconds": 0.5}, [0, 15, 30, 45]),
        ({"mode": "interval", "every_seconds": 0.5, "range": {"start": 25, "end": 75}}, [15, 30]),
        ({"mode": "interval", "every_seconds": 100}, [0]),
    ],
)
def test_each_mode_saves_the_frames_that_it_names(
    tmp_path: Path, params: dict[str, Any], expected: list[int]
) -> None:
    film = numbered(tmp_path / "film.mp4", 60)
    assert numbers_in(film, tmp_path / "out", **params) == expected


def test_scene_mode_saves_the_middle_of_each_shot_in_the_range(tmp_path: Path) -> None:
    levels = [30] * 10 + [220] * 20 + [110] * 10
    film = make_film(tmp_path / "film.mp4", [np.full((90, 160, 3), each, np.uint8) for each in levels])
    clip = survey(film)

    def found(**params: Any) -> list[int]:
        job = Job({}, {**EXTRACT_VIDEO_FRAMES.defaults(), "mode": "scene", **params}, tmp_path, Limits())
        return chosen(job, clip)

    assert found() == [5, 20, 35]
    assert found(range={"start": 50}) == [25, 35]
    shown = [each[45, 80, 0] for each in pictures_of(film, tmp_path / "out", mode="scene")]
    assert shown == pytest.approx([30, 220, 110], abs=4)


@pytest.mark.parametrize(("matrix", "color_range"), [*itertools.product((1, 6), (1, 2))])
def test_colours_are_those_of_the_films_matrix_and_range(
    tmp_path: Path, matrix: int, color_range: int
) -> None:
    levels = (120, 90, 170)
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.colorspace, stream.codec_context.color_range = matrix, color_range
        frame = av.VideoFrame(64, 36, "yuv420p")
        for plane, level in zip(frame.planes, levels, strict=True):
            plane.update(bytes([level]) * plane.buffer_size)
        frame.colorspace, frame.color_range = matrix, color_range
        container.mux([*stream.encode(frame), *stream.encode(None)])
    clip = survey(path)
    (made,) = (Developer(clip.shape)(each) for each in frames_at(clip, [0]))
    low, luma, chroma = (16, 219, 224) if color_range == 1 else (0, 255, 255)
    y, u, v = (levels[0] - low) / luma, (levels[1] - 128) / chroma, (levels[2] - 128) / chroma
    red_weight, blue_weight = LUMA[matrix]
    red, blue = y + 2 * (1 - red_weight) * v, y + 2 * (1 - blue_weight) * u
    green = (y - red_weight * red - blue_weight * blue) / (1 - red_weight - blue_weight)
    assert made[18, 32] == pytest.approx(np.array([red, green, blue]) * 255, abs=1)


@pytest.mark.parametrize(
    ("turn", "pixels", "size"),
    [(0, "yuv444p", (161, 91)), (90, "yuv444p", (91, 161)), (0, "yuv420p10le", (162, 90))],
)
def test_pictures_stand_upright_at_the_films_own_size_odd_or_not(
    tmp_path: Path, turn: int, pixels: str, size: tuple[int, int]
) -> None:
    width, height = (size[1], size[0]) if turn else size
    film = numbered(tmp_path / "film.mp4", 8, size=(width, height), pixels=pixels, turn=turn)
    (made,) = pictures_of(film, tmp_path / "out", mode="single", time_percent=100)
    assert made.shape == (size[1], size[0], 3)
    upright = np.rot90(made, -1) if turn else made
    assert read_number(upright) == 7


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_sought_frames_are_those_that_decoding_everything_shows(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    gaps = data.draw(st.lists(st.sampled_from([0.04, 0.1, 0.5, 3.0, 12.0]), min_size=1, max_size=30))
    times = [0.0, *itertools.accumulate(gaps)]
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    make_film(path, [picture(n, 64, 36) for n in range(len(times))], times=times, rate=25, options={"g": "5"})
    clip = survey(path)
    count = clip.frame_count(clip.rate)
    wanted = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=6)))
    found = [read_number(Developer(clip.shape)(each)) for each in frames_at(clip, wanted)]
    everything = constant(timed_frames(clip), clip.rate, count)
    shown = {n: each for n, each in enumerate(everything) if n in set(wanted)}
    assert found == [read_number(Developer(clip.shape)(shown[number])) for number in wanted]


def test_frames_that_nothing_needs_are_left_out_and_the_others_are_exact(tmp_path: Path) -> None:
    frames = [picture(n, 64, 36) for n in range(60)]
    path = make_film(tmp_path / "film.mp4", frames, rate=25, options={"g": "60", "bf": "3", "b-adapt": "0"})
    clip = survey(path)
    wanted = {clip.times[place] for place in (3, 17, 18, 41)}
    everything = {time: frame.to_ndarray() for time, frame in timed_frames(clip)}
    spared = {time: frame.to_ndarray() for time, frame in timed_frames(clip, needed=frozenset(wanted))}
    assert len(everything) == 60 and len(spared) < 45
    assert wanted <= spared.keys()
    assert all((spared[time] == everything[time]).all() for time in spared)


def test_one_frame_far_into_a_film_is_found_without_decoding_what_is_before_it(tmp_path: Path) -> None:
    frames = [picture(n % 256, 64, 36) for n in range(1500)]
    path = make_film(tmp_path / "long.mp4", frames, rate=25, options={"g": "25", "preset": "ultrafast"})
    clip = survey(path)
    assert [read_number(Developer(clip.shape)(each)) for each in frames_at(clip, [30, 1444])] == [
        30,
        1444 % 256,
    ]
    # With the first half of its frames wiped out, a film can still show what comes after them.
    data = bytearray(path.read_bytes())
    start, end = data.index(b"mdat") + 8, len(data)
    keep = start + (end - start) // 2
    if data.rindex(b"moov") > start:
        keep = start + (data.rindex(b"moov") - start) // 2
    data[start:keep] = bytes(keep - start)
    path.write_bytes(data)
    assert [read_number(Developer(clip.shape)(each)) for each in frames_at(clip, [1444])] == [1444 % 256]


@settings(max_examples=200, deadline=None)
@given(
    count=st.integers(1, 3000),
    start=st.floats(0, 99.9),
    length=st.floats(0.01, 100),
    wanted=st.integers(1, 100),
)
def test_a_range_always_holds_a_frame_and_never_leaves_the_film(
    count: int, start: float, length: float, wanted: int
) -> None:
    first, end = span({"start": start, "end": min(100.0, start + length)}, count)
    assert 0 <= first < end <= count
    numbers = spread(first, end, min(wanted, end - first))
    assert numbers == sorted(set(numbers))
    assert first <= numbers[0] <= numbers[-1] < end


def test_wishes_that_cannot_be_met_name_their_field(tmp_path: Path) -> None:
    clip = Clip(tmp_path, "inputs.video", Shape(160, 90, 0), Fraction(25), 0.0, 20.0, False)

    def pick(**params: Any) -> list[int]:
        return chosen(Job({}, {**EXTRACT_VIDEO_FRAMES.defaults(), **params}, tmp_path, Limits()), clip)

    with pytest.raises(InvalidInput, match=r"params.range: starts at 60 % and ends at 40 %"):
        pick(range={"start": 60, "end": 40})
    with pytest.raises(InvalidInput, match=r"params.every_seconds: .* makes 500, the limit is 100") as caught:
        pick(mode="interval", every_seconds=0.04)
    assert "at least 0.2 s" in caught.value.next_step
    assert len(pick(mode="interval", every_seconds=0.2)) == 100


def test_more_pictures_than_frames_come_back_fewer_with_a_warning(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 5)
    _, told = run_loud("extract-video-frames", tmp_path / "out", {Kind.VIDEO: [film]}, frame_count=9)
    assert len(list((tmp_path / "out").iterdir())) == 5
    assert [line["warning"] for line in told if "warning" in line] == [
        "5 pictures came back, not 9: the range has no more frames"
    ]


def test_a_real_frame_is_what_another_decoder_path_shows_and_repeats_byte_for_byte(tmp_path: Path) -> None:
    params = {"mode": "single", "time_percent": 50}
    (made,) = pictures_of(BUNNY, tmp_path / "a", **params)
    _, (reference,) = some_frames(BUNNY, 66)
    assert np.abs(made.astype(int) - reference).mean() < 4
    one, other = (run("extract-video-frames", tmp_path / n, {Kind.VIDEO: [BUNNY]}, **params) for n in "bc")
    assert one.read_bytes() == other.read_bytes()


def test_copies_are_the_video_byte_for_byte_and_each_its_own_file(tmp_path: Path) -> None:
    film = numbered(tmp_path / "film.mp4", 10)
    first = run("duplicate-video", tmp_path / "out", {Kind.VIDEO: [film]}, count=3)
    copies = sorted(first.parent.iterdir())
    assert [each.name for each in copies] == ["copy-1.mp4", "copy-2.mp4", "copy-3.mp4"]
    assert {each.read_bytes() for each in copies} == {film.read_bytes()}
    copies[0].write_bytes(b"changed")
    assert copies[1].read_bytes() == film.read_bytes()
