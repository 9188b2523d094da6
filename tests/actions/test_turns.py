import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from films import run, run_loud
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_jobs import plain, sample
from PIL import Image

from limner.errors import InvalidInput
from limner.types import Kind, Limits


def saved(folder: Path, image: Image.Image, name: str = "in.png") -> Path:
    image.save(folder / name)
    return folder / name


def noise(width: int, height: int, bands: int = 3) -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, bands), dtype=np.uint8))


def rotated(folder: Path, image: Image.Image, limits: Limits | None = None, **params) -> Image.Image:
    source = saved(folder, image)
    with Image.open(run("rotate-image", folder / "out", {Kind.IMAGE: [source]}, limits, **params)) as result:
        result.load()
        return result.convert("RGB") if result.mode in ("P", "L") else result


def flipped(folder: Path, image: Image.Image, **params) -> Image.Image:
    source = saved(folder, image)
    with Image.open(run("flip-image", folder / "out", {Kind.IMAGE: [source]}, **params)) as result:
        result.load()
        return result.convert("RGB") if result.mode in ("P", "L") else result


def dot(size: tuple[int, int], place: tuple[float, float]) -> Image.Image:
    """Return a soft white dot on black."""
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    light = 255 * np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / 18)
    return Image.fromarray(np.dstack([light.round().astype(np.uint8)] * 3))


def centroid(image: Image.Image) -> tuple[float, float]:
    light = np.asarray(image.convert("L"), float)
    y, x = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
    return float((x * light).sum() / light.sum()), float((y * light).sum() / light.sum())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([3, 4]), st.sampled_from([-1, 1, 2, 3]))
def test_quarter_turns_keep_every_pixel(tmp_path, width, height, bands, quarters):
    image = noise(width, height, bands)
    turned = np.asarray(rotated(tmp_path, image, angle=90 * quarters).convert(image.mode))
    assert np.array_equal(turned, np.rot90(np.asarray(image), -quarters))


def test_a_quarter_turn_is_what_no_parameters_give(tmp_path):
    image = noise(20, 10)
    assert np.array_equal(np.asarray(rotated(tmp_path, image)), np.rot90(np.asarray(image), -1))


@pytest.mark.parametrize("angle", [0, 360, -360])
@pytest.mark.parametrize("name", ["in.png", "in.jpg"])
def test_no_turn_changes_no_pixel(tmp_path, angle, name):
    source = saved(tmp_path, noise(40, 30), name)
    result = run("rotate-image", tmp_path / "out", {Kind.IMAGE: [source]}, angle=angle, background="red")
    assert np.array_equal(np.asarray(Image.open(result)), np.asarray(Image.open(source)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-360, 360), st.booleans())
def test_turning_is_clockwise_about_the_middle(tmp_path, angle, expand):
    width, height, at = 120, 80, (72.0, 32.0)
    turned = rotated(tmp_path, dot((width, height), at), angle=angle, expand=expand, background="black")
    across, down = at[0] - width / 2, at[1] - height / 2
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = centroid(turned)
    # A quarter turn of an even frame about its middle is exact; other frames round to whole pixels.
    assert x == pytest.approx(turned.width / 2 + across * cos - down * sin, abs=0.1)
    assert y == pytest.approx(turned.height / 2 + across * sin + down * cos, abs=0.1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 80), st.integers(1, 80), st.floats(-180, 180))
def test_the_enlarged_frame_is_just_large_enough(tmp_path, width, height, angle):
    turned = rotated(tmp_path, plain("white", (width, height)), angle=angle, background="black")
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    needed = (width * cos + height * sin, width * sin + height * cos)
    assert all(-1e-6 <= side - need + 1e-5 < 1.001 for side, need in zip(turned.size, needed, strict=True))
    light = np.asarray(turned, float)[..., 0].sum() / 255
    assert light == pytest.approx(width * height, rel=0.03, abs=2)


def test_the_inside_is_that_of_another_librarys_bicubic(tmp_path):
    image = Image.open(sample("coffee.png")).convert("RGB")
    turned = np.asarray(rotated(tmp_path, image, angle=17, expand=False), float)
    width, height = image.size
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), -17, 1)
    other = cv2.warpAffine(np.asarray(image), matrix, image.size, flags=cv2.INTER_CUBIC).astype(float)
    inside = (slice(150, 250), slice(150, 450))
    # Their kernels differ (-0.5 and -0.75) and OpenCV rounds places to 1/32 pixel.
    assert np.abs(turned[inside] - other[inside]).mean() < 2


@pytest.mark.parametrize("angle", [7, 33, 45, 100, 222, -44.9])
def test_a_turn_is_nearer_to_one_at_four_times_the_size_than_a_linear_one(tmp_path, angle):
    large = Image.open(sample("coffee.png")).convert("RGB")
    small = large.reduce(4)
    large = large.crop((0, 0, 4 * small.width, 4 * small.height))
    exact = np.asarray(large.rotate(-angle, Image.Resampling.BICUBIC).reduce(4), float)
    cubic = np.asarray(small.rotate(-angle, Image.Resampling.BICUBIC), float)
    linear = np.asarray(small.rotate(-angle, Image.Resampling.BILINEAR), float)
    turned = np.asarray(rotated(tmp_path, small, angle=angle, expand=False), float)
    inside = (slice(25, 75), slice(50, 100))
    ours, cubics, linears = (
        np.sqrt(np.square(each[inside] - exact[inside]).mean()) for each in (turned, cubic, linear)
    )
    assert ours < cubics * 1.2 and ours < linears * 0.92


