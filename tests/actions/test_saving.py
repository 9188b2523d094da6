"""`format` and `quality`: the same for every action that draws a picture."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.stills import save_image
from limner.actions.worker import load_handler
from limner.errors import InvalidInput
from limner.library import sample
from limner.types import Json, Kind, Limits


def job(folder: Path, said: list[Json], **params: object) -> Job:
    """Return a job that keeps what it is told."""
    return Job(inputs={}, params=params, folder=folder, limits=Limits(), tell=said.append)


@pytest.mark.parametrize(("kind", "suffix"), [("jpeg", ".jpg"), ("png", ".png"), ("webp", ".webp")])
def test_a_picture_is_written_in_the_format_asked_for(tmp_path: Path, kind: str, suffix: str) -> None:
    action = builtin().get("blur-image")
    wanted = Job(
        inputs={Kind.IMAGE: (Given(path=sample("coffee.png")),)},
        params={**action.defaults(), "format": kind},
        folder=tmp_path,
        limits=Limits(),
    )
    (made,) = load_handler(action.handler)(wanted)
    assert made.path is not None
    assert made.path.suffix == suffix
    with Image.open(made.path) as picture:
        assert picture.format == kind.upper()


def test_auto_is_jpeg_for_photographs_and_png_for_graphics_and_transparency(tmp_path: Path) -> None:
    photograph = Image.open(sample("chelsea.png")).convert("RGB")
    glass = Image.new("RGBA", (20, 20), (200, 0, 0, 100))
    assert save_image(photograph, job(tmp_path, []), "a").suffix == ".jpg"
    assert save_image(photograph, job(tmp_path, []), "b", graphic=True).suffix == ".png"
    assert save_image(glass, job(tmp_path, []), "c").suffix == ".png"


def test_lower_quality_is_a_smaller_file_and_webp_of_100_loses_nothing(tmp_path: Path) -> None:
    photograph = Image.open(sample("chelsea.png")).convert("RGB")
    sizes = [
        save_image(photograph, job(tmp_path, [], format="jpeg", quality=quality), f"q{quality}")
        .stat()
        .st_size
        for quality in (20, 60, 95)
    ]
    assert sizes == sorted(sizes)
    exact = save_image(photograph, job(tmp_path, [], format="webp", quality=100), "exact")
    assert Image.open(exact).convert("RGB").tobytes() == photograph.tobytes()


def test_transparency_in_a_jpeg_becomes_white_and_the_user_is_told(tmp_path: Path) -> None:
    said: list[Json] = []
    path = save_image(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), job(tmp_path, said, format="jpeg"), "a")
    assert Image.open(path).getpixel((4, 4)) == (255, 255, 255)
    assert "transparency" in said[0]["warning"]


def test_a_picture_too_large_for_its_format_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"params\.format: webp holds at most 16383"):
        save_image(Image.new("RGB", (16_384, 1)), job(tmp_path, [], format="webp"), "a")


def test_every_action_that_draws_a_picture_takes_format_and_quality() -> None:
    for action in builtin():
        draws = (
            any(port.kind is Kind.IMAGE for port in action.outputs) and action.action_id != "duplicate-image"
        )
        assert ({"format", "quality"} <= set(action.params)) == draws, action.action_id


RANDOM = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("pixels", "mode"),
    [
        (RANDOM.integers(0, 256, (50, 60, 3)), "RGB"),
        (RANDOM.integers(0, 256, (50, 60, 4)), "RGBA"),
        (RANDOM.integers(0, 4, (50, 60, 3)), "RGB"),  # colours too near each other for Pillow to find them
        (RANDOM.integers(0, 4, (50, 60, 3)) * 85, "P"),
        (RANDOM.integers(0, 2, (50, 60, 1)).repeat(3, axis=2) * 255, "P"),
        (RANDOM.integers(0, 256, (50, 60, 1)).repeat(3, axis=2), "L"),
        (RANDOM.integers(0, 256, (50, 60)), "L"),
        (RANDOM.integers(3, 9, (50, 60)), "P"),
        (np.full((50, 60, 3), (7, 8, 9)), "P"),
    ],
)
def test_a_png_takes_the_mode_that_holds_its_pixels_in_least(
    tmp_path: Path, pixels: NDArray[np.int64], mode: str
) -> None:
    image = Image.fromarray(pixels.astype(np.uint8))
    with Image.open(save_image(image, job(tmp_path, []), "a", graphic=True)) as written:
        assert written.mode == mode
        assert np.array_equal(np.asarray(written.convert(image.mode)), pixels)


def test_a_jpeg_of_a_picture_without_colour_has_one_channel(tmp_path: Path) -> None:
    with Image.open(save_image(Image.linear_gradient("L"), job(tmp_path, []), "a")) as written:
        assert (written.format, written.mode) == ("JPEG", "L")
