import io
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
import resvg_py
from films import run, run_loud
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_jobs import differing, plain, sample
from PIL import Image

from limner.actions.catalogue import builtin
from limner.actions.shapes_coverage import coverage, coverage_mask
from limner.actions.shapes_outline import Box, outline
from limner.errors import InvalidInput
from limner.types import Kind, Limits

SHAPES = ("rectangle", "ellipse", "triangle", "star", "hexagon")
INK = {"fill_color": "#000000", "stroke_color": "#000000"}


def generated(folder: Path, **params) -> Image.Image:
    with Image.open(run("generate-shape-image", folder / "out", {}, **params)) as image:
        image.load()
        return image.convert("RGB") if image.mode in ("P", "L") else image


def added(folder: Path, image: Image.Image | Path, **params) -> Image.Image:
    source = image if isinstance(image, Path) else folder / "in.png"
    if isinstance(image, Image.Image):
        image.save(source)
    with Image.open(run("add-shape-to-image", folder / "out", {Kind.IMAGE: [source]}, **params)) as result:
        result.load()
        return result.convert("RGB") if result.mode in ("P", "L") else result


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L"), float)


def drawn_as_svg(body: str, size: tuple[int, int]) -> np.ndarray:
    """Return black ink on white, drawn by another rasteriser."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<rect width="100%" height="100%" fill="white"/>{body}</svg>'
    )
    return grey(Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))))


def area(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def distance(points: np.ndarray, place: np.ndarray) -> float:
    """Return how far a place is from a polygon's edge."""
    ends = np.roll(points, -1, axis=0) - points
    along = np.clip(((place - points) * ends).sum(axis=1) / (ends**2).sum(axis=1), 0, 1)
    return float(np.hypot(*(points + along[:, None] * ends - place).T).min())


boxes = st.builds(
    Box, st.floats(20, 80), st.floats(20, 60), st.floats(1, 90), st.floats(1, 70), st.floats(-360, 360)
)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SHAPES), boxes)
def test_covered_pixels_add_up_to_the_shapes_area(shape, box):
    edge = outline(shape, box, 0).outer
    covered = coverage(edge, -100, -100, 300, 300)
    assert covered.min() >= 0 and covered.max() <= 1
    assert float(covered.sum()) == pytest.approx(area(edge), rel=0.01, abs=0.15)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SHAPES), boxes, st.floats(0.1, 30))
def test_a_stroke_is_everywhere_as_wide_as_asked(shape, box, width):
    edges = outline(shape, box, width)
    if edges.inner is None:
        return
    if shape == "ellipse":
        apart = [distance(edges.outer, place) for place in edges.inner[:: max(1, len(edges.inner) // 10)]]
    else:
        ends = np.roll(edges.outer, -1, axis=0) - edges.outer
        apart = [
            (ends[:, 0] * off[:, 1] - ends[:, 1] * off[:, 0]) / np.hypot(*ends.T)
            for off in (edges.inner - edges.outer, np.roll(edges.inner, -1, axis=0) - edges.outer)
        ]
    assert np.asarray(apart) == pytest.approx(width, rel=1e-3, abs=0.01)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SHAPES), st.floats(5, 200), st.floats(5, 200))
def test_shapes_are_as_large_as_fits_the_box_and_in_its_middle(shape, width, height):
    edge = outline(shape, Box(50, 40, width, height), 0).outer
    low, high = edge.min(axis=0), edge.max(axis=0)
    assert (low + high) / 2 == pytest.approx((50, 40))
    filled = (high - low) / (width, height)
    assert filled.max() == pytest.approx(1)
    if shape in ("rectangle", "ellipse", "triangle"):
        assert filled.min() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("shape", "corners"), [("star", 5), ("hexagon", 6)])