def test_corners_are_plain_and_edges_smooth(tmp_path):
    turned = np.asarray(rotated(tmp_path, plain("#ff0000", (200, 100)), angle=20, background="#0000ff"), int)
    assert (turned[0, 0] == (0, 0, 255)).all() and (turned[-1, -1] == (0, 0, 255)).all()
    assert (turned[..., 1] == 0).all()
    assert (np.abs(turned[..., 0] + turned[..., 2] - 255) <= 1).all()
    mixed = (turned[..., 0] > 20) & (turned[..., 0] < 235)
    assert 400 < mixed.sum() < 1800


def test_transparent_corners_leave_the_picture_opaque_and_without_a_rim_of_another_colour(tmp_path):
    turned = rotated(tmp_path, plain("#ff8000", (201, 99)), angle=33, transparent=True, background="blue")
    pixels = np.asarray(turned, int)
    assert turned.mode == "RGBA" and turned.format == "PNG" and pixels[0, 0, 3] == 0
    inside = cv2.erode((pixels[..., 3] > 0).astype(np.uint8), np.ones((7, 7))) > 0
    assert (pixels[inside] == (255, 128, 0, 255)).all()
    rim = (pixels[..., 3] > 40) & ~inside
    assert np.abs(pixels[rim][:, :3] - (255, 128, 0)).max() <= 8


def test_see_through_pictures_get_see_through_corners_unless_a_background_is_given(tmp_path):
    logo = Image.new("RGBA", (60, 40))
    logo.paste((255, 0, 0, 255), (20, 10, 40, 30))
    assert rotated(tmp_path, logo, angle=45).getpixel((0, 0))[3] == 0
    for angle in (45, 90):
        on_blue = rotated(tmp_path, logo, angle=angle, background="blue")
        assert on_blue.mode == "RGB" and on_blue.getpixel((1, 1)) == (0, 0, 255)
        assert on_blue.getpixel((on_blue.width // 2, on_blue.height // 2)) == (255, 0, 0)


def test_a_quarter_turn_in_the_same_frame_cuts_and_fills(tmp_path):
    image = noise(40, 20)
    turned = np.asarray(rotated(tmp_path, image, angle=90, expand=False, background="#102030"))
    assert turned.shape == (20, 40, 3)
    assert np.array_equal(turned[:, 10:30], np.rot90(np.asarray(image), -1)[10:30])
    assert (turned[:, :10] == (0x10, 0x20, 0x30)).all() and (turned[:, 30:] == (0x10, 0x20, 0x30)).all()


def test_a_frame_over_the_limit_is_refused_with_what_moves_it(tmp_path):
    limits = Limits(max_pixels=10_000)
    assert rotated(tmp_path, plain("red", (100, 100)), limits, angle=45, expand=False).size == (100, 100)
    with pytest.raises(InvalidInput, match=r"params\.expand: the picture is 142 x 142") as told:
        rotated(tmp_path, plain("red", (100, 100)), limits, angle=45)
    assert "LIMNER_MAX_PIXELS" in told.value.next_step


def test_a_bad_background_is_refused_by_name(tmp_path):
    with pytest.raises(InvalidInput, match=r"params\.background"):
        rotated(tmp_path, plain("red", (9, 9)), angle=5, background="octarine")


@pytest.mark.parametrize(("direction", "axes"), [("horizontal", (1,)), ("vertical", (0,)), ("both", (0, 1))])
@pytest.mark.parametrize("bands", [3, 4])
def test_flipping_mirrors_every_pixel(tmp_path, direction, axes, bands):
    image = noise(31, 17, bands)
    mirrored = flipped(tmp_path, image, direction=direction)
    assert np.array_equal(np.asarray(mirrored), np.flip(np.asarray(image), axes))


def test_flipping_twice_gives_the_picture_back(tmp_path):
    image = Image.open(sample("coffee.png")).convert("RGB")
    assert np.array_equal(np.asarray(flipped(tmp_path, flipped(tmp_path, image))), np.asarray(image))


def test_photographs_stay_jpeg_and_turn_as_the_camera_noted(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.open(sample("coffee.png")).convert("RGB")
    photo.save(tmp_path / "in.jpg", exif=exif, quality=95)
    upright = np.rot90(np.asarray(Image.open(tmp_path / "in.jpg"), float), -1)
    for action_id, expected in (("flip-image", upright[:, ::-1]), ("rotate-image", np.rot90(upright, -1))):
        result = Image.open(run(action_id, tmp_path / "out", {Kind.IMAGE: [tmp_path / "in.jpg"]}))
        assert result.format == "JPEG" and result.getexif().get(0x0112) is None
        assert np.abs(np.asarray(result, float) - expected).mean() < 3


@pytest.mark.parametrize("action_id", ["rotate-image", "flip-image"])
def test_equal_pictures_give_equal_bytes_and_progress_is_told(tmp_path, action_id):
    params = {"angle": 12.5} if action_id == "rotate-image" else {}
    source = {Kind.IMAGE: [sample("coffee.png")]}
    first, told = run_loud(action_id, tmp_path / "a", source, **params)
    assert first.read_bytes() == run(action_id, tmp_path / "b", source, **params).read_bytes()
    assert any("progress" in line for line in told)
