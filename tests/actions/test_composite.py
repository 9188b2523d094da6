import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_jobs import plain, run
from PIL import Image

from limner.errors import InvalidInput

COLORS = ("#ff0000", "#00ff00", "#0000ff", "#ffff00")
sizes = st.tuples(st.integers(1, 60), st.integers(1, 60))


def box_of(pixels, color):
    """Return the box of a colour, and whether it fills it."""
    red, green, blue = bytes.fromhex(color[1:])
    hit = (pixels == (red, green, blue)).all(axis=2)
    ys, xs = np.nonzero(hit)
    box = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    return box, hit.sum() == (box[2] - box[0]) * (box[3] - box[1])


def pictures(*each):
    return [plain(color, size) for color, size in zip(COLORS, each, strict=False)]


def test_two_pictures_stand_in_a_row_at_the_lower_ones_height(tmp_path):
    made = run(
        tmp_path, "side-by-side-composite", pictures((400, 200), (100, 100)), gap=10, background="#000"
    )
    assert made.image.size == (200 + 10 + 100, 100)
    assert box_of(made.pixels, COLORS[0]) == ((0, 0, 200, 100), True)
    assert box_of(made.pixels, COLORS[1]) == ((210, 0, 310, 100), True)
    assert (made.pixels[:, 200:210] == 0).all()


def test_match_largest_enlarges_to_the_highest(tmp_path):
    made = run(
        tmp_path, "side-by-side-composite", pictures((400, 200), (100, 100)), normalize="match-largest"
    )
    assert made.image.size == (600, 200)


def test_a_column_takes_the_narrowest_width(tmp_path):
    made = run(
        tmp_path,
        "side-by-side-composite",
        pictures((400, 200), (100, 100), (50, 10)),
        layout="vertical-3",
        gap=4,
    )
    assert made.image.size == (50, 25 + 4 + 50 + 4 + 10)
    assert box_of(made.pixels, COLORS[2]) == ((0, 83, 50, 93), True)


def test_padding_scales_nothing_and_centres_each_picture_in_a_cell_of_the_largest_size(tmp_path):
    made = run(
        tmp_path, "side-by-side-composite", pictures((40, 20), (10, 60)),
        normalize="pad-to-largest", gap=2, background="#123456",
    )  # fmt: skip
    assert made.image.size == (82, 60)
    assert box_of(made.pixels, COLORS[0]) == ((0, 20, 40, 40), True)
    assert box_of(made.pixels, COLORS[1]) == ((57, 0, 67, 60), True)
    assert (made.pixels[0, 0] == (0x12, 0x34, 0x56)).all()


def test_four_equal_pictures_make_a_square_in_reading_order(tmp_path):
    made = run(tmp_path, "side-by-side-composite", pictures(*[(60, 40)] * 4), gap=6)
    assert made.image.size == (126, 86)
    places = [(0, 0), (66, 0), (0, 46), (66, 46)]
    for color, (left, top) in zip(COLORS, places, strict=True):
        assert box_of(made.pixels, color) == ((left, top, left + 60, top + 40), True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(sizes, min_size=2, max_size=4),
    st.integers(0, 9),
    st.sampled_from(["match-shortest", "match-largest", "pad-to-largest"]),
)
def test_every_picture_is_there_whole_and_rows_reach_both_edges(tmp_path, each, gap, normalize):
    if normalize != "pad-to-largest" and any(max(size) > 12 * min(size) for size in each):
        return
    made = run(
        tmp_path,
        "side-by-side-composite",
        pictures(*each),
        gap=gap,
        normalize=normalize,
        background="#000000",
    )
    boxes = [box_of(made.pixels, color) for color in COLORS[: len(each)]]
    assert all(is_filled for _, is_filled in boxes)
    assert sum((right - left) * (low - top) for (left, top, right, low), _ in boxes) == (
        made.pixels.any(axis=2).sum()
    )
    if normalize != "pad-to-largest":
        assert max(right for (_, _, right, _), _ in boxes) == made.image.width
        assert min(left for (left, _, _, _), _ in boxes) == 0


@pytest.mark.parametrize("layout", ["horizontal-2", "vertical-3", "grid-2x2"])
def test_a_layout_for_another_number_of_pictures_is_refused_by_name(tmp_path, layout):
    count = 2 if layout != "horizontal-2" else 3
    with pytest.raises(InvalidInput, match=layout) as refused:
        run(tmp_path, "side-by-side-composite", pictures(*[(9, 9)] * count), layout=layout)
    assert refused.value.fields[0].field == "params.layout"


def test_see_through_pictures_show_the_background(tmp_path):
    clear = Image.new("RGBA", (20, 20))
    made = run(tmp_path, "side-by-side-composite", [clear, plain("red", (20, 20))], background="#00ff00")
    assert made.image.mode == "RGB"
    assert (made.pixels[:, :20] == (0, 255, 0)).all()


def test_a_transparent_background_keeps_gaps_see_through(tmp_path):
    made = run(
        tmp_path, "side-by-side-composite", pictures((20, 20), (20, 20)), gap=5, background="transparent"
    )
    assert made.image.getpixel((22, 10))[3] == 0
    assert made.image.getpixel((10, 10)) == (255, 0, 0, 255)


def test_equal_pictures_give_equal_bytes(tmp_path):
    first = run(tmp_path, "side-by-side-composite", pictures((31, 17), (12, 40), (8, 9))).path.read_bytes()
    assert (
        run(tmp_path, "side-by-side-composite", pictures((31, 17), (12, 40), (8, 9))).path.read_bytes()
        == first
    )
