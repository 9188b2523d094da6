"""Models over REST: listed in the public shape, started in it, and refused in this API's words."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from serving.sites import CHELSEA, plain_client

from . import contract
from .calling import Api, fields_of, frames

DRAFT, VOICE = "limner/draft-1", "limner/voice-1"
BODY: dict[str, Any] = {
    "type": "image",
    "prompt": "A poster for a spring sale, everything half price, with a purple giraffe",
    "model": DRAFT,
    "params": {"layout": "poster", "aspect_ratio": "4:5", "size": 512},
    "workspace_id": "ws_default",
    "project_id": "prj_default",
}
PARAM_TYPES = {"string", "string[]", "bool", "int", "int?", "seed", "float", "dict"}


def test_a_draft_is_started_in_the_public_shape_and_ends_with_its_files(ann: Api) -> None:
    body = {**BODY, "brand_kit": "homestead", "seed": 7, "inputs": [{"type": "image", "url": CHELSEA}]}
    started = contract.check(ann.post("/runs/generation", body, idempotency_key="draft"), contract.STARTED)
    assert (started["type"], started["model"]) == ("generation", {"model_id": DRAFT})
    assert started["charged_cost"] == 0 and started["estimated_seconds"] > 0
    run = contract.check(ann.ended(started), contract.ANY_RUN)
    assert run["status"] == "completed", run
    assert run["fidelity"] == "layout-draft" and "giraffe" in run["unmatched_terms"]
    assert (run["seed"], run["brand_kit"]) == (7, "homestead")
    assert 0 <= run["evaluation"]["score"] <= 1
    outputs = {each["output_id"]: each for each in run["outputs"]}
    assert [each["type"] for each in run["outputs"]] == ["imageUrl", "documentUrl", "text"]
    with plain_client() as http:
        assert http.get(outputs["image"]["url"]).content.startswith(b"\x89PNG")
        drawing = http.get(outputs["document"]["url"])
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    again = ann.sent("/runs/generation", body, idempotency_key="draft")
    assert again.json()["run_id"] == run["run_id"] and again.headers["idempotent-replayed"] == "true"
    other = {"json": {**body, "prompt": "Another"}, "headers": {"idempotency-key": "draft"}}
    problem = ann.refused("POST", "/runs/generation", 422, "idempotency_conflict", **other)
    assert [each["field"] for each in problem["diff"]] == ["prompt"]


def test_a_dry_run_answers_with_the_price_and_starts_nothing(ann: Api) -> None:
    answer = ann.sent("/runs/generation", {**BODY, "dry_run": True}, idempotency_key="dry")
    row = {"step": DRAFT, "estimated_usd": 0, "count": 1, "model_id": DRAFT}
    assert (answer.status_code, answer.json()) == (200, {"cost": {"estimated_usd": 0, "by_step": [row]}})
    started = ann.sent("/runs/generation", BODY, idempotency_key="dry")
    assert "idempotent-replayed" not in started.headers


def test_speech_is_started_in_the_public_shape_and_ends_with_its_sound(ann: Api) -> None:
    said = "Come on Saturday, from ten to four."
    body = {**BODY, "type": "audio", "prompt": said, "model": VOICE, "params": {"format": "mp3"}}
    run = contract.check(ann.ended(ann.post("/runs/generation", body)), contract.ANY_RUN)
    assert run["status"] == "completed", run
    assert [each["type"] for each in run["outputs"]] == ["audioUrl", "text"]
    with plain_client() as http:
        sound = http.get(run["outputs"][0]["url"])
    assert sound.headers["content-type"] == "audio/mpeg" and len(sound.content) > 10_000


def test_without_a_model_the_refusal_says_in_this_apis_words_how_a_draft_is_had(ann: Api) -> None:
    body = {name: value for name, value in BODY.items() if name != "model"}
    problem = ann.refused("POST", "/runs/generation", 409, "needs_provider", json=body)
    for word in (
        "No image model is configured",
        f'model="{DRAFT}"',
        '{"accept_drafts": true}',
        "GET /techniques",
    ):
        assert word in problem["message"]
    film = ann.refused("POST", "/runs/generation", 409, "needs_provider", json={**body, "type": "video"})
    assert "draft" not in film["message"]
    body["params"] = {**BODY["params"], "accept_drafts": True}
    assert ann.post("/runs/generation", body)["model"] == {"model_id": DRAFT}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prompt": "  "}, "prompt"),
        ({"prompt": "a" * 4001}, "prompt"),
        ({"params": {"layuot": "poster"}}, "params.layuot"),
        ({"params": {"layout": 5}}, "params.layout"),
        ({"type": "video"}, "model"),
        ({"inputs": [{"type": "video", "url": CHELSEA}]}, "inputs.video"),
        ({"inputs": [{"type": "image", "text": "a"}]}, "inputs[0]"),
        ({"brand_kit": "none"}, "brand_kit"),
    ],
)
def test_what_is_wrong_is_named_as_the_body_names_it(ann: Api, change: dict[str, Any], field: str) -> None:
    body = {**BODY, **change}
    problem = ann.refused("POST", "/runs/generation", 400, "input_validation_error", json=body)
    assert fields_of(problem) == {field}


def test_an_unknown_model_is_not_found_and_the_nearest_is_named(ann: Api) -> None:
    body = {**BODY, "model": "limner/draft-2"}
    problem = ann.refused("POST", "/runs/generation", 404, "not_found", json=body)
    assert fields_of(problem) == {"model"}
    assert f"Did you mean {DRAFT}" in problem["message"] and "GET /models" in problem["message"]


def test_models_are_listed_in_the_public_shape_with_their_parameters(ann: Api) -> None:
    model, voice = contract.check(ann.get("/models"), contract.MODELS)["models"]
    assert (voice["model_id"], voice["type"], voice["estimated_credits"]) == (VOICE, "audio", 0)
    assert (model["model_id"], model["provider"], model["type"]) == (DRAFT, "limner", "image")
    assert (model["fidelity"], model["availability"], model["estimated_credits"]) == (
        "layout-draft",
        "ready",
        0,
    )
    assert model["inputs"][0]["multiple"] == {"min": 0, "max": 12}
    params = {each["name"]: each for each in model["params"]}
    assert {each["type"] for each in params.values()} <= PARAM_TYPES
    assert len(params["layout"]["options"]) >= 12
    assert params["headline"]["type"] == "string" and params["headline"]["required"] is False
    assert ann.get("/models", type="image", query="drafts")["meta"] == {
        "next_cursor": None,
        "total_estimate": 1,
    }
    assert ann.get("/models", type="video")["models"] == []
    assert ann.get("/models", query="photorealistic")["models"] == []


def test_fifty_starts_at_once_with_one_key_are_one_run(caller: Callable[[str], Api]) -> None:
    dan, together = caller("dan"), Barrier(50)
    body = {**BODY, "prompt": "A poster for a quiet concert", "idempotency_key": "at once"}

    def start(number: int) -> str:
        together.wait()
        run_id: str = dan.post("/runs/generation", body)["run_id"]
        return run_id

    with ThreadPoolExecutor(50) as callers:
        assert len(set(callers.map(start, range(50)))) == 1


def test_a_draft_is_followed_and_cancelled_like_any_run(ann: Api) -> None:
    started = ann.post("/runs/generation", {**BODY, "seed": 99})
    ended = contract.check(ann.post(f"/runs/{started['run_id']}/cancel"), contract.ANY_RUN)
    assert ended["model"] == {"model_id": DRAFT}
    assert (ended["status"], ended["error_code"]) == ("failed", "cancelled")
    stream = ann.send("GET", f"/runs/{started['run_id']}/events")
    assert [each["event"] for each in frames(stream.text)][-1] == "cancelled"
