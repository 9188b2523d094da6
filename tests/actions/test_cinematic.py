"""The film look: its frame, what each part of it does to known pictures, and that none of it is by chance."""

import numpy as np
import pytest
from layout_jobs import plain, run, sample
from PIL import Image

ACTION = "cinematic-image"


@pytest.mark.parametrize("size", [(512, 512), (451, 300), (1280, 300), (30, 500), (3, 2), (1, 1)])
def test_a_wide_frame_has_the_ratio_of_the_screen_to_the_pixel(tmp_path, size):
    width, height = run(tmp_path, ACTION, [plain("teal", size)]).image.size
    assert width == size[0] or height == size[1]
    assert abs(width - 2.39 * height) <= 2.39


def test_the_wide_frame_keeps_the_face(tmp_path):
    whole = np.asarray(Image.open(sample("astronaut.png")).convert("RGB")).astype(int)
    cut = run(tmp_path, ACTION, [sample("astronaut.png")], strength=0).pixels
    places = [
        top for top in range(whole.shape[0] - len(cut) + 1) if (whole[top : top + len(cut)] == cut).all()
    ]
    assert len(places) == 1, "not one pixel is changed or scaled"
    assert places[0] < 40 and places[0] + len(cut) > 190  # the face is between rows 40 and 190


def test_without_strength_and_cut_every_pixel_stays(tmp_path):
    source = np.asarray(Image.open(sample("coffee.png")).convert("RGB"))
    assert (
        run(tmp_path, ACTION, [sample("coffee.png")], strength=0, frame="original").pixels == source
    ).all()


def test_equal_seeds_give_equal_bytes_and_another_seed_other_grain(tmp_path):
    first, same, other = (
        run(tmp_path, ACTION, [sample("chelsea.png")], seed=seed).path.read_bytes() for seed in (3, 3, 4)
    )
    assert first == same != other


def test_shadows_turn_cool_and_lights_warm(tmp_path):
    ramp = np.tile(np.linspace(20, 235, 600).astype(np.uint8)[None, :, None], (300, 1, 3))
    made = run(tmp_path, ACTION, [Image.fromarray(ramp)], frame="original", strength=100).pixels
    dark, light = made[100:200, 90:130].mean(axis=(0, 1)), made[100:200, 430:480].mean(axis=(0, 1))
    assert dark[2] > dark[0] + 3
    assert light[0] > light[2] + 3


def test_bright_places_glow_red_into_the_dark(tmp_path):
    lamp = plain("black", (600, 600))
    lamp.paste("white", (280, 280, 320, 320))
    made = run(tmp_path, ACTION, [lamp], frame="original", strength=100).pixels
    near, far = made[270:276, 290:310].mean(axis=(0, 1)), made[60:90, 290:310].mean(axis=(0, 1))
    assert near[0] > far[0] + 20
    assert near[0] - far[0] > 2 * (near[2] - far[2])


def test_corners_are_darker_and_grain_is_laid(tmp_path):
    made = run(tmp_path, ACTION, [plain("#a0a0a0", (900, 900))], frame="original", strength=100).pixels
    middle, corner = made[400:500, 400:500], made[:40, :40]
    assert corner.mean() < middle.mean() - 20
    assert 1 < middle[..., 1].std() < 8


def test_transparency_is_kept(tmp_path):
    picture = Image.open(sample("astronaut.png")).convert("RGBA")
    alpha = Image.linear_gradient("L").resize(picture.size)
    picture.putalpha(alpha)
    made = run(tmp_path, ACTION, [picture], frame="original").image
    assert np.array_equal(np.asarray(made.getchannel("A")), np.asarray(alpha))


def test_a_cut_that_loses_the_subject_is_told(tmp_path):
    assert "frame original" in run(tmp_path, ACTION, [sample("astronaut.png")]).warnings[0]
