"""Studio pictures, mugshots, advertisements, product films, logos and books, measured in what they made."""

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw
from product_jobs import bottle, pixels, run_all, run_product, sample

from limner.actions.colour_spaces import contrast
from limner.actions.mugshot_head import find_head
from limner.actions.warp import warped

BROWN = np.array((150, 70, 30))


def share_near(image, color, within=30):
    return float((np.abs(pixels(image) - np.array(color)).max(axis=2) < within).mean())


def test_the_product_stands_upright_in_the_middle_with_its_shadow_and_reflection(tmp_path):
    made = run_product(tmp_path, "compose-studio-shot", [bottle()])
    assert made.image.size == (1600, 1600)
    is_product = np.abs(made.pixels - BROWN).max(axis=2) < 12
    ys, xs = np.nonzero(is_product)
    assert abs((xs.min() + xs.max()) / 2 - 800) < 4
    assert abs(ys.max() - 1600 * 0.815) < 6
    assert abs((ys.max() - ys.min()) / (xs.max() - xs.min()) - 2.5) < 0.05, "its own shape"
    below, far = made.pixels[ys.max() + 8, 790:810].mean(), made.pixels[ys.max() + 8, 60:100].mean()
    assert below < far - 40, "a shadow where it stands"
    mat = run_product(tmp_path, "compose-studio-shot", [bottle()], reflection=0)
    mirror = made.pixels[1420, 760:840].mean(axis=0) - mat.pixels[1420, 760:840].mean(axis=0)
    assert mirror[2] < mirror[0] < 3, "what is mirrored is as brown as the product"


@pytest.mark.parametrize(
    ("backdrop", "low", "high"), [("light", 190, 256), ("grey", 90, 190), ("dark", 8, 70)]
)
def test_backdrops_are_as_light_as_they_are_called_and_without_a_seam(tmp_path, backdrop, low, high):
    picture = run_product(tmp_path, "compose-studio-shot", [bottle()], backdrop=backdrop).pixels
    column = picture[:, 40:60].mean(axis=(1, 2))
    assert low < column.mean() < high
    assert np.abs(np.diff(np.convolve(column, np.ones(9) / 9, "valid"))).max() < 2.5


def test_a_head_is_found_where_the_face_is(tmp_path):
    person = run_product(tmp_path, "cut-out", [sample("astronaut.png")])
    left, top, right, bottom = find_head(person.image)
    # The face as marked by hand: eyes at (205, 112) and (243, 112), chin at y 172.
    assert left < 205 and right > 243 and 150 < bottom < 200 and top < 60
    assert 190 < (left + right) / 2 < 255


def test_a_mugshot_has_the_head_in_its_place_the_chart_and_the_placard(tmp_path):
    shot = run_product(tmp_path, "compose-mugshot", [sample("astronaut.png")], placard="JANE\n0417")
    assert shot.image.size == (1200, 1500)
    bare = run_product(tmp_path, "compose-mugshot", [sample("astronaut.png")], placard="")
    changed = np.abs(shot.pixels - bare.pixels).max(axis=2) > 24
    ys, xs = np.nonzero(changed)
    assert ys.min() > 900 and abs((xs.min() + xs.max()) / 2 - 600) < 20
    board = shot.pixels[ys.min() + 30 : ys.max() - 60, 300:900]
    assert (board < 50).all(axis=2).mean() > 0.4 and (board > 200).all(axis=2).mean() > 0.03
    lines = bare.pixels[:, 400:440].mean(axis=(1, 2))
    assert (np.diff(lines) < -20).sum() >= 3, "the chart's lines"
    skin = bare.pixels[480:680, 520:680].reshape(-1, 3).mean(axis=0)
    assert skin[0] > skin[1] > skin[2], "the face is in the middle"


def test_a_mugshot_without_flash_keeps_the_portraits_colours(tmp_path):
    plain = run_product(tmp_path, "compose-mugshot", [bottle()], strength=0, placard="")
    assert share_near(plain.image, BROWN, 6) > 0.05
    mono = run_product(tmp_path, "compose-mugshot", [bottle()], color="mono", placard="").pixels
    assert np.ptp(mono, axis=2).max() < 8


@pytest.mark.parametrize(("ratio", "size"), [("4:5", (1080, 1350)), ("16:9", (1920, 1080))])
def test_four_ads_of_one_size_show_the_product_and_differ(tmp_path, ratio, size):
    ads = run_all(tmp_path, "compose-ads", [bottle()], headline="Slow mornings", aspect_ratio=ratio)
    assert [ad.image.size for ad in ads] == [size] * 4
    assert all(share_near(ad.image, BROWN, 12) > 0.02 for ad in ads)
    small = [np.asarray(ad.image.convert("RGB").resize((32, 32))).astype(int) for ad in ads]
    for number, first in enumerate(small):
        assert all(np.abs(first - second).mean() > 8 for second in small[number + 1 :])


