"""Planes cut, moved and turned by fractions of a pixel, held against waves that are known at every point."""

from itertools import pairwise
from math import cos, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.actions.film_between import BEFORE, PLACES, STEP, cropped, cut
from limner.actions.film_turned import turned

WIDTH, HEIGHT = 320, 180


def wave(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return brightness at points in pixels, the corner of a plane being 0, 0."""
    return 128 + 60 * np.sin(x / 6.1 + 0.3) + 50 * np.cos(y / 5.3 + x / 41)


def middles(count: int) -> np.ndarray:
    return np.arange(count) + 0.5


def plane(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.round(wave(middles(width)[None], middles(height)[:, None])).astype(np.uint8)


@settings(max_examples=60, deadline=None)
@given(
    left=st.floats(12, 40),
    top=st.floats(12, 30),
    across=st.floats(1.03, 1.9),
    down=st.floats(0.55, 0.97),
)
def test_a_cut_shows_what_lies_between_its_edges_at_any_place_and_scale(
    left: float, top: float, across: float, down: float
) -> None:
    width, height = 120, 130
    made = cropped([plane()], cut(left, left + width * across, width), cut(top, top + height * down, height))[
        0
    ]
    expected = wave((left + middles(width) * across)[None], (top + middles(height) * down)[:, None])
    assert made.shape == (height, width)
    assert np.abs(made - expected).mean() < 0.8 and np.abs(made - expected).max() < 5


@settings(max_examples=200, deadline=None)
@given(start=st.floats(0, 100), scale=st.floats(1.05, 3), size=st.integers(200, 1920))
def test_the_middle_of_a_cut_is_exact_and_its_ends_nearly(start: float, scale: float, size: int) -> None:
    span = cut(start, start + scale * size, size)
    step = (span.count * STEP + span.made // 2) // span.made / STEP
    left = span.start - span.shift / PLACES + BEFORE * step
    assert left + step * size / 2 == pytest.approx(start + scale * size / 2, abs=1 / PLACES)
    assert left == pytest.approx(start, abs=0.3)
    assert 0 <= span.shift < PLACES and span.made >= size + 2 * BEFORE


def test_two_planes_are_cut_alike_and_steps_of_a_pan_are_equal() -> None:
    source = plane()
    shown = []
    for number in range(12):
        left = 20 + 0.13 * number
        one, other = cropped([source, 255 - source], cut(left, left + 210, 200), cut(20, 125, 100))
        assert np.abs(one.astype(int) + other - 255).max() <= 2
        shown.append(one)
    steps = [float(np.abs(after.astype(float) - before).mean()) for before, after in pairwise(shown)]
    assert min(steps) > 0.4 and np.ptp(steps) < 0.25 * np.mean(steps)


@pytest.mark.parametrize("angle", [0.0, 0.0005, -0.0036, 0.012])
def test_a_turned_plane_shows_what_lies_at_the_angle_about_the_point(angle: float) -> None:
    middle = (150.25, 97.5)
    made = turned(plane(), angle, middle)
    x, y = middles(WIDTH)[None] - middle[0], middles(HEIGHT)[:, None] - middle[1]
    expected = wave(middle[0] + x * cos(angle) - y * sin(angle), middle[1] + x * sin(angle) + y * cos(angle))
    inner = np.s_[6:-6, 6:-6]
    assert np.abs(made[inner] - expected[inner]).mean() < 0.8
    assert np.abs(made[inner] - expected[inner]).max() < 4


def test_what_is_turned_past_an_edge_repeats_the_edge() -> None:
    made = turned(np.full((90, 160), 77, np.uint8), 0.02, (80, 45))
    assert (made == 77).all()
