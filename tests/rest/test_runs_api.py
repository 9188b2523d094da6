"""Runs over REST: started in each way, read, cancelled, in the shapes of the contract."""

import json
from collections.abc import Callable

import pytest

from serving.sites import CHELSEA

from . import contract
from .calling import Api, fields_of, slow, split


def test_the_nested_route_answers_with_the_run_itself(ann: Api) -> None:
    inputs = [
        {"id": "text", "type": "text", "value": "red green"},
        {"id": "most", "type": "text", "value": "5"},
    ]
    run = contract.check(ann.post("/techniques/tech_words/runs", {"inputs": inputs}), contract.RUN)
    assert run["technique"]["technique_id"] == "tech_words"
    assert run["poll_url"] == f"{ann.base}/runs/{run['run_id']}"
    done = contract.check(ann.ended(run), contract.ANY_RUN)
    assert done["status"] == "completed" and done["progress"] == 100
    assert [each["url"] for each in done["outputs"]] == ["red", "green"]
    assert [each["index"] for each in done["outputs"]] == [0, 1]
    assert done["created_at"] <= done["started_at"] <= done["completed_at"]
    assert ann.get(f"/techniques/words/runs/{run['run_id']}") == done


def test_values_of_the_nested_route_are_texts_that_are_coerced(ann: Api) -> None:
    inputs = [{"id": "text", "type": "text", "value": "a b c"}, {"id": "most", "type": "text", "value": "2"}]
    nested = ann.ended(ann.post("/techniques/words/runs", {"inputs": inputs}))
    body = {"technique_id": "words", "inputs": {"text": "a b c", "most": 2}, "allow_duplicate": True}
    named = ann.ended(ann.post("/runs/technique", body))
    assert nested["run_id"] != named["run_id"]
    assert (
        [each["url"] for each in nested["outputs"]]
        == [each["url"] for each in named["outputs"]]
        == ["a", "b c"]
    )


def test_a_media_input_makes_media_that_its_link_gives_without_a_key(ann: Api) -> None:
    inputs = {"image": CHELSEA, "colors": 3}
    started = ann.post("/runs/technique", {"technique_id": "palette-pull", "inputs": inputs})
    contract.check(started, contract.STARTED)
    assert started["type"] == "technique" and started["technique"]["name"] == "Palette Pull"
    outputs = {each["output_id"]: each for each in ann.ended(started)["outputs"]}
    assert outputs["colors"]["type"] == "text" and len(json.loads(outputs["colors"]["url"])) == 3
    card = outputs["swatches"]
    assert card["type"] == "imageUrl" and card["media_type"] == "image/png"
    file = Api(ann.site).send("GET", card["url"])
    assert file.status_code == 200 and len(file.content) == card["size_bytes"]


def test_an_input_that_takes_several_is_given_several_times(ann: Api) -> None:
    inputs = [{"id": "images", "type": "imageUrl", "value": CHELSEA}] * 2
    body = {"inputs": [*inputs, {"id": "title", "type": "text", "value": "Two cats"}]}
    run = ann.post("/techniques/product-lookbook-grid/runs", body)
    assert ann.ended(run)["status"] == "completed"


def test_one_value_for_an_input_that_takes_one(ann: Api) -> None:
    inputs = [{"id": "text", "type": "text", "value": "a"}, {"id": "text", "type": "text", "value": "b"}]
    problem = ann.refused(
        "POST", "/techniques/words/runs", 400, "input_validation_error", json={"inputs": inputs}
    )
    assert fields_of(problem) == {"inputs[1].id"}
    wrong = {"inputs": [{"id": "text", "type": "imageUrl", "value": "a"}]}
    problem = ann.refused("POST", "/techniques/words/runs", 400, "input_validation_error", json=wrong)
    assert fields_of(problem) == {"inputs[0].type"}


