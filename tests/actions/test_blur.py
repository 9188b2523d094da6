"""Eight kinds of blur, each against what it should be, and the blurred background."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from limner.actions.blur import blur, blur_image
from limner.actions.blur_background import blur_background, defocus, parse_focus
from limner.actions.blur_kernels import aperture_kernel, convolve, gaussian_taps, smooth
from limner.actions.blur_paths import FULL_SPIN, FULL_ZOOM
from limner.actions.colour_spaces import bytes_to_linear, linear_to_bytes
from limner.actions.job import Given, Job
from limner.actions.specs.blur import BLUR
from limner.actions.stills import open_image
from limner.actions.subject import find_subject, follow_edges
from limner.errors import InvalidInput
from limner.types import Kind, Limits

SAMPLES = Path(__file__).parents[2] / "src" / "limner" / "library" / "samples"
DEFAULTS = BLUR[0].defaults()
KINDS = BLUR[0].params["blur_type"]["enum"]


def photo(name: str = "coffee", size: tuple[int, int] = (240, 160)) -> Image.Image:
    return Image.open(SAMPLES / f"{name}.png").convert("RGB").resize(size)


def blurred(image: Image.Image, **params: Any) -> Image.Image:
    return blur(image, {**DEFAULTS, **params})


def detail(image: Image.Image) -> float:
    """The mean step between neighbours."""
    return float(np.abs(np.diff(np.asarray(image.convert("L"), float), axis=1)).mean())


def plain_convolution(field: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The definition: the sum of shifted copies, edges continued."""
    reach = kernel.shape[0] // 2
    padded = np.pad(field.astype(float), [(reach, reach), (reach, reach), (0, 0)], mode="edge")
    total = np.zeros(field.shape)
    for y, x in np.ndindex(kernel.shape):
        flipped = kernel[kernel.shape[0] - 1 - y, kernel.shape[1] - 1 - x]
        total += flipped * padded[y : y + field.shape[0], x : x + field.shape[1]]
    return total


