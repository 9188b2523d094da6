"""The action as a whole: equal bytes, variants, colours of words and kits, logos, and what is refused."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drafts import BRIEFS, LAYOUTS, SVG, draft, embedded, kit, overlap
from graphic_jobs import SAMPLES

from limner.actions.colour_spaces import difference, srgb_to_lab, to_unit
from limner.actions.specs.drafts import DRAFT_LAYOUT
from limner.actions.svg import render
from limner.errors import InvalidInput
from limner.types import Kind

MAKE = """
import hashlib, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {here!r}]
from drafts import BRIEFS, draft, kit
from graphic_jobs import SAMPLES
for layout in ("poster", "mood-board"):
    pictures = [SAMPLES / "coffee.png"]
    made = draft(Path(sys.argv[1]), BRIEFS[layout], pictures, layout=layout, brand=kit("homestead"), seed=3)
    for each in made.results.made:
        print(hashlib.sha256(each.path.read_bytes() if each.path else each.text.encode()).hexdigest())
"""


def test_two_processes_draw_the_same_bytes(tmp_path: Path) -> None:
    here = Path(__file__).parent
    code = MAKE.format(tests=str(here.parent), here=str(here))
    said = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": str(number)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        said.append(done.stdout)
    assert said[0] == said[1]
    assert len(set(said[0].split())) == 6


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_seed_gives_other_variants(tmp_path: Path, layout: str) -> None:
    made = {
        hashlib.sha256(
            draft(tmp_path, BRIEFS[layout], layout=layout, seed=seed, size=256).svg.encode()
        ).digest()
        for seed in range(4)
    }
    assert len(made) >= 2
    assert draft(tmp_path, BRIEFS[layout], layout=layout, run_seed=1).svg


def test_the_account_says_what_it_is(tmp_path: Path) -> None:
    account = draft(tmp_path, "poster for a tea house", seed=2_147_483_647, aspect_ratio="4:5").account
    assert (account["model"], account["fidelity"]) == ("limner/draft-1", "layout-draft")
    assert (account["layout"], account["aspect_ratio"], account["seed"]) == ("poster", "4:5", 2_147_483_647)
    assert {"palette", "fonts", "copy", "slots", "unmatched_terms"} <= set(account)


def test_the_picture_is_what_the_svg_shows(tmp_path: Path) -> None:
    made = draft(tmp_path, BRIEFS["poster"], [SAMPLES / "coffee.png"], seed=1)
    fonts = sorted(path.name for path in (SAMPLES.parent / "fonts").glob("*.ttf"))
    drawn = render(made.results.path(Kind.DOCUMENT).read_text(encoding="utf-8"), made.image.size, fonts)
    assert np.array_equal(np.asarray(drawn.convert("RGB")), np.asarray(made.image))


def test_layers_have_names_and_nothing_comes_from_outside(tmp_path: Path) -> None:
    made = draft(tmp_path, BRIEFS["event"], [SAMPLES / "coffee.png"], brand=kit("night-market"), size=900)
    names = [each.get("id") for each in made.root if each.tag == f"{SVG}g"]
    assert names == [
        name
        for name in ("ground", "ornament", "pictures", "panels", "emblems", "copy", "brand")
        if name in names
    ]
    assert {"pictures", "copy", "brand"} <= set(names)
    addresses = [value for each in made.root.iter() for key, value in each.items() if key.endswith("href")]
    assert addresses and all(address.startswith("data:image/") for address in addresses)
    families = {str(each.get("font-family")) for each in made.root.iter(f"{SVG}text")}
    assert all(family.endswith(("sans-serif", "monospace", "serif")) and "," in family for family in families)


NAMED = {
    "ocean blue": "#0b5d8f", "terracotta": "#c4623f", "forest green": "#24533a", "lavender": "#b9a5e2",
    "mustard": "#d5a021", "hot pink": "#f0408c", "#336699": "#336699",
}  # fmt: skip


@pytest.mark.parametrize("words", NAMED)
def test_a_colour_that_is_named_is_on_the_page(tmp_path: Path, words: str) -> None:
    for seed in range(2):
        made = draft(tmp_path, f"poster for a swimming club in {words}", seed=seed, size=300)
        near = difference(_lab(np.asarray(made.image)), _lab(_pixel(NAMED[words]))) < 8
        assert near.mean() > 0.04, f"{words} with seed {seed} covers {near.mean():.1%}"


def test_ocean_blue_is_blue_and_not_brown(tmp_path: Path) -> None:
    made = draft(tmp_path, "Make a poster for a running shoe launch in ocean blue", size=300)
    red, green, blue = (int(made.account["palette"][2]["hex"][at : at + 2], 16) for at in (1, 3, 5))
    assert made.account["palette"][2]["source"] == "brief"
    assert blue > green > red


def test_moods_choose_other_colours(tmp_path: Path) -> None:
    found = {
        mood: draft(tmp_path, f"{mood} poster", size=256).account["palette"][0]["hex"]
        for mood in ("calm", "neon night")
    }
    assert _light(found["calm"]) > 0.7 > 0.1 > _light(found["neon night"])


def test_a_kits_type_is_used_or_said(tmp_path: Path) -> None:
    fonts = draft(tmp_path, "poster", brand=kit("night-market")).account["fonts"]
    assert (fonts["heading"]["family"], fonts["heading"]["weight"]) == ("Inter", 700)
    assert fonts["body"]["family"] == "JetBrainsMono"
    assert "notes" not in fonts
    other = {"type": {"heading": {"family": "Playfair Display", "weight": 700}, "body": {"family": "Roboto"}}}
    fonts = draft(tmp_path, "poster", brand=json.dumps(other)).account["fonts"]
    assert fonts["heading"]["family"] == "LimnerSerif"
    assert any("Playfair Display" in note for note in fonts["notes"])


@pytest.mark.parametrize("name", ["homestead", "night-market"])
def test_the_logo_stands_in_clear_space(tmp_path: Path, name: str) -> None:
    for layout in LAYOUTS[:: 2 if name == "homestead" else 3]:
        made = draft(tmp_path, BRIEFS[layout], layout=layout, brand=kit(name), size=1400, seed=1)
        (logo,) = (each for each in made.layer("brand") if each.tag == f"{SVG}image")
        left, top, width, height = (float(str(logo.get(key))) for key in ("x", "y", "width", "height"))
        space = 0.5 * height
        clear = (left - space, top - space, left + width + space, top + height + space)
        assert not any(overlap(clear, line.box) for line in made.lines()), (
            f"{layout}: type in the logo's space"
        )
        kind, picture = embedded(logo)
        assert kind == "image/png"
        assert width / height == pytest.approx(picture.width / picture.height, rel=0.02)
        assert (
            left >= 0
            and top >= 0
            and left + width <= made.account["width"]
            and top + height <= made.account["height"]
        )


def test_a_kit_without_a_picture_of_its_logo_signs_with_its_name(tmp_path: Path) -> None:
    made = draft(tmp_path, "poster", brand=json.dumps({**json.loads(kit("homestead")), "logo": "asset_123"}))
    assert made.texts("brand-name") == ["Homestead"]


@pytest.mark.parametrize(
    ("brand", "problem"),
    [
        ("{", "JSON"), ("[1]", "object"), ('{"palette": [{"hex": "red"}]}', "#rrggbb"),
        ('{"hex_codes": [7]}', "#rrggbb"),
        ('{"logo": "data:image/png;base64,AAAA"}', "logo"),
        ('{"logo": "data:image/svg+xml;base64,PHN2Zz48aW1hZ2UgaHJlZj0iL2V0Yy9wYXNzd2QiLz48L3N2Zz4="}', "logo"),
    ],
)  # fmt: skip
def test_a_kit_that_cannot_be_read_is_refused(tmp_path: Path, brand: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=r"params\.brand") as raised:
        draft(tmp_path, "poster", brand=brand)
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    "brand",
    ["{}", '{"name": ""}', '{"hex_codes": ["#112233"]}', '{"colors": {"paper": "#777777", "ink": "#888888"}}',
     '{"name": "X", "type": {"heading": "Inter"}, "voice": 3, "palette": {}}'],
)  # fmt: skip
def test_a_kit_with_little_in_it_still_gives_a_readable_page(tmp_path: Path, brand: str) -> None:
    made = draft(tmp_path, BRIEFS["event"], brand=brand)
    assert made.lines()
    if "#777777" in brand:
        assert "contrast" in {each["source"] for each in made.account["palette"]}


def test_pictures_are_cut_around_what_matters(tmp_path: Path) -> None:
    from PIL import Image, ImageDraw

    wide = Image.new("RGB", (1500, 300), "#d8d4cc")
    ImageDraw.Draw(wide).ellipse((1180, 60, 1360, 240), fill="#c02010")
    made = draft(tmp_path, "story", [wide], size=600, seed=1)
    (image,) = (each for each in made.layer("pictures") if each.tag == f"{SVG}image")
    pixels = np.asarray(embedded(image)[1].convert("RGB")).astype(int)
    assert ((pixels[..., 0] - pixels[..., 2]) > 100).mean() > 0.1, "the red disc at the right is in the cut"


def test_every_layout_is_made_for_nothing_at_all(tmp_path: Path) -> None:
    for layout in LAYOUTS:
        made = draft(tmp_path, "", layout=layout, size=256)
        assert made.account["unmatched_terms"] == []
        assert made.headline or layout == "icon-sheet"


def test_the_spec_takes_none_or_many() -> None:
    assert [(port.kind, port.least, port.most) for port in DRAFT_LAYOUT.inputs] == [
        (Kind.TEXT, 0, 1),
        (Kind.IMAGE, 0, 12),
    ]
    assert [port.kind for port in DRAFT_LAYOUT.outputs] == [Kind.IMAGE, Kind.DOCUMENT, Kind.TEXT]


def _pixel(color: str) -> np.ndarray:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)


def _lab(pixels: np.ndarray) -> np.ndarray:
    return srgb_to_lab(to_unit(pixels))


def _light(color: str) -> float:
    return float(_pixel(color).mean() / 255)


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [(["16:9", "4:5", "1:1"], "4:5"), (["16:9", "3:1"], "2:3"), (["2-3", 7, "1:0"], "2:3")],
)
def test_a_kits_nearest_ratio_is_taken_where_none_is_asked_for(
    tmp_path: Path, ratios: list[object], expected: str
) -> None:
    brand = json.dumps({"name": "Acme", "ratios": ratios})
    assert (
        draft(tmp_path, "poster", layout="poster", brand=brand, size=256).account["aspect_ratio"] == expected
    )
    asked = draft(tmp_path, "poster", layout="poster", brand=brand, size=256, aspect_ratio="1:1")
    assert asked.account["aspect_ratio"] == "1:1"


def test_words_that_a_brand_wants_everywhere_are_set_once(tmp_path: Path) -> None:
    for text, times in (("poster for a pottery weekend", 1), ('poster "Homestead opens"', 1)):
        brand = {**json.loads(kit("homestead")), "voice": {"required_words": ["Homestead"]}}
        made = draft(tmp_path, text, brand=json.dumps(brand), size=800)
        said = [each["text"] for each in made.account["copy"] if each["role"] != "logo"]
        assert sum("Homestead" in each for each in said) == times, said
