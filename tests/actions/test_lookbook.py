import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layout_jobs import run, sample
from PIL import Image, ImageDraw

from limner.actions.layout_pages import TALL, WIDE, clean, editorial
from limner.actions.product import Product, evened, in_cell, trimmed

PAPER = (0xF6, 0xF3, 0xEE)


def product(color, backing="white", size=(300, 400)):
    """A coloured block on a plain backing, or on none."""
    image = Image.new("RGBA" if backing is None else "RGB", size, backing or (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((100, 120, 199, 299), fill=color)
    return image


def is_apart(first, second):
    return first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]


@given(
    st.integers(1, 9), st.booleans(), st.integers(0, 60),
    st.sampled_from([(1600, 2000), (2000, 1600), (2000, 1125), (1125, 2000), (2000, 2000), (2000, 857)]),
    st.integers(-1, 5),
)  # fmt: skip
def test_every_page_has_a_box_per_picture_apart_and_within_the_margins(count, has_title, gap, size, columns):
    box = (90, 90, size[0] - 90, size[1] - 90)
    if columns < 0:
        page = editorial(count, box, gap, has_title=has_title)
    else:
        page = clean(count, columns, box, gap, has_title=has_title)
    boxes = [*page.pictures, *([page.title] if page.title else [])]
    assert len(page.pictures) == count and bool(page.title) == has_title
    for number, each in enumerate(boxes):
        assert each[2] - each[0] > 40 and each[3] - each[1] > 20
        assert box[0] <= each[0] and box[1] <= each[1] and each[2] <= box[2] and each[3] <= box[3]
        assert all(is_apart(each, other) for other in boxes[:number])
    assert max(each[2] for each in boxes) == box[2] and max(each[3] for each in boxes) == box[3]


@pytest.mark.parametrize("templates", [TALL, WIDE])
@pytest.mark.parametrize("count", [3, 5, 7])
def test_editorial_pages_lead_with_a_larger_first_picture(templates, count):
    size = (1600, 2000) if templates is TALL else (2000, 1125)
    areas = [
        (r - le) * (b - t) for le, t, r, b in editorial(count, (0, 0, *size), 28, has_title=True).pictures
    ]
    assert areas[0] > 1.4 * max(areas[1:])


@pytest.mark.parametrize("ratio", ["4:5", "16:9", "1:1", "9:16"])
def test_pages_have_the_ratio_exactly_and_two_thousand_pixels_at_most(tmp_path, ratio):
    made = run(tmp_path, "compose-grid", [product("#304878")] * 3, aspect_ratio=ratio, title="Objects")
    across, down = (int(part) for part in ratio.split(":"))
    assert made.image.width * down == made.image.height * across
    assert 1985 <= max(made.image.size) <= 2000


@pytest.mark.parametrize("count", range(1, 10))
@pytest.mark.parametrize("style", ["editorial", "clean"])
def test_every_picture_is_on_the_page(tmp_path, count, style):
    colors = [(20 + 25 * n, 200 - 20 * n, (97 * n) % 200) for n in range(count)]
    made = run(
        tmp_path, "compose-grid", [plain_photo(color) for color in colors], style=style, title="Objects"
    )
    hues = {tuple(np.round(color / np.linalg.norm(color), 2)) for color in np.array(colors, float)}
    assert len(hues) == count
    pixels = np.asarray(made.image.reduce(8)).astype(float)
    for color in np.array(colors, float):
        direction = pixels / np.maximum(1, np.linalg.norm(pixels, axis=2, keepdims=True))
        near = np.abs(direction - color / np.linalg.norm(color)).max(axis=2) < 0.09
        assert near.sum() > 150


def plain_photo(color):
    """A picture of one colour only has no object, so it fills its cell as a photograph does."""
    return Image.new("RGB", (300, 300), color)


def test_plain_borders_are_trimmed_with_a_little_air_and_photographs_are_not():
    assert trimmed(product("#304878")).backing == "light"
    assert trimmed(product("#304878")).image.size == (100 + 2 * 14, 180 + 2 * 14)
    assert trimmed(product("#304878", "#c8b090")).color == (0xC8, 0xB0, 0x90)
    assert trimmed(product("#304878", None)).image.size == (100, 180)
    photo = Image.open(sample("coffee.png")).convert("RGB")
    assert trimmed(photo).image.size == photo.size


def test_objects_of_different_scale_come_out_at_one_scale(tmp_path):
    large, small = product("#304878"), Image.new("RGB", (900, 900), "white")
    ImageDraw.Draw(small).rectangle((440, 420, 459, 455), fill="#304878")
    made = run(tmp_path, "compose-grid", [large, small], style="clean", columns=2, numbers=False)
    blue = made.pixels[:, :, 2] - made.pixels[:, :, 0] > 40
    halves = np.array_split(blue, 2, axis=1)
    areas = sorted(half.sum() for half in halves)
    assert areas[1] < 1.2 * areas[0]


def test_white_backings_become_the_panel_and_coloured_ones_fill_the_cell(tmp_path):
    made = run(
        tmp_path,
        "compose-grid",
        [product("#304878"), product("#703020", "#c8b090")],
        style="clean",
        columns=2,
    )
    pixels = made.pixels
    assert not (pixels > 252).all(axis=2).any()
    right = pixels[300:1600, 830:1500].reshape(-1, 3)
    backing = np.median(right, axis=0)
    assert np.abs(backing - (0xC8, 0xB0, 0x90)).max() < 25
    is_backing = np.abs(right - backing).max(axis=1) < 4
    is_object = right[:, 2] < 80
    assert (is_backing | is_object).mean() > 0.98


def test_exposure_is_brought_nearer_and_not_made_equal():
    dark, light = (
        trimmed(Image.new("RGB", (60, 60), "#303030")),
        trimmed(Image.new("RGB", (60, 60), "#b0b0b0")),
    )
    darker, lighter = (each.image.getpixel((5, 5))[0] for each in evened([dark, light]))
    assert 0x30 < darker < lighter < 0xB0


def test_the_title_is_on_the_page_and_its_room_is_given_to_pictures_without_one(tmp_path):
    colors = [product("#304878")] * 3
    titled = run(tmp_path, "compose-grid", colors, title="Autumn Objects", numbers=False).pixels
    untitled = run(tmp_path, "compose-grid", colors, numbers=False).pixels
    ink = (titled < 40).all(axis=2).sum()
    assert ink > 3000 and (untitled < 40).all(axis=2).sum() < 100
    paper = (np.abs(titled - PAPER).max(axis=2) < 3).sum()
    assert paper > (np.abs(untitled - PAPER).max(axis=2) < 3).sum() + 100_000


def test_a_long_title_stays_in_its_box(tmp_path):
    made = run(
        tmp_path, "compose-grid", [product("#304878")] * 5, title="A very long title indeed " * 8, gap=28
    )
    ink = (made.pixels < 60).all(axis=2)
    ys, xs = np.nonzero(ink)
    assert xs.min() >= 88 and xs.max() <= 1512 and ys.min() >= 88


def test_dark_paper_takes_light_type(tmp_path):
    made = run(tmp_path, "compose-grid", [product("#304878", None)], title="Objects", background="#101010")
    assert (made.pixels > 220).all(axis=2).sum() > 3000


def test_missing_characters_of_the_title_are_named(tmp_path, without_extra):
    made = run(tmp_path, "compose-grid", [product("#304878")], title="Tea 茶")
    assert "params.title" in made.warnings[0] and "茶" in made.warnings[0]


def test_equal_pictures_give_equal_bytes(tmp_path):
    pictures = [sample("coffee.png"), product("#304878"), sample("chelsea.png")]
    first = run(tmp_path, "compose-grid", pictures, title="Objects").path.read_bytes()
    assert run(tmp_path, "compose-grid", pictures, title="Objects").path.read_bytes() == first


def test_a_photograph_that_must_not_be_cut_stands_whole_on_the_panel():
    random = np.random.default_rng(2)
    pixels = random.integers(40, 60, (300, 900, 3)).astype(np.uint8)
    pixels[110:190, 20:100] = pixels[110:190, 800:880] = (255, 208, 0)
    cell = np.asarray(
        in_cell(Product(Image.fromarray(pixels), "photo", (0, 0, 0)), (300, 600), (236, 233, 228, 255))
    )
    assert (cell[:40] == (236, 233, 228)).all() and (cell[-40:] == (236, 233, 228)).all()
    is_thing = (np.abs(cell.astype(int) - (255, 208, 0)) < 40).all(axis=2)
    assert is_thing[:, :50].sum() > 400 and is_thing[:, -50:].sum() > 400
