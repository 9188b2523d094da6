"""Colour transfer: statistics move to the reference's, nothing clips, nothing bands."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.actions.colour_transfer import transfer, transfer_color, visible_lab
from limner.actions.job import Given, Job
from limner.actions.stills import open_image
from limner.errors import InvalidMedia
from limner.types import Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"


def sample(name: str) -> Image.Image:
    return Image.open(SAMPLES / f"{name}.png").convert("RGB")


@pytest.mark.parametrize("method", ["mkl", "reinhard"])
def test_the_mean_and_spread_of_colours_become_the_references(method: str) -> None:
    image, reference = sample("astronaut"), sample("coffee")
    before, after, wanted = (
        visible_lab(each, "image")
        for each in (image, transfer(image, reference, method=method), reference)  # type: ignore[arg-type]  # the parameter is one word of two
    )
    for moment in (np.mean, np.std):
        start, end = (np.abs(moment(lab, axis=0) - moment(wanted, axis=0)) for lab in (before, after))
        assert end.sum() < 0.45 * start.sum()


def test_mkl_also_takes_over_how_colours_vary_together() -> None:
    image, reference = sample("chelsea"), sample("coffee")
    wanted, mkl, reinhard = (
        np.corrcoef(visible_lab(each, "image").T)
        for each in (reference, transfer(image, reference), transfer(image, reference, method="reinhard"))
    )
    assert np.abs(mkl - wanted).sum() < 0.5 * np.abs(reinhard - wanted).sum()


def test_strength_scales_the_change_and_zero_is_no_change(tmp_path: Path) -> None:
    image, reference = sample("chelsea"), sample("coffee")
    moved = [
        np.abs(np.asarray(transfer(image, reference, strength=part), float) - np.asarray(image)).mean()
        for part in (0, 0.25, 0.5, 1)
    ]
    assert moved[0] == 0
    assert moved == sorted(moved)
    source = tmp_path / "in.jpg"
    image.save(source)
    result = run(source, SAMPLES / "coffee.png", tmp_path, strength=0)
    assert np.array_equal(np.asarray(Image.open(result)), np.asarray(open_image(source, Limits())))


def test_kept_luminance_is_the_pictures_own() -> None:
    image, reference = sample("astronaut"), sample("coffee")
    own = visible_lab(image, "image")[:, 0]
    kept = visible_lab(transfer(image, reference, keep_luminance=1.0), "image")[:, 0]
    taken = visible_lab(transfer(image, reference), "image")[:, 0]
    assert np.abs(kept - own).mean() < 1
    assert np.abs(taken - own).mean() > 5


@pytest.mark.parametrize("method", ["mkl", "reinhard"])
@pytest.mark.parametrize("reference", ["white", "black", "yellow", "#0000ff"])
def test_an_extreme_reference_does_not_blow_the_picture_out(method: str, reference: str) -> None:
    image = sample("astronaut")
    moved = transfer(image, Image.new("RGB", (64, 64), reference), method=method)  # type: ignore[arg-type]  # the parameter is one word of two
    pixels = np.asarray(moved.convert("L"))
    was_extreme = np.isin(np.asarray(image.convert("L")), (0, 255)).mean()
    assert np.isin(pixels, (0, 255)).mean() <= was_extreme + 0.02
    assert pixels.std() > 3


def test_a_smooth_ramp_stays_smooth() -> None:
    ramp = np.linspace(40, 215, 1024).astype(np.uint8)[None, :, None].repeat(64, 0).repeat(3, 2)
    moved = np.asarray(transfer(Image.fromarray(ramp), sample("coffee")), int)
    assert np.abs(np.diff(moved[32], axis=0)).max() <= 4


def test_transparency_is_kept_and_hidden_colours_do_not_count() -> None:
    image = sample("chelsea").convert("RGBA")
    alpha = np.zeros((image.height, image.width), np.uint8)
    alpha[50:200, 50:300] = 200
    image.putalpha(Image.fromarray(alpha))
    assert np.array_equal(np.asarray(transfer(image, sample("coffee")))[..., 3], alpha)
    with pytest.raises(InvalidMedia, match=r"inputs\.image\[1\]: every pixel is transparent"):
        transfer(sample("chelsea"), Image.new("RGBA", (9, 9)))


@settings(max_examples=20, deadline=None)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=2, max_size=2),
    method=st.sampled_from(["mkl", "reinhard"]),
    seed=st.integers(0, 9),
)
def test_any_two_pictures_give_one_of_the_first_size(
    sizes: list[tuple[int, int]], method: str, seed: int
) -> None:
    random = np.random.default_rng(seed)
    first, second = (
        Image.fromarray(random.integers(0, 256, (height, width, 3), dtype=np.uint8))
        for width, height in sizes
    )
    assert transfer(first, second, method=method).size == first.size  # type: ignore[arg-type]  # the parameter is one word of two


def test_an_unreadable_reference_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(b"nothing")
    with pytest.raises(InvalidMedia, match=r"inputs\.image\[1\]: 'b\.png' does not decode"):
        run(SAMPLES / "coffee.png", tmp_path / "b.png", tmp_path)


def run(source: Path, reference: Path, folder: Path, strength: float = 100) -> Path:
    params = {"strength": strength, "method": "mkl", "keep_luminance": 0}
    given_ = {Kind.IMAGE: (Given(path=source), Given(path=reference))}
    (made,) = transfer_color(Job(inputs=given_, params=params, folder=folder, limits=Limits()))
    assert made.path is not None
    return made.path