def test_ads_are_in_the_brands_own_colours(tmp_path):
    kit = {"paper": "#14122b", "primary": "#ff4f79", "ink": "#f6f3ff", "accent": "#ffd23f"}
    ads = run_all(tmp_path, "compose-ads", [bottle()], headline="Hot until midnight", **kit)
    fields, large, close = (ad.image for ad in ads[1:])
    assert share_near(fields, (0xFF, 0x4F, 0x79), 2) > 0.25
    assert share_near(fields, (0x14, 0x12, 0x2B), 2) > 0.25
    assert share_near(large, (0xFF, 0xD2, 0x3F), 2) > 0.035
    assert share_near(close, (0xFF, 0xD2, 0x3F), 2) > 0.08


def test_type_reads_on_its_ground_even_where_the_palette_does_not(tmp_path):
    ads = run_all(
        tmp_path, "compose-ads", [bottle()], headline="Soft", paper="#808080", ink="#8a8a8a", primary="#7c7c7c",
        accent="#868686",
    )  # fmt: skip
    assert "params.ink" in ads[0].warnings[0]
    head = ads[3].pixels[190:330, 80:400].reshape(-1, 3)
    darkest, ground = head[head.sum(axis=1).argmin()], np.median(head, axis=0)
    lightest = head[head.sum(axis=1).argmax()]
    best = max(contrast(tuple(map(int, ground)), tuple(map(int, each))) for each in (darkest, lightest))
    assert best >= 4.5


def test_a_headline_stays_on_the_page_however_long(tmp_path):
    ads = run_all(
        tmp_path, "compose-ads", [bottle()], headline="Unbelievably extraordinary everyday things " * 2
    )
    for ad in ads[1:3]:
        rim = np.concatenate([ad.pixels[:, :20], ad.pixels[:, -20:]], axis=1)
        assert (np.abs(np.diff(rim, axis=1)).max(axis=2) > 40).sum() == 0


def test_a_logo_takes_the_place_of_the_name(tmp_path):
    logo = Image.new("RGBA", (300, 100), (255, 0, 255, 255))
    logo.putalpha(Image.new("L", logo.size, 255))
    logo.putpixel((0, 0), (0, 0, 0, 0))
    ads = run_all(tmp_path, "compose-ads", [bottle(), logo], headline="Hello", paper="#ffffff", ink="#000000")
    assert share_near(ads[3].image, (255, 0, 255), 8) > 0.001


def frames_at(path, *numbers):
    """Return how many frames a film has, and those of `numbers`: all of them would fill gigabytes."""
    with av.open(str(path)) as film:
        frames = list(film.decode(video=0))
        return len(frames), [frames[number].to_ndarray(format="rgb24").astype(int) for number in numbers]


def test_a_floating_product_comes_back_to_where_it_began_and_moves_evenly(tmp_path):
    film = run_product(tmp_path, "animate-product", [bottle(size=(60, 150))], shine=0)
    count, frames = frames_at(film.path, 0, 1, 149, *range(5, 150, 5))
    first, second, last, *later = frames
    assert count == 150 and first.shape == (1080, 1080, 3)
    step = np.abs(second - first).mean()
    assert np.abs(last - first).mean() < 2.5 * step + 0.3, "the loop closes"
    assert np.abs(later[14] - first).mean() > 3 * step
    feet = []
    for frame in (first, *later):
        ys, _ = np.nonzero(np.abs(frame - BROWN).max(axis=2) < 45)
        feet.append(float(np.percentile(ys, 99)))
    jumps = np.diff(feet)
    assert np.ptp(feet) > 8 and np.abs(jumps).max() < 6
    assert (np.diff(np.sign(jumps[np.abs(jumps) > 1])) != 0).sum() <= 2, "up once and down once"


def test_the_camera_comes_closer_and_rests_and_light_passes(tmp_path):
    film = run_product(
        tmp_path, "animate-product", [bottle(size=(60, 150))], move="camera", aspect_ratio="16:9"
    )
    count, (first, before_last, last) = frames_at(film.path, 0, 148, 149)
    assert count == 150 and first.shape == (1080, 1920, 3)
    areas = [int((np.abs(frame - BROWN).max(axis=2) < 45).sum()) for frame in (first, last)]
    assert areas[1] > 1.4 * areas[0]
    assert np.abs(last - before_last).mean() < 0.5


def letter():
    """Return a logo on nothing: a ring with a bar, blue."""
    logo = Image.new("RGBA", (400, 400))
    draw = ImageDraw.Draw(logo)
    draw.ellipse((40, 40, 360, 360), fill=(29, 92, 170, 255))
    draw.ellipse((120, 120, 280, 280), fill=(0, 0, 0, 0))
    return logo


