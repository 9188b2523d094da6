"""Runs of models: what is asked of one, what comes out, and what is the same work."""

import hashlib
import io
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from limner.app.documents import local_place, run_document
from limner.app.requests import RunFilter, StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.errors import IdempotencyConflict, InvalidInput, NotFound, Unavailable
from limner.library import brand_folder, sample
from limner.server import open_studio
from limner.types import Disposition, Json, Status

pytestmark = pytest.mark.anyio
DRAFT = "limner/draft-1"
COFFEE = str(sample("coffee.png"))
BRIEF = (
    "A poster for a spring sale at a bakery, everything half price, Saturday 10 to 4, with a purple giraffe"
)
CALL: dict[str, Any] = {
    "generate": "image",
    "prompt": BRIEF,
    "model_id": DRAFT,
    "params": {"layout": "poster", "aspect_ratio": "4:5", "size": 512},
    "seed": 7,
}


@asynccontextmanager
async def a_studio(home: Path) -> AsyncIterator[Studio]:
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(Path(COFFEE).parent)})
    async with open_studio(settings) as studio:
        yield studio


async def finished(studio: Studio, **more: Any) -> RunView:
    started = await studio.start_run("local", StartRequest(**{**CALL, **more}))
    view = await studio.wait("local", started.run.run_id, 120)
    assert view.run.status is Status.COMPLETED, view.run.error
    return RunView(view.run, view.assets, started.disposition)


def hashes(studio: Studio, view: RunView) -> dict[str, str]:
    """Return the SHA-256 of each output by its id."""
    found: dict[str, str] = {}
    for output in view.run.outputs:
        whole = (output.text or "").encode()
        if output.asset_id:
            whole = studio.path(view.assets[output.asset_id]).read_bytes()
        found[output.output_id] = hashlib.sha256(whole).hexdigest()
    return found


def about(view: RunView) -> Json:
    """Return what the model says of the draft."""
    (text,) = [output.text for output in view.run.outputs if output.text is not None]
    told: Json = json.loads(text)
    return told


async def executed(studio: Studio, view: RunView) -> bool:
    """Whether a worker made the result, and not the cache."""
    events = await studio.events("local", view.run.run_id, 0)
    (step,) = [event for event in events if event.type == "step_completed"]
    return not step.data["cached"]


async def test_a_draft_is_a_picture_a_drawing_and_what_it_leaves_out(home: Path) -> None:
    async with a_studio(home) as studio:
        view = await finished(studio, idempotency_key="a")
        document = run_document(view, lambda asset: local_place(studio, asset))
        outputs = {output.output_id: output for output in view.run.outputs}
        picture = studio.path(view.assets[outputs["image"].asset_id or ""])
        drawing = studio.path(view.assets[outputs["document"].asset_id or ""])
        with Image.open(picture) as image:
            assert image.format == "PNG"
            assert image.width / image.height == pytest.approx(4 / 5, rel=0.005)
        assert drawing.read_text(encoding="utf-8").lstrip().startswith(("<svg", "<?xml"))
    told = about(view)
    assert list(outputs) == ["image", "document", "text"]
    assert document["type"] == "generation"
    assert document["model"] == {"model_id": DRAFT}
    assert not {"technique", "action"} & set(document)
    assert document["fidelity"] == told["fidelity"] == "layout-draft"
    assert "giraffe" in document["unmatched_terms"]
    assert document["unmatched_terms"] == told["unmatched_terms"][:20]
    assert document["cost"] == {"estimated_usd": 0, "charged_usd": 0}
    assert document["seed"] == 7
    assert "layout draft, not a generated picture" in document["next_step"]
    assert len(json.dumps(document)) < 2000


async def test_a_pending_run_of_a_draft_model_says_what_it_will_be(home: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home)})
    async with open_studio(settings, works=False) as studio:
        started = await studio.start_run("local", StartRequest(**CALL))
        document = run_document(started, lambda asset: {})
    assert (document["status"], document["fidelity"]) == ("pending", "layout-draft")
    assert "unmatched_terms" not in document


async def test_equal_work_has_equal_bytes_in_another_data_folder(home: Path) -> None:
    async with a_studio(home) as studio:
        here = hashes(studio, await finished(studio, brand_kit="homestead", inputs={"image": COFFEE}))
    async with a_studio(home.parent / "elsewhere") as studio:
        there = hashes(studio, await finished(studio, brand_kit="homestead", inputs={"image": [COFFEE]}))
    assert here == there
    assert set(here) == {"image", "document", "text"}


