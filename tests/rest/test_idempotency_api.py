"""One key, one result: over REST and MCP, at once and again, for runs and for everything else that is made."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from serving.sites import CHELSEA, answered, ask, call

from .calling import KEYS, Api, fields_of, problem_of, publish_words, serving_api, slow, split, told

STRICT = "idempotency=strict"


def test_a_repeat_answers_with_the_same_run_and_says_so(ann: Api) -> None:
    first = ann.sent("/runs/action", split("repeat"), idempotency_key="repeat-1")
    again = ann.sent("/runs/action", split("repeat"), idempotency_key="repeat-1")
    assert told(first)["run_id"] == told(again)["run_id"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    ann.ended(first.json())
    late = ann.sent("/runs/action", split("repeat"), idempotency_key="repeat-1")
    assert told(late)["run_id"] == first.json()["run_id"] and late.headers["idempotent-replayed"] == "true"


def test_the_key_of_the_body_and_of_the_header_are_one(ann: Api) -> None:
    by_header = ann.post("/techniques/words/runs", {"inputs": []}, idempotency_key="either")
    by_body = ann.post("/techniques/words/runs", {"inputs": [], "idempotency_key": "either"})
    both = ann.post(
        "/techniques/words/runs", {"inputs": [], "idempotency_key": "either"}, idempotency_key="either"
    )
    assert by_header["run_id"] == by_body["run_id"] == both["run_id"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/runs/action", split("two keys")),
        ("/runs/technique", {"technique_id": "words"}),
        ("/techniques/words/runs", {"inputs": []}),
        ("/runs/generation", {"prompt": "a", "type": "text"}),
        ("/workspaces", {"name": "a"}),
        ("/projects", {"name": "a"}),
        ("/assets", {"source": "signed-url", "content_type": "image/png"}),
    ],
)
def test_two_keys_that_differ_are_refused(ann: Api, path: str, body: dict[str, Any]) -> None:
    given = {"json": {**body, "idempotency_key": "one"}, "headers": {"idempotency-key": "other"}}
    problem = ann.refused("POST", path, 400, "input_validation_error", **given)
    assert fields_of(problem) == {"idempotency_key"}


def test_two_headers_with_two_keys_are_refused(ann: Api) -> None:
    twice = [("idempotency-key", "one"), ("idempotency-key", "other")]
    problem = ann.refused(
        "POST", "/runs/action", 400, "input_validation_error", json=split("a"), headers=twice
    )
    assert fields_of(problem) == {"Idempotency-Key"}


@pytest.mark.parametrize(
    "path", ["/runs/action", "/workspaces", "/assets", "/webhook-secrets", "/runs/run_1/cancel"]
)
def test_a_key_is_printable_and_not_endless(ann: Api, path: str) -> None:
    body = {"/runs/action": split("a"), "/workspaces": {"name": "a"}}.get(
        path, {"source": "signed-url", "content_type": "image/png"}
    )
    for key in (b"soft\xadhyphen", b"a" * 256):
        ann.refused("POST", path, 400, "input_validation_error", json=body, headers={"idempotency-key": key})


def test_another_request_with_the_key_is_a_conflict_with_the_difference(ann: Api) -> None:
    first = ann.post("/runs/action", split("this", seed=1), idempotency_key="conflict")
    given = {"json": split("that", seed=1), "headers": {"idempotency-key": "conflict"}}
    problem = ann.refused("POST", "/runs/action", 422, "idempotency_conflict", **given)
    assert problem["run_id"] == first["run_id"]
    assert [each["field"] for each in problem["diff"]] == ["inputs.text"]
    assert (problem["diff"][0]["existing"], problem["diff"][0]["given"]) == (["this"], ["that"])
    assert f"GET /runs/{first['run_id']}" in problem["message"]


def test_strict_callers_are_refused_what_was_done_before(ann: Api) -> None:
    strict = {"idempotency_key": "strict", "prefer": f"respond-async, {STRICT}"}
    first = ann.post("/runs/action", split("strict"), **strict)
    problem = problem_of(ann.sent("/runs/action", split("strict"), **strict), 409, "idempotency_duplicate")
    assert problem["run_id"] == first["run_id"]
    assert ann.post("/runs/action", split("strict"), idempotency_key="strict")["run_id"] == first["run_id"]
    problem_of(ann.sent("/runs/action", split("another"), **strict), 422, "idempotency_conflict")
    ann.post("/workspaces", {"name": "Strict"}, 201, **strict)
    problem_of(ann.sent("/workspaces", {"name": "Strict"}, **strict), 409, "idempotency_duplicate")


def test_a_refused_request_does_not_use_its_key_up(ann: Api) -> None:
    for path, wrong, right, status in (
        (
            "/runs/technique",
            {"technique_id": "words", "inputs": {"most": 99}},
            {"technique_id": "words"},
            200,
        ),
        ("/projects", {"name": "P", "workspace_id": "ws_none"}, {"name": "P"}, 201),
    ):
        assert ann.sent(path, wrong, idempotency_key="spared").status_code in (400, 404)
        ann.post(path, right, status, idempotency_key="spared")


def test_callers_do_not_share_keys(ann: Api, bob: Api) -> None:
    mine = ann.post("/runs/action", split("mine"), idempotency_key="shared")
    theirs = bob.post("/runs/action", split("theirs"), idempotency_key="shared")
    assert mine["run_id"] != theirs["run_id"]
    one, other = (
        each.post("/workspaces", {"name": "W"}, 201, idempotency_key="shared") for each in (ann, bob)
    )
    assert one["workspace_id"] != other["workspace_id"]


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Return what `work` returns for each number, all begun at the same moment."""
    barrier = Barrier(number)

    def begin(index: int) -> Any:
        barrier.wait(60)
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


