"""What is said of a completed run: in short, and in full; and that equal requests are told of equally."""

import hashlib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio
import pytest
from PIL import Image

from limner.actions.catalogue import builtin
from limner.app.provenance import run_summary
from limner.app.requests import StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.errors import NotFound, Unavailable
from limner.server import open_studio
from limner.types import Json

pytestmark = pytest.mark.anyio

MINE = """
technique_id: tech_mine
name: Mine
description: Blur a picture and say something of it
brand_kit: optional
inputs:
  - {id: image, type: imageUrl}
  - {id: line, type: text}
steps:
  ink: {action: add-text-to-image, inputs: {image: $inputs.image}, params: {text: $brand.name}, when: $brand.name}
  soft: {action: blur-image, inputs: {image: $inputs.image}, params: {radius: 4}}
  join: {action: concat-text, inputs: {text: [$inputs.line, "!"]}}
outputs:
  - {id: image, type: imageUrl, from: {first: [$steps.ink.image, $steps.soft.image]}}
  - {id: soft, type: imageUrl, from: $steps.soft.image}
  - {id: line, type: text, from: $steps.join.text}
"""
VOLATILE = {"run_id", "created_at", "started_at", "completed_at", "cached_steps"}


def opened(home: Path, *, works: bool = True) -> Any:
    folder = home / "techniques"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.yaml").write_text(MINE)
    Image.linear_gradient("L").convert("RGB").save(home / "photo.png")
    settings = {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(home)}
    return open_studio(read_settings(settings), works=works)


def asked(home: Path, key: str, **more: Any) -> StartRequest:
    inputs = {"image": str(home / "photo.png"), "line": "Größe"}
    request = StartRequest(technique_id="mine", inputs=inputs, seed=7, idempotency_key=key)
    return replace(request, **more)


async def completed(studio: Studio, request: StartRequest) -> RunView:
    started = await studio.start_run("local", request)
    with anyio.fail_after(60):
        view = await studio.wait("local", started.run.run_id, 60)
    assert view.run.status == "completed", view.run.error
    return view


def lasting(document: Json) -> Json:
    assert set(document) >= VOLATILE
    return {name: value for name, value in document.items() if name not in VOLATILE}


async def test_provenance_names_all_that_made_the_outputs(home: Path) -> None:
    async with opened(home) as studio:
        published = (await studio.techniques.publish("mine")).technique
        view = await completed(studio, asked(home, "one", brand_kit="homestead"))
        told = await studio.provenance("local", view.run.run_id)
        kit = await studio.get_brand("homestead")

        photo = hashlib.sha256((home / "photo.png").read_bytes()).hexdigest()
        (file,) = told["input_files"]
        assert (file["input"], file["sha256"]) == ("image", photo)
        assert told["inputs"] == {"image": file["asset_id"], "line": "Größe"}
        revision = published.revision
        assert told["technique"] == {"technique_id": "tech_mine", "name": "Mine", "revision": revision}
        assert told["brand_kit"] == {"brand_kit": "homestead", "revision": kit.revision}
        assert view.run.evaluation is not None
        assert (told["seed"], told["evaluation"]["score"]) == (7, view.run.evaluation["score"])

        versions = builtin().by_id
        assert [(step["step"], step["action_id"]) for step in told["steps"]] == [
            ("ink", "add-text-to-image"),
            ("join", "concat-text"),
            ("soft", "blur-image"),
        ]
        assert all(step["version"] == versions[step["action_id"]].version for step in told["steps"])
        params = {step["step"]: step["params"] for step in told["steps"]}
        assert params["soft"] == {**versions["blur-image"].defaults(), "radius": 4}
        assert params["ink"]["text"] == kit.name
        assert told["cached_steps"] == []
        assert {name: told["engine"][name] for name in ("pillow", "av", "numpy")} == {
            name: version(name) for name in ("pillow", "av", "numpy")
        }
        assert told["engine"]["limner"] == told["limner_version"]

        by_id = {output["output_id"]: output for output in told["outputs"]}
        for output in view.run.outputs:
            asset = view.assets[output.asset_id] if output.asset_id else None
            content = studio.path(asset).read_bytes() if asset else (output.text or "").encode()
            assert by_id[output.output_id]["sha256"] == hashlib.sha256(content).hexdigest()
            assert by_id[output.output_id]["size_bytes"] == len(content)
        assert (by_id["image"]["width"], by_id["image"]["media_type"]) == (256, "image/png")


