"""The kits that ship, what a kit shows to techniques, and what names a revision."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from PIL import Image, ImageFont

from limner.actions.drawing import picture
from limner.actions.fonts import FILES, FOLDER, PUBLIC_STYLES
from limner.actions.job import Given, Job
from limner.authored.document import parse_document
from limner.brands.format import format_schema
from limner.brands.load import from_definition, load_file
from limner.brands.rubric import CRITERIA
from limner.brands.shape import KIT_KEYS
from limner.brands.shelf import Shelf
from limner.brands.shown import shown
from limner.brands.typefaces import FAMILIES
from limner.library import brand_folder
from limner.types import Kind, Limits
from limner.types.brand import FONT_FAMILIES, SHOWN

from .kits import LOGO, SOUND, load, write_kit

KITS = ("homestead", "night-market")
PAGE = (Path(__file__).parents[2] / "docs" / "brands.md").read_text(encoding="utf-8")


def luminance(hex_code: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(hex_code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_kits_that_ship_are_sound_and_complete() -> None:
    shelf = Shelf(brand_folder(), [])
    assert shelf.problems() == []
    assert tuple(shelf.kits()) == KITS
    form = Draft202012Validator(format_schema())
    for name in KITS:
        data, _ = parse_document((brand_folder() / name / "kit.yaml").read_text(encoding="utf-8"), name)
        form.validate(data)
        assert set(data) == set(KIT_KEYS)


@pytest.mark.parametrize("name", KITS)
def test_a_kit_that_ships_keeps_its_own_rule_of_contrast(name: str) -> None:
    content = load_file(brand_folder() / name / "kit.yaml").definition
    colors = {each["role"]: luminance(each["hex"]) for each in content["palette"]}
    light, dark = max(colors["ink"], colors["paper"]), min(colors["ink"], colors["paper"])
    rule = next(each for each in content["rubric"] if each["id"] == "contrast")
    assert (light + 0.05) / (dark + 0.05) >= rule["limits"]["at_least"]


@pytest.mark.parametrize("name", KITS)
def test_a_logo_that_ships_is_drawn_whole_in_the_palettes_colours(name: str, tmp_path: Path) -> None:
    kit = load_file(brand_folder() / name / "kit.yaml")
    job = Job(
        inputs={Kind.DOCUMENT: (Given(path=kit.files[0].path),)},
        params={"max_pixels": 512, "is_tall": False},
        folder=tmp_path,
        limits=Limits(),
    )
    (made,) = picture(job)
    assert made.path is not None
    with Image.open(made.path) as drawn:
        colours = drawn.getcolors(1 << 20) or []
        box = drawn.getchannel("A").getbbox()
        assert box is not None
        assert min(box[0], box[1], drawn.width - box[2], drawn.height - box[3]) > 0, "something is cut off"
    solid = {f"#{r:02x}{g:02x}{b:02x}" for count, (r, g, b, a) in colours if a == 255 and count > 500}
    assert solid
    assert solid <= {each["hex"] for each in kit.definition["palette"]}


def test_families_and_weights_are_those_of_the_bundled_fonts() -> None:
    weights = {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
    names = [ImageFont.truetype(path, 10).getname() for path in FOLDER.glob("*.ttf")]
    bundled = {(family, weights[str(style)]) for family, style in names if style in weights}
    ours = {(name, weight) for name, family in FAMILIES.items() for weight in family.weights}
    assert ours == bundled
    used = {font for family in FAMILIES.values() for font in family.fonts.values()}
    assert used <= set(FONT_FAMILIES)
    assert PUBLIC_STYLES == FONT_FAMILIES
    assert used <= set(FILES)


def _fits(value: Any, promise: Any) -> bool:
    if isinstance(promise, tuple):
        each, least, most = promise
        return (
            isinstance(value, list) and least <= len(value) <= most and all(_fits(one, each) for one in value)
        )
    if isinstance(promise.get("type"), str):
        schema = {"type": "string"} if promise["type"] == "image" else promise
        return Draft202012Validator(schema).is_valid(value)
    known = {name.removesuffix("?"): name for name in promise}
    required = {name for name in promise if not name.endswith("?")}
    return (
        set(value) <= set(known)
        and required <= set(value)
        and all(_fits(one, promise[known[name]]) for name, one in value.items())
    )


def test_a_kit_shows_what_techniques_are_checked_against(tmp_path: Path) -> None:
    for name in KITS:
        kit = load_file(brand_folder() / name / "kit.yaml")
        assert _fits(shown(kit, {"logo": "asset_a", "references[0]": "asset_b"}), SHOWN)
    bare = shown(load(tmp_path), {})
    assert _fits(bare, SHOWN)
    assert "logo" not in bare
    assert "accent" not in bare["colors"]
    assert not _fits({**bare, "palette": []}, SHOWN)
    assert not _fits({**bare, "extra": "x"}, SHOWN)


def test_the_same_content_is_the_same_revision_however_it_is_written(tmp_path: Path) -> None:
    kit = load(tmp_path / "a", SOUND, LOGO)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mark.svg").write_text(LOGO)
    again = load(
        tmp_path / "b",
        "# A comment\n" + "logo: {clear_space: 0.25, min_width_px: 48.0, file: mark.svg}\n"
        + SOUND.replace("#FFFFFF", "#ffffff").replace("family: LimnerSerif", "family: LimnerSerif, weight: 400")
        + "ratios: []\nreferences: []\n",
    )  # fmt: skip
    assert re.fullmatch(r"rev_[0-9a-f]{32}", kit.revision)
    assert again.revision == kit.revision
    assert from_definition(kit.definition).revision == kit.revision
    others = [
        load(tmp_path / "c", SOUND, LOGO.replace("v10", "v9")),
        load(tmp_path / "d", SOUND),
        load(tmp_path / "e", SOUND.replace("Plain.", "Plain!"), LOGO),
        load(tmp_path / "f", SOUND.replace("0.5", "0.51"), LOGO),
    ]
    assert len({kit.revision, *(other.revision for other in others)}) == 5


def test_a_kit_of_ones_own_is_found_as_a_file_or_in_a_folder_and_hides_none_that_ships(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "brands"
    write_kit(folder / "small", SOUND, LOGO)
    (folder / "flat.yaml").write_text(SOUND.replace("brand_kit: small", "brand_kit: flat"))
    (folder / "broken.yaml").write_text(SOUND.replace("name: Small", "name: 5"))
    (folder / ".hidden.yaml").write_text("?")
    (folder / "notes.txt").write_text("?")
    shutil.copytree(brand_folder() / "homestead", folder / "other")
    shelf = Shelf(brand_folder(), [folder])
    assert set(shelf.kits()) == {*KITS, "flat", "small"}
    told = [(Path(each.file).parent.name, each.message) for each in shelf.problems()]
    assert ("brands", "name must be a text.") in told
    assert [place for place, text in told if "homestead is also in homestead/kit.yaml" in text] == ["other"]
    (folder / "broken.yaml").unlink()
    (folder / "other" / "kit.yaml").unlink()
    assert shelf.problems() == []


def test_the_page_names_every_key_criterion_family_and_value() -> None:
    for name, criterion in CRITERIA.items():
        limited = "both" if len(criterion.sides) == 2 else f"`{criterion.sides[0]}`"
        assert f"| `{name}` | {criterion.measures} | {limited} |" in PAGE
    for name, family in FAMILIES.items():
        assert f"`{name}` ({', '.join(map(str, family.weights))})" in PAGE
    for key in KIT_KEYS:
        assert f"`{key}`" in PAGE
    for name in SHOWN:
        assert f"$brand.{name.removesuffix('?')}" in PAGE
