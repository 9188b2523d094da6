"""Words in pictures: read letter by letter where the extra is installed, boxes named by them; and without it."""

import json
import os
import subprocess
import sys

import pytest
from layout_jobs import poster, run, sample
from PIL import Image

from limner.actions import ocr_extra
from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.text_lines import find_text_boxes
from limner.errors import InvalidInput
from limner.types import Kind, Limits

reads = pytest.mark.skipif(not ocr_extra.is_installed(), reason=f"{ocr_extra.EXTRA} is not installed")
LINES = [
    ("Summer Sale", "serif-bold", 64, 30),
    ("All linen shirts", "sans", 30, 130),
    ("Zażółć gęślą jaźń, Größe", "sans-bold", 26, 190),
    ("€ 12,90 until 9:30", "mono", 24, 250),
]


def found(folder, image):
    image.save(folder / "picture.png")
    given = {Kind.IMAGE: (Given(path=folder / "picture.png"),)}
    (made,) = find_text_boxes(Job(given, {"language": "German"}, folder, Limits()))
    return json.loads(made.text)


@reads
def test_every_word_is_read_in_its_place_and_twice_alike(tmp_path):
    image, true = poster(LINES)
    document = found(tmp_path, image)
    assert [each["text"] for each in document["boxes"]] == [words for words, *_ in LINES]
    for each, wanted in zip(document["boxes"], true, strict=True):
        pixels = [part * side / 100 for part, side in zip(each["box"], image.size * 2, strict=True)]
        assert all(abs(one - other) < 10 for one, other in zip(pixels, wanted, strict=True)), (pixels, wanted)
        assert 0.85 <= each["confidence"] <= 1
    assert "`text` into German" in document["next_step"]
    assert found(tmp_path, image) == document


@reads
def test_letters_that_the_models_do_not_know_are_boxes_without_words_and_nothing_is_read_in_photographs(
    tmp_path,
):
    lines = [("Ещё один хороший день", "sans-bold", 36, 40), ("Good morning", "sans-bold", 36, 140)]
    boxes = found(tmp_path, poster(lines)[0])["boxes"]
    assert [each.get("text") for each in boxes] == [None, "Good morning"]
    for name in ("chelsea.png", "coffee.png"):
        boxes = found(tmp_path, Image.open(sample(name)).convert("RGB"))["boxes"]
        assert [each["text"] for each in boxes if "text" in each] == []


@reads
def test_slanted_and_see_through_pictures_are_read_and_slanted_lines_marked(tmp_path):
    image = poster(LINES[:1], "#ffffff", "#101010")[0].convert("RGBA")
    image.putdata([(*pixel[:3], 0 if pixel[0] > 128 else 255) for pixel in image.get_flattened_data()])
    assert [each["text"] for each in found(tmp_path, image)["boxes"]] == ["Summer Sale"]
    slanted = poster(LINES[:1])[0].rotate(14, Image.Resampling.BICUBIC, expand=True, fillcolor="#f6f1e7")
    (line,) = found(tmp_path, slanted)["boxes"]
    assert (line["text"], line["is_level"]) == ("Summer Sale", False)


@reads
def test_words_are_replaced_where_they_are_read_however_they_are_cased(tmp_path):
    image, _ = poster(LINES)
    by_words = run(tmp_path, "replace-text", [image], ["ALL  linen shirts | Alle Hemden"])
    by_number = run(tmp_path, "replace-text", [image], ["2 | Alle Hemden"])
    by_json = run(tmp_path, "replace-text", [image], ['{"box": "All linen shlrts", "text": "Alle Hemden"}'])
    assert (by_words.pixels == by_number.pixels).all() and (by_words.pixels == by_json.pixels).all()
    assert [each["text"] for each in found(tmp_path, by_words.image)["boxes"]] == [
        "Summer Sale", "Alle Hemden", *(words for words, *_ in LINES[2:]),
    ]  # fmt: skip


@reads
def test_lines_on_end_are_one_text_and_equal_lines_all_change(tmp_path):
    lines = [
        ("Two for one", "sans", 30, 20),
        ("Our kitchen is open", "sans", 30, 100),
        ("until nine every night", "sans", 30, 140),
        ("Two for one", "sans", 30, 240),
    ]
    made = run(
        tmp_path, "replace-text", [poster(lines)[0]],
        ["Our kitchen is open until nine every night | Bis neun Uhr ist die Küche offen", "two for one | Zwei Teller"],
    )  # fmt: skip
    said = [each["text"] for each in found(tmp_path, made.image)["boxes"]]
    assert said[0] == said[-1] == "Zwei Teller"
    assert " ".join(said[1:-1]) == "Bis neun Uhr ist die Küche offen"


@reads
def test_words_that_are_not_there_are_refused_with_those_that_are(tmp_path):
    with pytest.raises(InvalidInput, match="read there: Summer Sale; All linen shirts"):
        run(tmp_path, "replace-text", [poster(LINES)[0]], ["Winter coats | Mäntel"])


def test_without_the_extra_words_name_no_box_and_the_way_to_it_is_told(tmp_path, without_extra):
    document = found(tmp_path, poster(LINES)[0])
    assert len(document["boxes"]) == len(LINES)
    assert all(set(each) == {"number", "box"} for each in document["boxes"])
    with pytest.raises(InvalidInput, match="no numbers before the bar") as refused:
        run(tmp_path, "replace-text", [poster(LINES)[0]], ["All linen shirts | Alle Hemden"])
    assert "limner[ocr]" in refused.value.next_step


@reads
def test_actions_that_read_know_the_edition_and_reading_is_not_loaded_for_it():
    editions = {action.action_id for action in builtin() if "rapidocr 3." in action.edition}
    assert editions == {"find-text-boxes", "replace-text"}
    code = (
        "import sys, limner.actions.catalogue as c; c.builtin(); import limner.actions.text_places;"
        "sys.exit(any(name in sys.modules for name in ('rapidocr', 'onnxruntime', 'cv2')))"
    )
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


@reads
def test_nothing_is_fetched(tmp_path):
    """In a process in which every connection is refused, and is written down."""
    poster(LINES)[0].save(tmp_path / "poster.png")
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): print('CONNECTED'); raise OSError('no network here')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from PIL import Image\n"
        "from limner.actions.reading import read_lines\n"
        f"print(read_lines(Image.open({str(tmp_path / 'poster.png')!r}))[0].text)"
    )
    environ = {**os.environ, "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False
    )
    assert ended.stdout == "Summer Sale\n", ended.stderr
