"""Each measure of pictures, films and sounds: it tells a good one from a bad one, and says where."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from limner.actions.colour_spaces import contrast
from limner.actions.drawing import drawn
from limner.library import sample
from limner.types import Kind

from .pictures import CLAY, FOREST, HOMESTEAD, LINEN, LOGO, SAGE, layout, lettered, measured, plain, tone


def photo(name: str) -> Image.Image:
    return Image.open(sample(f"{name}.png")).convert("RGB")


def with_logo(ground: Image.Image, width: int, at: tuple[int, int]) -> Image.Image:
    logo = Image.open(io.BytesIO(drawn(LOGO, width, False)))
    ground.paste(logo, at, logo)
    return ground


def duotone(name: str, dark: str, light: str) -> Image.Image:
    ends = np.array([list(bytes.fromhex(color[1:])) for color in (dark, light)], float)
    part = np.asarray(photo(name).convert("L"), float)[..., None] / 255
    return Image.fromarray((ends[0] * (1 - part) + ends[1] * part + 0.5).astype(np.uint8))


def palette_of(folder: Path, image: Image.Image) -> float:
    return float(measured(folder, image, "palette")["palette"]["value"])


def test_palette_tells_a_brands_layout_from_photographs_and_from_other_brands(tmp_path: Path) -> None:
    assert palette_of(tmp_path, layout(LINEN, SAGE, FOREST)) > 0.95
    assert palette_of(tmp_path, duotone("chelsea", FOREST, SAGE)) >= 0.45
    for name in ("chelsea", "coffee", "astronaut"):
        assert palette_of(tmp_path, photo(name)) < 0.15, name
    assert palette_of(tmp_path, layout("#f7e9d7", "#b5562f", "#3a1f14")) < 0.1
    assert palette_of(tmp_path, photo("chelsea").convert("L").convert("RGB")) < 0.05


def test_pale_paper_alone_is_no_brand(tmp_path: Path) -> None:
    foreign = layout(LINEN, "#0b5cab", "#111111")
    assert palette_of(tmp_path, foreign) < 0.05
    seen = measured(tmp_path, foreign, "palette")["palette"]["evidence"]
    assert seen["stray"]["hex"] == "#0b5cab"
    assert [each["hex"] for each in seen["covered"]] == [LINEN]


def test_what_can_be_seen_through_is_not_counted(tmp_path: Path) -> None:
    image = plain(CLAY).convert("RGBA")
    image.paste((0, 90, 200, 0), (0, 0, 800, 500))
    assert palette_of(tmp_path, image) == 1


@pytest.mark.parametrize(("ink", "ground"), [(FOREST, LINEN), (LINEN, FOREST), ("#d0c8bc", LINEN)])
def test_contrast_is_measured_where_type_stands(tmp_path: Path, ink: str, ground: str) -> None:
    found = measured(tmp_path, lettered(plain(ground), ink), "contrast")["contrast"]
    one, other = (tuple(bytes.fromhex(color[1:])) for color in (ink, ground))
    assert found["value"] == pytest.approx(contrast(one, other), rel=0.02)
    left, top, right, bottom = found["evidence"]["lines"][0]["box"]
    assert 0.04 < left < right < 0.95
    assert 0.47 < top < bottom < 0.85


def test_the_faintest_line_counts_and_photographs_have_none(tmp_path: Path) -> None:
    page = plain(LINEN, (800, 1300))
    page.paste(lettered(plain(), FOREST), (0, 0))
    page.paste(lettered(plain(), "#b8b0a4").crop((0, 350, 800, 800)), (0, 850))
    lines = measured(tmp_path, page, "contrast")["contrast"]["evidence"]["lines"]
    assert [line["dark"] for line in lines] == ["#b8b0a4", FOREST]
    for name in ("chelsea", "coffee", "astronaut"):
        assert measured(tmp_path, photo(name), "contrast")["contrast"] == {
            "not_measured": "no line of type was found"
        }


def test_sharpness_falls_when_a_picture_is_blurred(tmp_path: Path) -> None:
    sharp = measured(tmp_path, photo("coffee"), "sharpness")["sharpness"]["value"]
    soft = measured(tmp_path, photo("coffee").filter(ImageFilter.GaussianBlur(4)), "sharpness")["sharpness"][
        "value"
    ]
    assert sharp > 80 > 10 > soft


def test_sharpness_points_at_the_sharpest_part(tmp_path: Path) -> None:
    image = plain("#808080")
    image.paste(Image.effect_noise((100, 100), 80).convert("RGB"), (700, 0))
    assert measured(tmp_path, image, "sharpness")["sharpness"]["evidence"]["sharpest"] == [0.875, 0, 1, 0.125]


def test_exposure_counts_what_is_clipped(tmp_path: Path) -> None:
    assert measured(tmp_path, plain("#808080"), "exposure")["exposure"]["value"] == 0
    burnt = plain("#808080")
    burnt.paste((255, 255, 255), (0, 0, 800, 200))
    burnt.paste((0, 0, 0), (0, 200, 800, 280))
    found = measured(tmp_path, burnt, "exposure")["exposure"]
    assert found["value"] == pytest.approx(0.35, abs=0.01)
    assert found["evidence"]["white_share"] == pytest.approx(0.25, abs=0.01)
    assert found["evidence"]["black_share"] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("width", "ground"), [(90, LINEN), (180, SAGE), (180, "#3060a0")])
def test_the_logo_is_found_where_it_stands(tmp_path: Path, width: int, ground: str) -> None:
    found = measured(tmp_path, with_logo(plain(ground), width, (500, 100)), "logo")["logo"]
    assert found["value"] > 0.9
    left, top, right, bottom = found["evidence"]["box"]
    assert (left + right) / 2 == pytest.approx((500 + width / 2) / 800, abs=0.02)
    assert (top + bottom) / 2 == pytest.approx((100 + width / 2) / 800, abs=0.02)
    assert right - left == pytest.approx(width * 212 / 240 / 800, rel=0.12)


def test_where_no_logo_is_none_is_found(tmp_path: Path) -> None:
    for image in (photo("chelsea"), photo("coffee"), layout(LINEN, SAGE, FOREST), plain(LINEN)):
        found = measured(tmp_path, image, "logo", "clear_space")
        assert found["logo"]["value"] < 0.82
        assert found["clear_space"] == {"not_measured": "the logo was not found"}


def test_clear_space_is_measured_in_heights_of_the_logo_and_ends_at_what_is_near(tmp_path: Path) -> None:
    alone = measured(tmp_path, with_logo(plain(LINEN), 120, (340, 340)), "clear_space")["clear_space"]
    assert alone["value"] > 1.5
    crowded = with_logo(plain(LINEN), 120, (340, 340))
    crowded.paste(FOREST, (490, 300, 700, 520))  # 37 pixels from the logo's ink, which is 106 tall
    near = measured(tmp_path, crowded, "clear_space")["clear_space"]
    assert near["value"] == pytest.approx(37 / 106, abs=0.12)
    edge = measured(tmp_path, with_logo(plain(LINEN), 120, (-4, 340)), "clear_space")["clear_space"]
    assert edge["value"] <= 0.2


def test_without_a_logo_in_the_kit_it_is_said(tmp_path: Path) -> None:
    found = measured(tmp_path, plain(), "logo", "clear_space", logo=None)
    assert {each["not_measured"] for each in found.values()} == {"the brand kit has no logo"}


def test_loudness_is_that_of_a_tone_by_the_standard(tmp_path: Path) -> None:
    # EBU Tech 3341, case 1: a stereo sine of 1 kHz with a peak of -23 dBFS measures -23 LUFS.
    for level in (-23.0, -14.0):
        path = tone(tmp_path / "tone.wav", 10 ** (level / 20))
        found = measured(tmp_path, path, "loudness", kind=Kind.AUDIO)["loudness"]
        assert found["value"] == pytest.approx(level, abs=0.2)
        assert found["evidence"]["true_peak_dbtp"] == pytest.approx(level, abs=0.3)


def test_a_film_is_measured_in_three_of_its_frames(tmp_path: Path) -> None:
    found = measured(
        tmp_path, sample("bigbuckbunny.mp4"), "palette", "sharpness", "loudness", kind=Kind.VIDEO
    )
    assert found["palette"]["value"] < 0.1
    assert found["sharpness"]["evidence"]["at_seconds"] > 0
    assert -40 < found["loudness"]["value"] < -30


def test_a_measure_that_breaks_takes_no_other_with_it(tmp_path: Path) -> None:
    found = measured(
        tmp_path, layout(LINEN, SAGE, FOREST), "palette", "contrast", palette=["no colour", *HOMESTEAD]
    )
    assert found["palette"]["not_measured"].startswith("the measure failed: ")
    assert found["contrast"]["value"] > 4


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (7, 900), (20, 20)])
def test_tiny_and_narrow_pictures_are_measured_or_say_why_not(tmp_path: Path, size: tuple[int, int]) -> None:
    found = measured(
        tmp_path, plain(SAGE, size), "palette", "contrast", "sharpness", "exposure", "logo", "clear_space"
    )
    assert found["palette"]["value"] == 1
    assert "failed" not in str(found)


def test_equal_pictures_measure_equally(tmp_path: Path) -> None:
    names = ("palette", "contrast", "sharpness", "exposure", "logo", "clear_space")
    image = with_logo(photo("coffee"), 100, (40, 40))
    assert measured(tmp_path, image, *names) == measured(tmp_path, image, *names)
