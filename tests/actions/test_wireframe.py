"""Line drawings: lines lie on the picture's edges, and nowhere else; the SVG is the picture."""

import re
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from graphic_jobs import emblem, run, sample
from PIL import Image

from limner.types import Kind

PATH = "{http://www.w3.org/2000/svg}path"


def inked(pixels: np.ndarray) -> np.ndarray:
    """Return where a drawing on white is dark."""
    return pixels.max(axis=2) < 140


def test_lines_lie_on_the_edges_of_a_known_picture(tmp_path: Path) -> None:
    result = run(tmp_path, "wireframe-image", [emblem(240)])
    ink = inked(result.pixels())
    assert ink.shape == (1200, 1200)
    rows, columns = np.nonzero(ink)
    x, y = (columns + 0.5) / 5, (rows + 0.5) / 5
    from_disc = np.abs(np.hypot(x - 120.5, y - 120.5) - 60.5)
    from_square = np.abs(np.maximum(np.abs(x - 120.5), np.abs(y - 120.5)) - 15.5)
    assert np.minimum(from_disc, from_square).max() < 3.5
    near_disc = from_disc < 3
    turned = np.degrees(np.arctan2(y[near_disc] - 120.5, x[near_disc] - 120.5)).astype(int) // 10 % 36
    assert len(set(turned)) == 36, "the circle is closed"


def test_the_svg_is_editable_strokes_that_draw_the_same_picture(tmp_path: Path) -> None:
    result = run(tmp_path, "wireframe-image", [sample("coffee")], color="#102030")
    source = result.path(Kind.DOCUMENT).read_text(encoding="utf-8")
    root = ElementTree.fromstring(source)
    assert root.get("viewBox") == "0 0 {} {}".format(*result.image().size)
    assert {group.get("id") for group in root.iter() if group.get("id")} == {"outlines", "shapes", "details"}
    starts = [
        (float(start[1]), float(start[2]))
        for path in root.iter(PATH)
        if (start := re.match(r"M([\d.-]+),([\d.-]+)", path.get("d", "")))
    ]
    assert len(starts) == sum(1 for _ in root.iter(PATH)) > 10
    ink = result.pixels().max(axis=2)
    for x, y in starts:
        around = ink[max(0, int(y) - 2) : int(y) + 3, max(0, int(x) - 2) : int(x) + 3]
        assert around.min() < 200, "a stroke of the SVG is on the picture"


def test_lines_follow_an_independent_edge_detector(tmp_path: Path) -> None:
    picture = sample("astronaut")
    ink = inked(run(tmp_path, "wireframe-image", [picture]).pixels())
    large = np.asarray(picture.resize(ink.shape[::-1], Image.Resampling.BICUBIC).convert("L"))
    canny = cv2.Canny(cv2.GaussianBlur(large, (0, 0), 4), 10, 25) > 0
    near = cv2.dilate(canny.astype(np.uint8), np.ones((25, 25))) > 0
    assert (ink & near).sum() / ink.sum() > 0.85
    assert near.mean() < 0.75, "the reference does not cover everything"


def test_more_detail_draws_more_and_none_still_draws_outlines(tmp_path: Path) -> None:
    amounts = [
        inked(run(tmp_path, "wireframe-image", [sample("astronaut")], detail=detail).pixels()).mean()
        for detail in (0, 50, 100)
    ]
    assert 0.002 < amounts[0] < amounts[1] < amounts[2] < 0.25


def test_colours_and_transparency_are_as_asked(tmp_path: Path) -> None:
    result = run(tmp_path, "wireframe-image", [emblem()], color="#ff0000", background="#0000ff")
    colors = {color for _, color in result.image().getcolors(1 << 20) or ()}
    assert {(255, 0, 0), (0, 0, 255)} <= colors
    run(tmp_path, "wireframe-image", [emblem()], background="transparent")
    with Image.open(tmp_path / "out" / "wireframe.png") as clear:
        assert clear.convert("RGBA").getchannel("A").getextrema() == (0, 255)


def test_a_flat_picture_has_no_lines_and_the_user_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, "wireframe-image", [Image.new("RGB", (60, 40), "grey")])
    assert result.warnings == ["inputs.image: has no edges to draw; try more detail."]
    assert result.image().getcolors() == [(1200 * 800, (255, 255, 255))]


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        result = run(tmp_path, "wireframe-image", [sample("chelsea", 128)])
        made.append([result.path(kind).read_bytes() for kind in (Kind.IMAGE, Kind.DOCUMENT)])
    assert made[0] == made[1]


@pytest.mark.parametrize("size", [(1, 1), (300, 1), (2, 90)])
def test_the_thinnest_pictures_are_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    assert max(run(tmp_path, "wireframe-image", [Image.new("RGB", size)]).image().size) == 1200
