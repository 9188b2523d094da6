"""Scores of runs: through the Studio, with real workers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from limner.app.documents import local_place, run_document
from limner.app.requests import StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.library import brand_folder
from limner.server import open_studio
from limner.types import Json, Status

from .pictures import FOREST, LINEN

pytestmark = pytest.mark.anyio
TEXT = "Every table is finished by hand in our workshop. At Homestead we use local oak and linen."


async def finished(studio: Studio, **more: Any) -> RunView:
    started = await studio.start_run("local", StartRequest(**more))
    view = await studio.wait("local", started.run.run_id, 120)
    assert view.run.status is Status.COMPLETED, view.run.error
    return view


async def told(studio: Studio, view: RunView) -> list[Json]:
    events = await studio.events("local", view.run.run_id, 0)
    return [event.data for event in events if event.type == "evaluated"]


def lettering(**params: str) -> Json:
    return {"text": TEXT, "color": FOREST, "background": LINEN, **params}


async def test_a_run_with_a_kit_is_scored_with_its_evidence_in_the_log(home: Path) -> None:
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        view = await finished(
            studio,
            action_id="generate-text-image",
            params=lettering(),
            brand_kit="homestead",
            idempotency_key="k",
        )
        (whole,) = await told(studio, view)
        kit = await studio.get_brand("homestead")
        document = run_document(view, lambda asset: local_place(studio, asset))
        bad = await finished(
            studio,
            action_id="generate-text-image",
            params=lettering(text="Cheap! Hurry!", color="#d8d0c2", width="950"),
            brand_kit="homestead",
        )
    criteria = {each["id"]: each for each in whole["criteria"]}
    assert list(criteria) == [each["id"] for each in kit.definition["rubric"]]
    assert whole["brand_kit_revision"] == kit.revision
    for name in (
        "palette",
        "contrast",
        "aspect_ratio",
        "resolution",
        "banned_words",
        "required_words",
        "readability",
    ):
        assert criteria[name]["score"] == 1, criteria[name]
        assert {"measured", "threshold", "unit", "weight", "evidence"} <= set(criteria[name])
    assert criteria["loudness"]["not_measured"] == "no video or audio output"
    assert document["evaluation"]["score"] == whole["score"] > 0.85
    assert len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()) < 2000
    assert bad.run.evaluation is not None
    assert set(bad.run.evaluation["capped_by"]) == {"contrast", "aspect_ratio", "banned_words"}
    assert bad.run.evaluation["score"] <= 0.4


async def test_a_run_without_a_kit_is_scored_only_when_asked(home: Path) -> None:
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        silent = await finished(studio, action_id="generate-text-image", params=lettering())
        scored = await finished(studio, action_id="generate-text-image", params=lettering(), evaluate=True)
        assert await told(studio, silent) == []
    assert silent.run.evaluation is None
    assert scored.run.evaluation is not None
    assert {each["id"] for each in scored.run.evaluation["criteria"]} == {
        "contrast",
        "resolution",
        "sharpness",
        "exposure",
        "loudness",
    }


async def test_a_run_whose_output_cannot_be_measured_completes_all_the_same(home: Path) -> None:
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        view = await finished(
            studio, action_id="qr-code-generator", inputs={"text": "x"}, brand_kit="homestead"
        )
        output = view.run.outputs[0]
        path = studio.path(view.assets[str(output.asset_id)])
        path.chmod(0o644)
        path.write_bytes(b"\x89PNG\r\n\x1a\n damaged since")
        evaluation = await studio.evaluator.of_run(view.run, view.run.outputs)
    assert evaluation is not None
    criteria = {each["id"]: each for each in evaluation["criteria"]}
    assert "not_measured" in criteria["palette"]
    assert criteria["resolution"]["measured"] > 0


async def test_a_kit_whose_logo_is_gone_says_so(home: Path) -> None:
    folder = home / "brands" / "mine"
    shutil.copytree(brand_folder() / "homestead", folder)
    kit_file = folder / "kit.yaml"
    kit_file.write_text(kit_file.read_text().replace("brand_kit: homestead", "brand_kit: mine"))
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        view = await finished(studio, action_id="qr-code-generator", inputs={"text": "x"}, brand_kit="mine")
        shutil.rmtree(folder)
        evaluation = await studio.evaluator.of_run(view.run, view.run.outputs)
    assert evaluation is not None
    logo = next(each for each in evaluation["criteria"] if each["id"] == "logo")
    assert logo["not_measured"] == "this revision's logo is not kept"
