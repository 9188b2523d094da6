"""Models as agents meet them: listed as what they are, started by one call, one run for one key."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import av
import mcp_types as t
import numpy as np
import pytest

from serving.sites import connected as connected_over_http
from serving.sites import serving

from .hosts import COFFEE, RawHost, client, wait_for
from .modern import ModernHost

DRAFT, VOICE = "limner/draft-1", "limner/voice-1"
ERAS = ("legacy", "modern")
CALL: dict[str, Any] = {
    "generate": "image",
    "prompt": "A poster for a spring sale, everything half price, with a purple giraffe",
    "model_id": DRAFT,
    "params": {"layout": "poster", "aspect_ratio": "4:5", "size": 512},
    "brand_kit": "homestead",
    "seed": 7,
    "wait_seconds": 45,
}
ADDRESS = "limner://models/limner%2Fdraft-1"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RawHost]]:
    home = tmp_path_factory.mktemp("models") / "home"
    with RawHost(home) as legacy, ModernHost(home) as modern:
        yield {"legacy": legacy, "modern": modern}


@pytest.fixture(params=ERAS)
def host(request: pytest.FixtureRequest, hosts: dict[str, RawHost]) -> RawHost:
    return hosts[request.param]


def checked(run: dict[str, Any]) -> dict[str, Any]:
    """Return a finished draft, whose document says what it is."""
    assert run["status"] == "completed", run
    assert (run["type"], run["model"]) == ("generation", {"model_id": DRAFT})
    assert run["fidelity"] == "layout-draft"
    assert "giraffe" in run["unmatched_terms"]
    assert [each["output_id"] for each in run["outputs"]] == ["image", "document", "text"]
    assert [each.get("media_type") for each in run["outputs"][:2]] == ["image/png", "image/svg+xml"]
    assert run["cost"] == {"estimated_usd": 0, "charged_usd": 0}
    return run


def test_one_call_makes_a_draft_that_is_scored_and_says_what_it_is(host: RawHost) -> None:
    run = checked(host.ask("start_run", {**CALL, "idempotency_key": "sale"}))
    assert run["seed"] == 7 and run["brand_kit"] == "homestead"
    assert 0 <= run["evaluation"]["score"] <= 1
    assert "layout draft" in run["next_step"]
    again = host.ask("start_run", {**CALL, "idempotency_key": "sale"})
    assert (again["run_id"], again["replayed"]) == (run["run_id"], True)
    assert again["outputs"] == run["outputs"]
    changed = host.ask("start_run", {**CALL, "prompt": "Another", "idempotency_key": "sale"})["error"]
    assert (changed["code"], changed["run_id"]) == ("idempotency_conflict", run["run_id"])
    assert changed["diff"] == [{"field": "prompt", "existing": CALL["prompt"], "given": "Another"}]
    found = host.ask("get_run", {"idempotency_key": "sale", "since_seq": 0})
    assert [event["type"] for event in found["events"]].count("step_started") == 1
    listed = host.ask("list_runs", {"limit": 5})["runs"]
    assert {"run_id": run["run_id"], "model": {"model_id": DRAFT}}.items() <= listed[0].items()


def test_the_picture_is_seen_and_the_drawing_is_read(host: RawHost) -> None:
    run = host.ask("start_run", {**CALL, "idempotency_key": "sale"})
    (block,) = [
        each
        for each in host.result(host.call("view_output", {"run_id": run["run_id"]}))["content"]
        if each["type"] == "image"
    ]
    assert block["mimeType"] in ("image/png", "image/jpeg", "image/webp")
    uri = f"limner://runs/{run['run_id']}/outputs/document"
    (drawing,) = host.result(host.send("resources/read", {"uri": uri}))["contents"]
    assert drawing["mimeType"] == "image/svg+xml"


def test_a_draft_is_had_where_the_caller_says_that_one_will_do(host: RawHost) -> None:
    call = {key: value for key, value in CALL.items() if key != "model_id"}
    refused = host.result(host.call("start_run", {**call, "idempotency_key": "sale-2"}))
    assert refused["isError"] is True
    error = refused["structuredContent"]["error"]
    assert error["code"] == "needs_provider"
    for word in (
        "No image model is configured",
        f'model_id="{DRAFT}"',
        '{"accept_drafts": true}',
        "placeholders",
    ):
        assert word in error["message"]
    said = {**call, "params": {**call["params"], "accept_drafts": True}, "idempotency_key": "sale-2"}
    checked(host.ask("start_run", said))
    named = host.ask("start_run", {**CALL, "idempotency_key": "sale-2"})
    assert named["replayed"] is True  # how the model was chosen is no part of the request


def test_the_users_pictures_go_into_the_draft(host: RawHost) -> None:
    filled = checked(host.ask("start_run", {**CALL, "inputs": {"image": [COFFEE]}}))
    empty = checked(host.ask("start_run", CALL))
    assert filled["outputs"][0]["asset_id"] != empty["outputs"][0]["asset_id"]
    refused = host.ask("start_run", {**CALL, "params": {"layuot": "poster"}})["error"]
    assert refused["fields"] == [
        {"field": "params.layuot", "message": "there is no such parameter. Did you mean 'layout'?"}
    ]


def test_one_call_speaks_a_prompt_without_a_model_being_named(host: RawHost) -> None:
    said = "Everything is half price. Come on Saturday."
    call = {"generate": "audio", "prompt": said, "params": {"speed": 1.2}, "wait_seconds": 45}
    priced = host.ask("start_run", {**call, "dry_run": True, "max_cost_usd": 0})
    assert priced["cost"]["estimated_usd"] == 0
    run = host.ask("start_run", call)
    assert (run["status"], run["model"], run["fidelity"]) == ("completed", {"model_id": VOICE}, "model"), run
    sound, text = run["outputs"]
    assert (sound["output_id"], sound["media_type"]) == ("audio", "audio/mpeg")
    about = json.loads(text["text"])
    assert " ".join(each["text"] for each in about["sentences"]) == said
    assert 1.5 < about["seconds"] < 6
    with av.open(sound["path"]) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    samples = np.concatenate(frames, axis=1)
    assert samples.shape[1] / 48_000 == pytest.approx(about["seconds"], abs=0.1)
    assert np.sqrt((samples**2).mean()) > 0.03
    refused = host.ask("start_run", {**call, "params": {"voice": "gruff"}})["error"]
    assert [each["field"] for each in refused["fields"]] == ["params.voice"]


def test_a_dry_run_of_a_draft_costs_nothing(host: RawHost) -> None:
    priced = host.ask("start_run", {**CALL, "dry_run": True, "max_cost_usd": 0})
    row = {"step": DRAFT, "estimated_usd": 0, "count": 1, "model_id": DRAFT}
    assert priced["cost"] == {"estimated_usd": 0, "by_step": [row]}


def test_the_model_is_listed_as_what_it_is(host: RawHost) -> None:
    listed = host.ask("list_models", {})
    row, voice = listed["models"]
    assert row["model_id"] == DRAFT
    assert {
        "type": "image",
        "provider": "limner",
        "fidelity": "layout-draft",
        "price_usd": 0,
    }.items() <= row.items()
    assert row["availability"] == "ready"
    assert "not generated pictures" in row["description"]
    assert {"layout", "aspect_ratio", "headline"} <= set(row["params"])
    assert not {"seed", "brand", "format", "quality"} & set(row["params"])
    assert len(row["params"]["layout"]["enum"]) >= 12
    assert [(each["kind"], each["least"], each["most"]) for each in row["inputs"]] == [("image", 0, 12)]
    assert {
        "model_id": VOICE,
        "type": "audio",
        "fidelity": "model",
        "price_usd": 0,
        "availability": "ready",
    }.items() <= voice.items()
    assert set(voice["params"]) == {"voice", "speed", "format"}
    assert "robots" in voice["description"] and "no music" in voice["description"]
    lacking = {each["type"]: each for each in listed["unavailable"]}
    assert list(lacking) == ["image", "video", "text"]
    assert DRAFT in lacking["image"]["message"] and DRAFT not in lacking["video"]["message"]
    assert listed["meta"] == {"next_cursor": None, "total_estimate": 2}


@pytest.mark.parametrize(
    ("wanted", "count", "lacking"),
    [
        ({"type": "image"}, 1, 1),
        ({"type": "video"}, 0, 1),
        ({"type": "audio"}, 1, 0),
        ({"query": "layout DRAFTS"}, 1, 3),
        ({"query": "photorealistic"}, 0, 3),
        ({"available_only": True}, 2, None),
        ({"available_only": True, "type": "audio"}, 1, None),
        ({"available_only": True, "type": "video"}, 0, None),
        ({"limit": 1}, 1, 3),
    ],
)
def test_models_are_found_by_type_words_and_availability(
    host: RawHost, wanted: dict[str, Any], count: int, lacking: int | None
) -> None:
    listed = host.ask("list_models", wanted)
    assert len(listed["models"]) == count
    assert ("unavailable" in listed) is (lacking is not None)
    if lacking is not None:
        assert len(listed["unavailable"]) == lacking


def test_models_are_resources_and_are_suggested_where_one_is_asked_for(host: RawHost) -> None:
    reference = {"type": "ref/resource", "uri": "limner://models/{model_id}"}
    for typed, values in (("Draft", [DRAFT]), ("", [DRAFT, VOICE]), ("other", [])):
        argument = {"name": "model_id", "value": typed}
        told = host.result(host.send("completion/complete", {"ref": reference, "argument": argument}))
        assert told["completion"]["values"] == values
    resources = host.result(host.send("resources/list"))["resources"]
    assert ADDRESS in [each["uri"] for each in resources]
    templates = host.result(host.send("resources/templates/list"))["resourceTemplates"]
    assert reference["uri"] in [each["uriTemplate"] for each in templates]
    for uri in (ADDRESS, f"limner://models/{DRAFT}"):
        (read,) = host.result(host.send("resources/read", {"uri": uri}))["contents"]
        assert f'"model_id":"{DRAFT}"' in read["text"]
    error = host.answer(host.send("resources/read", {"uri": "limner://models/none"}))["error"]
    assert error["code"] == t.INVALID_PARAMS


@pytest.mark.anyio
async def test_the_official_client_makes_a_draft_over_stdio(home: Path) -> None:
    async with client(home) as connected:
        result = await connected.call_tool("start_run", CALL)
    assert result.structured_content is not None
    run = checked(result.structured_content)
    assert (await anyio.Path(run["outputs"][0]["path"]).read_bytes()).startswith(b"\x89PNG")


@pytest.mark.anyio
async def test_the_official_client_makes_a_draft_over_http(home: Path) -> None:
    with serving(home) as site:
        async with connected_over_http(site.url, "modern") as connected:
            result = await connected.call_tool("start_run", CALL)
            listed = await connected.call_tool("list_models", {"available_only": True})
    assert result.structured_content is not None and listed.structured_content is not None
    run = checked(result.structured_content)
    assert run["outputs"][0]["url"].startswith(f"{site.url}/media/asset_")
    assert [each["model_id"] for each in listed.structured_content["models"]] == [DRAFT, VOICE]


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{home / 'limner.sqlite'}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def test_fifty_concurrent_starts_of_one_key_over_two_processes_are_one_draft(home: Path) -> None:
    call = {**CALL, "idempotency_key": "one"}
    with RawHost(home) as one, RawHost(home) as two:
        sent = [(host, host.call("start_run", call)) for _ in range(25) for host in (one, two)]
        runs = [host.result(request_id)["structuredContent"] for host, request_id in sent]
    assert {run["status"] for run in runs} == {"completed"}
    assert len({run["run_id"] for run in runs}) == 1
    assert rows(home, "select count(*) from runs") == [(1,)]
    assert rows(home, "select step, executions from steps") == [(DRAFT, 1)]


@pytest.mark.skipif(sys.platform != "linux", reason="kills a server, whose workers die with it on Linux")
def test_a_draft_whose_server_is_killed_is_made_after_the_restart(home: Path) -> None:
    host = RawHost(home)
    host.initialize()
    run_id = host.ask("start_run", {**CALL, "wait_seconds": 0})["run_id"]
    wait_for(lambda: rows(home, "select 1 from events where type = 'step_started'"), 20, "the step to begin")
    host.kill()
    with RawHost(home) as again:
        run = checked(again.ask("get_run", {"run_id": run_id, "wait_seconds": 45}))
        events = again.ask("get_run", {"run_id": run_id, "since_seq": 0})["events"]
    assert [event["type"] for event in events].count("step_completed") == 1
    assert [event["seq"] for event in events] == list(range(1, run["last_seq"] + 1))


def test_a_draft_is_cancelled_like_any_run(home: Path) -> None:
    with RawHost(home) as host:
        run_id = host.ask("start_run", {**CALL, "wait_seconds": 0})["run_id"]
        run = host.ask("cancel_run", {"run_id": run_id})
        assert (run["status"], run["fidelity"]) == ("cancelled", "layout-draft")