async def test_the_same_work_is_taken_from_the_cache_and_other_work_is_not(home: Path) -> None:
    async with a_studio(home) as studio:
        first = await finished(studio, idempotency_key="one")
        again = await finished(studio, idempotency_key="two")
        routed = await finished(
            studio, model_id=None, params={**CALL["params"], "accept_drafts": "true"}, idempotency_key="three"
        )
        other = await finished(studio, seed=8, idempotency_key="four")
        assert first.run.run_id != again.run.run_id
        assert [await executed(studio, each) for each in (first, again, routed, other)] == [
            True,
            False,
            False,
            True,
        ]
        assert first.run.fingerprint == again.run.fingerprint == routed.run.fingerprint
        assert hashes(studio, first) == hashes(studio, again) == hashes(studio, routed)
        assert hashes(studio, first) != hashes(studio, other)
        assert (routed.run.target_id, about(other)["seed"]) == (DRAFT, 8)


async def test_a_key_is_one_request_and_a_conflict_says_what_differs(home: Path) -> None:
    key = {"idempotency_key": "sale"}
    async with a_studio(home) as studio:
        first = await finished(studio, **key, inputs={"image": COFFEE})
        again = await finished(studio, **key, inputs={"image": [COFFEE]})
        assert again.disposition is Disposition.REPLAYED
        assert again.run.run_id == first.run.run_id
        changed: list[tuple[Json, str]] = [
            ({"prompt": "Another brief"}, "prompt"),
            ({"params": {**CALL["params"], "aspect_ratio": "1:1"}}, "params.aspect_ratio"),
            ({"seed": 1}, "seed"),
            ({"brand_kit": "homestead"}, "brand_kit"),
            ({"inputs": {}}, "inputs.image"),
        ]
        for change, field in changed:
            with pytest.raises(IdempotencyConflict) as conflict:
                await finished(studio, **{"inputs": {"image": COFFEE}, **key, **change})
            assert conflict.value.run_id == first.run.run_id
            assert [each["field"] for each in conflict.value.diff] == [field]


async def test_a_run_keeps_its_kits_revision_and_its_logo_while_the_kit_is_edited(home: Path) -> None:
    folder = home / "brands" / "mine"
    shutil.copytree(brand_folder() / "homestead", folder)
    kit = (folder / "kit.yaml").read_text(encoding="utf-8")
    (folder / "kit.yaml").write_text(kit.replace("brand_kit: homestead", "brand_kit: mine"), encoding="utf-8")
    settings = read_settings({"LIMNER_HOME": str(home)})
    async with open_studio(settings, works=False) as studio:
        started = await studio.start_run("local", StartRequest(**{**CALL, "brand_kit": "mine"}))
    shutil.rmtree(folder)
    async with a_studio(home) as studio:
        view = await studio.wait("local", started.run.run_id, 120)
        assert view.run.status is Status.COMPLETED, view.run.error
        mine = hashes(studio, view)
        theirs = hashes(studio, await finished(studio, brand_kit="homestead"))
    assert mine == theirs


async def test_a_kit_gives_its_colours_and_scores_the_picture_with_its_copy(home: Path) -> None:
    async with a_studio(home) as studio:
        view = await finished(studio, brand_kit="homestead")
        plain = await finished(studio, brand_kit=None)
        kit = await studio.get_brand("homestead")
        events = await studio.events("local", view.run.run_id, 0)
        outputs = {output.output_id: output for output in view.run.outputs}
        data = studio.path(view.assets[outputs["image"].asset_id or ""]).read_bytes()
    colors = [color["hex"] for color in kit.definition["palette"]]
    with Image.open(io.BytesIO(data)) as image:
        counted = image.convert("RGB").getcolors(image.width * image.height) or []
    shares = {f"#{r:02x}{g:02x}{b:02x}": count / image.width / image.height for count, (r, g, b) in counted}
    assert sum(shares.get(color, 0) for color in colors) > 0.3
    assert plain.run.evaluation is None
    assert view.run.evaluation is not None
    (evaluated,) = [event.data for event in events if event.type == "evaluated"]
    criteria = {each["id"]: each for each in evaluated["criteria"]}
    assert criteria["palette"]["score"] == 1
    assert "score" in criteria["banned_words"]  # what is set on the picture is read, not the brief
    assert evaluated["brand_kit"] == "homestead"


async def test_words_that_a_brand_never_uses_are_found_on_the_picture(home: Path) -> None:
    params = {**CALL["params"], "headline": "Hurry, last chance"}
    async with a_studio(home) as studio:
        view = await finished(studio, brand_kit="homestead", params=params)
        events = await studio.events("local", view.run.run_id, 0)
    (evaluated,) = [event.data for event in events if event.type == "evaluated"]
    banned = next(each for each in evaluated["criteria"] if each["id"] == "banned_words")
    assert set(banned["evidence"]["words"]) == {"hurry", "last chance"}