def test_fifty_starts_with_one_key_over_three_doors_are_one_run(home: Path) -> None:
    inputs = {"text": "at the same time"}
    nested = {"inputs": [{"id": "text", "type": "text", "value": inputs["text"]}]}
    named = {"technique_id": "tech_words", "inputs": inputs}
    with serving_api(home) as site:
        publish_words(Api(site))

        def start(index: int) -> str:
            if index % 3 == 0:
                return Api(site).post("/techniques/words/runs", nested, idempotency_key="fifty")["run_id"]
            if index % 3 == 1:
                return Api(site).post("/runs/technique", named, idempotency_key="fifty")["run_id"]
            tool = call("start_run", {**named, "idempotency_key": "fifty", "wait_seconds": 0})
            return answered(ask(site, **tool))["structuredContent"]["run_id"]

        assert len(set(at_once(50, start))) == 1
        api = Api(site)
        (run,) = api.get("/technique-runs")["technique_runs"]
        log = api.send("GET", f"/runs/{api.ended(run)['run_id']}/events").text
    assert log.count("event: queued\n") == 1 and log.count("event: completed\n") == 1
    assert log.count("event: step_started\n") == 1


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("/workspaces", {"name": "Twice"}, "workspace_id"),
        ("/projects", {"name": "Twice"}, "project_id"),
        ("/assets", {"source": "signed-url", "content_type": "image/png"}, "asset_id"),
        ("/webhook-secrets", None, "secret_id"),
    ],
)
def test_two_creates_with_one_key_at_once_make_one_row(
    caller: Callable[[str], Api], path: str, body: dict[str, Any] | None, name: str
) -> None:
    dan = caller("dan")
    rows = path[1:].replace("-", "_")
    before = dan.get(path)[rows]
    answers = at_once(2, lambda _: Api(dan.site, KEYS["dan"]).sent(path, body, idempotency_key=f"row{path}"))
    ids = {told(each, 201)[name] for each in answers}
    assert len(ids) == 1
    assert sorted(each.headers.get("idempotent-replayed", "no") for each in answers) == ["no", "true"]
    if path != "/assets":  # what is only announced is in no list
        assert {each[name] for each in dan.get(path)[rows]} - {each[name] for each in before} == ids