@pytest.mark.parametrize("style", ["neon", "emboss", "chrome", "paper", "halftone"])
def test_every_style_shows_the_logos_shape(tmp_path, style):
    made = run_product(tmp_path, "style-logo", [letter()], style=style)
    assert made.image.size == (1200, 1200)
    light = made.pixels.sum(axis=2).astype(float)
    on_ring, in_middle, aside = light[600, 260:400], light[560:640, 560:640], light[560:640, 40:120]
    across = light[596:604, 200:420].mean(axis=0)
    assert np.ptp(np.convolve(across, np.ones(5) / 5, "valid")) > 40, "an edge can be seen"
    assert abs(in_middle.mean() - aside.mean()) < 0.35 * max(on_ring.max(), aside.mean()), (
        "the counter is open"
    )


def test_a_logo_on_a_plain_ground_is_the_same_as_on_nothing(tmp_path):
    opaque = Image.new("RGB", (400, 400), "white")
    opaque.paste(letter(), (0, 0), letter())
    first = run_product(tmp_path, "style-logo", [opaque], style="paper").pixels
    second = run_product(tmp_path, "style-logo", [letter()], style="paper").pixels
    assert np.abs(first - second).mean() < 2.5


def test_neon_glows_in_the_colour_asked_for(tmp_path):
    glow = run_product(tmp_path, "style-logo", [letter()], color="#ff2010").pixels
    strongest = glow[glow.max(axis=2) > 200].mean(axis=0)
    assert strongest[0] > strongest[1] + 30 and strongest[0] > strongest[2] + 30


def cover(color, size=(400, 600)):
    image = Image.new("RGB", size, color)
    ImageDraw.Draw(image).rectangle((100, 100, 300, 200), fill=(250, 250, 250))
    return image


def test_a_book_shows_its_front_and_its_back_mirrored_about_the_spine(tmp_path):
    front, back = run_all(
        tmp_path, "compose-book", [cover((20, 90, 40)), cover((120, 30, 30))], spine="Title · Author"
    )
    assert front.image.size == back.image.size == (1600, 1600)
    green = front.pixels[..., 1] > front.pixels[..., 0] + 25
    red = back.pixels[..., 0] > back.pixels[..., 1] + 60
    assert 0.1 < green.mean() < 0.4 and 0.05 < red.mean() < 0.4
    left = np.nonzero(green.any(axis=0))[0].min()
    near = np.nonzero(green[:, left + 120])[0]
    far = np.nonzero(green[:, np.nonzero(green.any(axis=0))[0].max() - 10])[0]
    assert np.ptp(near) > 1.04 * np.ptp(far), "what is farther is smaller"


def test_a_book_without_a_back_takes_the_colour_of_its_front(tmp_path):
    _, back = run_all(tmp_path, "compose-book", [cover((20, 90, 40))])
    assert share_near(back.image, (20, 88, 39), 16) > 0.1


def test_a_picture_laid_on_its_own_corners_is_unchanged():
    with Image.open(sample("chelsea.png")) as picture:
        given = picture.convert("RGBA")
    width, height = given.size
    seen, place = warped(given, ((0, 0), (width, 0), (width, height), (0, height)))
    same = seen.crop((-place[0], -place[1], width - place[0], height - place[1]))
    inner = (slice(2, -2), slice(2, -2))
    assert np.abs(pixels(same)[inner] - pixels(given)[inner]).max() <= 1


@pytest.mark.parametrize(
    "action_id", ["compose-studio-shot", "compose-mugshot", "style-logo", "compose-ads", "compose-book"]
)
def test_equal_pictures_give_equal_bytes(tmp_path, action_id):
    given = [sample("coffee.png")] if action_id == "compose-book" else [bottle()]
    params = {"headline": "Hello"} if action_id == "compose-ads" else {}
    first = [made.path.read_bytes() for made in run_all(tmp_path, action_id, given, **params)]
    assert [made.path.read_bytes() for made in run_all(tmp_path, action_id, given, **params)] == first


def test_what_is_no_portrait_is_not_cut_to_pieces_but_used_whole_and_the_user_is_told(tmp_path):
    shot = run_product(tmp_path, "compose-mugshot", [sample("chelsea.png")], placard="", strength=0)
    assert shot.image.size == (1200, 1500)
    assert any("used with what is behind" in each for each in shot.warnings)
    with Image.open(sample("chelsea.png")) as photo:
        cat = np.asarray(photo.convert("RGB").resize((64, 64)).convert("L")).astype(float)
    inside = np.asarray(shot.image.convert("L").resize((64, 80)))[:64].astype(float)
    assert inside.std() > 0.5 * cat.std() and inside.mean() > 60
