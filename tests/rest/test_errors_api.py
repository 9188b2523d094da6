"""Errors over REST: each code and status of the contract, every field named, and the way out in this API's words."""

import json
from pathlib import Path

import httpx2
import pytest

from serving.sites import serving

from .calling import KEYS, Api, fields_of, problem_of, split

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"action_id": "split-text",}',
        b'{"action_id": "\xff"}',
        b'{"action_id": "split-text", "seed": NaN}',
        b'{"action_id": "split-text", "max_cost_usd": 1e999}',
        b'{"action_id": "split-text", "params": {"separator": "\\ud800"}}',
        b'{"action_id": "split-text", "params": {"separator": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"action_id": "split-text", "seed": ' + b"9" * 5000 + b"}",
    ],
    ids=["cut", "comma", "no utf-8", "nan", "infinite", "half a character", "deep", "long number"],
)
def test_what_is_no_json_is_invalid_json(ann: Api, body: bytes) -> None:
    for path in ("/runs/action", "/runs/technique", "/assets", "/workspaces"):
        ann.refused("POST", path, 400, "invalid_json", content=body, headers=JSON)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_of_another_type_is_refused(ann: Api, kind: str) -> None:
    body = json.dumps(split("a")).encode()
    problem = ann.refused(
        "POST", "/runs/action", 400, "input_validation_error", content=body, headers={"content-type": kind}
    )
    assert fields_of(problem) == {"body"} and "application/json" in problem["message"]


def test_every_field_that_is_wrong_is_named(ann: Api) -> None:
    body = {
        "inputs": [{"id": "text", "type": "sound", "value": 3}, {}],
        "mode": "later",
        "seed": -1,
        "max_cost_usd": "1",
        "workspace_id": "default",
        "project_id": "ws_x",
        "idempotency_key": "",
        "colour": "red",
    }
    problem = ann.refused("POST", "/techniques/words/runs", 400, "input_validation_error", json=body)
    assert fields_of(problem) == {
        "inputs[0].type",
        "inputs[0].value",
        "inputs[1].id",
        "inputs[1].type",
        "inputs[1].value",
        "mode",
        "seed",
        "max_cost_usd",
        "workspace_id",
        "project_id",
        "idempotency_key",
        "colour",
    }
    said = {each["field"]: each["message"] for each in problem["fields"]}
    assert "ws_" in said["workspace_id"] and "prj_" in said["project_id"]


def test_inputs_of_a_technique_that_are_wrong_are_all_named(ann: Api) -> None:
    body = {"technique_id": "words", "inputs": {"most": 99, "colour": "red", "text": ["a"]}}
    problem = ann.refused("POST", "/runs/technique", 400, "input_validation_error", json=body)
    assert fields_of(problem) == {"inputs.most", "inputs.colour", "inputs.text"}


@pytest.mark.parametrize("number", [10**400, -(10**400), 2**53, 1e308])
def test_a_number_too_large_to_be_one_is_refused(ann: Api, number: float) -> None:
    body = {"technique_id": "words", "inputs": {"most": number}}
    problem = ann.refused("POST", "/runs/technique", 400, "input_validation_error", json=body)
    assert fields_of(problem) == {"inputs.most"}


@pytest.mark.parametrize(
    ("path", "field", "prefix"),
    [
        ("/runs/01m80", "run_id", "run_"),
        ("/runs/01m80/events", "run_id", "run_"),
        ("/techniques/words/runs/01m80", "run_id", "run_"),
        ("/techniques/words/revisions/abc", "revision", "rev_"),
        ("/assets/01m80", "asset_id", "asset_"),
        ("/technique-runs?workspace_id=default", "workspace_id", "ws_"),
        ("/technique-runs?project_id=default", "project_id", "prj_"),
        ("/technique-runs?technique_id=run_1", "technique_id", "tech_"),
        ("/techniques?workspace_id=default", "workspace_id", "ws_"),
        ("/projects?workspace_id=default", "workspace_id", "ws_"),
    ],
)
def test_an_id_without_its_prefix_is_told_which(ann: Api, path: str, field: str, prefix: str) -> None:
    problem = ann.refused("GET", path, 400, "input_validation_error")
    assert fields_of(problem) == {field} and prefix in problem["fields"][0]["message"]


