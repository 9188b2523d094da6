"""Texture matching: the surface is the texture's, the light the picture's, and the seams do not show."""

import numpy as np
import pytest
from layout_jobs import plain, run, sample
from PIL import Image

from limner.actions.quilting import OVERLAP, PATCH, STEP, quilted, sew

ACTION = "match-texture"


def stripes():
    """Return a texture of soft vertical stripes in two greens."""
    wave = 0.5 + 0.5 * np.sin(np.arange(160) * 2 * np.pi / 8)
    row = wave[:, None] * [40, 120, 60] + [20, 60, 30]
    return Image.fromarray(np.tile(row[None], (120, 1, 1)).astype(np.uint8))


def small(name):
    return Image.open(sample(name)).convert("RGB").resize((200, 150))


def test_patches_cover_all_and_each_is_the_textures_own():
    random = np.random.default_rng(0)
    texture = random.random((60, 70, 3), dtype=np.float32)
    patches = sew(texture, np.full((70, 90), 0.5, np.float32), seed=1)
    covered = np.zeros((70 + PATCH, 90 + PATCH))
    for patch in patches:
        (top, left), (row, column) = patch.place, patch.source
        assert 0 <= row <= 60 - PATCH and 0 <= column <= 70 - PATCH
        covered[top : top + PATCH, left : left + PATCH] += 1
    assert covered[:70, :90].min() >= 1
    assert len(patches) == -(-(70 - OVERLAP) // STEP) * -(-(90 - OVERLAP) // STEP)


def test_seams_are_no_rougher_than_the_texture():
    texture = Image.open(sample("chelsea.png")).convert("RGB").crop((120, 5, 330, 90))
    made = np.asarray(quilted(texture, np.full((120, 160), 0.5, np.float32), 1, 0)).astype(float)
    own = np.asarray(texture).astype(float)
    across, usual = np.abs(np.diff(made, axis=1)).mean(axis=(0, 2)), np.abs(np.diff(own, axis=1)).mean()
    assert across.max() < 2.2 * usual


def test_dark_places_get_dark_patches():
    texture = Image.fromarray(np.tile(np.linspace(20, 235, 200).astype(np.uint8)[None, :, None], (80, 1, 3)))
    tones = np.tile(np.linspace(0, 1, 160, dtype=np.float32), (90, 1))
    made = np.asarray(quilted(texture, tones, 1, 0)).astype(float)
    assert made[:, :40].mean() + 80 < made[:, -40:].mean()


def test_the_surface_is_the_textures_and_the_light_the_pictures(tmp_path):
    ramp = Image.fromarray(np.tile(np.linspace(60, 220, 240).astype(np.uint8)[None, :, None], (160, 1, 3)))
    made = run(tmp_path, ACTION, [ramp, stripes()], strength=100, scale=66).pixels
    assert made[..., 1].mean() > made[..., 0].mean() + 25, "green"
    assert np.abs(np.diff(made[..., 1], axis=1)).mean() > 4 * np.abs(np.diff(made[..., 1], axis=0)).mean()
    assert made[:, -60:].mean() > made[:, :60].mean() + 20


def test_without_strength_and_color_every_pixel_stays(tmp_path):
    source = small("astronaut.png")
    made = run(tmp_path, ACTION, [source, stripes()], strength=0, color=0)
    assert (made.pixels == np.asarray(source)).all()


@pytest.mark.parametrize("area", ["subject", "background"])
def test_only_the_area_changes(tmp_path, area):
    picture = plain("#9aa4b0", (240, 200))
    picture.paste("#b03020", (80, 60, 160, 140))
    made = run(tmp_path, ACTION, [picture, stripes()], strength=100, area=area).pixels
    changed = np.abs(made - np.asarray(picture).astype(int)).max(axis=2) > 12
    inner, outer = changed[80:120, 100:140].mean(), changed[:30].mean()
    assert (inner > 0.8 and outer < 0.05) if area == "subject" else (inner < 0.05 and outer > 0.8)


def test_seeds_decide_the_sewing(tmp_path):
    pictures = [small("coffee.png"), small("chelsea.png")]
    first, same, other = (run(tmp_path, ACTION, pictures, seed=seed).path.read_bytes() for seed in (1, 1, 2))
    assert first == same != other


def test_tiny_and_see_through_pictures_work(tmp_path):
    picture = plain("red", (7, 5)).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((7, 5)))
    made = run(tmp_path, ACTION, [picture, plain("teal", (3, 200))]).image
    assert made.size == (7, 5)
    assert np.array_equal(np.asarray(made.getchannel("A")), np.asarray(picture.getchannel("A")))


def test_on_a_plain_backing_only_the_thing_itself_is_covered(tmp_path):
    picture = plain("white", (240, 200))
    picture.paste(plain("#8a3020", (90, 90)), (70, 60))
    made = run(tmp_path, ACTION, [picture, stripes()], area="subject", strength=100).pixels
    outside = np.ones(made.shape[:2], bool)
    outside[54:156, 64:166] = False
    assert (made[outside] >= 250).all()
    inside = made[75:135, 85:145].reshape(-1, 3).mean(axis=0)
    assert inside[1] > inside[0] and inside[1] > inside[2], "green, as the texture"