def test_star_and_hexagon_stay_regular_in_any_box(shape, corners):
    edge = outline(shape, Box(0, 0, 300, 90), 0).outer
    sides = np.hypot(*(np.roll(edge, -1, axis=0) - edge).T)
    assert sides == pytest.approx(sides[0])
    middle = edge.mean(axis=0)
    radii = np.hypot(*(edge - middle).T)
    assert (np.isclose(radii, radii.max())).sum() == corners
    assert edge[0][1] == edge[:, 1].min() and edge[0][0] == pytest.approx(0)


def test_rectangles_on_whole_pixels_have_hard_edges(tmp_path):
    pixels = grey(generated(tmp_path, **INK, width=200, height=100, size={"x": 50, "y": 50}))
    expected = np.full((100, 200), 255.0)
    expected[25:75, 50:150] = 0
    assert np.array_equal(pixels, expected)
    turned = grey(generated(tmp_path, **INK, width=200, height=100, size={"x": 50, "y": 50}, rotation=180))
    assert np.array_equal(turned, expected)


@pytest.mark.parametrize("rotation", [0, 25, -110])
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_those_of_another_rasteriser(tmp_path, shape, rotation):
    size, box = (331, 207), Box(0.4 * 331, 0.55 * 207, 0.6 * 331, 0.5 * 207, rotation)
    pixels = grey(
        generated(
            tmp_path, **INK, width=size[0], height=size[1], shape=shape, rotation=rotation,
            center={"x": 40, "y": 55}, size={"x": 60, "y": 50},
        )
    )  # fmt: skip
    if shape == "ellipse":
        form = f'<ellipse rx="{box.width / 2}" ry="{box.height / 2}"/>'
    elif shape == "rectangle":
        form = f'<path d="M{-box.width / 2} {-box.height / 2}h{box.width}v{box.height}h{-box.width}z"/>'
    else:
        flat = outline(shape, Box(0, 0, box.width, box.height), 0).outer
        form = f'<polygon points="{" ".join(f"{x},{y}" for x, y in flat)}"/>'
    other = drawn_as_svg(f'<g transform="translate({box.x} {box.y}) rotate({rotation})">{form}</g>', size)
    apart = np.abs(pixels - other)
    assert apart.max() <= 65  # it has four rows per pixel, we have sixteen
    assert apart.mean() < 0.3


def test_an_ellipses_stroke_is_that_of_another_rasteriser(tmp_path):
    pixels = grey(
        generated(
            tmp_path, **INK, width=400, height=240, shape="ellipse", fill_opacity=0, stroke_width=20,
            size={"x": 90, "y": 50},
        )
    )  # fmt: skip
    body = (
        '<clipPath id="c"><ellipse cx="200" cy="120" rx="180" ry="60"/></clipPath>'
        '<ellipse cx="200" cy="120" rx="180" ry="60" fill="none" stroke="black" stroke-width="40" '
        'clip-path="url(#c)"/>'
    )
    apart = np.abs(pixels - drawn_as_svg(body, (400, 240)))
    assert apart.mean() < 0.3 and (apart > 64).sum() < 20


def test_edges_are_smooth(tmp_path):
    pixels = grey(generated(tmp_path, **INK, width=300, height=300, shape="rectangle", rotation=3))
    assert len(np.unique(pixels)) > 40


def test_rotation_is_clockwise(tmp_path):
    pixels = grey(generated(tmp_path, **INK, width=200, height=200, shape="triangle", rotation=90))
    columns = (pixels < 128).sum(axis=0)
    assert columns[60:70].mean() > 60 and columns[130:138].mean() < 20


def test_center_and_size_are_percent_of_the_picture_and_may_be_given_in_part(tmp_path):
    paper = plain("white", (400, 200))
    shown = added(tmp_path, paper, **INK, center={"x": 25}, size={"y": 50})
    assert differing(np.asarray(shown, int), np.asarray(paper, int)) == (20, 50, 180, 150)


