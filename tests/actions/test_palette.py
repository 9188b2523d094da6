"""Palettes of pictures whose colours are known, and of photographs."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from limner.actions.colour_spaces import contrast, difference
from limner.actions.job import Given, Job
from limner.actions.palette import extract_palette, read_palette
from limner.actions.palette_card import band_heights
from limner.errors import InvalidMedia
from limner.types import Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"


def stripes(*parts: tuple[tuple[int, int, int], int], height: int = 200) -> Image.Image:
    """Colours side by side, each so many pixels wide."""
    rows = np.concatenate([np.full((height, width, 3), rgb, np.uint8) for rgb, width in parts], axis=1)
    return Image.fromarray(rows)


def run(source: Path, folder: Path, count: int, seed: int = 0) -> tuple[Path, dict[str, Any], list[str]]:
    said: list[str] = []
    job = Job(
        inputs={Kind.IMAGE: (Given(path=source),)},
        params={"count": count},
        folder=folder,
        limits=Limits(),
        seed=seed,
        tell=lambda line: said.append(line["warning"]) if "warning" in line else None,
    )
    card, text = extract_palette(job)
    assert card.path is not None
    assert text.text is not None
    return card.path, json.loads(text.text), said


def test_the_colours_of_a_flat_picture_are_found_exactly_with_their_shares() -> None:
    red, cream, navy = (200, 30, 40), (245, 240, 225), (20, 40, 90)
    swatches = read_palette(stripes((red, 100), (cream, 500), (navy, 200)), 3)
    assert [swatch.rgb for swatch in swatches] == [cream, navy, red]
    assert [swatch.share for swatch in swatches] == pytest.approx([0.625, 0.25, 0.125], abs=0.01)


def test_a_small_vivid_accent_outlives_the_shades_of_a_large_area() -> None:
    greys = [((level, level, level), 60) for level in range(90, 190, 10)]
    swatches = read_palette(stripes(*greys, ((230, 60, 20), 12)), 4)
    assert any(swatch.rgb == (230, 60, 20) for swatch in swatches)


def test_alike_colours_are_one_and_the_user_is_told_of_fewer(tmp_path: Path) -> None:
    stripes(((100, 100, 100), 60), ((103, 103, 103), 60), ((220, 30, 30), 60)).save(tmp_path / "a.png")
    _, palette, said = run(tmp_path / "a.png", tmp_path, 5)
    assert len(palette) == 2
    assert said == ["The picture has 2 distinct colours, fewer than the 5 asked for."]


@pytest.mark.parametrize("sample", ["coffee", "chelsea", "astronaut"])
@pytest.mark.parametrize("count", [3, 6, 12])
def test_a_photo_gives_distinct_colours_whose_shares_are_the_whole(sample: str, count: int) -> None:
    swatches = read_palette(Image.open(SAMPLES / f"{sample}.png").convert("RGB"), count)
    assert len(swatches) == count
    assert sum(swatch.share for swatch in swatches) == pytest.approx(1)
    assert [swatch.share for swatch in swatches] == sorted((s.share for s in swatches), reverse=True)
    lab = np.array([swatch.lab for swatch in swatches], np.float32)
    apart = difference(lab[:, None], lab[None]) + np.eye(count) * 100
    assert apart.min() > 4
    assert len({swatch.name for swatch in swatches}) == count


def rgb(code: str) -> tuple[int, int, int]:
    """Return the channels of #RRGGBB."""
    red, green, blue = bytes.fromhex(code[1:])
    return red, green, blue


def test_the_text_says_what_can_be_written_on_each_colour(tmp_path: Path) -> None:
    _, palette, _ = run(SAMPLES / "coffee.png", tmp_path, 6)
    for color in palette:
        assert set(color) == {"hex", "name", "share", "on", "contrast", "pairs"}
        assert color["contrast"] == pytest.approx(contrast(rgb(color["on"]), rgb(color["hex"])), abs=0.01)
        assert color["contrast"] >= 4.3
        readable = {
            other["hex"] for other in palette if contrast(rgb(other["hex"]), rgb(color["hex"])) >= 4.5
        }
        assert set(color["pairs"]) == readable


def test_the_card_is_sixteen_to_nine_and_shows_every_colour(tmp_path: Path) -> None:
    path, palette, _ = run(SAMPLES / "chelsea.png", tmp_path, 12)
    card = Image.open(path)
    assert card.size == (1600, 900)
    column = {card.getpixel((1595, y)) for y in range(900)}
    assert column == {rgb(color["hex"]) for color in palette}


def test_bands_fill_the_card_and_stay_readable() -> None:
    swatches = read_palette(stripes(((250, 250, 250), 970), ((200, 0, 0), 15), ((0, 0, 200), 15)), 3)
    heights = band_heights(swatches)
    assert sum(heights) == 900
    assert min(heights) >= 60


def test_equal_pictures_and_seeds_give_equal_bytes(tmp_path: Path) -> None:
    first, text, _ = run(SAMPLES / "coffee.png", tmp_path, 6, seed=7)
    content = first.read_bytes()
    again, same, _ = run(SAMPLES / "coffee.png", tmp_path, 6, seed=7)
    assert (again.read_bytes(), same) == (content, text)


def test_transparent_pixels_are_not_counted() -> None:
    picture = stripes(((10, 200, 30), 100), ((200, 20, 30), 100)).convert("RGBA")
    alpha = np.full((200, 200), 255, np.uint8)
    alpha[:, 100:] = 0
    picture.putalpha(Image.fromarray(alpha))
    (swatch,) = read_palette(picture, 3)
    assert swatch.rgb == (10, 200, 30)


def test_a_picture_without_a_visible_pixel_is_refused() -> None:
    with pytest.raises(InvalidMedia, match=r"inputs\.image: every pixel is transparent"):
        read_palette(Image.new("RGBA", (20, 20)), 3)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (1, 700)])
def test_the_smallest_and_thinnest_pictures_have_a_palette(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, "teal").save(tmp_path / "a.png")
    _, palette, _ = run(tmp_path / "a.png", tmp_path, 3)
    assert [color["hex"] for color in palette] == ["#008080"]
