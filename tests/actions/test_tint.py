"""Tints: each blend against the reference of another library, and none at intensity 0."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import SAMPLES, run
from PIL import Image, ImageChops

from limner.types import Kind

COFFEE = SAMPLES / "coffee.png"
MODES = ("multiply", "screen", "overlay", "soft_light", "color")


def tinted(folder: Path, source: Path = COFFEE, **params: Any) -> np.ndarray:
    with Image.open(run("color-tint-image", folder / "out", {Kind.IMAGE: [source]}, **params)) as image:
        return np.asarray(image).astype(int)


def coffee() -> Image.Image:
    return Image.open(COFFEE).convert("RGB")


@pytest.mark.parametrize("mode", MODES)
def test_no_intensity_or_a_transparent_colour_keeps_every_pixel(tmp_path: Path, mode: str) -> None:
    for params in ({"intensity": 0}, {"color": "transparent"}, {"color": "#ff000000"}):
        assert np.array_equal(tinted(tmp_path, blend_mode=mode, **params), np.asarray(coffee()))


@pytest.mark.parametrize(
    ("mode", "reference"),
    [("multiply", ImageChops.multiply), ("screen", ImageChops.screen), ("overlay", ImageChops.overlay)],
)
def test_a_blend_is_that_of_pillow(tmp_path: Path, mode: str, reference: Any) -> None:
    layer = Image.new("RGB", coffee().size, (230, 90, 20))
    expected = np.asarray(reference(coffee(), layer)).astype(int)
    made = tinted(tmp_path, blend_mode=mode, color="#e65a14", intensity=100)
    assert np.abs(made - expected).max() <= 3
    assert np.abs(made - expected).mean() < 0.6
    half = tinted(tmp_path, blend_mode=mode, color="#e65a14", intensity=50)
    assert np.abs(half - (made + np.asarray(coffee())) / 2).max() <= 2


def test_soft_light_of_middle_grey_changes_nothing_and_others_lean_their_way(tmp_path: Path) -> None:
    same = tinted(tmp_path, blend_mode="soft_light", color="#808080", intensity=100)
    assert np.abs(same - np.asarray(coffee())).max() <= 1
    lit = tinted(tmp_path, blend_mode="soft_light", color="white", intensity=100)
    dark = tinted(tmp_path, blend_mode="soft_light", color="black", intensity=100)
    assert dark.mean() < np.asarray(coffee()).mean() < lit.mean()


def test_color_takes_the_hue_and_keeps_light_and_dark(tmp_path: Path) -> None:
    made = tinted(tmp_path, blend_mode="color", color="#0080ff", intensity=100)
    luma = np.array([0.3, 0.59, 0.11])
    assert np.abs(made @ luma - np.asarray(coffee()) @ luma).max() < 3
    tones = made[(made.min(axis=-1) > 8) & (made.max(axis=-1) < 247)]
    assert (tones[:, 2] >= tones[:, 1]).all()
    assert (tones[:, 1] >= tones[:, 0]).all()


def test_transparency_stays_and_bytes_repeat(tmp_path: Path) -> None:
    source = tmp_path / "in.png"
    image = coffee().resize((60, 40))
    image.putalpha(Image.linear_gradient("L").resize((60, 40)))
    image.save(source)
    made = tinted(tmp_path, source)
    assert np.array_equal(made[..., 3], np.asarray(image)[..., 3])
    paths = [run("color-tint-image", tmp_path / name, {Kind.IMAGE: [COFFEE]}, intensity=40) for name in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()