def test_the_parts_not_given_are_the_schemas_defaults():
    for action_id in ("add-shape-to-image", "generate-shape-image"):
        params = builtin().get(action_id).defaults()
        assert (params["center"], params["size"]) == ({"x": 50, "y": 50}, {"x": 40, "y": 40})


def test_what_lies_beyond_the_picture_is_cut_off(tmp_path):
    paper = plain("white", (100, 100))
    corner = np.asarray(added(tmp_path, paper, **INK, center={"x": 0, "y": 100}), int)
    assert (corner[80:, :20] == 0).all() and (corner == 0).all(axis=2).sum() == 400


def test_a_shape_outside_the_picture_is_said_and_changes_nothing(tmp_path):
    source = sample("coffee.png")
    path, told = run_loud(
        "add-shape-to-image", tmp_path / "out", {Kind.IMAGE: [source]}, center={"x": 190, "y": 190}
    )
    assert any("params.center" in line.get("warning", "") for line in told)
    assert np.array_equal(np.asarray(Image.open(path)), np.asarray(Image.open(source).convert("RGB")))


@pytest.mark.parametrize(
    "params", [{"fill_opacity": 0}, {"size": {"x": 0, "y": 40}}, {"fill_color": "transparent"}]
)
def test_nothing_to_draw_changes_no_pixel(tmp_path, params):
    source = tmp_path / "in.jpg"
    Image.open(sample("coffee.png")).convert("RGB").save(source)
    result = added(tmp_path, source, **params)
    assert np.array_equal(np.asarray(result), np.asarray(Image.open(source)))


def test_pixels_away_from_the_shape_keep_their_values(tmp_path):
    photo = Image.open(sample("coffee.png")).convert("RGB")
    result = added(tmp_path, photo, shape="ellipse", size={"x": 20, "y": 20}, stroke_width=5)
    left, top, right, bottom = differing(np.asarray(result, int), np.asarray(photo, int), threshold=0)
    assert left >= 240 and top >= 160 and right <= 360 and bottom <= 240


def test_half_opacity_is_half_way_and_a_see_through_colour_counts_too(tmp_path):
    paper = plain("white", (100, 100))
    half = added(tmp_path, paper, fill_color="black", fill_opacity=50)
    assert abs(half.getpixel((50, 50))[0] - 128) <= 1
    quarter = added(tmp_path, paper, fill_color="#00000080", fill_opacity=50)
    assert abs(quarter.getpixel((50, 50))[0] - 191) <= 1


def test_fill_and_stroke_lie_side_by_side(tmp_path):
    shown = added(
        tmp_path,
        plain("white", (100, 100)),
        fill_color="#0000ff80",
        stroke_color="#ff000080",
        stroke_width=10,
    )
    assert np.abs(np.subtract(shown.getpixel((50, 50)), (127, 127, 255))).max() <= 1
    assert np.abs(np.subtract(shown.getpixel((35, 50)), (255, 127, 127))).max() <= 1


def test_no_background_shows_between_fill_and_stroke(tmp_path):
    shown = np.asarray(
        added(
            tmp_path, plain("#00ff00", (200, 200)), shape="star", fill_color="#ff0000", stroke_color="#0000ff",
            stroke_width=9, rotation=13, size={"x": 90, "y": 90},
        ),
        int,
    )  # fmt: skip
    box = Box(100, 100, 180, 180, 13)
    inside = np.asarray(coverage_mask(outline("star", box, 0).outer, (200, 200))) == 255
    assert shown[inside][:, 1].max() <= 2


def test_a_stroke_wider_than_the_shape_fills_it(tmp_path):
    for shape in SHAPES:
        shown = grey(
            added(tmp_path, plain("white", (90, 90)), shape=shape, **INK, fill_opacity=0, stroke_width=90)
        )
        whole = grey(added(tmp_path, plain("white", (90, 90)), shape=shape, **INK))
        assert np.abs(shown - whole).max() <= 1


