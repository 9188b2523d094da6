import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from films import SAMPLES, frames_of, run, run_loud
from PIL import Image, ImageDraw

from limner.actions.kenburns import EASINGS, View, between, film_size, views
from limner.actions.probe import probe
from limner.errors import InvalidMedia
from limner.types import Kind, Limits

MAKE_A_FILM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from films import run
from limner.types import Kind
run("ken-burns-video", Path(sys.argv[3]), {Kind.IMAGE: [Path(sys.argv[2])]}, duration=1)
"""


def target(path: Path, size: tuple[int, int] = (480, 270)) -> Path:
    """Draw a white disc in the middle of a grey picture, and a black one right of it."""
    picture = Image.new("RGB", size, (128, 128, 128))
    draw = ImageDraw.Draw(picture)
    width, height = size
    radius = height // 10
    for x, grey in ((width / 2 - 0.5, 255), (width * 0.75, 0)):
        draw.ellipse((x - radius, height / 2 - radius, x + radius, height / 2 + radius), fill=(grey,) * 3)
    picture.save(path)
    return path


def disc(frame: np.ndarray, is_white: bool = True) -> tuple[float, float, float]:
    """Return a disc's middle and area, in pixels with fractions."""
    red, green, blue = np.moveaxis(frame.astype(np.int16), 2, 0)
    grey = (red + green + blue) / 3
    weight = np.clip((grey - 150) / 100 if is_white else (105 - grey) / 100, 0, 1)
    across, down = weight.sum(axis=0), weight.sum(axis=1)
    area = across.sum()
    return across @ np.arange(len(across)) / area, down @ np.arange(len(down)) / area, area


def film(picture: Path, folder: Path, **params: object) -> list[np.ndarray]:
    return frames_of(run("ken-burns-video", folder / "out", {Kind.IMAGE: [picture]}, **params))


