from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from films import BUNNY, SAMPLES, make_film
from PIL import Image

from limner.actions.scenes import cuts_in, find_cuts, prints_of
from limner.actions.video import survey, timed_frames

WIDTH, HEIGHT = 320, 180


def shot(
    name: str, count: int, *, zoom: float = 2.0, start: float = 0.0, pan: float = 0.0, light: float = 1.0
) -> list[np.ndarray]:
    """Return frames of a camera that moves over a photograph; pan: share of the way per frame."""
    with Image.open(SAMPLES / name) as picture:
        master = picture.convert("RGB")
    across = min(master.width, master.height * WIDTH / HEIGHT) / zoom
    down = across * HEIGHT / WIDTH
    frames = []
    for number in range(count):
        way = min(1.0, start + pan * number)
        left, top = way * (master.width - across), way * (master.height - down)
        frame = master.resize(
            (WIDTH, HEIGHT), Image.Resampling.BILINEAR, (left, top, left + across, top + down)
        )
        frames.append((np.asarray(frame) * light).astype(np.uint8))
    return frames


def cuts_of(path: Path, frames: list[np.ndarray], sensitivity: float = 50, most: int = 99) -> list[int]:
    return find_cuts(survey(make_film(path, frames)), sensitivity, most)


def test_exactly_the_cuts_between_moving_shots_are_found(tmp_path: Path) -> None:
    shots = [
        shot("astronaut.png", 20, pan=0.02),
        shot("chelsea.png", 25, start=0.5, pan=-0.01),
        shot("coffee.png", 8, pan=0.05),
        shot("chelsea.png", 30, zoom=2.5, pan=0.03),
        shot("astronaut.png", 12, zoom=3, pan=0.04),
        shot("coffee.png", 20, zoom=1.3, pan=0.01, light=0.4),
        shot("chelsea.png", 20, zoom=1.3, pan=0.01, light=0.4),
    ]
    expected = np.cumsum([len(each) for each in shots])[:-1].tolist()
    film = make_film(tmp_path / "film.mp4", [frame for each in shots for frame in each])
    for sensitivity in (25, 50, 75):
        assert find_cuts(survey(film), sensitivity, 99) == expected


def test_two_views_of_one_scene_are_two_shots(tmp_path: Path) -> None:
    frames = shot("coffee.png", 15, zoom=2.5) + shot("coffee.png", 15, zoom=2.5, start=0.9)
    assert cuts_of(tmp_path / "film.mp4", frames) == [15]


def test_a_real_shot_and_a_fast_pan_have_no_cut(tmp_path: Path) -> None:
    assert find_cuts(survey(BUNNY), 50, 99) == []
    assert find_cuts(survey(BUNNY), 100, 99) == []
    assert cuts_of(tmp_path / "pan.mp4", shot("astronaut.png", 20, zoom=3, pan=0.08)) == []


def is_spare(packet: bytes) -> bool:
    """Whether no other frame is made from this one. Source: ITU-T H.264, 7.3.1, `nal_ref_idc` of its slices."""
    while packet:
        size, head = int.from_bytes(packet[:4]), packet[4]
        if head & 31 in (1, 5):
            return head >> 5 & 3 == 0
        packet = packet[4 + size :]
    raise AssertionError("no slice")


def test_frames_that_others_are_made_from_are_exact_in_rough_ones_so_keyframes_are_no_jumps(
    tmp_path: Path,
) -> None:
    options = {"crf": "38", "g": "12", "sc_threshold": "0", "preset": "veryfast"}
    film = survey(make_film(tmp_path / "film.mp4", shot("coffee.png", 48, zoom=2, pan=0.01), options=options))
    assert len(film.keyframes) == 4
    assert find_cuts(film, 100, 99) == []
    with av.open(str(film.path)) as container:
        spare = {packet.pts for packet in container.demux(video=0) if packet.size and is_spare(bytes(packet))}
    kept = rough = 0
    for (_, one), (_, other) in zip(timed_frames(film), timed_frames(film, is_rough=True), strict=True):
        is_same = np.array_equal(one.to_ndarray(), other.to_ndarray())
        assert is_same or one.pts in spare
        kept += one.pts not in spare
        rough += not is_same
    assert kept > 4
    assert rough > 4


def test_motion_on_every_second_frame_is_not_cut(tmp_path: Path) -> None:
    moving = shot("astronaut.png", 16, zoom=3, pan=0.04)
    assert cuts_of(tmp_path / "twos.mp4", [frame for frame in moving for _ in range(2)]) == []


def test_a_flash_of_light_is_no_cut(tmp_path: Path) -> None:
    frames = shot("coffee.png", 40, pan=0.005)
    for number in (20, 21):
        frames[number] = np.full_like(frames[0], 255)
    assert cuts_of(tmp_path / "flash.mp4", frames) == []


def test_a_slow_fade_between_shots_is_no_cut(tmp_path: Path) -> None:
    one, other = (shot(name, 1)[0].astype(float) for name in ("coffee.png", "chelsea.png"))
    fade = [(one + (other - one) * step / 30).astype(np.uint8) for step in range(31)]
    assert cuts_of(tmp_path / "fade.mp4", fade) == []


def test_sensitivity_decides_how_slight_a_change_is_a_cut(tmp_path: Path) -> None:
    plain = shot("coffee.png", 12)
    frames = plain + shot("coffee.png", 12, light=0.85)
    film = survey(make_film(tmp_path / "film.mp4", frames))
    assert find_cuts(film, 0, 99) == []
    assert find_cuts(film, 90, 99) == [12]


def test_only_the_strongest_cuts_are_kept_above_the_most(tmp_path: Path) -> None:
    frames = shot("coffee.png", 10) + shot("coffee.png", 10, light=0.6) + shot("chelsea.png", 10)
    assert cuts_of(tmp_path / "film.mp4", frames, 75, most=99) == [10, 20]
    assert cuts_of(tmp_path / "film.mp4", frames, 75, most=1) == [20]
    assert cuts_of(tmp_path / "film.mp4", frames, 75, most=0) == []


def test_still_frames_and_a_single_frame_have_no_cut(tmp_path: Path) -> None:
    grey = np.full((10, 90), 128, np.uint8)
    assert cuts_in(grey, Fraction(25), 100) == []
    assert cuts_in(grey[:1], Fraction(25), 100) == []
    assert cuts_of(tmp_path / "one.mp4", shot("coffee.png", 1)) == []


@pytest.mark.parametrize("size", [(64, 64), (62, 160), (160, 34)])
def test_every_ratio_makes_a_small_print_per_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    frames = [np.full((size[1], size[0], 3), level, np.uint8) for level in (20, 20, 200)]
    prints = prints_of(survey(make_film(tmp_path / "film.mp4", frames)))
    assert len(prints) == 3
    assert prints.shape[1] <= 48 * 48 * 3 // 2
