"""The short ways by which a look reaches a picture give what the look gives to each pixel."""

import numpy as np
import pytest
from films import SAMPLES
from numpy.typing import NDArray
from PIL import Image

from limner.actions import filter_looks as looks
from limner.actions import tint
from limner.actions.colour_grade import tone
from limner.actions.colour_tones import grade_colours
from limner.actions.filter_levels import through_curves
from limner.actions.filter_lookup import Look, through_grey
from limner.actions.filter_luminance import grey

RANDOM = np.random.default_rng(7)


def pictures() -> list[Image.Image]:
    noise = RANDOM.integers(0, 256, (90, 70, 4), dtype=np.uint8)
    photograph = Image.open(SAMPLES / "coffee.png").convert("RGB")
    return [photograph, Image.fromarray(noise), Image.fromarray(noise[..., :3])]


def pixel_by_pixel(look: Look, image: Image.Image) -> NDArray[np.float32]:
    """Return the look's own colours, 0 to 255, not rounded."""
    pixels = np.asarray(image.convert("RGB")).reshape(-1, 3).astype(np.float32) / np.float32(255)
    return np.clip(look(pixels), 0, 1).reshape(image.height, image.width, 3) * 255


@pytest.mark.parametrize(
    "look",
    (
        looks.grayscale,
        looks.noir,
        lambda colours: looks.sepia(colours, 0.5),
        lambda colours: looks.duotone(
            colours, np.array([0.1, 0.0, 0.4], np.float32), np.array([1, 0.6, 0.4], np.float32)
        ),
    ),
    ids=("grayscale", "noir", "sepia", "duotone"),
)
def test_a_look_by_luminance_is_within_a_rounding_of_the_look_itself(look: Look) -> None:
    for image in pictures():
        changed = through_grey(look)(image)
        apart = np.abs(np.asarray(changed.convert("RGB")) - pixel_by_pixel(look, image))
        assert apart.max() <= 0.7
        assert changed.mode == image.mode


def test_a_curve_is_exact_and_keeps_transparency() -> None:
    for image in pictures():
        changed = through_curves(lambda level: level**1.7)(image)
        expected = np.round(pixel_by_pixel(lambda colours: np.asarray(colours**1.7, np.float32), image))
        assert np.array_equal(np.asarray(changed.convert("RGB")), expected)
        if image.mode == "RGBA":
            assert np.array_equal(np.asarray(changed)[..., 3], np.asarray(image)[..., 3])


def test_a_curve_for_each_channel_changes_that_channel() -> None:
    image = pictures()[2]
    changed = np.asarray(
        through_curves(lambda level: level, lambda level: 0.0, lambda level: 1 - level)(image)
    )
    pixels = np.asarray(image)
    assert np.array_equal(
        changed, np.stack([pixels[..., 0], pixels[..., 1] * 0, 255 - pixels[..., 2]], axis=-1)
    )


def test_grey_is_the_luminance_of_linear_light() -> None:
    for image in pictures():
        apart = np.abs(np.asarray(grey(image)) - pixel_by_pixel(looks.grayscale, image)[..., 0])
        assert apart.max() <= 0.7


def test_every_grey_stays_as_it_is() -> None:
    levels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(np.asarray(grey(Image.fromarray(np.stack([levels] * 3, axis=-1)[None])))[0], levels)


@pytest.mark.parametrize(("brightness", "contrast"), [(0.3, 0.0), (-0.4, 0.6), (0.0, -0.5), (1.0, 1.0)])
def test_tones_of_a_level_are_those_of_arrays(brightness: float, contrast: float) -> None:
    levels = np.linspace(0, 1, 256, dtype=np.float32)
    expected = grade_colours(np.stack([levels] * 3, axis=-1), brightness=brightness, contrast=contrast)[:, 0]
    made = [tone(float(level), brightness, contrast) for level in levels]
    assert np.abs(np.array(made) - expected).max() < 1e-5


@pytest.mark.parametrize("above", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_blends_of_a_level_are_those_of_arrays(above: float) -> None:
    below = np.linspace(0, 1, 256, dtype=np.float32)
    layer = np.full_like(below, above)
    for level, array in ((tint.overlay, looks.overlay), (tint.soft_light, looks.soft_light)):
        made = [level(float(each), above) for each in below]
        assert np.abs(np.array(made) - array(below, layer)).max() < 1e-5


def test_white_and_black_stay_white_and_black_by_luminance() -> None:
    ends = Image.fromarray(np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8))
    assert np.array_equal(np.asarray(through_grey(looks.grayscale)(ends)), np.asarray(ends))
