"""What there is to start, and where to put it: techniques and their revisions, actions, models, kits, places."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from limner.library import sample, technique_folder

from . import contract
from .calling import REVISED, WORDS, Api, publish_words, serving_api, told

BUILT_IN = sorted(
    yaml.safe_load(path.read_text())["technique_id"] for path in Path(technique_folder()).glob("*.yaml")
)
ACTIONS = json.loads((Path(__file__).parents[1] / "contract" / "actions.json").read_text())["actions"]


def pages(api: Api, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get(path, **query, **cursor)
        found += page[name]
        if page["meta"]["next_cursor"] is None:
            return found
        cursor = {"cursor": page["meta"]["next_cursor"]}


def test_techniques_are_listed_page_by_page_in_the_order_of_their_ids(ann: Api) -> None:
    whole = contract.check(ann.get("/techniques", limit=100), contract.TECHNIQUES)
    assert [each["technique_id"] for each in whole["techniques"]] == sorted([*BUILT_IN, "tech_words"])
    assert whole["meta"] == {"next_cursor": None, "total_estimate": len(BUILT_IN) + 1}
    assert pages(ann, "/techniques", "techniques", limit=3) == whole["techniques"]
    assert ann.get("/techniques", limit=100, workspace_id="ws_default") == whole


def test_techniques_are_found_by_a_brief_best_first_and_page_by_page_in_that_order(ann: Api) -> None:
    brief = {"query": "get the PALETTES of an image"}
    found = ann.get("/techniques", **brief)
    assert found["techniques"][0]["technique_id"] == "tech_palette-pull"
    assert 1 < found["meta"]["total_estimate"] < len(BUILT_IN)
    assert pages(ann, "/techniques", "techniques", limit=1, **brief) == found["techniques"]


def test_a_query_that_nothing_matches_gives_an_empty_page(ann: Api) -> None:
    assert ann.get("/techniques", query="zeppelin quark") == {
        "techniques": [],
        "meta": {"next_cursor": None, "total_estimate": 0},
    }


def test_a_technique_is_found_by_id_and_by_slug(ann: Api) -> None:
    technique = contract.check(ann.get("/techniques/palette-pull"), contract.TECHNIQUE)
    assert ann.get("/techniques/tech_palette-pull") == technique
    row = next(
        each
        for each in ann.get("/techniques", limit=100)["techniques"]
        if each["technique_id"] in str(technique)
    )
    assert {**technique, **row} == technique
    assert technique["fidelity"] == "faithful" and technique["is_published"] is True


def test_the_example_of_each_technique_is_a_body_that_starts_it(ann: Api) -> None:
    picture = sample("chelsea.png").read_bytes()
    stored = told(ann.send("POST", "/assets", files={"file": ("a.png", picture)}), 201)["asset_id"]
    for technique_id in BUILT_IN:
        technique = ann.get(f"/techniques/{technique_id}")
        body, given = technique["example"], technique["example"]["inputs"]
        assert body["technique_id"] == technique_id and body["idempotency_key"]
        for port in technique["inputs"]:
            if port["type"] == "text" or port["id"] not in given:
                continue
            values = given[port["id"]] if port.get("allow_multiple") else [given[port["id"]]]
            assert all(each.startswith("https://") for each in values), technique_id
            given[port["id"]] = [stored] * len(values) if port.get("allow_multiple") else stored
        if technique["availability"] == "needs_provider":
            ann.refused("POST", "/runs/technique", 409, "needs_provider", json=body)
        else:
            ann.post(f"/runs/{ann.post('/runs/technique', body)['run_id']}/cancel")


def test_revisions_are_drafted_published_and_rolled_back(home: Path) -> None:
    with serving_api(home) as site:
        api = Api(site)
        (draft,) = api.get("/techniques/words/revisions")["revisions"]
        assert draft["is_draft"] and not draft["is_published"]
        assert api.get("/techniques/words", revision="draft")["revision"] == draft["revision"]
        first = publish_words(api)
        assert first == draft["revision"]
        before = api.ended(api.post("/techniques/words/runs", {"inputs": []}))

        (home / "techniques" / "words.yaml").write_text(REVISED)
        revisions = {each["revision"]: each for each in api.get("/techniques/words/revisions")["revisions"]}
        assert revisions[first]["is_published"] and not revisions[first]["is_draft"]
        second = publish_words(api)
        assert set(revisions) == {first, second}
        assert api.get("/techniques/words")["description"] == "Cut a text at its spaces"
        assert api.get(f"/techniques/words/revisions/{first}")["definition"]["description"] in WORDS
        after = api.ended(api.post("/techniques/words/runs", {"inputs": []}))
        assert [each["technique"]["revision"] for each in (before, after)] == [first, second]

        rolled = api.sent(f"/techniques/tech_words/revisions/{first}/publish", idempotency_key="roll back")
        assert rolled.json()["is_published"] and rolled.json()["revision"] == first
        again = api.sent(f"/techniques/tech_words/revisions/{first}/publish", idempotency_key="roll back")
        assert again.json() == rolled.json() and again.headers["idempotent-replayed"] == "true"
        assert api.get("/techniques/words")["description"] == "Cut a text into its words"
        flags = {
            each["revision"]: each["is_published"]
            for each in api.get("/techniques/words/revisions")["revisions"]
        }
        assert flags == {first: True, second: False}
        old = {"inputs": [], "revision": second, "idempotency_key": "by revision"}
        assert api.post("/techniques/words/runs", old)["technique"]["revision"] == second


def test_actions_are_the_public_ones_in_their_order(ann: Api) -> None:
    listed = contract.check(ann.get("/actions", limit=100), contract.ACTIONS)
    ours = [each["action_id"] for each in listed["actions"]]
    public = [each["action_id"] for each in ACTIONS]
    assert [each for each in ours if each in public] == [each for each in public if each in ours]
    assert pages(ann, "/actions", "actions", limit=7) == listed["actions"]
    assert listed["meta"]["total_estimate"] == len(ours)


def test_parameters_of_actions_have_the_types_of_the_public_ones(ann: Api) -> None:
    public = {each["action_id"]: each["params"] for each in ACTIONS}
    for action in ann.get("/actions", limit=100)["actions"]:
        known = public.get(action["action_id"], {})
        types = {each["key"]: each["type"] for each in action["params"] if each["key"] in known}
        assert types == {key: each["type"] for key, each in known.items()}, action["action_id"]


def test_actions_are_found_by_words_and_by_either_name(ann: Api) -> None:
    found = [each["action_id"] for each in pages(ann, "/actions", "actions", query="qr code", limit=1)]
    assert found == ["qr-code-generator"]
    action = contract.check(ann.get("/actions/qr-code-generator"), contract.ACTION)
    assert ann.get("/actions/qr-code-generator-browser") == action
    params = {each["key"]: each for each in action["params"]}
    assert [each["value"] for each in params["error_correction"]["available_values"]] == ["L", "M", "Q", "H"]
    assert params["border"]["type"] == "number" and params["border"]["min_number_value"] == 0
    joined = ann.get("/actions/concat-text")["inputs"]
    assert joined[0]["multiple"] == {"min": 1}


def test_models_of_a_type_that_no_provider_makes_are_none(ann: Api) -> None:
    for query in ({"type": "video"}, {"type": "video", "query": "film"}, {"type": "text", "limit": 1}):
        listed = contract.check(ann.get("/models", **query), contract.MODELS)
        assert listed == {"models": [], "meta": {"next_cursor": None, "total_estimate": 0}}
    ann.refused("GET", "/models?type=smell", 400, "input_validation_error")


def test_brand_kits_are_listed_and_shown_whole(ann: Api) -> None:
    rows = pages(ann, "/brands", "brand_kits", limit=1)
    assert [each["brand_kit"] for each in rows] == ["homestead", "night-market"]
    assert [each["brand_kit"] for each in ann.get("/brands", query="linen")["brand_kits"]] == ["homestead"]
    kit = ann.get("/brands/homestead")
    assert kit["revision"] == rows[0]["revision"] and len(kit["palette"]) >= 3
    ann.refused("GET", "/brands/homestead?revision=rev_none", 404, "not_found")


def test_workspaces_and_projects_are_made_and_listed(caller: Callable[[str], Api]) -> None:
    eve = caller("eve")
    contract.check(eve.get("/workspaces"), contract.WORKSPACES)
    contract.check(eve.get("/projects"), contract.PROJECTS)
    assert eve.get("/workspaces")["workspaces"][0]["workspace_id"] == "ws_default"
    assert eve.get("/projects")["projects"][0]["project_id"] == "prj_default"
    spaces = [eve.post("/workspaces", {"name": f"Space {n}"}, 201) for n in range(3)]
    inside = {"workspace_id": spaces[0]["workspace_id"]}
    project = eve.post("/projects", {"name": "Käse – 茶", **inside}, 201)
    assert project["name"] == "Käse – 茶" and project["workspace_id"] == inside["workspace_id"]
    assert pages(eve, "/workspaces", "workspaces", limit=2)[1:] == spaces
    mine = pages(eve, "/projects", "projects", limit=1, **inside)
    assert [each["name"] for each in mine] == ["Default", "Käse – 茶"]
    everywhere = pages(eve, "/projects", "projects", limit=2)
    assert project in everywhere and len(everywhere) >= 5


def test_a_run_goes_where_it_is_put(caller: Callable[[str], Api]) -> None:
    eve = caller("eve")
    space = eve.post("/workspaces", {"name": "Runs"}, 201)["workspace_id"]
    other = eve.post("/workspaces", {"name": "No runs"}, 201)["workspace_id"]
    project = eve.post("/projects", {"name": "P", "workspace_id": space}, 201)["project_id"]
    body = {"technique_id": "words", "inputs": {"text": "placed"}}
    by_project = eve.post("/runs/technique", {**body, "project_id": project})
    assert (by_project["workspace_id"], by_project["project_id"]) == (space, project)
    by_space = eve.post("/runs/technique", {**body, "workspace_id": space, "allow_duplicate": True})
    assert by_space["workspace_id"] == space and by_space["project_id"] not in (project, "prj_default")
    both = {**body, "workspace_id": other, "project_id": project}
    eve.refused("POST", "/runs/technique", 400, "input_validation_error", json=both)
    listed = eve.get("/technique-runs", workspace_id=space)["technique_runs"]
    assert [each["run_id"] for each in listed] == [by_space["run_id"], by_project["run_id"]]


@pytest.mark.parametrize("name", ["", " ", "a" * 201, "a\u0000b", "line\nbreak", "\u200d"])
def test_a_name_that_cannot_be_read_is_refused(ann: Api, name: str) -> None:
    for path in ("/workspaces", "/projects"):
        ann.refused("POST", path, 400, "input_validation_error", json={"name": name})


def test_webhook_secrets_are_rotated_and_dropped(caller: Callable[[str], Api]) -> None:
    hal = caller("hal")
    made = [hal.post("/webhook-secrets", None, 201) for _ in range(3)]
    assert len({each["secret"] for each in made}) == 3
    assert all(each["secret"].startswith("whsec_") for each in made)
    assert hal.get("/webhook-secrets")["webhook_secrets"] == [made[2], made[1]]
    hal.send("DELETE", f"/webhook-secrets/{made[2]['secret_id']}")
    assert hal.get("/webhook-secrets")["webhook_secrets"] == [made[1]]


def test_metrics_count_requests_runs_and_callbacks(ann: Api) -> None:
    ann.ended(ann.post("/techniques/words/runs", {"inputs": []}))
    text = ann.send("GET", f"{ann.site.url}/metrics").text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert float(values['limner_runs_total{status="completed",type="technique"}']) >= 1
    assert float(values['limner_http_requests_total{face="rest",method="POST",status="200"}']) >= 1
    assert float(values["limner_callbacks_waiting"]) == 0
