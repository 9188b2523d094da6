"""Segment maps: known parts are found whole, codes differ, the legend says what the map shows."""

import json
from pathlib import Path

import numpy as np
import pytest
from graphic_jobs import emblem, run, sample
from PIL import Image

from limner.actions.colour_spaces import difference, srgb_to_lab, to_unit
from limner.actions.segment_map import CODES
from limner.actions.segments import find_regions
from limner.types import Kind


def code(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text[1:]))


def test_the_parts_of_a_known_picture_are_found_whole_with_their_shares_and_colours(tmp_path: Path) -> None:
    result = run(tmp_path, "map-segments", [emblem(240)], segments=3, legend=False)
    ground, disc, square = json.loads(result.text)
    assert [each["color"] for each in (ground, disc, square)] == ["#F4EFE6", "#1C3F5E", "#D8582B"]
    whole = np.pi / 16
    assert ground["share"] == pytest.approx(1 - whole, abs=0.01)
    assert square["share"] == pytest.approx(1 / 64, abs=0.004)
    assert square["box"] == pytest.approx([7 / 16, 7 / 16, 9 / 16, 9 / 16], abs=0.01)
    assert ground["place"] == "all over"
    assert (disc["place"], square["place"]) == ("middle", "middle")
    pixels = result.pixels()
    assert pixels.shape == (1400, 1400, 3)
    for part, place in ((ground, (100, 100)), (disc, (700, 420)), (square, (700, 700))):
        assert tuple(pixels[place]) == code(part["code"])


def test_shares_are_those_of_the_map_and_their_sum_is_the_whole(tmp_path: Path) -> None:
    result = run(tmp_path, "map-segments", [sample("astronaut")], segments=8, legend=False)
    legend = json.loads(result.text)
    assert len(legend) == 8
    assert sum(each["share"] for each in legend) == pytest.approx(1, abs=0.01)
    assert [each["share"] for each in legend] == sorted((each["share"] for each in legend), reverse=True)
    pixels = result.pixels()
    for each in legend:
        shown = (pixels == code(each["code"])).all(axis=2).mean()
        assert shown == pytest.approx(each["share"], abs=0.02)


def test_regions_follow_the_pictures_edges_better_than_chance() -> None:
    picture = sample("coffee")
    labels = find_regions(picture, 8)
    lab = srgb_to_lab(to_unit(np.asarray(picture.resize(labels.shape[::-1]))))
    within = sum(lab[labels == number].var(axis=0).sum() * (labels == number).mean() for number in range(8))
    shuffled = np.roll(labels, (60, 90), (0, 1))
    chance = sum(
        lab[shuffled == number].var(axis=0).sum() * (shuffled == number).mean() for number in range(8)
    )
    assert within < 0.35 * chance


def test_codes_can_be_told_apart() -> None:
    lab = srgb_to_lab(to_unit(np.array([code(each) for each in CODES], np.uint8)))
    assert (difference(lab[:, None], lab[None]) + 99 * np.eye(len(CODES))).min() > 12


def test_the_legend_stands_beside_the_map_and_grows_with_it(tmp_path: Path) -> None:
    plain = run(tmp_path, "map-segments", [sample("coffee")], legend=False).image()
    board = run(tmp_path, "map-segments", [sample("coffee")], segments=16).image()
    assert plain.width == 1400
    assert board.width > plain.width + 400
    assert board.height > plain.height
    chips = board.crop((1400, 0, board.width, board.height)).getcolors(1 << 24) or ()
    shown = {color for count, color in chips if count > 300}
    assert {code(each) for each in CODES} <= shown


def test_a_plain_picture_is_one_region_and_the_user_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, "map-segments", [Image.new("RGB", (90, 60), "teal")])
    assert [each["share"] for each in json.loads(result.text)] == [1.0]
    assert result.warnings == ["The picture parts into fewer regions than asked for: 1 instead of 8."]


def test_the_overlay_shows_the_photo_below(tmp_path: Path) -> None:
    pixels = run(
        tmp_path, "map-segments", [sample("coffee")], style="overlay", legend=False, format="png"
    ).pixels()
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 500


@pytest.mark.parametrize("size", [(1, 1), (400, 2), (3, 200)])
def test_tiny_and_thin_pictures_are_mapped(tmp_path: Path, size: tuple[int, int]) -> None:
    assert run(tmp_path, "map-segments", [Image.new("RGB", size, "red")]).image().height > 100


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        result = run(tmp_path, "map-segments", [sample("chelsea", 128)])
        made.append((result.path(Kind.IMAGE).read_bytes(), result.text))
    assert made[0] == made[1]
