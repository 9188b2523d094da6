"""What one caller has is not there for another, on every path that names it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from serving.sites import CHELSEA

from .calling import Api, split, told


@dataclass
class Estate:
    """What one caller has."""

    run: dict[str, Any]
    picture: dict[str, Any]
    upload: dict[str, Any]
    workspace: dict[str, Any]
    project: dict[str, Any]
    secret: dict[str, Any]


@pytest.fixture(scope="module")
def estate(ann: Api) -> Iterator[Estate]:
    workspace = ann.post("/workspaces", {"name": "Ann's own"}, 201)
    place = {"workspace_id": workspace["workspace_id"]}
    project = ann.post("/projects", {"name": "Ann's project", **place}, 201)
    made = ann.post(
        "/runs/technique", {"technique_id": "palette-pull", "inputs": {"image": CHELSEA}, **place}
    )
    run = ann.ended(made)
    picture = next(each for each in run["outputs"] if each["type"] == "imageUrl")
    upload = ann.post("/assets", {"source": "signed-url", "content_type": "image/png"}, 201)
    yield Estate(run, picture, upload, workspace, project, ann.post("/webhook-secrets", None, 201))


def test_the_owner_sees_all_of_it(ann: Api, estate: Estate) -> None:
    assert ann.get(f"/runs/{estate.run['run_id']}") == estate.run
    assert ann.get(f"/assets/{estate.picture['asset_id']}")["status"] == "ready"
    assert ann.get(f"/assets/{estate.upload['asset_id']}")["status"] == "pending_upload"
    assert estate.workspace in ann.get("/workspaces", limit=100)["workspaces"]
    own = ann.get("/projects", workspace_id=estate.workspace["workspace_id"])["projects"]
    assert estate.project in own and len(own) == 2
    assert ann.get("/technique-runs", workspace_id=estate.workspace["workspace_id"])["technique_runs"]


def test_another_caller_finds_none_of_it(bob: Api, estate: Estate) -> None:
    run, asset = estate.run["run_id"], estate.picture["asset_id"]
    for method, path in (
        ("GET", f"/runs/{run}"),
        ("GET", f"/runs/{run}/events"),
        ("POST", f"/runs/{run}/cancel"),
        ("GET", f"/techniques/palette-pull/runs/{run}"),
        ("GET", f"/assets/{asset}"),
        ("POST", f"/assets/{asset}/complete"),
        ("GET", f"/assets/{estate.upload['asset_id']}"),
        ("POST", f"/assets/{estate.upload['asset_id']}/complete"),
        ("GET", f"/projects?workspace_id={estate.workspace['workspace_id']}"),
        ("GET", f"/techniques?workspace_id={estate.workspace['workspace_id']}"),
        ("DELETE", f"/webhook-secrets/{estate.secret['secret_id']}"),
    ):
        theirs = bob.refused(method, path, 404, "not_found")
        nowhere = bob.refused(method, _unknown(path, estate), 404, "not_found")
        assert _bare(theirs, path, estate) == _bare(nowhere, path, estate), path


def _unknown(path: str, estate: Estate) -> str:
    for known, none in _names(estate):
        path = path.replace(known, none)
    return path


def _bare(problem: dict[str, Any], path: str, estate: Estate) -> str:
    text = str(problem)
    for known, none in _names(estate):
        text = text.replace(known, "X").replace(none, "X")
    return text


def _names(estate: Estate) -> list[tuple[str, str]]:
    """Return ids that are somebody's, each with one that is nobody's."""
    ids = [
        estate.run["run_id"],
        estate.picture["asset_id"],
        estate.upload["asset_id"],
        estate.workspace["workspace_id"],
        estate.secret["secret_id"],
    ]
    return [(each, each[:-6] + "zzzzzz") for each in ids]


def test_another_caller_cannot_build_on_it(bob: Api, estate: Estate) -> None:
    workspace, project = estate.workspace["workspace_id"], estate.project["project_id"]
    bob.refused("POST", "/projects", 404, "not_found", json={"name": "Mine", "workspace_id": workspace})
    for place in ({"workspace_id": workspace}, {"project_id": project}):
        bob.refused("POST", "/runs/action", 404, "not_found", json=split("there", **place))
    for asset in (estate.picture["asset_id"], estate.upload["asset_id"]):
        body = {"technique_id": "palette-pull", "inputs": {"image": asset}}
        answer = bob.sent("/runs/technique", body)
        assert answer.status_code in (400, 404) and asset in answer.text, answer.text


def test_another_callers_lists_have_none_of_it(bob: Api, estate: Estate) -> None:
    lists = {
        "/technique-runs": estate.run["run_id"],
        "/assets": estate.picture["asset_id"],
        "/workspaces": estate.workspace["workspace_id"],
        "/projects": estate.project["project_id"],
        "/webhook-secrets": estate.secret["secret_id"],
    }
    for path, name in lists.items():
        assert name not in bob.send("GET", path, params={"limit": 100}).text
    for query in (
        {"workspace_id": estate.workspace["workspace_id"]},
        {"project_id": estate.project["project_id"]},
    ):
        assert bob.get("/technique-runs", **query)["technique_runs"] == []


def test_the_same_file_is_each_callers_own(ann: Api, bob: Api) -> None:
    file = {"file": ("same.txt", b"the very same words", "text/plain")}
    mine = told(ann.send("POST", "/assets", files=file), 201)
    bob.refused("GET", f"/assets/{mine['asset_id']}", 404, "not_found")
    theirs = told(bob.send("POST", "/assets", files=file), 201)
    assert theirs["asset_id"] == mine["asset_id"]
    assert bob.get(f"/assets/{mine['asset_id']}")["status"] == "ready"


def test_secrets_differ_between_callers(ann: Api, bob: Api, estate: Estate) -> None:
    mine = {each["secret"] for each in ann.get("/webhook-secrets")["webhook_secrets"]}
    theirs = {each["secret"] for each in bob.get("/webhook-secrets")["webhook_secrets"]}
    assert estate.secret["secret"] in mine and not mine & theirs
