"""The cut-out against pictures whose outline is known, because they were put together from it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from product_jobs import run_product, sample

from limner.actions.cutout_regions import eroded, reached, regions

SIZE = (480, 420)


def outline(draw_shape, size=SIZE):
    """Return the exact coverage of a shape, drawn eight times as large."""
    large = Image.new("L", (size[0] * 8, size[1] * 8))
    draw_shape(ImageDraw.Draw(large))
    return large.reduce(8)


def ring(draw):
    draw.ellipse((1100, 640, 2700, 2240), fill=255)
    draw.ellipse((1700, 1240, 2100, 1640), fill=0)


def disc(draw):
    draw.ellipse((1100, 640, 2700, 2240), fill=255)


def on_backing(cover, color, *, shadow=False, noise=2.0):
    """Return the shape in a colour on a sweep of light grey that falls off, with its shadow, and a sensor's noise."""
    y, x = np.mgrid[-1 : 1 : SIZE[1] * 1j, -1 : 1 : SIZE[0] * 1j]
    ground = (228 - 14 * x**2 - 10 * y)[..., None] + np.zeros(3)
    if shadow:
        flat = cover.resize((SIZE[0], SIZE[1] // 8)).filter(ImageFilter.GaussianBlur(14))
        laid = Image.new("L", SIZE)
        laid.paste(flat, (26, 255))
        ground = ground * (1 - 0.3 * np.asarray(laid)[..., None] / 255)
    part = np.asarray(cover)[..., None] / 255
    mixed = ground * (1 - part) + np.array(color) * part
    noisy = mixed + np.random.default_rng(1).normal(0, noise, mixed.shape)
    return Image.fromarray(np.clip(noisy + 0.5, 0, 255).astype(np.uint8))


def alpha_of(result):
    return np.asarray(result.image.convert("RGBA"))[..., 3].astype(float)


@pytest.mark.parametrize("color", [(30, 90, 110), (236, 190, 80), (20, 20, 22)])
@pytest.mark.parametrize("has_shadow", [False, True])
def test_an_object_on_an_even_backing_is_cut_along_its_outline(tmp_path, color, has_shadow):
    cover = outline(disc)
    made = run_product(tmp_path, "cut-out", [on_backing(cover, color, shadow=has_shadow)])
    wrong = np.abs(alpha_of(made) - np.asarray(cover, float)) / 255
    edge = (np.asarray(cover) > 0) & (np.asarray(cover) < 255)
    assert wrong.mean() < 0.004
    assert wrong[edge].mean() < 0.2
    assert (wrong > 0.5).mean() < 0.002


def test_what_is_half_covered_has_the_objects_colour_and_not_the_backings(tmp_path):
    color = np.array((30, 90, 110))
    made = run_product(tmp_path, "cut-out", [on_backing(outline(disc), color)])
    pixels = np.asarray(made.image).astype(float)
    edge = (pixels[..., 3] > 60) & (pixels[..., 3] < 200)
    assert edge.sum() > 100
    assert np.abs(pixels[edge][:, :3].mean(axis=0) - color).max() < 14


def test_a_hole_that_shows_the_backing_is_open_and_a_pale_label_is_not(tmp_path):
    made = run_product(tmp_path, "cut-out", [on_backing(outline(ring), (30, 90, 110))])
    assert alpha_of(made)[180, 237] < 10
    label = on_backing(outline(disc), (30, 90, 110))
    ImageDraw.Draw(label).rectangle((200, 150, 270, 210), fill=(252, 250, 244))
    assert alpha_of(run_product(tmp_path, "cut-out", [label]))[180, 237] == 255


def test_a_picture_with_transparency_is_kept_as_it_is_and_trimmed_when_asked(tmp_path):
    given = Image.new("RGBA", (200, 160), (10, 20, 30, 0))
    ImageDraw.Draw(given).ellipse((50, 40, 119, 99), fill=(200, 40, 40, 180))
    kept = run_product(tmp_path, "cut-out", [given])
    assert np.array_equal(np.asarray(kept.image), np.asarray(given))
    assert run_product(tmp_path, "cut-out", [given], trim=True).image.size == (70, 60)


def test_the_person_of_a_scene_is_kept_and_the_corners_are_not(tmp_path):
    alpha = alpha_of(run_product(tmp_path, "cut-out", [sample("astronaut.png")]))
    assert alpha.shape == (512, 512)
    assert alpha[120:160, 210:250].mean() > 240, "the face"
    assert alpha[420:480, 180:260].mean() > 240, "the chest"
    assert alpha[:60, 400:].mean() < 20 and alpha[:60, :60].mean() < 60
    assert 0.2 < (alpha > 127).mean() < 0.7


def test_a_plain_picture_is_told_of(tmp_path):
    made = run_product(tmp_path, "cut-out", [Image.new("RGB", (64, 48), "#808080")])
    assert made.image.size == (64, 48)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (9, 9)])
def test_tiny_and_thin_pictures_do_not_fail(tmp_path, size):
    assert run_product(tmp_path, "cut-out", [Image.new("RGB", size, "#a05020")]).image.size == size


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    picture = on_backing(outline(disc), (30, 90, 110), shadow=True)
    first = run_product(tmp_path, "cut-out", [picture]).path.read_bytes()
    assert run_product(tmp_path, "cut-out", [picture]).path.read_bytes() == first


def test_regions_are_those_of_another_library():
    cv2 = pytest.importorskip("cv2")
    random = np.random.default_rng(0)
    for share in (0.4, 0.6, 0.9):
        mask = random.random((40, 50)) < share
        _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
        sizes = sorted(np.bincount(labels[mask]).tolist()[1:], reverse=True)
        found = [int(region.sum()) for region in regions(mask)]
        assert found == sizes[: len(found)]
        start = np.zeros_like(mask)
        start.flat[int(mask.argmax())] = True
        label = labels[start][0]
        assert np.array_equal(reached(start, mask), labels == label)


def test_erosion_is_that_of_another_library():
    cv2 = pytest.importorskip("cv2")
    mask = np.random.default_rng(3).random((30, 40)) < 0.97
    kernel = np.ones((5, 5), np.uint8)
    expected = cv2.erode(mask.astype(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE) > 0
    assert np.array_equal(eroded(mask, 2), expected)