def test_an_upload_that_is_sent_again_is_the_same_asset(ann: Api) -> None:
    def send(content: bytes) -> Any:
        file = {"file": ("note.txt", content, "text/plain")}
        return ann.send("POST", "/assets", files=file, headers={"idempotency-key": "upload"})

    first, again = send(b"the same words"), send(b"the same words")
    assert told(first, 201)["asset_id"] == told(again, 201)["asset_id"]
    assert again.headers["idempotent-replayed"] == "true"
    problem = problem_of(send(b"other words"), 422, "idempotency_conflict")
    assert [each["field"] for each in problem["diff"]] == ["sha256"]


def test_a_repeated_announcement_says_how_the_upload_stands(ann: Api) -> None:
    body = {"source": "signed-url", "content_type": "text/plain"}
    first = ann.post("/assets", body, 201, idempotency_key="announced")
    assert first["status"] == "pending_upload" and first["upload"]["method"] == "POST"
    told(ann.send("POST", first["upload"]["url"], files={"file": ("a.txt", b"words", "text/plain")}))
    again = ann.post("/assets", body, 201, idempotency_key="announced")
    assert again["asset_id"] == first["asset_id"] and again["status"] == "ready" and "upload" not in again


def test_cancelling_and_publishing_take_a_key(ann: Api) -> None:
    run = ann.post("/runs/action", slow(1.37))
    path = f"/runs/{run['run_id']}/cancel"
    first, again = (ann.sent(path, idempotency_key="cancel") for _ in range(2))
    assert told(first) == told(again)
    assert "idempotent-replayed" not in first.headers and again.headers["idempotent-replayed"] == "true"
    other = ann.post("/runs/action", split("ended"))
    problem = problem_of(
        ann.sent(f"/runs/{other['run_id']}/cancel", idempotency_key="cancel"), 422, "idempotency_conflict"
    )
    assert [each["field"] for each in problem["diff"]] == ["run_id"]


def test_a_secret_is_not_among_what_is_remembered(caller: Callable[[str], Api], rest_home: Path) -> None:
    eve = caller("eve")
    first, again = (eve.sent("/webhook-secrets", idempotency_key="secret") for _ in range(2))
    secret = told(first, 201)
    assert told(again, 201) == secret and again.headers["idempotent-replayed"] == "true"
    kept = b"".join(path.read_bytes() for path in rest_home.glob("limner.sqlite*"))
    assert secret["secret_id"].encode() in kept
    assert secret["secret"].removeprefix("whsec_").encode() not in kept


def test_a_dropped_secret_is_not_handed_out_again(caller: Callable[[str], Api]) -> None:
    fay = caller("fay")
    made = fay.post("/webhook-secrets", None, 201, idempotency_key="dropped")
    path = f"/webhook-secrets/{made['secret_id']}"
    gone, again = (fay.send("DELETE", path, headers={"idempotency-key": "drop"}) for _ in range(2))
    assert (gone.status_code, again.status_code) == (204, 204) and again.headers[
        "idempotent-replayed"
    ] == "true"
    fay.refused("DELETE", path, 404, "not_found")
    problem_of(fay.sent("/webhook-secrets", idempotency_key="dropped"), 404, "not_found")


def test_unknown_preferences_change_nothing(ann: Api) -> None:
    ann.post("/runs/action", split("wish"), idempotency_key="wish", prefer="handling=lenient")
    again = ann.sent("/runs/action", split("wish"), idempotency_key="wish", prefer="handling=lenient")
    assert again.status_code == 200


def test_cancel_of_a_picture_with_a_key_shows_links_that_are_fresh(ann: Api) -> None:
    body = {"technique_id": "palette-pull", "inputs": {"image": CHELSEA, "colors": 4}}
    run = ann.ended(ann.post("/runs/technique", body))
    path = f"/runs/{run['run_id']}/cancel"
    first = ann.post(path, idempotency_key="links")
    assert first["outputs"] == run["outputs"] == ann.post(path, idempotency_key="links")["outputs"]