def sampled(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The field between its pixels, by lines between the four around a place; edges continued."""
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right_part, lower_part = (x - left)[..., None], (y - top)[..., None]

    def at(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return field[np.clip(rows, 0, field.shape[0] - 1), np.clip(columns, 0, field.shape[1] - 1)]

    upper = at(top, left) * (1 - right_part) + at(top, left + 1) * right_part
    lower = at(top + 1, left) * (1 - right_part) + at(top + 1, left + 1) * right_part
    return upper * (1 - lower_part) + lower * lower_part


@pytest.mark.parametrize("size", [(700, 650), (31, 90), (5, 3), (1, 1)])
def test_convolution_in_tiles_equals_its_definition(size: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    field = random.random((*size, 2), dtype=np.float32)
    kernel = random.random((9, 9), dtype=np.float32)
    assert np.abs(convolve(field, kernel) - plain_convolution(field, kernel)).max() < 1e-4


def test_a_gaussian_equals_the_reference_convolution() -> None:
    image, sigma = photo(), 5.0
    taps = gaussian_taps(sigma)
    expected = plain_convolution(np.asarray(image), taps[:, None] * taps[None])
    result = np.asarray(blurred(image, radius=sigma), float)
    apart = np.abs(result - expected)
    assert apart.mean() < 0.8
    assert apart[16:-16, 16:-16].max() < 5


def test_a_box_is_the_mean_of_a_square() -> None:
    image = photo()
    expected = plain_convolution(np.asarray(image), np.full((7, 7), 1 / 49))
    result = np.asarray(blurred(image, blur_type="box", radius=3), float)
    assert np.abs(result - expected).max() <= 1.5


def test_a_lens_blur_is_a_convolution_in_linear_light_where_nothing_is_bright() -> None:
    dark = photo().point(lambda value: value // 3)
    kernel = aperture_kernel(6.0, "circle")
    expected = linear_to_bytes(
        plain_convolution(bytes_to_linear(np.asarray(dark)), kernel).astype(np.float32)
    )
    result = np.asarray(blurred(dark, blur_type="bokeh", radius=6), int)
    assert np.abs(result - expected).max() <= 1


@pytest.mark.parametrize(("shape", "corners"), [("circle", 0), ("hexagon", 6), ("pentagon", 5)])
def test_a_point_of_light_takes_the_shape_of_the_aperture(shape: str, corners: int) -> None:
    night = Image.new("RGB", (121, 121))
    night.paste((255, 255, 255), (59, 59, 62, 62))
    disc = np.asarray(blurred(night, blur_type="bokeh", radius=20, bokeh_shape=shape).convert("L"), float)
    lit = disc > disc.max() / 2
    radius = {0: 20.0, 6: 20.35, 5: 20.35}[corners]
    area = np.pi * radius**2 if not corners else corners / 2 * radius**2 * np.sin(2 * np.pi / corners)
    assert lit.sum() == pytest.approx(area, rel=0.2)
    assert disc[60, 60] > 0
    assert disc[5, 5] == 0


def test_highlights_weigh_more_than_in_a_mean() -> None:
    lights = Image.new("RGB", (101, 101), (60, 60, 60))
    lights.paste((255, 255, 255), (49, 49, 52, 52))
    lens = blurred(lights, blur_type="bokeh", radius=8).getpixel((50, 50))
    box = blurred(lights, blur_type="box", radius=8).getpixel((50, 50))
    assert lens[0] > box[0] + 40


@pytest.mark.parametrize("angle", [0, 30, 90, 135, -45, 360])
def test_motion_streaks_along_its_clockwise_angle(angle: float) -> None:
    dot = Image.new("RGB", (81, 81))
    dot.paste((255, 255, 255), (39, 39, 42, 42))
    streak = np.asarray(blurred(dot, blur_type="motion", radius=25, angle=angle).convert("L"), float)
    y, x = np.nonzero(streak > streak.max() / 3)
    points = np.stack([x - x.mean(), y - y.mean()])
    values, vectors = np.linalg.eigh(np.cov(points))
    direction = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])) % 180
    assert min(abs(direction - angle % 180), 180 - abs(direction - angle % 180)) < 3
    assert np.hypot(*points).max() > 20
    assert values[0] < 3


@pytest.mark.parametrize("angle", [0, 20, -45, 90, 115, 200])
@pytest.mark.parametrize("radius", [4, 14.3])
def test_motion_is_the_mean_along_a_line_in_linear_light(angle: float, radius: float) -> None:
    image = photo().filter(ImageFilter.GaussianBlur(1))
    light, turn = bytes_to_linear(np.asarray(image)), np.radians(angle)
    steps = radius * (np.arange(-63, 64, 2) / 64)  # the middles of 64 parts
    y, x = np.indices(light.shape[:2])
    samples = (sampled(light, x + step * np.cos(turn), y + step * np.sin(turn)) for step in steps)
    expected = linear_to_bytes((sum(samples) / len(steps)).astype(np.float32))
    apart = np.abs(np.asarray(blurred(image, blur_type="motion", radius=radius, angle=angle), int) - expected)
    assert apart.mean() < 0.6
    assert apart.max() <= 12


@pytest.mark.parametrize("angle", [0, 30])
def test_motion_lends_no_colour_of_what_is_see_through(angle: float) -> None:
    pixels = np.zeros((40, 60, 4), np.uint8)
    pixels[:, :30] = (200, 100, 50, 255)
    pixels[:, 30:, 1] = 255
    streaked = np.asarray(blurred(Image.fromarray(pixels), blur_type="motion", radius=10, angle=angle), int)
    seen = streaked[streaked[..., 3] > 8]
    assert np.abs(seen[:, :3] - (200, 100, 50)).max() <= 2
    assert streaked[20, 5, 3] == 255
    assert streaked[20, 30, 3] == pytest.approx(128, abs=8)


@pytest.mark.parametrize("mode", ["zoom", "spin"])
@pytest.mark.parametrize("strength", [40, 80])
def test_radial_is_the_mean_along_the_camera_s_way(mode: str, strength: float) -> None:
    image = photo().filter(ImageFilter.GaussianBlur(1))
    pixels = np.asarray(image, float)
    height, width = pixels.shape[:2]
    y, x = np.indices((height, width))
    x, y = x + 0.5 - width / 2, y + 0.5 - height / 2
    total, steps = np.zeros(pixels.shape), (np.arange(128) + 0.5) / 128 * strength / 100
    for step in steps:
        scale, turn = (
            ((1 - FULL_ZOOM) ** step, 0.0) if mode == "zoom" else (1.0, np.radians(FULL_SPIN) * step)
        )
        if mode == "spin":
            turn -= np.radians(FULL_SPIN) * strength / 200
        across = scale * (x * np.cos(turn) + y * np.sin(turn)) + width / 2 - 0.5
        down = scale * (y * np.cos(turn) - x * np.sin(turn)) + height / 2 - 0.5
        total += sampled(pixels, across, down)
    made = np.asarray(blurred(image, blur_type="radial", radial_mode=mode, radial_strength=strength), float)
    apart = np.abs(made - total / len(steps))
    assert apart.mean() < 1.5  # the action takes 2 ** n steps, which end one step before the way does
    assert apart.max() <= 16


def test_kernels_keep_the_sum_of_light() -> None:
    for kernel in (aperture_kernel(4.2, "pentagon"), aperture_kernel(0.4, "circle")):
        assert float(kernel.sum()) == pytest.approx(1, abs=1e-5)
        assert kernel.shape[0] % 2 == 1


def test_zoom_streaks_towards_the_centre_and_leaves_it_sharp() -> None:
    checks = Image.fromarray((np.indices((200, 200)).sum(axis=0) // 10 % 2 * 255).astype(np.uint8)).convert(
        "RGB"
    )
    zoomed = blurred(checks, blur_type="radial", radial_strength=40)
    assert detail(zoomed.crop((90, 90, 110, 110))) > 3 * detail(zoomed.crop((0, 0, 20, 20)))


def test_spin_turns_around_the_centre() -> None:
    rings = Image.new("L", (201, 201))
    draw = ImageDraw.Draw(rings)
    for radius, level in ((90, 255), (60, 0), (30, 255)):
        draw.ellipse((100 - radius, 100 - radius, 100 + radius, 100 + radius), fill=level)
    spokes = Image.new("L", (201, 201))
    ImageDraw.Draw(spokes).rectangle((98, 0, 103, 90), fill=255)
    spin = {"blur_type": "radial", "radial_mode": "spin", "radial_strength": 60}
    still = np.asarray(blurred(rings.convert("RGB"), **spin), float)[..., 0]
    assert np.abs(still - np.asarray(rings, float)).mean() < 8
    turned = np.asarray(blurred(spokes.convert("RGB"), **spin), float)[..., 0]
    assert turned.max(axis=1)[10] < 120
    columns = (turned[20] * np.arange(201)).sum() / turned[20].sum()
    assert columns == pytest.approx(100.5, abs=2)


def test_spin_has_no_dark_corners() -> None:
    white = Image.new("RGB", (160, 90), "white")
    spun = blurred(white, blur_type="radial", radial_mode="spin", radial_strength=100)
    assert np.asarray(spun).min() == 255


def test_bilateral_smooths_noise_and_keeps_the_edge() -> None:
    random = np.random.default_rng(0)
    step = np.where(np.arange(120) < 60, 60.0, 190.0)[None, :, None].repeat(120, 0).repeat(3, 2)
    noisy = Image.fromarray(np.clip(step + random.normal(0, 8, step.shape), 0, 255).astype(np.uint8))
    kept = np.asarray(blurred(noisy, blur_type="bilateral", radius=5), float)
    soft = np.asarray(blurred(noisy, radius=5), float)
    assert kept[:, 5:50].std() < 3
    assert np.abs(kept - step)[:, 56:64].mean() < 6
    assert np.abs(soft - step)[:, 56:64].mean() > 20


def test_tilt_shift_is_sharp_in_its_band_and_soft_away_from_it() -> None:
    image = photo(size=(300, 300))
    result = blurred(image, blur_type="tiltshift", radius=8, tilt_center=50, tilt_width=20)
    assert np.array_equal(np.asarray(result)[125:175], np.asarray(image)[125:175])
    assert detail(result.crop((0, 0, 300, 30))) < 0.5 * detail(image.crop((0, 0, 300, 30)))
    upright = blurred(
        image, blur_type="tiltshift", radius=8, tilt_orientation="vertical", tilt_center=20, tilt_width=10
    )
    assert np.array_equal(np.asarray(upright)[:, 50:70], np.asarray(image)[:, 50:70])
    assert detail(upright.crop((270, 0, 300, 300))) < 0.5 * detail(image.crop((270, 0, 300, 300)))


@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
def test_tilt_shift_is_a_gaussian_where_it_is_strongest(orientation: str) -> None:
    image, sigma = photo(size=(300, 300)), 8.0
    made = np.asarray(
        blurred(
            image,
            blur_type="tiltshift",
            radius=sigma,
            tilt_center=0,
            tilt_width=10,
            tilt_orientation=orientation,
        ),
        float,
    )
    apart = np.abs(made - smooth(np.asarray(image).astype(np.float32), sigma))
    strongest = apart[120:275, 25:275] if orientation == "horizontal" else apart[25:275, 120:275]
    assert strongest.mean() < 0.8
    assert strongest.max() < 5


def test_only_the_target_colour_is_blurred_or_all_but_it() -> None:
    noise = np.random.default_rng(0).integers(0, 20, (80, 160, 3))
    pixels = np.zeros((80, 160, 3), int)
    pixels[:, :80], pixels[:, 80:] = (10, 170, 60), (180, 40, 30)
    image = Image.fromarray((pixels + noise).astype(np.uint8))
    chosen = {"blur_type": "targetcolor", "radius": 6, "target_color": "#14b446", "target_tolerance": 25}
    result = np.asarray(blurred(image, **chosen), int)
    assert np.array_equal(result[:, 90:], np.asarray(image)[:, 90:])
    assert result[:, :70].std(axis=(0, 1)).max() < 2
    assert np.abs(result[:, 70:76].mean(axis=(0, 1)) - result[:, :20].mean(axis=(0, 1))).max() < 3
    others = np.asarray(blurred(image, **chosen, target_invert=True), int)
    assert np.array_equal(others[:, :70], np.asarray(image)[:, :70])
    assert others[:, 90:].std(axis=(0, 1)).max() < 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_softens_a_photo_and_with_radius_zero_changes_nothing(kind: str, tmp_path: Path) -> None:
    image = photo()
    wood = {"target_color": "#a0522d", "target_tolerance": 60}
    assert detail(blurred(image, blur_type=kind, radius=8, **wood)) < 0.95 * detail(image)
    source = tmp_path / "in.jpg"
    image.save(source)
    result = run(blur_image, source, tmp_path, {**DEFAULTS, "blur_type": kind, "radius": 0})
    assert np.array_equal(np.asarray(Image.open(result)), np.asarray(open_image(source, Limits())))


@pytest.mark.parametrize("kind", KINDS)
def test_transparent_pixels_lend_no_colour(kind: str) -> None:
    picture = Image.new("RGBA", (60, 60), (255, 0, 255, 0))
    picture.paste((20, 160, 60, 255), (20, 20, 40, 40))
    result = np.asarray(blurred(picture, blur_type=kind, radius=5, target_color="#14a03c"), int)
    seen = result[..., 3] > 24
    assert seen.any()
    assert np.abs(result[seen][:, :3] - (20, 160, 60)).max() <= 12


@pytest.mark.parametrize("kind", KINDS)
def test_a_flat_picture_stays_flat_to_its_edges(kind: str) -> None:
    flat = Image.new("RGB", (50, 34), (130, 90, 40))
    result = np.asarray(blurred(flat, blur_type=kind, radius=30), int)
    assert np.abs(result - (130, 90, 40)).max() <= 1


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    radius=st.floats(0, 200, allow_nan=False),
    alpha=st.booleans(),
)
def test_any_size_and_radius_keeps_size_and_mode(
    kind: str, width: int, height: int, radius: float, alpha: bool
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 4 if alpha else 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    result = blurred(image, blur_type=kind, radius=radius)
    assert (result.size, result.mode) == (image.size, image.mode)


def test_a_bad_target_colour_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"params\.target_color: 'greenish' is not a colour"):
        blurred(photo(), blur_type="targetcolor", target_color="greenish")


def test_the_subject_of_a_portrait_and_of_a_still_life_is_found() -> None:
    portrait = find_subject(photo("astronaut", (400, 400)))
    side = portrait.shape[0]
    for x, y in ((0.45, 0.2), (0.45, 0.7), (0.3, 0.8)):  # face, chest, sleeve
        assert portrait[int(y * side), int(x * side)] > 0.7
    for x, y in ((0.7, 0.2), (0.02, 0.1), (0.97, 0.3)):  # wall, flag, wall
        assert portrait[int(y * side), int(x * side)] < 0.3
    cup = find_subject(photo("coffee", (600, 400)))
    height, width = cup.shape
    assert cup[height // 2, width // 2] > 0.7
    assert max(cup[5, 5], cup[5, width - 5], cup[height - 5, width - 5]) < 0.3


def test_focus_names_the_subject_among_two() -> None:
    pair = Image.new("RGB", (200, 100), (120, 130, 140))
    draw = ImageDraw.Draw(pair)
    draw.ellipse((25, 25, 75, 75), fill=(220, 60, 30))
    draw.ellipse((125, 25, 175, 75), fill=(30, 160, 60))
    left, right = find_subject(pair, parse_focus("left")), find_subject(pair, parse_focus("75% 50%"))
    assert left[50, 50] > 0.8 > 0.2 > left[50, 150]
    assert right[50, 150] > 0.8 > 0.2 > right[50, 50]


def test_the_subject_stays_exact_and_the_background_loses_detail(without_extra: None) -> None:
    image = photo("astronaut", (512, 512))
    subject = find_subject(image)
    mask = np.asarray(follow_edges(image, subject))
    result = np.asarray(defocus(image, subject, 0.6), int)
    kept, behind = mask == 255, mask == 0
    assert np.array_equal(result[kept], np.asarray(image)[kept])
    steps = (
        np.abs(np.diff(result, axis=1)).sum(axis=2),
        np.abs(np.diff(np.asarray(image, int), axis=1)).sum(axis=2),
    )
    both = behind[:, 1:] & behind[:, :-1]
    assert steps[0][both].mean() < 0.4 * steps[1][both].mean()


def test_the_background_shows_no_glow_of_the_subject() -> None:
    scene = Image.new("RGB", (300, 200), (40, 60, 90))
    ImageDraw.Draw(scene).rectangle((100, 60, 200, 199), fill=(250, 120, 20))
    subject = np.zeros((200, 300), np.float32)
    subject[60:, 100:201] = 1
    result = np.asarray(defocus(scene, subject, 1.0), int)
    outside = np.concatenate([result[:, :96].reshape(-1, 3), result[:, 205:].reshape(-1, 3)])
    assert np.abs(outside - (40, 60, 90)).max() <= 2


def test_amount_zero_changes_nothing_and_a_bad_focus_is_named(tmp_path: Path) -> None:
    params = BLUR[1].defaults()
    result = run(blur_background, SAMPLES / "coffee.png", tmp_path, {**params, "amount": 0})
    assert np.array_equal(np.asarray(Image.open(result)), np.asarray(Image.open(SAMPLES / "coffee.png")))
    with pytest.raises(InvalidInput, match=r"params\.focus: 'behind' is not a place"):
        run(blur_background, SAMPLES / "coffee.png", tmp_path, {**params, "focus": "behind"})


def test_a_cut_out_keeps_its_transparency() -> None:
    image = photo("chelsea").convert("RGBA")
    alpha = np.linspace(0, 255, 240).astype(np.uint8)[None].repeat(160, 0)
    image.putalpha(Image.fromarray(alpha))
    assert np.array_equal(np.asarray(defocus(image, find_subject(image), 0.5))[..., 3], alpha)


@settings(max_examples=15, deadline=None)
@given(width=st.integers(1, 60), height=st.integers(1, 60), flat=st.booleans())
def test_a_subject_is_looked_for_in_any_picture(width: int, height: int, flat: bool) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image = Image.new("RGB", (width, height), "teal") if flat else Image.fromarray(pixels)
    assert defocus(image, find_subject(image), 0.6).size == image.size


def test_smoothing_keeps_a_constant() -> None:
    assert np.abs(smooth(np.full((9, 7), 3.0, np.float32), 4.0) - 3).max() < 1e-5


def run(handler: Any, source: Path, folder: Path, params: dict[str, Any]) -> Path:
    job = Job(inputs={Kind.IMAGE: (Given(path=source),)}, params=params, folder=folder, limits=Limits())
    (made,) = handler(job)
    assert made.path is not None
    return made.path
