"""Brand kits in runs: what `$brand` gives to steps, and what a kit's revision is to a request."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from limner.app.brands import brand_document, brand_row
from limner.app.requests import BrandFilter, StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.errors import IdempotencyConflict, InvalidInput, NotFound
from limner.library import brand_folder, sample
from limner.server import open_studio
from limner.types import Status

pytestmark = pytest.mark.anyio
COFFEE = str(sample("coffee.png"))
HEAD = "name: Test\ndescription: For a test.\n"
WORDS = f"""
technique_id: tech_words
{HEAD}
steps:
  join:
    action: concat-text
    inputs:
      text: [$brand.name, $brand.colors.primary, "{{{{ brand.voice.tone | truncate(9) }}}}", "$brand.palette[1].name"]
    params: {{separator: "|"}}
  each: {{action: concat-text, for_each: $brand.palette, inputs: {{text: [$item.name, $item.hex]}}}}
outputs:
  - {{id: line, type: text, from: $steps.join.text}}
  - {{id: colors, type: text, allow_multiple: true, from: $steps.each.text}}
"""
STAMP = f"""
technique_id: tech_stamp
{HEAD}
steps:
  hero: {{action: blur-image, inputs: {{image: "$brand.references[0]"}}, params: {{radius: 0}}}}
  soft: {{action: blur-image, inputs: {{image: $brand.logo}}, params: {{radius: 0}}}}
outputs:
  - {{id: hero, type: imageUrl, optional: true, from: $steps.hero.image}}
  - {{id: logo, type: imageUrl, optional: true, from: $steps.soft.image}}
"""
MAYBE = f"""
technique_id: tech_maybe
{HEAD}
brand_kit: optional
steps:
  join: {{action: concat-text, inputs: {{text: [{{first: [$brand.name, nobody]}}, here]}}, params: {{separator: "-"}}}}
outputs: [{{id: line, type: text, from: $steps.join.text}}]
"""
OUTER = f"""
technique_id: tech_outer
{HEAD}
steps:
  inner: {{technique: tech_words}}
