"""Colour filters for pictures: neutral changes nothing, and each look does what its name says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import SAMPLES, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from limner.actions.filter_grain import Grain
from limner.actions.specs.filters import PICTURE_FILTERS
from limner.errors import InvalidInput
from limner.types import Kind

COFFEE = SAMPLES / "coffee.png"


def filtered(folder: Path, source: Path | np.ndarray = COFFEE, **params: Any) -> np.ndarray:
    """Run the action and return its pixels, with alpha where there is transparency."""
    if isinstance(source, np.ndarray):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "in.png"
        Image.fromarray(source).save(path)
        source = path
    with Image.open(run("color-filter-image", folder / "out", {Kind.IMAGE: [source]}, **params)) as image:
        return np.asarray(image if image.mode == "RGBA" else image.convert("RGB"))


def coffee() -> np.ndarray:
    return np.asarray(Image.open(COFFEE).convert("RGB"))


def ramp() -> np.ndarray:
    """Return every grey from black to white, as one row."""
    return np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (4, 1, 3))


def chroma(pixels: np.ndarray) -> float:
    return float(np.ptp(pixels[..., :3].astype(int), axis=-1).mean())


@pytest.mark.parametrize("name", PICTURE_FILTERS)
def test_intensity_zero_keeps_every_pixel_whatever_the_filter_and_its_grain(
    tmp_path: Path, name: str
) -> None:
    assert np.array_equal(filtered(tmp_path, filter=name, intensity=0, grain=80), coffee())


@pytest.mark.parametrize(
    "params", [{"filter": "posterize", "posterize_bits": 8}, {"filter": "vignette", "vignette_strength": 0}]
)
def test_a_filter_without_effect_keeps_every_pixel_of_a_jpeg(tmp_path: Path, params: dict[str, Any]) -> None:
    source = tmp_path / "in.jpg"
    Image.fromarray(coffee()).save(source)
    assert np.array_equal(filtered(tmp_path, source, **params), np.asarray(Image.open(source)))


@pytest.mark.parametrize("name", PICTURE_FILTERS)
def test_half_the_intensity_is_half_way(tmp_path: Path, name: str) -> None:
    whole = filtered(tmp_path, filter=name).astype(float)
    half = filtered(tmp_path, filter=name, intensity=50).astype(float)
    assert np.abs(half - (whole + coffee()) / 2).max() <= 1
    assert np.abs(whole - coffee()).mean() > 3


@pytest.mark.parametrize("name", ["grayscale", "bw", "moon", "noir"])
def test_black_and_white_looks_have_no_colour(tmp_path: Path, name: str) -> None:
    assert chroma(filtered(tmp_path, filter=name)) == 0


def test_grey_has_the_luminance_of_the_colour(tmp_path: Path) -> None:
    grey = filtered(tmp_path, filter="grayscale")[..., 0] / 255
    light = np.where(grey <= 0.04045, grey / 12.92, ((grey + 0.055) / 1.055) ** 2.4)
    srgb = coffee() / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    assert np.abs(light - linear @ (0.2126, 0.7152, 0.0722)).max() < 0.02


def test_invert_posterize_and_solarize_are_pillows_own(tmp_path: Path) -> None:
    source = Image.fromarray(coffee())
    assert np.array_equal(filtered(tmp_path, filter="invert"), np.asarray(ImageOps.invert(source)))
    solarized = filtered(tmp_path, filter="solarize", solarize_threshold=100)
    assert np.array_equal(solarized, np.asarray(ImageOps.solarize(source, 100)))
    for bits in (1, 2, 5):
        steps = filtered(tmp_path, filter="posterize", posterize_bits=bits)
        floors = np.asarray(ImageOps.posterize(source, bits)).astype(float)
        # Pillow cuts bits off, which darkens; here the lowest level is black and the highest white.
        assert np.abs(steps - floors * 255 / (256 - 2 ** (8 - bits))).max() <= 0.5
        assert len(np.unique(steps)) == 2**bits
    assert np.array_equal(filtered(tmp_path, filter="posterize", posterize_bits=8), coffee())


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
@pytest.mark.parametrize("name", ["bw", "posterize", "sepia", "noir"])
def test_few_colours_and_greys_are_written_in_any_format(tmp_path: Path, name: str, kind: str) -> None:
    exact = filtered(tmp_path / "exact", filter=name, format="png").astype(int)
    made = filtered(tmp_path / kind, filter=name, format=kind, quality=100).astype(int)
    assert np.abs(made - exact).mean() < 1


def test_black_and_white_cuts_at_its_threshold(tmp_path: Path) -> None:
    cut = filtered(tmp_path, ramp(), filter="bw", bw_threshold=77)[0, :, 0]
    assert np.array_equal(cut, np.where(np.arange(256) >= 77, 255, 0))
    assert filtered(tmp_path, filter="bw", bw_threshold=0).min() == 255


def test_sepia_is_brown_and_without_warmth_grey(tmp_path: Path) -> None:
    red, green, blue = filtered(tmp_path, ramp(), filter="sepia")[0, 128].astype(int)
    assert red > green + 10 > blue + 20
    assert chroma(filtered(tmp_path, ramp(), filter="sepia", sepia_warmth=0)) == 0
    assert chroma(filtered(tmp_path, ramp(), filter="sepia", sepia_warmth=100)) > chroma(
        filtered(tmp_path, ramp(), filter="sepia")
    )


def test_duotone_turns_black_and_white_into_its_two_colours(tmp_path: Path) -> None:
    row = filtered(tmp_path, ramp(), filter="duotone", shadow_color="#102030", highlight_color="gold")[0]
    assert np.abs(row[0].astype(int) - (16, 32, 48)).max() <= 1
    assert np.abs(row[255].astype(int) - (255, 215, 0)).max() <= 1
    assert (np.diff(row[:, 0].astype(int)) >= 0).all()


def test_film_looks_move_shadows_and_lights_their_own_way(tmp_path: Path) -> None:
    rows = {
        name: filtered(tmp_path, ramp(), filter=name)[0].astype(int)
        for name in ("clarendon", "moon", "nashville", "noir", "fade", "crossprocess")
    }
    dark, light = 48, 208
    assert rows["clarendon"][dark, 2] > rows["clarendon"][dark, 0] + 8  # cyan shadows
    assert rows["clarendon"][light].mean() > light
    assert rows["moon"][0].mean() > 30
    assert rows["moon"][128].mean() > 135
    assert rows["noir"][dark].mean() < dark / 2
    assert rows["noir"][light].mean() > light
    assert rows["fade"][0].min() > 35
    assert np.ptp(rows["fade"].mean(axis=1)) < 215
    assert rows["nashville"][dark, 2] > rows["nashville"][dark, 0] + 10  # blue shadows, warm lights
    assert rows["nashville"][light, 0] > rows["nashville"][light, 2] + 30
    assert rows["crossprocess"][dark, 2] > rows["crossprocess"][dark, 0] + 20
    assert rows["crossprocess"][light, 1] > rows["crossprocess"][light, 2] + 40
    for row in rows.values():
        assert (np.diff(row.mean(axis=1)) >= -1).all()  # no tone is lighter than a lighter one


def test_vignette_darkens_the_corners_and_keeps_the_middle(tmp_path: Path) -> None:
    wall = np.full((120, 200, 3), 200, np.uint8)
    dim = filtered(tmp_path, wall, filter="vignette", vignette_strength=80).astype(int)
    assert abs(dim[60, 100, 0] - 200) <= 1
    assert dim[0, 0, 0] < 60
    assert np.array_equal(dim, dim[::-1, ::-1])
    assert np.array_equal(filtered(tmp_path, wall, filter="vignette", vignette_strength=0), wall)
    hard = filtered(tmp_path, wall, filter="vignette", vignette_softness=0).astype(int)
    assert np.abs(np.diff(hard[60, :, 0])).max() <= np.abs(np.diff(hard[0, :, 0])).max()
    assert (hard[60, :, 0] == 200).mean() > (dim[60, :, 0] == 200).mean()


def test_colorpop_keeps_one_colour_in_light_and_shade(tmp_path: Path) -> None:
    swatches = np.array([[[210, 30, 40], [110, 12, 18], [30, 160, 60], [40, 60, 200]]], np.uint8)
    popped = filtered(tmp_path, swatches, filter="colorpop", target_color="#d21e28").astype(int)[0]
    assert np.abs(popped[:2] - swatches[0, :2]).max() <= 3
    assert np.ptp(popped[2:], axis=1).max() <= 1


@pytest.mark.parametrize("angle", [0, 30])
def test_halftone_dots_stand_on_a_turned_grid_at_the_distance_asked_for(tmp_path: Path, angle: int) -> None:
    grey = np.full((240, 240, 3), 150, np.uint8)
    dots = filtered(tmp_path, grey, filter="halftone", dot_size=12, dot_angle=angle)[..., 0].astype(float)
    strength = np.abs(np.fft.rfft2(dots - dots.mean()))
    strength[:, 0] = 0 if angle else strength[:, 0]
    row, column = np.unravel_index(strength.argmax(), strength.shape)
    down, across = np.fft.fftfreq(240)[row], np.fft.rfftfreq(240)[column]
    assert 1 / np.hypot(down, across) == pytest.approx(12, rel=0.05)
    turn = np.degrees(np.arctan2(down, across)) % 90
    assert min(abs(turn - angle), 90 - abs(turn - angle)) < 3


@pytest.mark.parametrize("level", [40, 90, 128, 170, 220])
def test_halftone_covers_more_paper_where_the_picture_is_darker(tmp_path: Path, level: int) -> None:
    flat = np.full((160, 160, 3), level, np.uint8)
    dark = filtered(tmp_path, flat, filter="halftone", dot_size=16).mean() / 255
    light = filtered(tmp_path, flat, filter="halftone", dot_size=16, dot_color="white", dot_bg="black").mean()
    steep = 0.5 + 0.5 * np.tanh(1.5 * (level / 255 - 0.5)) / np.tanh(0.75)
    assert dark == pytest.approx(steep, abs=0.03)
    assert light / 255 == pytest.approx(steep, abs=0.03)


def test_halftone_on_transparent_paper_is_ink_alone(tmp_path: Path) -> None:
    flat = np.full((60, 60, 3), 128, np.uint8)
    dots = filtered(tmp_path, flat, filter="halftone", dot_size=10, dot_bg="transparent", dot_color="#c00")
    assert dots.shape[2] == 4
    assert {tuple(color) for color in dots[dots[..., 3] == 255][:, :3].tolist()} == {(204, 0, 0)}
    assert dots[..., 3].min() == 0


def test_grain_is_noise_of_the_seed_and_keeps_the_mean(tmp_path: Path) -> None:
    wall = Image.new("RGB", (200, 150), (120, 130, 140))
    one = np.asarray(Grain(7, wall.size, 0.5).on_image(wall), float)
    assert np.array_equal(one, np.asarray(Grain(7, wall.size, 0.5).on_image(wall), float))
    assert not np.array_equal(one, np.asarray(Grain(8, wall.size, 0.5).on_image(wall), float))
    assert np.abs(one.mean(axis=(0, 1)) - (120, 130, 140)).max() < 1
    assert one.std(axis=(0, 1)) == pytest.approx(17, abs=2)
    grainy = filtered(tmp_path, filter="grayscale", grain=50)
    assert grainy.astype(float).std() > filtered(tmp_path, filter="grayscale").astype(float).std()


def test_a_wrong_colour_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"params\.shadow_color: 'blurple'"):
        filtered(tmp_path, filter="duotone", shadow_color="blurple")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(PICTURE_FILTERS),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    alpha=st.booleans(),
    amount=st.integers(0, 100),
)
def test_any_filter_on_any_picture_keeps_size_and_transparency_and_repeats(
    tmp_path: Path, name: str, width: int, height: int, alpha: bool, amount: int
) -> None:
    pixels = np.random.default_rng(width).integers(0, 255, (height, width, 4 if alpha else 3), dtype=np.uint8)
    made = filtered(tmp_path, pixels, filter=name, intensity=amount, grain=amount)
    assert made.shape == pixels.shape
    if alpha:
        assert np.array_equal(made[..., 3], pixels[..., 3])
    assert np.array_equal(made, filtered(tmp_path, pixels, filter=name, intensity=amount, grain=amount))