def test_an_action_takes_inputs_by_their_type(ann: Api) -> None:
    body = split("one,two", params={"separator": ","}, seed=4)
    started = contract.check(ann.post("/runs/action", body), contract.STARTED)
    assert started["action"] == {"action_id": "split-text"} and started["type"] == "action"
    assert (started["workspace_id"], started["project_id"]) == ("ws_default", "prj_default")
    done = ann.ended(started)
    assert [each["url"] for each in done["outputs"]] == ["one", "two"]
    assert done["seed"] == 4 and done["type"] == "action"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"type": "text", "url": "https://example.com/a.txt"}, "inputs[0]"),
        ({"type": "text", "text": "a", "url": "https://example.com/a.txt"}, "inputs[0]"),
        ({"type": "image", "text": "a"}, "inputs[0]"),
        ({"type": "picture", "url": "a"}, "inputs[0].type"),
        ({"type": "text", "text": "a", "value": "a"}, "inputs[0].value"),
    ],
)
def test_an_input_of_an_action_that_is_not_one_is_named(ann: Api, given: dict[str, str], field: str) -> None:
    body = {"action_id": "split-text", "inputs": [given]}
    problem = ann.refused("POST", "/runs/action", 400, "input_validation_error", json=body)
    assert fields_of(problem) == {field}


def test_an_action_goes_by_its_browser_name_too(ann: Api) -> None:
    started = ann.post("/runs/action", {**split("alias"), "action_id": "split-text-browser"})
    assert started["action"] == {"action_id": "split-text"}


def test_a_generation_without_a_provider_is_refused_before_there_is_a_run(ann: Api) -> None:
    body = {"prompt": "A mug", "type": "image", "workspace_id": "ws_default", "project_id": "prj_default"}
    problem = ann.refused("POST", "/runs/generation", 409, "needs_provider", json=body)
    assert "GET /techniques" in problem["message"]


def test_a_run_of_a_technique_is_not_found_under_another(ann: Api) -> None:
    run = ann.post("/techniques/words/runs", {"inputs": []})
    ann.refused("GET", f"/techniques/palette-pull/runs/{run['run_id']}", 404, "not_found")
    action = ann.post("/runs/action", split("not a technique"))
    ann.refused("GET", f"/techniques/words/runs/{action['run_id']}", 404, "not_found")


def test_the_same_request_without_a_key_joins_unless_it_says_otherwise(caller: Callable[[str], Api]) -> None:
    cat = caller("cat")
    first = cat.post("/runs/action", split("joined"))
    again = cat.sent("/runs/action", split("joined"))
    assert again.json()["run_id"] == first["run_id"] and again.headers["idempotent-replayed"] == "true"
    anew = cat.sent("/runs/action", split("joined", allow_duplicate=True))
    assert anew.json()["run_id"] != first["run_id"] and "idempotent-replayed" not in anew.headers


def test_a_cancelled_run_has_failed_and_says_why(ann: Api) -> None:
    started = ann.post("/runs/action", slow(1.31))
    ended = contract.check(ann.post(f"/runs/{started['run_id']}/cancel"), contract.ANY_RUN)
    assert ended["status"] == "failed" and ended["phase"] == "cancelled"
    assert ended["error_code"] == "cancelled" and ended["error_message"]
    assert ann.get(f"/runs/{started['run_id']}") == ended


def test_cancelling_what_has_ended_changes_nothing(ann: Api) -> None:
    done = ann.ended(ann.post("/runs/action", split("done already")))
    assert ann.post(f"/runs/{done['run_id']}/cancel") == done


def test_a_run_whose_input_cannot_be_had_has_the_public_code(ann: Api) -> None:
    body = {"technique_id": "palette-pull", "inputs": {"image": "https://127.0.0.1/cat.png"}}
    ended = contract.check(ann.ended(ann.post("/runs/technique", body)), contract.ANY_RUN)
    assert ended["status"] == "failed" and ended["error_code"] == "input_unreachable"
    assert "127.0.0.1" in ended["error_message"]
    assert ended["error"]["code"] == "input_validation_error"


def test_a_run_can_be_given_a_brand_kit_a_revision_and_a_seed(ann: Api) -> None:
    (entry,) = [each for each in ann.get("/techniques/words/revisions")["revisions"] if each["is_published"]]
    body = {
        "technique_id": "words",
        "inputs": {"text": "of a brand"},
        "brand_kit": "homestead",
        "revision": entry["revision"],
        "seed": 7,
    }
    done = ann.ended(ann.post("/runs/technique", body))
    assert (done["brand_kit"], done["seed"]) == ("homestead", 7)
    assert done["technique"]["revision"] == entry["revision"]
