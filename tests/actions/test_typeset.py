import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layout_jobs import differing, plain, run, sample
from PIL import Image

from limner.actions.fonts import font
from limner.actions.typeset import fit, ink, wrap
from limner.errors import InvalidInput

PLACES = {
    "top-left": (0, 0), "top-center": (1, 0), "top-right": (2, 0),
    "middle-left": (0, 1), "center": (1, 1), "middle-right": (2, 1),
    "bottom-left": (0, 2), "bottom-center": (1, 2), "bottom-right": (2, 2),
}  # fmt: skip
words = st.text(st.sampled_from("abcdefgilmnopqrstuvwxyzÄÉŁжλ"), min_size=1, max_size=12)
texts = st.lists(words, min_size=1, max_size=20).map(" ".join)


@given(texts, st.floats(9, 60), st.floats(30, 400))
def test_wrapped_lines_fit_the_width_and_lose_no_letter(text, size, width):
    face = font("sans", size)
    lines = wrap(text, face, max(width, 2 * size))
    assert lines is not None
    assert all(face.getlength(line) <= max(width, 2 * size) for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(deadline=None)
@given(texts, st.floats(10, 120), st.floats(60, 500), st.floats(40, 400))
def test_fitted_text_stays_in_its_box_at_no_more_than_the_size_asked_for(text, size, width, height):
    block = fit(text, "serif", size, (width, height))
    assert block.size_px <= size
    assert block.width <= width
    assert block.height <= height + 1
    if not block.is_cut:
        assert "".join(block.lines).replace(" ", "") == text.replace(" ", "")


def test_text_is_set_smaller_before_a_word_is_broken():
    block = fit("Extraordinary", "sans", 200, (300, 300))
    assert block.lines == ("Extraordinary",) and block.size_px < 200


def test_text_past_all_room_is_cut_with_an_ellipsis():
    block = fit("word " * 400, "sans", 20, (80, 30))
    assert block.is_cut and block.lines[-1].endswith("…")


def test_line_breaks_of_the_text_are_kept():
    assert fit("one\ntwo\n\nthree", "mono", 20, (500, 500)).lines == ("one", "two", "", "three")


def test_lines_are_aligned_as_asked():
    block = fit("wide enough line\nx", "sans", 40, (600, 400))

    def start_of_last_line(align):
        mask = np.asarray(ink(block, align))
        return np.nonzero(mask[-20:].any(axis=0))[0].min(), mask.shape[1]

    left, _ = start_of_last_line("left")
    centre, width = start_of_last_line("center")
    right, _ = start_of_last_line("right")
    assert left < 5 and abs(centre - width / 2) < 20 and right > width - 40


@pytest.mark.parametrize("position", PLACES)
def test_text_stands_where_asked_with_its_ink_at_the_margin(tmp_path, position):
    paper = plain("#205080", (900, 600))
    made = run(
        tmp_path, "add-text-to-image", [paper], text="Hamburg\nHx", position=position,
        margin=40, font_size=50, shadow=False,
    )  # fmt: skip
    left, top, right, bottom = differing(made.pixels, np.asarray(paper).astype(int), threshold=8)
    column, row = PLACES[position]
    across = (left - 40, (left + right) / 2 - 450, right - 860)[column]
    down = (top - 40, (top + bottom) / 2 - 300, bottom - 560)[row]
    assert abs(across) <= 1 and abs(down) <= 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(st.integers(60, 500), st.integers(60, 500)),
    texts,
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(["sans", "sans-bold", "sans-italic", "serif", "serif-bold", "mono", "mono-bold"]),
    st.integers(0, 200),
)
def test_ink_stays_within_the_margins_of_any_picture(tmp_path, size, text, position, style, font_size):
    paper = plain("black", size)
    margin = min(size) // 10
    made = run(
        tmp_path, "add-text-to-image", [paper], text=text, position=position, font_family=style,
        font_size=font_size, margin=margin, shadow=False,
    )  # fmt: skip
    left, top, right, bottom = differing(made.pixels, np.asarray(paper).astype(int), threshold=60)
    # Letters such as f and j reach a little past the width that their font gives them.
    slack = 2 + round(0.02 * max(size))
    assert left >= margin - slack and right <= size[0] - margin + slack
    assert top >= margin - slack and bottom <= size[1] - margin + slack


def test_empty_text_leaves_every_pixel(tmp_path):
    source = Image.open(sample("coffee.png")).convert("RGB")
    made = run(tmp_path, "add-text-to-image", [source])
    assert np.array_equal(made.pixels, np.asarray(source).astype(int))