@pytest.mark.parametrize(("fps", "duration", "count"), [("24", 2, 48), ("30", 1.5, 45), ("60", 1, 60)])
def test_the_film_lasts_as_long_as_asked_to_the_frame(
    tmp_path: Path, fps: str, duration: float, count: int
) -> None:
    assert len(film(target(tmp_path / "a.png", (64, 36)), tmp_path, fps=fps, duration=duration)) == count


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ((4000, 3000), (1440, 1080)),
        ((3000, 4000), (1080, 1440)),
        ((4000, 1000), (1920, 480)),
        ((3840, 2160), (1920, 1080)),
        ((1001, 1001), (1080, 1080)),
        ((451, 300), (902, 600)),
        ((33, 77), (66, 154)),
    ],
)
def test_the_size_keeps_the_pictures_ratio_in_even_numbers(
    picture: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert film_size(*picture) == expected


def test_zooming_in_grows_the_middle_by_the_factor_and_keeps_it_in_place(tmp_path: Path) -> None:
    frames = film(target(tmp_path / "a.png"), tmp_path, duration=1, zoom=1.5, easing="linear")
    (x0, y0, first), (x1, y1, last) = disc(frames[0]), disc(frames[-1])
    assert last / first == pytest.approx(1.5**2, rel=0.03)
    # Colour has half the picture's resolution, so that a coloured disc is found to half a pixel and a little.
    assert (x1, y1) == pytest.approx((x0, y0), abs=0.6)


def test_zooming_out_is_zooming_in_backwards(tmp_path: Path) -> None:
    picture = target(tmp_path / "a.png")
    into = film(picture, tmp_path / "in", duration=1, zoom=1.4)
    out = film(picture, tmp_path / "out", duration=1, zoom=1.4, zoom_direction="out")
    assert np.abs(into[0].astype(int) - out[-1]).mean() < 2
    assert np.abs(into[-1].astype(int) - out[0]).mean() < 2


@pytest.mark.parametrize(
    ("direction", "moves"), [("left", (1, 0)), ("right", (-1, 0)), ("up", (0, 1)), ("down", (0, -1))]
)
def test_the_camera_pans_so_things_move_the_other_way(
    tmp_path: Path, direction: str, moves: tuple[int, int]
) -> None:
    frames = film(
        target(tmp_path / "a.png"),
        tmp_path,
        duration=1,
        zoom=1.3,
        zoom_direction="none",
        pan_direction=direction,
    )
    (x0, y0, first), (x1, y1, last) = disc(frames[0]), disc(frames[-1])
    width, height = frames[0].shape[1], frames[0].shape[0]
    expected = (moves[0] * width * 0.3, moves[1] * height * 0.3)
    assert (x1 - x0, y1 - y0) == pytest.approx(expected, abs=1.0)
    assert last == pytest.approx(first, rel=0.02)


def test_a_slow_pan_moves_the_same_fraction_of_a_pixel_every_frame(tmp_path: Path) -> None:
    frames = film(
        target(tmp_path / "a.png", (960, 540)),
        tmp_path,
        duration=2,
        zoom=1.02,
        zoom_direction="none",
        pan_direction="right",
        easing="linear",
    )
    steps = -np.diff([disc(frame)[0] for frame in frames])
    expected = 1920 * 0.02 / 59
    assert expected < 0.7
    assert np.abs(steps - expected).max() < 0.2
    assert np.abs(steps - expected).mean() < 0.06


def test_no_motion_is_a_still_and_a_pan_without_room_says_so(tmp_path: Path) -> None:
    picture = target(tmp_path / "a.png")
    for params in ({"zoom": 1}, {"zoom_direction": "none"}):
        frames = film(picture, tmp_path, duration=1, **params)
        assert max(np.abs(frame.astype(int) - frames[0]).mean() for frame in frames) < 0.5
    _, told = run_loud("ken-burns-video", tmp_path / "out", {Kind.IMAGE: [picture]}, zoom=1, duration=1)
    assert any("no room to move" in line.get("warning", "") for line in told)


@pytest.mark.parametrize("easing", list(EASINGS))
def test_every_easing_runs_from_start_to_end_without_turning_back(easing: str) -> None:
    values = [EASINGS[easing](step / 50) for step in range(51)]
    assert (values[0], values[-1]) == (0, 1) and values == sorted(values)
    starts_gently, ends_gently = values[1] < 0.015, 1 - values[-2] < 0.015
    assert (starts_gently, ends_gently) == ("in" in easing.split("-"), "out" in easing.split("-"))


@pytest.mark.parametrize("zoom_direction", ["none", "in", "out"])
@pytest.mark.parametrize("pan_direction", ["none", "left", "right", "up", "down"])
def test_the_camera_never_looks_past_the_picture(zoom_direction: str, pan_direction: str) -> None:
    start, end = views((1920, 1080), 1.7, zoom_direction, pan_direction)
    for step in range(51):
        left, top, right, bottom = between(start, end, step / 50).box
        assert left >= -1e-6 and top >= -1e-6 and right <= 1920 + 1e-6 and bottom <= 1080 + 1e-6
    assert isinstance(start, View)


def test_scenes_in_a_row_move_differently_unless_a_direction_is_given(tmp_path: Path) -> None:
    picture = target(tmp_path / "a.png", (160, 90))
    ends = {
        number: (disc(frames[0])[2] < disc(frames[-1])[2])
        for number in range(4)
        for frames in [film(picture, tmp_path, duration=1, zoom=1.5, variation=number)]
    }
    assert ends == {0: True, 1: False, 2: True, 3: False}
    out = film(picture, tmp_path, duration=1, zoom=1.5, variation=2, zoom_direction="out")
    assert disc(out[0])[2] > disc(out[-1])[2]


def test_a_caption_stands_still_while_the_picture_moves(tmp_path: Path) -> None:
    Image.new("RGB", (640, 360), (40, 60, 90)).save(tmp_path / "plain.png")
    frames = film(tmp_path / "plain.png", tmp_path, duration=2, zoom=1.5, caption="Harbour, 6 a.m.")
    lit = [(frame[500:] > 200).all(axis=2) for frame in frames]
    assert lit[30].sum() > 500
    assert (lit[30] ^ lit[-1]).mean() < 0.002
    assert not (frames[30][:400] > 200).any()


def test_transparent_pictures_stand_on_white_and_colours_are_kept(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 36), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    Image.new("RGB", (64, 36), (200, 30, 60)).save(tmp_path / "red.png")
    clear = film(tmp_path / "clear.png", tmp_path, duration=1)[0]
    red = film(tmp_path / "red.png", tmp_path, duration=1)[0]
    assert clear.min() > 245
    assert red.mean(axis=(0, 1)) == pytest.approx((200, 30, 60), abs=4)


def test_a_photo_repeats_byte_for_byte_and_has_no_sound(tmp_path: Path) -> None:
    one, other = (
        run("ken-burns-video", tmp_path / name, {Kind.IMAGE: [SAMPLES / "chelsea.png"]}, duration=1)
        for name in "ab"
    )
    assert one.read_bytes() == other.read_bytes()
    assert probe(one, Limits()).has_audio is False


@pytest.mark.skipif(sys.platform != "linux", reason="MALLOC_PERTURB_ is glibc's")
def test_the_bytes_do_not_depend_on_what_was_in_memory(tmp_path: Path) -> None:
    made = []
    for filler in ("1", "200"):
        arguments = [str(Path(__file__).parent), str(SAMPLES / "chelsea.png"), str(tmp_path / filler)]
        environment = {**os.environ, "MALLOC_PERTURB_": filler}
        subprocess.run([sys.executable, "-c", MAKE_A_FILM, *arguments], env=environment, check=True)
        made.append((tmp_path / filler / "ken-burns.mp4").read_bytes())
    assert made[0] == made[1]


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidMedia, match=r"inputs\.image"):
        film(SAMPLES / "bigbuckbunny.mp4", tmp_path)
