"""The morph: exact ends, movement found where there is one, an even way, and a plain dissolve between strangers."""

import av
import numpy as np
import pytest
from films import frames_of, run
from layout_jobs import sample
from PIL import Image

from limner.actions.flow import between, halfway_flow
from limner.actions.morph import progress
from limner.types import Kind

ACTION = "morph-images"
SIZE = (240, 160)


def scene(shift, size=SIZE):
    """Return a part of a photograph, `shift` pixels further to the right."""
    whole = Image.open(sample("coffee.png")).convert("RGB").resize((360, 240), Image.Resampling.LANCZOS)
    return whole.crop((20 + shift, 30, 20 + shift + size[0], 30 + size[1]))


def saved(folder, *pictures):
    paths = []
    for number, picture in enumerate(pictures):
        paths.append(folder / f"{number}.png")
        picture.save(paths[-1])
    return {Kind.IMAGE: paths}


def test_the_film_has_its_length_and_its_ends_are_the_pictures(tmp_path):
    start, end = scene(0), scene(24)
    film = run(ACTION, tmp_path / "out", saved(tmp_path, start, end), duration=3)
    frames = frames_of(film)
    assert len(frames) == 90 and frames[0].shape == (320, 480, 3)
    for frame, picture in ((frames[0], start), (frames[-1], end)):
        wanted = np.asarray(picture.resize((480, 320), Image.Resampling.LANCZOS)).astype(int)
        assert np.abs(frame.astype(int) - wanted).mean() < 4  # of H.264, at its usual quality
    with av.open(str(film)) as container:
        assert not container.streams.audio


def test_a_shift_is_found_and_half_of_it_shown_halfway():
    start, end = scene(0), scene(24)
    field = halfway_flow(start, end)
    inner = field[20:-20, 40:-40, 0] * max(SIZE)
    assert np.median(inner) == pytest.approx(-12, abs=2)
    assert abs(np.median(field[20:-20, 40:-40, 1])) * max(SIZE) < 1
    middle = np.asarray(between(start, end, field, 0.5)).astype(int)[30:-30, 50:-50]
    true, first, last = (np.asarray(scene(shift)).astype(int)[30:-30, 50:-50] for shift in (12, 0, 24))
    error, dissolved = np.abs(middle - true).mean(), np.abs((first + last) // 2 - true).mean()
    assert error < 0.5 * dissolved


def test_the_way_back_is_the_way_there():
    start, end = scene(0), scene(16)
    there, back = halfway_flow(start, end), halfway_flow(end, start)
    assert np.abs(there + back).max() < 1e-4


def test_at_its_ends_between_gives_the_pictures_themselves():
    start, end = scene(0), scene(24)
    field = halfway_flow(start, end)
    assert between(start, end, field, 0.0) is start
    assert between(start, end, field, 1.0) is end


def test_strangers_drift_and_do_not_melt():
    start = Image.open(sample("astronaut.png")).convert("RGB").resize((200, 200))
    end = Image.open(sample("chelsea.png")).convert("RGB").resize((200, 200))
    assert np.abs(halfway_flow(start, end)).max() < 0.04


def test_progress_stands_at_both_ends_and_is_even_around_the_middle():
    way = [progress(number, 120) for number in range(120)]
    assert way[:10] == [0.0] * 10 and way[-9:] == [1.0] * 9
    assert way == sorted(way)
    assert all(one + other == pytest.approx(1) for one, other in zip(way, way[::-1], strict=True))
    assert max(np.diff(way)) < 0.03


def test_other_ratios_see_through_and_tiny_pictures_work(tmp_path):
    start = Image.new("RGBA", (40, 30), (200, 30, 30, 0))
    film = run(ACTION, tmp_path / "out", saved(tmp_path, start, scene(0)), duration=3, aspect_ratio="9:16")
    frames = frames_of(film)
    height, width = frames[0].shape[:2]
    assert width / height == pytest.approx(9 / 16, abs=0.01)
    assert frames[0].min() > 245, "what is see-through is white"


def test_equal_pictures_give_equal_bytes(tmp_path):
    inputs = saved(tmp_path, scene(0), scene(8))
    first, second = (run(ACTION, tmp_path / name, inputs, duration=3).read_bytes() for name in "ab")
    assert first == second