def test_automatic_type_grows_with_the_picture(tmp_path):
    heights = []
    for side in (300, 600, 1200):
        paper = plain("navy", (side, side))
        made = run(tmp_path, "add-text-to-image", [paper], text="Hx", shadow=False)
        _, top, _, bottom = differing(made.pixels, np.asarray(paper).astype(int))
        heights.append(bottom - top)
    assert heights[1] / heights[0] == pytest.approx(2, rel=0.1)
    assert heights[2] / heights[1] == pytest.approx(2, rel=0.1)


def test_type_that_cannot_fit_is_set_smaller_and_says_so(tmp_path):
    made = run(tmp_path, "add-text-to-image", [plain("navy", (200, 200))], text="Enormous", font_size=400)
    assert "params.font_size: 400 px" in made.warnings[0]


def test_missing_characters_are_left_out_and_named(tmp_path, without_extra):
    made = run(tmp_path, "add-text-to-image", [plain("navy", (300, 200))], text="Tea 茶 🎉", shadow=False)
    same = run(tmp_path, "add-text-to-image", [plain("navy", (300, 200))], text="Tea", shadow=False)
    assert "茶🎉" in made.warnings[0] and same.warnings == []
    assert np.array_equal(made.pixels, same.pixels)


def test_text_of_missing_characters_only_is_refused(tmp_path, without_extra):
    with pytest.raises(InvalidInput, match="日本"):
        run(tmp_path, "add-text-to-image", [plain("navy", (300, 200))], text="日本")


def test_half_opacity_is_half_way_to_the_colour(tmp_path):
    made = run(
        tmp_path, "add-text-to-image", [plain("black", (400, 400))],
        text="■", font_family="sans", font_size=200, opacity=50, position="center", shadow=False,
    )  # fmt: skip
    assert abs(int(made.pixels.max()) - 128) <= 2


def test_the_shadow_darkens_around_light_type_and_nothing_far_away(tmp_path):
    made = run(
        tmp_path,
        "add-text-to-image",
        [plain("#909090", (600, 300))],
        text="Hx",
        position="center",
        font_size=80,
    )
    assert made.pixels.min() < 90
    assert (made.pixels[:40] == 0x90).all() and (made.pixels[:, :40] == 0x90).all()


def test_text_on_see_through_pictures_is_opaque_and_the_rest_stays_see_through(tmp_path):
    made = run(tmp_path, "add-text-to-image", [Image.new("RGBA", (300, 200))], text="Hx", shadow=False)
    alpha = np.asarray(made.image.getchannel("A"))
    assert made.image.mode == "RGBA" and alpha.max() == 255 and alpha[0, 0] == 0


def test_a_picture_turned_by_its_camera_gets_upright_text(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    plain("navy", (300, 200)).save(tmp_path / "turned.jpg", exif=exif)
    made = run(
        tmp_path, "add-text-to-image", [tmp_path / "turned.jpg"], text="Hamburg", shadow=False, font_size=30
    )
    assert made.image.size == (200, 300)
    left, top, right, bottom = differing(made.pixels, np.asarray(plain("navy", (200, 300))).astype(int), 60)
    assert right - left > 2 * (bottom - top)


def test_a_picture_of_text_has_the_size_background_and_ink_asked_for(tmp_path):
    made = run(
        tmp_path, "generate-text-image", text="Slow mornings", width=640, height=360,
        background="#fafaf0", color="#7a1f1f", font_family="serif-bold",
    )  # fmt: skip
    assert made.image.size == (640, 360) and made.image.format == "PNG"
    assert tuple(made.pixels[0, 0]) == (0xFA, 0xFA, 0xF0)
    left, top, right, bottom = differing(made.pixels, np.asarray(plain("#fafaf0", (640, 360))).astype(int))
    assert abs((left + right) / 2 - 320) <= 1 and abs((top + bottom) / 2 - 180) <= 1
    assert (made.pixels == (0x7A, 0x1F, 0x1F)).all(axis=2).sum() > 500


def test_a_picture_of_no_text_is_plain(tmp_path):
    made = run(tmp_path, "generate-text-image", width=40, height=20, background="teal")
    assert (made.pixels == (0, 128, 128)).all()


def test_a_picture_of_text_may_be_transparent(tmp_path):
    made = run(tmp_path, "generate-text-image", text="Hx", background="transparent")
    assert made.image.mode == "RGBA" and made.image.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("color", ["#12", "octarine", ""])
def test_a_bad_colour_is_refused_by_name(tmp_path, color):
    with pytest.raises(InvalidInput, match=r"params\.color"):
        run(tmp_path, "generate-text-image", text="Hx", color=color)


def test_equal_text_gives_equal_bytes(tmp_path):
    first = run(tmp_path, "add-text-to-image", [sample("coffee.png")], text="Coffee").path.read_bytes()
    assert (
        run(tmp_path, "add-text-to-image", [sample("coffee.png")], text="Coffee").path.read_bytes() == first
    )