async def test_a_dry_run_prices_a_draft_and_starts_nothing(home: Path) -> None:
    async with a_studio(home) as studio:
        cost = await studio.price("local", StartRequest(**CALL, max_cost_usd=0))
        assert (await studio.list_runs("local", RunFilter())).items == ()
    row = {"step": DRAFT, "estimated_usd": 0, "count": 1, "model_id": DRAFT}
    assert cost == {"estimated_usd": 0, "by_step": [row]}


REFUSED: dict[str, tuple[Json, list[str], str]] = {
    "no prompt": ({"prompt": None}, ["prompt"], "say what to make"),
    "an empty prompt": ({"prompt": " \n"}, ["prompt"], "say what to make"),
    "a prompt without end": ({"prompt": "a" * 4001}, ["prompt"], "4001 characters"),
    "half a character": ({"prompt": "a \ud800"}, ["prompt"], "surrogate"),
    "half a character to set": ({"params": {"headline": "a \ud800"}}, ["params.headline"], "surrogate"),
    "half a character in a name": ({"inputs": {"image": "a\ud800.png"}}, ["inputs.image[0]"], "surrogate"),
    "a parameter nearly spelled right": ({"params": {"layuot": "poster"}}, ["params.layuot"], "'layout'"),
    "a wish nearly spelled right": (
        {"params": {"acept_drafts": True}},
        ["params.acept_drafts"],
        "'accept_drafts'",
    ),
    "a value that is not one": ({"params": {"layout": "sculpture"}}, ["params.layout"], "poster"),
    "a wish that is neither yes nor no": (
        {"params": {"accept_drafts": "perhaps"}},
        ["params.accept_drafts"],
        "perhaps",
    ),
    "what the run says itself": (
        {"params": {"brand": "{}", "seed": 1}},
        ["params.brand", "params.seed"],
        "no such",
    ),
    "an input that it does not take": ({"inputs": {"video": "a.mp4"}}, ["inputs.video"], "image"),
    "too many pictures": ({"inputs": {"image": [COFFEE] * 13}}, ["inputs.image"], "13"),
    "a picture that is not there": ({"inputs": {"image": "none.png"}}, ["inputs.image"], "none.png"),
    "a revision": ({"revision": "rev_1"}, ["revision"], "only techniques"),
    "an unknown kit": ({"brand_kit": "homested"}, ["brand_kit"], "homestead"),
    "another type": ({"generate": "video"}, ["model_id"], "makes image, not video"),
    "an unknown type": ({"generate": "smell"}, ["generate"], "image, video, audio, text"),
    "a technique too": ({"technique_id": "palette-pull"}, ["technique_id"], "generate"),
}


@pytest.mark.parametrize("mistake", REFUSED)
async def test_what_is_wrong_is_named_before_a_run_exists(home: Path, mistake: str) -> None:
    change, fields, word = REFUSED[mistake]
    async with a_studio(home) as studio:
        with pytest.raises(InvalidInput) as refused:
            await studio.start_run("local", StartRequest(**{**CALL, "params": {}, **change}))
        assert (await studio.list_runs("local", RunFilter())).items == ()
    assert [each.field for each in refused.value.fields] == fields
    assert word in refused.value.message + refused.value.next_step


async def test_a_prompt_or_a_model_without_generate_is_refused(home: Path) -> None:
    async with a_studio(home) as studio:
        with pytest.raises(InvalidInput) as refused:
            await studio.start_run(
                "local",
                StartRequest(action_id="split-text", prompt="a", model_id=DRAFT, inputs={"text": "a"}),
            )
        assert [each.field for each in refused.value.fields] == ["prompt", "model_id"]


@pytest.mark.parametrize("kind", ["image", "video", "text"])
async def test_without_a_provider_a_kind_is_refused_and_an_image_says_how_a_draft_is_had(
    home: Path, kind: str
) -> None:
    async with a_studio(home) as studio:
        with pytest.raises(Unavailable) as refused:
            await studio.start_run(
                "local", StartRequest(**{**CALL, "generate": kind, "model_id": None, "params": {}})
            )
        assert (await studio.list_runs("local", RunFilter())).items == ()
    message = refused.value.message
    assert refused.value.code == "needs_provider"
    assert f"No {kind} model is configured." in message
    ways = (f'model_id="{DRAFT}"', '{"accept_drafts": true}', "layout draft", "placeholders")
    assert [way in message for way in ways] == [kind == "image"] * 4
    assert "list_techniques(runnable_only=true)" in refused.value.next_step


async def test_an_unknown_model_is_not_found_and_the_nearest_is_named(home: Path) -> None:
    async with a_studio(home) as studio:
        with pytest.raises(NotFound, match=f"Did you mean {DRAFT}") as refused:
            await studio.start_run("local", StartRequest(**{**CALL, "model_id": "limner/draft1"}))
    assert [each.field for each in refused.value.fields] == ["model_id"]
