"""Icon packs: the vocabulary is drawable and stays on its grid, words choose icons, style is one for all."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from graphic_jobs import run

from limner.actions.icon_choice import choose
from limner.actions.icon_glyphs import Glyph, glyphs
from limner.actions.icon_sheet import Style, columns_for, drawn
from limner.actions.svg import render
from limner.types import Kind

SVG = "{http://www.w3.org/2000/svg}"
ROUND = Style("duotone", 2.4, True, "#000000", "#ff0000")


def test_the_vocabulary_is_large_and_every_name_is_its_own() -> None:
    names = [glyph.name for glyph in glyphs()]
    assert len(names) >= 100
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("glyph", glyphs(), ids=lambda glyph: glyph.name)
def test_an_icon_draws_something_within_its_grid(glyph: Glyph) -> None:
    body = "".join(drawn(glyph, Style("line", 2.4, True, "#000000", "#ff0000")))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -12 72 72">{body}</svg>'
    alpha = np.asarray(render(svg, (144, 144)).getchannel("A"))
    rows, columns = np.nonzero(alpha)
    assert rows.min() >= 24 and columns.min() >= 24, "nothing lies above or left of the grid"
    assert rows.max() < 121 and columns.max() < 121
    size = max(np.ptp(rows), np.ptp(columns)) / 2
    assert size > 30, "all icons are of one scale"
    assert 0.03 < (alpha > 128).mean() < 0.5


def test_the_words_of_a_theme_choose_icons_in_their_order() -> None:
    choice = choose("coffee, bakeries and cycling", 8)
    assert choice.glyphs[0].name == "coffee"
    assert {"bread", "bicycle"} <= {glyph.name for glyph in choice.glyphs}
    assert choice.unmatched == ()


def test_words_without_an_icon_are_named_and_the_set_is_still_full(tmp_path: Path) -> None:
    result = run(tmp_path, "icon-pack", ["Zeppelin tours & music"], count=9)
    chosen = json.loads(result.text)
    assert len(chosen["icons"]) == len(set(chosen["icons"])) == 9
    assert chosen["icons"][0] == "music"
    assert chosen["unmatched_words"] == ["zeppelin", "tours"]
    assert set(chosen["filled_up_with"]) < set(chosen["icons"])
    assert result.warnings == ["inputs.text: no icon stands for zeppelin, tours."]


def test_the_svg_has_a_group_per_icon_in_one_style(tmp_path: Path) -> None:
    result = run(tmp_path, "icon-pack", ["garden"], count=7, stroke=3, accent="#00ff00", color="#0000ff")
    root = ElementTree.fromstring(result.path(Kind.DOCUMENT).read_text(encoding="utf-8"))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("id")]
    assert [group.get("id") for group in groups] == [
        f"icon-{name}" for name in json.loads(result.text)["icons"]
    ]
    for group in groups:
        strokes = {each.get("stroke-width") for each in group.iter(f"{SVG}g") if each.get("stroke")}
        assert strokes == {"3"}
    colors = {color for _, color in result.image().getcolors(1 << 20) or ()}
    assert {(0, 255, 0), (0, 0, 255), (0xFB, 0xF9, 0xF5)} <= colors


def test_sharp_corners_and_lines_without_tint_are_as_asked(tmp_path: Path) -> None:
    result = run(tmp_path, "icon-pack", ["mail"], count=1, style="line", corners="sharp", accent="#00ff00")
    svg = result.path(Kind.DOCUMENT).read_text(encoding="utf-8")
    assert 'rx="0"' in svg
    assert "miter" in svg
    assert "#00ff00" not in svg


@pytest.mark.parametrize("count", [1, 5, 7, 12, 48])
def test_any_count_makes_a_sheet_without_a_lonely_icon(tmp_path: Path, count: int) -> None:
    image = run(tmp_path, "icon-pack", ["office"], count=count).image()
    assert 0.3 < image.height / image.width < 2.2


def test_letters_that_the_type_lacks_are_left_out_with_a_warning(tmp_path: Path) -> None:
    result = run(tmp_path, "icon-pack", ["Café 咖啡 coffee <b>"], count=2)
    assert any("咖啡" in said for said in result.warnings)
    assert "&lt;b&gt;" in result.path(Kind.DOCUMENT).read_text(encoding="utf-8")


def test_equal_themes_give_equal_bytes(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        result = run(tmp_path, "icon-pack", ["sport"], count=3)
        made.append([result.path(kind).read_bytes() for kind in (Kind.IMAGE, Kind.DOCUMENT)])
    assert made[0] == made[1]


def test_round_and_sharp_differ() -> None:
    glyph = glyphs()[0]
    assert list(drawn(glyph, ROUND)) != list(drawn(glyph, Style("duotone", 2.4, False, "#000000", "#ff0000")))


@pytest.mark.parametrize(("count", "columns"), [(4, 2), (6, 3), (8, 4), (12, 4), (20, 5)])
def test_sheets_are_wide_rather_than_tall(count: int, columns: int) -> None:
    assert columns_for(count) == columns
