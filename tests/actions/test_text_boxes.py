"""Finding lines of type: every line of a poster within a few pixels, at any colour, and hardly any in photographs."""

import json

import pytest
from layout_jobs import poster, sample
from PIL import Image

from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.text_boxes import text_boxes
from limner.actions.text_lines import find_text_boxes
from limner.types import Kind, Limits

LINES = [
    ("Summer Sale", "serif-bold", 64, 40),
    ("All linen shirts", "sans", 30, 140),
    ("open until nine", "sans-bold", 24, 220),
]


@pytest.mark.parametrize(
    ("ground", "color"), [("#f6f1e7", "#1d3a34"), ("#101820", "#ffd166"), ("#b5331d", "white")]
)
def test_every_line_is_found_where_it_is(ground, color):
    image, true = poster(LINES, ground, color)
    found = text_boxes(image)
    assert len(found) == len(true)
    for box, wanted in zip(found, true, strict=True):
        pixels = [part * side / 100 for part, side in zip(box, image.size * 2, strict=True)]
        assert all(abs(one - other) < 8 for one, other in zip(pixels, wanted, strict=True)), (pixels, wanted)


@pytest.mark.parametrize("scale", [0.7, 3])
def test_small_and_large_pictures_give_the_same_boxes(scale):
    image, _ = poster(LINES)
    large = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    for one, other in zip(text_boxes(image), text_boxes(large), strict=True):
        assert all(abs(a - b) < 2.5 for a, b in zip(one, other, strict=True))


def test_photographs_without_words_hold_next_to_none():
    found = [
        text_boxes(Image.open(sample(f"{name}.png")).convert("RGB"))
        for name in ("astronaut", "chelsea", "coffee")
    ]
    assert sum(len(boxes) for boxes in found) <= 3


def test_the_answer_is_numbered_json_that_says_what_to_do(tmp_path, without_extra):
    poster(LINES)[0].save(tmp_path / "poster.png")
    given = {Kind.IMAGE: (Given(path=tmp_path / "poster.png"),)}
    (made,) = find_text_boxes(Job(given, {"language": "German"}, tmp_path, Limits()))
    document = json.loads(made.text)
    assert [each["number"] for each in document["boxes"]] == [1, 2, 3]
    assert all(0 <= side <= 100 for each in document["boxes"] for side in each["box"])
    assert "into German" in document["next_step"]


def test_tiny_plain_and_see_through_pictures_have_no_boxes():
    for image in (Image.new("RGB", (3, 2)), Image.new("RGB", (500, 20), "teal"), Image.new("RGBA", (90, 90))):
        assert text_boxes(image) == []


def test_both_actions_are_in_the_catalogue():
    assert "find-text-boxes" in builtin() and "replace-text" in builtin()
