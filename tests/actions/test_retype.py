"""Replaced words: the old are gone, the new look like them, and nothing else changes."""

import numpy as np
import pytest
from layout_jobs import run, sample
from PIL import Image, ImageDraw, ImageFont

from limner.actions.fonts import FILES, FOLDER
from limner.errors import InvalidInput

ACTION = "replace-text"
BOX = "7 30 65 58"


def sign(words="Good morning", style="sans-bold", color="#1d3a34", ground="#f6f1e7"):
    image = Image.new("RGB", (500, 200), ground)
    font = ImageFont.truetype(str(FOLDER / FILES[style]), 40)
    ImageDraw.Draw(image).text((40, 62), words, font=font, fill=color)
    return image


def ink(pixels, ground):
    return np.abs(pixels - np.array(ground)).max(axis=2) > 60


def test_no_words_take_the_old_ones_away_and_leave_the_ground(tmp_path):
    made = run(tmp_path, ACTION, [sign()], [f"{BOX} |"])
    assert np.abs(made.pixels - np.array([0xF6, 0xF1, 0xE7])).max() <= 3


def test_a_sloping_ground_is_continued(tmp_path):
    slope = np.tile(np.linspace(60, 200, 500).astype(np.uint8)[None, :, None], (200, 1, 3))
    image = Image.fromarray(slope)
    ImageDraw.Draw(image).text(
        (40, 62),
        "Good morning",
        font=ImageFont.truetype(str(FOLDER / FILES["sans-bold"]), 40),
        fill="#d01818",
    )
    made = run(tmp_path, ACTION, [image], [f"{BOX} |"]).pixels
    assert np.abs(made - slope.astype(int)).max() < 14


def test_new_words_have_the_place_color_and_height_of_the_old(tmp_path):
    ground = (0xF6, 0xF1, 0xE7)
    before = np.asarray(sign()).astype(int)
    after = run(tmp_path, ACTION, [sign()], [f"{BOX} | Good evening"]).pixels
    (old_rows, old_columns), (rows, columns) = np.nonzero(ink(before, ground)), np.nonzero(ink(after, ground))
    assert abs(rows.min() - old_rows.min()) <= 3 and abs(rows.max() - old_rows.max()) <= 3
    assert abs(columns.min() - old_columns.min()) <= 3
    core = after[ink(after, ground)]
    assert np.abs(np.median(core, axis=0) - [0x1D, 0x3A, 0x34]).max() <= 6


@pytest.mark.parametrize("style", ["sans", "sans-bold"])
def test_the_same_words_in_the_same_face_come_out_nearly_the_same(tmp_path, style):
    before = np.asarray(sign(style=style)).astype(int)
    after = run(tmp_path, ACTION, [sign(style=style)], [f"{BOX} | Good morning"]).pixels
    ground = (0xF6, 0xF1, 0xE7)
    assert ink(after, ground).sum() == pytest.approx(ink(before, ground).sum(), rel=0.12)


@pytest.mark.parametrize("words", ["CAFÉ", "ÄRA ÜBÉ"])
def test_accents_of_capitals_are_no_line_of_their_own(tmp_path, words):
    ground = (0xF6, 0xF1, 0xE7)
    before = np.asarray(sign(words)).astype(int)
    after = run(tmp_path, ACTION, [sign(words)], [f"{BOX} | {words}"]).pixels
    old_rows, rows = (np.nonzero(ink(each, ground))[0] for each in (before, after))
    assert np.ptp(rows) == pytest.approx(np.ptp(old_rows), rel=0.1)


def test_pixels_far_from_the_box_stay(tmp_path):
    image = Image.open(sample("coffee.png")).convert("RGB").resize((500, 333))
    image.paste(sign().crop((90, 50, 380, 120)), (100, 200))
    after = run(tmp_path, ACTION, [image], ["20 60 78 81 | Guten Abend"]).pixels
    assert (after[:150] == np.asarray(image)[:150]).all()


def test_a_box_may_be_given_by_number_by_sides_or_as_json(tmp_path):
    made = [
        run(tmp_path, ACTION, [sign()], [text]).path.read_bytes()
        for text in (
            f"{BOX} | Hallo",
            '{"box": [7, 30, 65, 58], "text": "Hallo"}',
            f"{BOX.replace(' ', ', ')} |Hallo",
        )
    ]
    assert made[0] == made[1] == made[2]
    by_number = run(tmp_path, ACTION, [sign()], ["1 | Hallo"]).pixels
    assert np.abs(by_number - np.asarray(sign()).astype(int)).max() > 100


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Guten Morgen", "before the bar"),
        ("1 2 3 | x", "not a box"),
        ("70 30 20 55 | x", "no box within"),
        ("9 | x", "were found"),
        ('{"box": 1}', "not a box and its text"),
    ],
)
def test_what_is_no_box_and_words_is_refused_with_the_way_to_write_it(tmp_path, text, problem):
    with pytest.raises(InvalidInput, match=problem) as refused:
        run(tmp_path, ACTION, [sign()], [text])
    assert "left top right bottom" in str(refused.value.next_step)


def test_long_words_are_set_smaller_and_stay_in_the_picture(tmp_path):
    made = run(
        tmp_path, ACTION, [sign()], [f"{BOX} | Herzlich willkommen und einen schönen guten Morgen"]
    ).pixels
    _, columns = np.nonzero(ink(made, (0xF6, 0xF1, 0xE7)))
    assert columns.min() > 30 and columns.max() < 495


def test_without_words_nothing_changes_and_empty_boxes_are_told(tmp_path):
    assert (run(tmp_path, ACTION, [sign()]).pixels == np.asarray(sign())).all()
    assert "nothing that looks like ink" in run(tmp_path, ACTION, [sign()], ["5 70 40 90 | Neu"]).warnings[0]


def test_transparency_stays(tmp_path):
    picture = sign().convert("RGBA")
    alpha = Image.linear_gradient("L").resize(picture.size).point([max(200, level) for level in range(256)])
    picture.putalpha(alpha)
    made = run(tmp_path, ACTION, [picture], [f"{BOX} |"]).image
    assert np.array_equal(np.asarray(made.getchannel("A")), np.asarray(alpha))
