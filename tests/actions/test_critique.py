"""Critiques: numbers that agree with known pictures, and changes that make the measures better, never worse."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from graphic_jobs import emblem, run, sample
from PIL import Image, ImageFilter

from limner.actions.critique_measures import measure
from limner.types import Kind


def dull(picture: Image.Image) -> Image.Image:
    """Return a picture with its tones squeezed into the dark."""
    return Image.fromarray((np.asarray(picture) * 0.35 + 25).astype(np.uint8))


def test_lightness_and_clipping_agree_with_an_independent_library() -> None:
    picture = sample("astronaut")
    lab = cv2.cvtColor(np.asarray(picture, np.float32) / 255, cv2.COLOR_RGB2LAB)
    found = measure(picture)
    assert found.middle == pytest.approx(np.median(lab[..., 0]), abs=1)
    assert found.light == pytest.approx(np.percentile(lab[..., 0], 98), abs=1)
    assert found.chroma == pytest.approx(np.hypot(lab[..., 1], lab[..., 2]).mean(), abs=1.5)
    half = Image.new("RGB", (100, 100))
    half.paste("white", (0, 0, 30, 100))
    assert measure(half).clipped_dark == pytest.approx(0.7, abs=0.02)
    assert measure(half).clipped_light == pytest.approx(0.3, abs=0.02)


def test_blur_a_cast_and_a_corner_subject_show_in_the_measures() -> None:
    picture = sample("astronaut")
    assert measure(picture.filter(ImageFilter.GaussianBlur(3))).sharpness < 0.5 * measure(picture).sharpness
    grey = Image.new("RGB", (80, 80), (135, 128, 115))
    assert measure(grey).cast[1] > 6
    corner = Image.new("RGB", (200, 200), "white")
    corner.paste("red", (150, 150, 190, 190))
    assert measure(corner).center[0] > 0.7


def test_a_dull_picture_gets_its_tones_back_and_the_text_says_by_how_much(tmp_path: Path) -> None:
    result = run(tmp_path, "critique-image", [dull(sample("chelsea"))], format="png")
    before, after = measure(dull(sample("chelsea"))), measure(result.image())
    assert after.light - after.dark > 1.4 * (before.light - before.dark)
    assert re.search(r"black point to \d+ and the white point to \d+", result.text)
    first, second = map(float, re.findall(r"Overall ([\d.]+) before, ([\d.]+) after", result.text)[0])
    assert second > first + 0.5


def test_strength_0_changes_nothing_and_still_criticises(tmp_path: Path) -> None:
    picture = dull(sample("coffee"))
    result = run(tmp_path, "critique-image", [picture], strength=0, format="png")
    assert np.array_equal(result.pixels(), np.asarray(picture))
    assert "Nothing: no measure calls for a change." in result.text
    for name in ("Contrast", "Hierarchy", "Balance", "Palette", "Sharpness", "Exposure"):
        assert re.search(rf"^## {name}: \d+\.\d$", result.text, re.MULTILINE)


def test_a_plain_ground_keeps_its_colour(tmp_path: Path) -> None:
    pixels = run(tmp_path, "critique-image", [emblem()], format="png").pixels()
    assert tuple(pixels[2, 2]) == (0xF4, 0xEF, 0xE6)


def test_a_see_through_picture_stays_so_at_strength_0(tmp_path: Path) -> None:
    picture = emblem().convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 90))
    run(tmp_path, "critique-image", [picture], strength=0)
    with Image.open(tmp_path / "out" / "redesign.png") as made:
        assert made.convert("RGBA").getchannel("A").getextrema() == (90, 90)


@pytest.mark.parametrize("size", [(1, 1), (500, 2), (3, 90)])
def test_tiny_and_thin_pictures_are_criticised(tmp_path: Path, size: tuple[int, int]) -> None:
    assert "# Critique" in run(tmp_path, "critique-image", [Image.new("RGB", size, "teal")]).text


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        result = run(tmp_path, "critique-image", [sample("coffee", 128)])
        made.append((result.path(Kind.IMAGE).read_bytes(), result.text))
    assert made[0] == made[1]


def test_the_tone_of_a_flat_ground_is_not_held_against_a_layout(tmp_path: Path) -> None:
    for ground in ("#f8f5ee", "#101418"):
        layout = Image.new("RGB", (300, 400), ground)
        layout.paste("#c8452d", (60, 80, 240, 260))
        text = run(tmp_path, "critique-image", [layout]).text
        assert re.search(r"## Exposure: 10\.0", text), text
        assert "a ground's tone is a choice" in text
    assert "It is dark" in run(tmp_path, "critique-image", [dull(sample("astronaut"))]).text