def test_shapes_on_see_through_pictures_are_opaque_and_the_rest_stays_see_through(tmp_path):
    shown = added(tmp_path, Image.new("RGBA", (100, 60)), fill_color="#336699", shape="ellipse")
    assert shown.mode == "RGBA" and shown.getpixel((50, 30)) == (0x33, 0x66, 0x99, 255)
    pixels = np.asarray(shown)
    assert pixels[0, 0, 3] == 0
    assert (pixels[pixels[..., 3] > 0][:, :3] == (0x33, 0x66, 0x99)).all()


def test_a_picture_of_a_shape_may_be_transparent_and_has_the_size_asked_for(tmp_path):
    made = generated(tmp_path, background="transparent", width=123, height=45, shape="hexagon")
    assert made.size == (123, 45) and made.mode == "RGBA" and made.format == "PNG"
    assert made.getpixel((0, 0))[3] == 0 and made.getpixel((61, 22))[3] == 255


def test_a_square_in_the_middle_is_what_no_parameters_give(tmp_path):
    made = np.asarray(generated(tmp_path), int)
    assert differing(made, np.full((1080, 1080, 3), 255)) == (324, 324, 756, 756)


@pytest.mark.parametrize("name", ["fill_color", "stroke_color", "background"])
def test_a_bad_colour_is_refused_by_name(tmp_path, name):
    with pytest.raises(InvalidInput, match=rf"params\.{name}"):
        generated(tmp_path, **{name: "octarine"})


def test_a_picture_over_the_limit_is_refused_with_what_moves_it(tmp_path):
    with pytest.raises(InvalidInput, match=r"params\.width") as told:
        run("generate-shape-image", tmp_path, {}, Limits(max_pixels=1000))
    assert "LIMNER_MAX_PIXELS" in told.value.next_step


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SHAPES), st.integers(1, 60), st.integers(1, 60), st.floats(-100, 200), st.floats(0, 300),
    st.floats(0, 50), st.floats(-360, 360),
)  # fmt: skip
def test_any_shape_on_any_picture_keeps_its_size_and_mixes_only_its_colours(
    tmp_path, shape, width, height, place, extent, stroke, turn
):
    shown = np.asarray(
        added(
            tmp_path, plain("#ff0000", (width, height)), shape=shape, center={"x": place, "y": 50},
            size={"x": extent, "y": extent}, stroke_width=stroke, rotation=turn, fill_color="#0000ff",
            stroke_color="#0000ff",
        ),
        int,
    )  # fmt: skip
    assert shown.shape == (height, width, 3)
    assert (shown[..., 1] == 0).all() and (np.abs(shown[..., 0] + shown[..., 2] - 255) <= 1).all()


def test_large_shapes_are_painted_without_seams_between_bands(tmp_path):
    mask = np.asarray(
        coverage_mask(outline("ellipse", Box(1000, 900, 1900, 1700, 20), 0).outer, (2000, 1800))
    )
    outside = cv2.connectedComponents((mask < 255).astype(np.uint8))[0]
    assert outside == 2  # the ground counts as one
    area_expected = math.pi * 950 * 850
    assert mask.sum() / 255 == pytest.approx(area_expected, rel=1e-4)


@pytest.mark.parametrize("action_id", ["add-shape-to-image", "generate-shape-image"])
def test_equal_shapes_give_equal_bytes(tmp_path, action_id):
    inputs = {Kind.IMAGE: [sample("coffee.png")]} if action_id.startswith("add") else {}
    params = {"shape": "star", "rotation": 10, "stroke_width": 7}
    first = run(action_id, tmp_path / "a", inputs, **params).read_bytes()
    assert first == run(action_id, tmp_path / "b", inputs, **params).read_bytes()


def test_photographs_stay_jpeg(tmp_path):
    source = tmp_path / "in.jpg"
    Image.open(sample("coffee.png")).convert("RGB").save(source)
    assert added(tmp_path, source).format == "JPEG"
