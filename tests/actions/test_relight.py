"""Relighting: the lit side, the colour of the light, what stays, and that nothing clips or breaks."""

import numpy as np
import pytest
from layout_jobs import plain, run, sample
from PIL import Image, ImageDraw

ACTION = "relight-image"


def ball():
    """Return a grey ball before a darker wall."""
    picture = Image.new("RGB", (300, 300), "#5a5a60")
    ImageDraw.Draw(picture).ellipse((75, 75, 225, 225), fill="#b08060")
    return picture


def luma(pixels):
    return pixels @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(
    ("direction", "bright", "dark"),
    [
        ("left", np.s_[120:180, 82:100], np.s_[120:180, 200:218]),
        ("right", np.s_[120:180, 200:218], np.s_[120:180, 82:100]),
        ("top", np.s_[82:100, 120:180], np.s_[200:218, 120:180]),
        ("bottom", np.s_[200:218, 120:180], np.s_[82:100, 120:180]),
    ],
)
def test_a_ball_is_bright_where_the_light_comes_from(tmp_path, direction, bright, dark):
    made = luma(run(tmp_path, ACTION, [ball()], direction=direction, light="neutral").pixels)
    assert made[bright].mean() > made[dark].mean() + 35


def test_light_and_shadow_take_opposite_tints(tmp_path):
    grey = plain("#808080", (300, 200))
    made = run(tmp_path, ACTION, [grey], direction="left", light="warm", strength=100).pixels
    near, far = made[90:110, 5:25].mean(axis=(0, 1)), made[90:110, 275:295].mean(axis=(0, 1))
    assert near[0] - near[2] > far[0] - far[2] + 10
    cool = run(tmp_path, ACTION, [grey], light="cool", strength=100).pixels
    assert cool[..., 2].mean() > cool[..., 0].mean() + 10


def test_the_mean_light_stays_but_for_moonlight(tmp_path):
    def mean_light(pixels):
        unit = pixels / 255
        return luma(np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)).mean()

    before = mean_light(np.asarray(ball()).astype(float))
    assert mean_light(run(tmp_path, ACTION, [ball()]).pixels) == pytest.approx(before, rel=0.15)
    assert mean_light(run(tmp_path, ACTION, [ball()], light="moonlight").pixels) < 0.5 * before


def test_no_strength_changes_no_pixel_and_more_changes_more(tmp_path):
    source = np.asarray(Image.open(sample("chelsea.png")).convert("RGB")).astype(int)
    changes = [
        np.abs(run(tmp_path, ACTION, [sample("chelsea.png")], strength=strength).pixels - source).mean()
        for strength in (0, 30, 100)
    ]
    assert changes[0] == 0
    assert changes[0] < changes[1] < changes[2]


def test_highlights_bend_and_do_not_clip(tmp_path):
    ramp = np.tile(np.linspace(0, 250, 400).astype(np.uint8)[None, :, None], (200, 1, 3))
    made = run(
        tmp_path, ACTION, [Image.fromarray(ramp)], direction="right", light="golden", strength=100
    ).pixels
    assert (made == 255).mean() < 0.1
    assert np.diff(luma(made[100])).min() > -3


def test_transparency_stays_and_tiny_pictures_work(tmp_path):
    picture = Image.open(sample("astronaut.png")).convert("RGBA").resize((200, 200))
    alpha = Image.linear_gradient("L").resize(picture.size)
    picture.putalpha(alpha)
    made = run(tmp_path, ACTION, [picture]).image
    assert np.array_equal(np.asarray(made.getchannel("A")), np.asarray(alpha))
    assert run(tmp_path, ACTION, [plain("red", (9, 7))], direction="front").image.size == (9, 7)


def test_equal_calls_give_equal_bytes(tmp_path):
    first = run(tmp_path, ACTION, [ball()]).path.read_bytes()
    assert run(tmp_path, ACTION, [ball()]).path.read_bytes() == first
