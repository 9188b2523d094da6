"""Removing, replacing and keeping one colour: what is chosen, its edges, and what stays untouched."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import SAMPLES, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from limner.errors import InvalidInput
from limner.types import Kind

RED, GREEN, WHITE = (200, 30, 40), (20, 160, 70), (255, 255, 255)


def chosen(folder: Path, image: Image.Image | Path, **params: Any) -> np.ndarray:
    if isinstance(image, Image.Image):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "in.png"
        image.save(path)
        image = path
    with Image.open(run("filter-color-image", folder / "out", {Kind.IMAGE: [image]}, **params)) as made:
        return np.asarray(made.convert("RGBA")).astype(int)


def disc(inside: tuple[int, int, int], outside: tuple[int, int, int] = WHITE) -> Image.Image:
    """Return a disc with smooth edges, drawn large and scaled down."""
    image = Image.new("RGB", (480, 480), outside)
    ImageDraw.Draw(image).ellipse((80, 80, 400, 400), fill=inside)
    return image.resize((120, 120), Image.Resampling.BOX)


def test_removing_gives_a_png_in_which_the_colour_is_gone_and_the_rest_untouched(tmp_path: Path) -> None:
    made = chosen(tmp_path, disc(RED))
    assert next((tmp_path / "out").iterdir()).suffix == ".png"
    assert made[2, 2, 3] == 0
    assert tuple(made[60, 60]) == (*RED, 255)


def test_removing_leaves_no_fringe_on_another_background(tmp_path: Path) -> None:
    cut = Image.fromarray(chosen(tmp_path, disc(RED), tolerance=4, softness=100).astype(np.uint8))
    ground = Image.new("RGBA", cut.size, "#000000")
    ground.alpha_composite(cut)
    lightest = np.asarray(ground)[..., 1].max()
    plain = Image.fromarray(chosen(tmp_path, disc(RED), tolerance=4, softness=0).astype(np.uint8))
    hard = Image.new("RGBA", cut.size, "#000000")
    hard.alpha_composite(plain)
    assert lightest < 60  # the disc has 30, the white it stood on 255
    assert np.asarray(hard)[..., 1].max() > 200


def test_replacing_puts_the_new_colour_in_and_keeps_light_and_shade(tmp_path: Path) -> None:
    strip = np.array([[RED, (140, 20, 27), (90, 12, 16), GREEN, WHITE]], np.uint8)
    made = chosen(
        tmp_path,
        Image.fromarray(strip),
        mode="replace",
        target_color="#c81e28",
        replacement_color="#1e5ac8",
        tolerance=25,
        softness=0,
    )[0]
    assert np.abs(made[0, :3] - (30, 90, 200)).max() <= 1
    assert made[0].sum() > made[1].sum() > made[2].sum()
    assert (made[:3, 2] > made[:3, 0]).all()
    assert np.array_equal(made[3:, :3], strip[0, 3:])


def test_keeping_turns_all_else_to_grey(tmp_path: Path) -> None:
    strip = Image.fromarray(np.array([[RED, GREEN, (30, 60, 200)]], np.uint8))
    made = chosen(tmp_path, strip, mode="keep", target_color="#c81e28")[0]
    assert tuple(made[0]) == (*RED, 255)
    assert np.ptp(made[1:, :3], axis=1).max() == 0


@pytest.mark.parametrize("mode", ["remove", "replace", "keep"])
def test_inverted_works_on_all_the_others(tmp_path: Path, mode: str) -> None:
    strip = Image.fromarray(np.array([[RED, GREEN]], np.uint8))
    straight = chosen(tmp_path, strip, mode=mode, target_color="#c81e28")[0]
    turned = chosen(tmp_path, strip, mode=mode, target_color="#c81e28", invert=True)[0]
    untouched = [tuple(each) == (*color, 255) for each, color in zip(straight, (RED, GREEN), strict=True)]
    assert untouched != [
        tuple(each) == (*color, 255) for each, color in zip(turned, (RED, GREEN), strict=True)
    ]
    assert sum(untouched) == 1


def test_tolerance_widens_the_choice_and_zero_takes_the_exact_colour_alone(tmp_path: Path) -> None:
    greys = Image.fromarray(np.repeat(np.arange(156, 256, dtype=np.uint8)[None, :, None], 3, axis=2))
    gone = [
        int((chosen(tmp_path, greys, tolerance=tolerance, softness=0)[..., 3] == 0).sum())
        for tolerance in (0, 5, 15, 30)
    ]
    assert gone[0] == 1
    assert gone == sorted(set(gone))


def test_softness_fades_steadily(tmp_path: Path) -> None:
    greys = Image.fromarray(np.repeat(np.arange(156, 256, dtype=np.uint8)[None, :, None], 3, axis=2))
    alpha = chosen(tmp_path, greys, tolerance=5, softness=20)[0, :, 3]
    assert alpha[0] == 255
    assert alpha[-1] == 0
    assert (np.diff(alpha) <= 0).all()
    assert len(np.unique(alpha)) > 20


def test_a_picture_without_the_colour_keeps_every_pixel(tmp_path: Path) -> None:
    source = SAMPLES / "coffee.png"
    made = chosen(tmp_path, source, target_color="#00ff00", tolerance=5)
    assert np.array_equal(made[..., :3], np.asarray(Image.open(source).convert("RGB")))


def test_a_wrong_colour_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"params\.target_color: 'reddish'"):
        chosen(tmp_path, disc(RED), target_color="reddish")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mode=st.sampled_from(["remove", "replace", "keep"]),
    invert=st.booleans(),
    width=st.integers(1, 30),
    height=st.integers(1, 30),
    tolerance=st.integers(0, 200),
    softness=st.integers(0, 100),
)
def test_no_choice_adds_opacity_and_any_repeats(
    tmp_path: Path, mode: str, invert: bool, width: int, height: int, tolerance: int, softness: int
) -> None:
    pixels = np.random.default_rng(width).integers(0, 255, (height, width, 4), dtype=np.uint8)
    params = {"mode": mode, "invert": invert, "tolerance": tolerance, "softness": softness}
    made = chosen(tmp_path, Image.fromarray(pixels), **params)
    assert made.shape == pixels.shape
    assert (made[..., 3] <= pixels[..., 3]).all()
    if mode != "remove":
        assert np.array_equal(made[..., 3], pixels[..., 3])
    assert np.array_equal(made, chosen(tmp_path, Image.fromarray(pixels), **params))
