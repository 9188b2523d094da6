"""The swapped wall: found where it is, covered in perspective, lit as it was, and nothing else touched."""

import numpy as np
import pytest
from layout_jobs import run, sample
from PIL import Image, ImageDraw

from limner.actions.facade import homography
from limner.actions.facade_wall import find_quad, find_wall, parse_quad
from limner.actions.materials import MATERIALS, drawn
from limner.errors import InvalidInput

ACTION = "swap-facade"
CORNERS = ((60, 70), (420, 30), (420, 290), (60, 260))
QUAD = "12.5 21.875, 87.5 9.375, 87.5 90.625, 12.5 81.25"
WINDOW = (200, 120, 260, 200)


def house():
    """Return a light wall in perspective with a window, its right half in shadow, before sky and ground."""
    picture = Image.new("RGB", (480, 320), (120, 165, 220))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 250, 480, 320), fill=(92, 96, 90))
    draw.polygon(CORNERS, fill=(212, 204, 186))
    shadow = Image.new("L", picture.size)
    ImageDraw.Draw(shadow).polygon(((300, 43), (420, 30), (420, 290), (300, 280)), fill=255)
    picture.paste(picture.point([level * 3 // 5 for level in range(256)] * 3), mask=shadow)
    draw.rectangle(WINDOW, fill=(36, 46, 58))
    return picture


def test_the_wall_is_found_within_three_percent():
    found = find_quad(find_wall(house(), None))
    assert found is not None
    for (x, y), (true_x, true_y) in zip(found, CORNERS, strict=True):
        assert abs(x - true_x / 480) < 0.03 and abs(y - true_y / 320) < 0.03


def test_four_pairs_of_points_map_onto_each_other():
    flat = [(0, 0), (300, 0), (300, 200), (0, 200)]
    a, b, c, d, e, f, g, h = homography(flat, list(CORNERS))
    for (x, y), wanted in zip(CORNERS, flat, strict=True):
        depth = g * x + h * y + 1
        assert ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth) == pytest.approx(wanted, abs=1e-6)


def test_the_wall_turns_to_brick_and_window_sky_and_ground_stay(tmp_path):
    before = np.asarray(house()).astype(int)
    after = run(tmp_path, ACTION, [house()], material="brick", quad=QUAD).pixels
    wall = after[120:200, 90:170].mean(axis=(0, 1))
    assert wall[0] > 1.5 * wall[2], "red"
    for kept in (np.s_[130:190, 210:250], np.s_[:20], np.s_[300:], np.s_[100:200, :50], np.s_[100:200, 430:]):
        assert np.abs(after[kept] - before[kept]).max() <= 2


def test_the_shadow_on_the_wall_stays(tmp_path):
    after = run(tmp_path, ACTION, [house()], material="concrete", quad=QUAD).pixels
    light, shadow = after[100:230, 90:190].mean(), after[100:230, 320:400].mean()
    assert 0.4 < shadow / light < 0.75  # 0.6 on the old wall


def test_openings_are_covered_when_asked(tmp_path):
    after = run(
        tmp_path, ACTION, [house()], material="plaster", quad=QUAD, keep_openings=False, tone="light"
    ).pixels
    before = np.asarray(house()).astype(int)
    assert (np.abs(after - before)[140:180, 220:240].max(axis=2) > 3).mean() > 0.5


def test_strength_zero_changes_no_pixel(tmp_path):
    made = run(tmp_path, ACTION, [house()], quad=QUAD, strength=0)
    assert (made.pixels == np.asarray(house())).all()


def test_without_corners_the_user_is_told_where_the_wall_was_taken_to_be(tmp_path):
    assert "the wall was taken to be at" in run(tmp_path, ACTION, [house()]).warnings[0]


@pytest.mark.parametrize("text", ["1 2, 3 4", "10 10, 90 10, 10 90, 90 90", "10 95, 88 90, 88 20, 10 12"])
def test_corners_that_are_no_wall_are_refused(text):
    with pytest.raises(InvalidInput, match=r"params\.quad"):
        parse_quad(text)


def test_corners_are_read_and_may_lie_outside():
    assert parse_quad("-10 0, 110 5; 100,90 / 0.5 100") == (
        (-0.1, 0.0),
        (1.1, 0.05),
        (1.0, 0.9),
        (0.005, 1.0),
    )
    assert parse_quad(" ") is None


@pytest.mark.parametrize("material", sorted(MATERIALS))
def test_every_material_is_its_own_at_any_size_and_equal_seeds_draw_equally(material):
    wall = drawn(material, (160, 120), 40.0, "natural", 3)
    assert wall.shape == (120, 160, 3) and wall.min() > 0 and wall.max() < 1
    assert (wall == drawn(material, (160, 120), 40.0, "natural", 3)).all()
    assert drawn(material, (160, 120), 40.0, "dark", 3).mean() < 0.7 * wall.mean()
    assert drawn(material, (8, 8), 1.0, "light", 0).shape == (8, 8, 3)


def test_bricks_lie_in_courses_of_75_millimetres():
    light = drawn("brick", (600, 600), 200.0, "natural", 0).mean(axis=(1, 2))
    spectrum = np.abs(np.fft.rfft(light - light.mean()))
    assert spectrum.argmax() == pytest.approx(600 / 200 / 0.075, abs=1)


def test_transparency_stays(tmp_path):
    picture = house().convert("RGBA")
    alpha = Image.linear_gradient("L").resize(picture.size)
    picture.putalpha(alpha)
    made = run(tmp_path, ACTION, [picture], quad=QUAD).image
    assert np.array_equal(np.asarray(made.getchannel("A")), np.asarray(alpha))


def sky():
    """Return a pale sky over dark land."""
    scene = Image.new("RGB", (480, 320), (214, 220, 226))
    ImageDraw.Draw(scene).rectangle((0, 150, 480, 320), fill=(40, 60, 30))
    return scene


@pytest.mark.parametrize("picture", [sky, lambda: Image.open(sample("coffee.png")).convert("RGB")])
def test_a_picture_without_a_wall_is_refused_rather_than_painted(tmp_path, picture):
    scene = picture()
    with pytest.raises(InvalidInput, match="no flat wall") as refused:
        run(tmp_path, ACTION, [scene])
    assert "corners" in str(refused.value.next_step)
    run(tmp_path, ACTION, [scene], quad=QUAD)
