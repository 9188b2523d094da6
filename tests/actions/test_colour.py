"""Colour maths, and grading: what each amount moves, and that neutral moves nothing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.actions.colour_grade import color_grade_image, grade
from limner.actions.colour_names import colour_names
from limner.actions.colour_spaces import (
    bytes_to_linear,
    contrast,
    difference,
    lab_to_srgb,
    linear_to_bytes,
    srgb_to_lab,
    to_unit,
)
from limner.actions.job import Given, Job
from limner.actions.specs.colour import COLOUR
from limner.actions.stills import open_image
from limner.types import Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"
GRADE = next(action for action in COLOUR if action.action_id == "color-grade-image")


def photo() -> Image.Image:
    return Image.open(SAMPLES / "coffee.png").convert("RGB")


def means(image: Image.Image) -> np.ndarray:
    return np.asarray(image, float)[..., :3].mean(axis=(0, 1))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_of_colours_is_that_of_the_published_test_data(
    first: tuple[float, ...], second: tuple[float, ...], expected: float
) -> None:
    assert float(difference(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


def test_lab_of_known_colours_and_back() -> None:
    known = np.array([[255, 255, 255], [255, 0, 0], [0, 0, 255], [0, 0, 0]], np.uint8)
    lab = srgb_to_lab(to_unit(known))
    expected = [[100, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86], [0, 0, 0]]
    assert np.abs(lab - expected).max() < 0.02
    every = np.random.default_rng(0).integers(0, 256, (5000, 3), dtype=np.uint8)
    assert np.array_equal(np.round(lab_to_srgb(srgb_to_lab(to_unit(every))) * 255), every)


def test_linear_light_and_back_is_exact_for_every_byte() -> None:
    levels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(linear_to_bytes(bytes_to_linear(levels)), levels)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


def test_near_colours_get_different_names() -> None:
    names = colour_names(srgb_to_lab(to_unit(np.array([[200, 32, 42], [201, 33, 42], [0, 0, 0]], np.uint8))))
    assert names[0] == "Crimson"
    assert names[2] == "Black"
    assert len(set(names)) == 3


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_neutral_grade_keeps_every_pixel(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"in.{suffix}"
    photo().save(source)
    result = run(source, tmp_path)
    assert np.array_equal(np.asarray(Image.open(result)), np.asarray(open_image(source, Limits())))


def test_brightness_lifts_and_lowers_but_keeps_black_and_white() -> None:
    assert means(grade(photo(), brightness=40)).mean() > means(photo()).mean() + 10
    assert means(grade(photo(), brightness=-40)).mean() < means(photo()).mean() - 10
    ends = Image.fromarray(np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8))
    assert np.array_equal(np.asarray(grade(ends, brightness=100)), np.asarray(ends))


def test_contrast_spreads_and_gathers_the_tones() -> None:
    spread = [
        np.asarray(grade(photo(), contrast=amount).convert("L"), float).std() for amount in (-60, 0, 60)
    ]
    assert spread == sorted(spread)
    assert spread[2] > spread[1] * 1.1
    flat = np.asarray(grade(photo(), contrast=-100), int)
    assert np.abs(flat - 128).max() <= 1


def test_saturation_at_its_least_is_grey_of_the_same_luminance() -> None:
    grey = np.asarray(grade(photo(), saturation=-100))
    assert np.array_equal(grey[..., 0], grey[..., 1])
    assert np.array_equal(grey[..., 1], grey[..., 2])
    light, before = bytes_to_linear(grey)[..., 1], bytes_to_linear(np.asarray(photo()))
    assert np.abs(light - before @ (0.2126, 0.7152, 0.0722)).max() < 0.02


def test_more_saturation_is_more_vivid_and_does_not_clip_what_was_not() -> None:
    before, after = np.asarray(photo(), float), np.asarray(grade(photo(), saturation=80), float)
    assert np.ptp(after, axis=-1).mean() > np.ptp(before, axis=-1).mean() * 1.05
    soft = Image.new("RGB", (4, 4), (220, 120, 60))
    assert max(grade(soft, saturation=100).getpixel((0, 0))) < 255


def test_warmth_trades_blue_for_red() -> None:
    warm, cold = means(grade(photo(), warmth=60)), means(grade(photo(), warmth=-60))
    assert warm[2] < means(photo())[2] - 5
    assert cold[2] > means(photo())[2] + 5
    assert warm[0] - warm[2] > cold[0] - cold[2] + 20


def test_every_amount_changes_colours_steadily() -> None:
    for name in ("brightness", "contrast", "saturation", "warmth"):
        values = [np.asarray(grade(photo(), **{name: amount}), float) for amount in (0.5, 1, 50, 51)]
        assert np.abs(values[0] - values[1]).max() <= 4
        assert np.abs(values[2] - values[3]).max() <= 8


@settings(max_examples=25, deadline=None)
@given(
    width=st.integers(1, 24),
    height=st.integers(1, 24),
    alpha=st.booleans(),
    amounts=st.fixed_dictionaries(
        {name: st.integers(-100, 100) for name in ("brightness", "contrast", "saturation", "warmth")}
    ),
)
def test_any_grade_of_any_picture_keeps_size_and_transparency(
    width: int, height: int, alpha: bool, amounts: dict[str, int]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 4 if alpha else 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    graded = grade(image, **amounts)
    assert (graded.size, graded.mode) == (image.size, image.mode)
    if alpha:
        assert np.array_equal(np.asarray(graded)[..., 3], pixels[..., 3])


def test_the_same_grade_gives_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "in.jpg"
    photo().save(source)
    first = run(source, tmp_path, contrast=20).read_bytes()
    assert first == run(source, tmp_path, contrast=20).read_bytes()


def run(source: Path, folder: Path, **params: float) -> Path:
    given_ = {Kind.IMAGE: (Given(path=source),)}
    job = Job(inputs=given_, params={**GRADE.defaults(), **params}, folder=folder, limits=Limits())
    (made,) = color_grade_image(job)
    assert made.path is not None
    return made.path