LISTS = (
    "/techniques",
    "/technique-runs",
    "/models",
    "/actions",
    "/assets",
    "/workspaces",
    "/projects",
    "/brands",
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=ten", "cursor=", "cursor=%00", "cursor=not.a.cursor"]
)
def test_a_limit_or_cursor_that_is_none_is_refused(ann: Api, path: str, query: str) -> None:
    problem = ann.refused("GET", f"{path}?{query}", 400, "input_validation_error")
    assert fields_of(problem) == {query.partition("=")[0]}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/runs/run_none"),
        ("GET", "/runs/run_none/events"),
        ("POST", "/runs/run_none/cancel"),
        ("GET", "/techniques/none"),
        ("GET", "/techniques/words?revision=rev_none"),
        ("GET", "/techniques/none/revisions"),
        ("GET", "/techniques/words/revisions/rev_none"),
        ("POST", "/techniques/words/revisions/rev_none/publish"),
        ("GET", "/techniques/words/runs/run_none"),
        ("GET", "/actions/none"),
        ("GET", "/assets/asset_none"),
        ("POST", "/assets/asset_none/complete"),
        ("GET", "/brands/none"),
        ("GET", "/techniques?workspace_id=ws_none"),
        ("GET", "/projects?workspace_id=ws_none"),
        ("DELETE", "/webhook-secrets/whs_none"),
        ("GET", "/none"),
        ("GET", "/"),
    ],
)
def test_what_is_not_there_is_404(ann: Api, method: str, path: str) -> None:
    assert ann.refused(method, path, 404, "not_found")["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/techniques/none/runs", {"inputs": []}),
        ("/runs/technique", {"technique_id": "none"}),
        ("/runs/action", {"action_id": "none"}),
        ("/runs/action", split("a", workspace_id="ws_none")),
        ("/runs/action", split("a", project_id="prj_none")),
        ("/projects", {"name": "a", "workspace_id": "ws_none"}),
    ],
)
def test_a_run_of_what_is_not_there_is_404(ann: Api, path: str, body: dict[str, object]) -> None:
    ann.refused("POST", path, 404, "not_found", json=body)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/techniques", "GET"),
        ("PUT", "/assets", "GET, POST"),
        ("OPTIONS", "/projects", "GET, POST"),
        ("GET", "/webhook-secrets/whs_1", "DELETE"),
        ("DELETE", "/runs/run_1/cancel", "POST"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_told_which_it_does(
    ann: Api, method: str, path: str, allowed: str
) -> None:
    answer = ann.send(method, path)
    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


def test_a_body_that_is_too_long_is_refused_however_it_says_its_length(ann: Api) -> None:
    long = b'{"name": "' + b"a" * 4_000_000 + b'"}'
    told_length = ann.send("POST", "/workspaces", content=long, headers=JSON)
    assert "signed-url" in problem_of(told_length, 413, "payload_too_large")["message"]
    in_chunks = ann.send(
        "POST", "/workspaces", content=(long[i : i + 65536] for i in range(0, len(long), 65536))
    )
    problem_of(in_chunks, 413, "payload_too_large")


def test_a_run_above_its_cap_is_402(home: Path) -> None:
    """Without a provider only a technique with a price of its own costs anything."""
    from .calling import WORDS, publish_words, serving_api

    with serving_api(home) as site:
        dear = WORDS.replace("tech_words", "tech_dear").replace("steps:", "price_usd: 0.5\nsteps:")
        (home / "techniques" / "dear.yaml").write_text(dear)
        api = Api(site)
        publish_words(api)
        (entry,) = api.get("/techniques/dear/revisions")["revisions"]
        api.post(f"/techniques/dear/revisions/{entry['revision']}/publish")
        body = {"technique_id": "dear", "inputs": {}, "max_cost_usd": 0.1}
        problem = api.refused("POST", "/runs/technique", 402, "insufficient_credits", json=body)
        assert fields_of(problem) == {"max_cost_usd"} and "$0.50" in problem["message"]


def test_a_technique_that_is_not_published_is_refused_before_there_is_a_run(home: Path) -> None:
    from .calling import serving_api

    with serving_api(home) as site:
        api = Api(site)
        api.refused("POST", "/runs/technique", 409, "not_published", json={"technique_id": "words"})
        api.refused("POST", "/techniques/words/runs", 409, "not_published", json={"inputs": []})
        assert api.get("/technique-runs")["technique_runs"] == []


def test_without_a_key_nothing_is_answered_but_how_to_get_one(ann: Api) -> None:
    nobody, stranger = Api(ann.site), Api(ann.site, "no-such-key-0123456789")
    for method, path in (
        ("GET", "/techniques"),
        ("POST", "/runs/action"),
        ("GET", "/docs"),
        ("GET", "/none"),
    ):
        answer = nobody.send(method, path)
        assert "limner keys new" in problem_of(answer, 401, "unauthorized")["message"]
        assert answer.headers["www-authenticate"].startswith("Bearer")
        problem_of(stranger.send(method, path), 401, "invalid_api_key")
    assert nobody.send("GET", f"{ann.site.url}/metrics").status_code == 401


def test_a_key_in_the_other_header_works_too(ann: Api) -> None:
    answer = Api(ann.site).send("GET", "/workspaces", headers={"x-api-key": KEYS["ann"]})
    assert answer.status_code == 200


def test_a_caller_that_calls_too_often_is_told_how_long_to_wait(home: Path) -> None:
    with serving(home, LIMNER_API_KEYS=f"ann:{KEYS['ann']}", LIMNER_REQUESTS_PER_MINUTE="3") as site:
        api = Api(site, KEYS["ann"])
        answers = [api.send("GET", "/models") for _ in range(8)]
        assert answers[0].status_code == 200
        late = [each for each in answers if each.status_code != 200]
        assert late
        for each in late:
            problem_of(each, 429, "rate_limited")
            assert 1 <= int(each.headers["retry-after"]) <= 60


def test_a_foreign_host_and_a_foreign_page_are_refused(ann: Api) -> None:
    answer = ann.send("GET", "/techniques", headers={"host": "evil.example"})
    problem_of(answer, 421, "foreign_host")
    answer = ann.send("POST", "/workspaces", json={"name": "a"}, headers={"origin": "https://evil.example"})
    problem_of(answer, 403, "forbidden")


def test_a_studio_that_cannot_be_opened_is_503_with_when_to_call_again(home: Path) -> None:
    home.mkdir()
    (home / "limner.sqlite").write_text("This is no database, whatever its name says." * 100)
    with serving(home) as site:
        api = Api(site)
        for method, path in (("GET", "/techniques"), ("POST", "/runs/action"), ("GET", "/runs/run_1/events")):
            answer = api.send(method, path, json=split("a") if method == "POST" else None)
            problem_of(answer, 503, "service_unavailable")
            assert int(answer.headers["retry-after"]) >= 1


def test_every_answer_names_its_request_and_the_log_has_the_name(ann: Api) -> None:
    answers: list[httpx2.Response] = [
        ann.send("GET", "/models"),
        ann.send("GET", "/runs/run_none"),
        ann.send("POST", "/runs/action", content=b"{", headers=JSON),
        Api(ann.site).send("GET", "/models"),
        ann.send("GET", f"{ann.site.url}/metrics"),
        ann.send("GET", f"{ann.site.url}/healthz"),
        ann.send("GET", f"{ann.site.url}/media/asset_1/x.png"),
    ]
    names = {each.headers["request-id"] for each in answers}
    assert len(names) == len(answers)
    from tools.hosts import wait_for

    wait_for(
        lambda: names <= {n for n in names if any(n in line for line in ann.site.printed)}, 10, "the log"
    )