outputs: [{{id: line, type: text, from: $steps.inner.line}}]
"""


@asynccontextmanager
async def studio_with(home: Path, *techniques: str) -> AsyncIterator[Studio]:
    """Yield a Studio whose drafts are these technique files."""
    folder = home / "techniques"
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(techniques):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    roots = str(sample("coffee.png").parent)
    async with open_studio(read_settings({"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": roots})) as studio:
        assert studio.techniques.problems() == []
        yield studio


def own_kit(home: Path, **changes: str) -> Path:
    """Copy a built-in kit into the data folder under the id `mine`, with parts of its text replaced."""
    folder = home / "brands" / "mine"
    shutil.copytree(brand_folder() / "homestead", folder, dirs_exist_ok=True)
    text = (
        (folder / "kit.yaml").read_text(encoding="utf-8").replace("brand_kit: homestead", "brand_kit: mine")
    )
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "kit.yaml").write_text(text, encoding="utf-8")
    return folder


async def finish(studio: Studio, name: str, **more: Any) -> RunView:
    """Start a draft and return the run when it has ended."""
    started = await studio.start_run("local", StartRequest(technique_id=name, revision="draft", **more))
    view = await studio.wait("local", started.run.run_id, 60)
    assert view.run.status is Status.COMPLETED, view.run.error
    return view


def texts(view: RunView, output_id: str) -> list[str | None]:
    return [output.text for output in view.run.outputs if output.output_id == output_id]


async def test_what_the_kit_shows_reaches_steps_templates_and_nested_techniques(home: Path) -> None:
    async with studio_with(home, WORDS, OUTER) as studio:
        view = await finish(studio, "tech_words", brand_kit="homestead")
        nested = await finish(studio, "tech_outer", brand_kit="night-market")
    assert texts(view, "line") == ["Homestead|#9caf88|Calm and…|Sage"]
    assert texts(view, "colors")[0] == "Linen\n#efe8dc"
    assert len(texts(view, "colors")) == 5
    assert texts(nested, "line")[0].startswith("Night Market|#ff4f79|")
    assert view.run.brand_kit == "homestead"
    assert view.run.request["brand_kit"]["revision"].startswith("rev_")


async def test_the_logo_reaches_steps_as_a_picture_drawn_from_its_svg(home: Path) -> None:
    async with studio_with(home, STAMP) as studio:
        view = await finish(studio, "tech_stamp", brand_kit="homestead")
        assert all(each.height for each in view.assets.values())
        again = await finish(studio, "tech_stamp", brand_kit="homestead", allow_duplicate=True)
        logo = next(each for each in view.run.outputs if each.output_id == "logo")
        with Image.open(studio.path(view.assets[str(logo.asset_id)])) as picture:
            assert max(picture.size) == 1024
            assert picture.mode == "RGBA"
            assert picture.getpixel((0, 0))[3] == 0
            forest = picture.getpixel((picture.width // 2, 110))
            assert forest == (0x2F, 0x3B, 0x35, 255)
    assert {each.output_id for each in view.run.outputs} == {"hero", "logo"}
    assert [each.asset_id for each in again.run.outputs] == [each.asset_id for each in view.run.outputs]


async def test_a_technique_that_reads_the_kit_is_refused_without_one_before_a_run_exists(home: Path) -> None:
    async with studio_with(home, WORDS, OUTER, MAYBE) as studio:
        for name in ("tech_words", "tech_outer"):
            with pytest.raises(InvalidInput, match="brand_kit: is required") as refused:
                await studio.start_run("local", StartRequest(technique_id=name, revision="draft"))
            assert [each.field for each in refused.value.fields] == ["brand_kit"]
            assert "homestead" in refused.value.next_step
        alone = await finish(studio, "tech_maybe")
        branded = await finish(studio, "tech_maybe", brand_kit="night-market")
    assert texts(alone, "line") == ["nobody-here"]
    assert texts(branded, "line") == ["Night Market-here"]
    assert alone.run.brand_kit is None


async def test_an_unknown_kit_is_refused_with_its_field_and_the_way_out(home: Path) -> None:
    request = StartRequest(action_id="qr-code-generator", inputs={"text": "x"}, brand_kit="homested")
    async with studio_with(home) as studio:
        for ask in (studio.start_run, studio.price):
            with pytest.raises(InvalidInput, match="homested") as refused:
                await ask("local", request)
            assert [each.field for each in refused.value.fields] == ["brand_kit"]
            assert "Did you mean homestead" in refused.value.message
            assert "night-market" in refused.value.next_step


async def test_a_changed_kit_is_another_request_under_the_same_key(home: Path) -> None:
    own_kit(home)
    request = StartRequest(technique_id="tech_words", revision="draft", brand_kit="mine", idempotency_key="k")
    async with studio_with(home, WORDS) as studio:
        first = await studio.start_run("local", request)
        assert (await studio.start_run("local", request)).run.run_id == first.run.run_id
        own_kit(home, Sage="Moss")
        with pytest.raises(IdempotencyConflict) as conflict:
            await studio.start_run("local", request)
        assert [each["field"] for each in conflict.value.details()["diff"]] == ["brand_kit.revision"]


async def test_a_run_keeps_the_revision_that_it_was_started_with(home: Path) -> None:
    own_kit(home)
    settings = read_settings({"LIMNER_HOME": str(home)})
    (home / "techniques").mkdir(parents=True)
    (home / "techniques" / "a.yaml").write_text(STAMP.replace("outputs:", f"{NAMED}outputs:\n{NAME_OUT}"))
    async with open_studio(settings, works=False) as idle:
        request = StartRequest(technique_id="tech_stamp", revision="draft", brand_kit="mine")
        started = await idle.start_run("local", request)
        before = await idle.get_brand("mine")
    shutil.rmtree(home / "brands")
    async with open_studio(settings) as studio:
        view = await studio.wait("local", started.run.run_id, 60)
        assert view.run.status is Status.COMPLETED, view.run.error
        kept = await studio.get_brand("mine", before.revision)
        assert brand_document(kept) == brand_document(before)
        with pytest.raises(NotFound, match="no brand kit 'mine'"):
            await studio.get_brand("mine")
        with pytest.raises(NotFound, match="no revision rev_0"):
            await studio.get_brand("homestead", "rev_0")
    assert texts(view, "name") == ["Homestead"]
    assert {each.output_id for each in view.run.outputs} == {"hero", "logo", "name"}


NAMED = "  name: {action: concat-text, inputs: {text: [$brand.name]}}\n"
NAME_OUT = "  - {id: name, type: text, from: $steps.name.text}"


async def test_kits_are_listed_in_pages_and_searched(home: Path) -> None:
    own_kit(home)
    async with studio_with(home) as studio:
        first = await studio.list_brands(BrandFilter(limit=2))
        rest = await studio.list_brands(BrandFilter(limit=2, cursor=first.next_cursor))
        found = await studio.list_brands(BrandFilter(query="street FOOD"))
        for wrong in (BrandFilter(limit=0), BrandFilter(limit=101), BrandFilter(cursor="%")):
            with pytest.raises(InvalidInput):
                await studio.list_brands(wrong)
    assert [kit.brand_kit for kit in (*first.items, *rest.items)] == ["homestead", "mine", "night-market"]
    assert (first.total_estimate, rest.next_cursor) == (3, None)
    assert [brand_row(kit)["brand_kit"] for kit in found.items] == ["night-market"]
    assert brand_row(found.items[0])["colors"][0] == "#14122b"


async def test_a_changed_picture_is_seen_and_makes_another_revision(home: Path) -> None:
    folder = own_kit(home)
    async with studio_with(home) as studio:
        before = await studio.get_brand("mine")
        logo = (folder / "logo.svg").read_text()
        (folder / "logo.svg").write_text(logo.replace("#9caf88", "#9caf89"))
        after = await studio.get_brand("mine")
        (folder / "logo.svg").unlink()
        with pytest.raises(NotFound):
            await studio.get_brand("mine")
        assert "logo.file: 'logo.svg' cannot be read" in studio.brands.problems()[0].message
    assert before.revision != after.revision