async def test_the_same_request_twice_differs_in_ids_times_and_cached_steps_alone(
    home: Path, tmp_path: Path
) -> None:
    async with opened(home) as studio:
        await studio.techniques.publish("mine")
        kit = {"brand_kit": "homestead"}
        runs = [(await completed(studio, asked(home, key, **kit))).run.run_id for key in ("one", "two")]
        first, second = [await studio.provenance("local", run_id) for run_id in runs]
        other_seed = await completed(studio, asked(home, "three", seed=8, **kit))
        third = await studio.provenance("local", other_seed.run.run_id)
    elsewhere = tmp_path / "elsewhere"
    async with opened(elsewhere) as studio:
        await studio.techniques.publish("mine")
        run = (await completed(studio, asked(elsewhere, "one", **kit))).run
        abroad = await studio.provenance("local", run.run_id)
    assert lasting(first) == lasting(second) == lasting(abroad)
    assert first["run_id"] != second["run_id"]
    assert (first["cached_steps"], second["cached_steps"]) == ([], ["ink", "join", "soft"])
    assert {name for name in first if first[name] != third[name]} - VOLATILE == {"seed"}


async def test_the_summary_of_a_run_is_short_and_says_where_the_rest_is(home: Path) -> None:
    async with opened(home) as studio:
        published = (await studio.techniques.publish("mine")).technique
        view = await completed(studio, asked(home, "one", brand_kit="homestead"))
        told = await studio.provenance("local", view.run.run_id)
    summary = run_summary(view.run, view.assets, "there")
    assert summary is not None
    assert summary["outputs"] == [
        {name: value for name, value in output.items() if name not in ("width", "height")}
        for output in told["outputs"]
    ]
    assert {name: summary[name] for name in ("score", "seed", "revision", "brand_kit", "provenance")} == {
        "score": told["evaluation"]["score"],
        "seed": 7,
        "revision": published.revision,
        "brand_kit": told["brand_kit"],
        "provenance": "there",
    }
    assert summary["seconds"] >= 0 and summary["charged_usd"] == 0


async def test_an_action_is_told_of_by_its_parameters_and_a_long_text_by_its_hash(home: Path) -> None:
    async with opened(home) as studio:
        request = StartRequest(
            action_id="find-and-replace-text", inputs={"text": "abc"}, params={"find": "x" * 2000}
        )
        view = await completed(studio, request)
        told = await studio.provenance("local", view.run.run_id)
    assert told["action"]["action_id"] == "find-and-replace-text"
    assert told["action"]["params"]["find"] == "x" * 2000
    (step,) = told["steps"]
    assert len(step["params_sha256"]) == 64 and "params" not in step
    assert told["input_files"] == []
    summary = run_summary(view.run, view.assets)
    assert summary is not None and not {"revision", "score", "brand_kit", "provenance"} & set(summary)


async def test_a_run_that_has_not_completed_or_is_another_callers_has_none(home: Path) -> None:
    async with opened(home, works=False) as studio:
        await studio.techniques.publish("mine")
        started = await studio.start_run("local", asked(home, "one"))
        with pytest.raises(Unavailable, match="pending") as refused:
            await studio.provenance("local", started.run.run_id)
        assert refused.value.code == "conflict"
        assert run_summary(started.run, started.assets) is None
        with pytest.raises(NotFound):
            await studio.provenance("ann", started.run.run_id)


async def test_a_text_that_names_another_callers_file_tells_nothing_of_it(home: Path) -> None:
    async with opened(home) as studio:
        await studio.techniques.publish("mine")
        owned = await completed(studio, asked(home, "one"))
        secret = next(output.asset_id for output in owned.run.outputs if output.asset_id)
        request = StartRequest(action_id="concat-text", inputs={"text": [secret, "asset_none"]})
        started = await studio.start_run("ann", request)
        with anyio.fail_after(60):
            await studio.wait("ann", started.run.run_id, 60)
        told = await studio.provenance("ann", started.run.run_id)
    assert told["input_files"] == []
