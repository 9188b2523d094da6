"""The promise that matters most: one key is one result, however often and from wherever it is asked for."""

import json
import os
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from .hosts import CHELSEA, COFFEE, RawHost, film_call, make_workspace

TECHNIQUE = {"technique_id": "tech_palette-pull", "wait_seconds": 40}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def host(shared: Path) -> Iterator[RawHost]:
    with RawHost(shared / "home") as raw:
        yield raw


def code_call(text: str, **more: Any) -> dict[str, Any]:
    """Return arguments that start a quick run."""
    return {"action_id": "qr-code-generator", "inputs": {"text": text}, "wait_seconds": 40, **more}


def completed(host: RawHost, call: dict[str, Any]) -> dict[str, Any]:
    """Start a run and return it finished."""
    run = host.ask("start_run", call)
    assert run.get("status") == "completed", run
    return run


def executions(host: RawHost, run_id: str) -> int:
    """Return how often steps of a run were begun."""
    events = host.ask("get_run", {"run_id": run_id, "since_seq": 0})["events"]
    return sum(event["type"] == "step_started" for event in events)


def test_the_same_key_and_request_return_the_same_run_and_execute_once(host: RawHost) -> None:
    first = completed(host, code_call("a", idempotency_key="replay"))
    again = completed(host, code_call("a", idempotency_key="replay"))
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["run_id"] == first["run_id"]
    assert again["outputs"] == first["outputs"]
    assert again["last_seq"] == first["last_seq"]
    assert executions(host, first["run_id"]) == 1


def test_the_same_key_while_the_run_is_in_flight_joins_it_and_hears_its_progress(host: RawHost) -> None:
    call = film_call("join", 1.31, wait_seconds=45)
    one = host.call("start_run", call, token="one")
    two = host.call("start_run", call, token="two")
    first, second = (host.result(each)["structuredContent"] for each in (one, two))
    assert first["run_id"] == second["run_id"]
    assert {first["status"], second["status"]} == {"completed"}
    assert [run.get("joined", False) for run in (first, second)].count(True) == 1
    assert executions(host, first["run_id"]) == 1
    for token in ("one", "two"):
        heard = [
            note["params"] for note in host.notifications if note["params"].get("progressToken") == token
        ]
        values = [each["progress"] for each in heard]
        assert len(values) >= 3
        assert values == sorted(set(values))


def test_the_same_key_for_another_request_is_a_conflict_that_says_how_they_differ(host: RawHost) -> None:
    first = completed(host, {**TECHNIQUE, "inputs": {"image": COFFEE}, "idempotency_key": "taken"})
    call = {**TECHNIQUE, "inputs": {"image": COFFEE, "colors": 4}, "idempotency_key": "taken", "seed": 3}
    error = host.ask("start_run", call)["error"]
    assert error["code"] == "idempotency_conflict"
    assert error["run_id"] == first["run_id"]
    assert error["diff"] == [
        {"field": "inputs.colors", "existing": 6, "given": 4},
        {"field": "seed", "existing": 0, "given": 3},
    ]
    assert first["run_id"] in error["next_step"]
    assert "new idempotency_key" in error["next_step"]
    assert error["fields"][0]["field"] == "idempotency_key"
    assert completed(host, {**TECHNIQUE, "inputs": {"image": COFFEE}, "idempotency_key": "taken"})["replayed"]


def test_the_same_key_for_an_action_instead_of_a_technique_is_a_conflict(host: RawHost) -> None:
    completed(host, code_call("either", idempotency_key="either"))
    error = host.ask("start_run", {**TECHNIQUE, "inputs": {"image": COFFEE}, "idempotency_key": "either"})[
        "error"
    ]
    assert error["code"] == "idempotency_conflict"
    assert {"action_id", "technique_id"} <= {entry["field"] for entry in error["diff"]}


SPELLINGS: dict[str, dict[str, Any]] = {
    "other order": {"inputs": {"colors": 5, "image": COFFEE}},
    "a float": {"inputs": {"image": COFFEE, "colors": 5.0}},
    "text": {"inputs": {"image": COFFEE, "colors": "5"}},
    "the slug": {"technique_id": "palette-pull"},
    "JSON text": {"inputs": json.dumps({"image": COFFEE, "colors": 5})},
    "a file address": {"inputs": {"image": Path(COFFEE).as_uri(), "colors": 5}},
    "spaces": {"inputs": {"image": f" {COFFEE} ", "colors": 5}},
    "the default seed": {"seed": 0},
    "a null": {"brand_kit": None},
    "another wait": {"wait_seconds": 30},
    "a cap": {"max_cost_usd": 1},
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_request_in_another_spelling_is_the_same(host: RawHost, spelling: str) -> None:
    call = {**TECHNIQUE, "inputs": {"image": COFFEE, "colors": 5}, "idempotency_key": "spelled"}
    first = completed(host, call)
    again = completed(host, {**call, **SPELLINGS[spelling]})
    assert again["run_id"] == first["run_id"]
    assert again["replayed"] is True


def test_the_default_given_or_left_out_is_the_same(host: RawHost) -> None:
    call = {**TECHNIQUE, "idempotency_key": "default"}
    first = completed(host, {**call, "inputs": {"image": CHELSEA}})
    again = completed(host, {**call, "inputs": {"image": CHELSEA, "colors": 6}})
    assert again["run_id"] == first["run_id"]


def test_the_revision_named_or_left_out_is_the_same(host: RawHost) -> None:
    call = {**TECHNIQUE, "inputs": {"image": COFFEE}, "idempotency_key": "revision"}
    first = completed(host, call)
    again = completed(host, {**call, "revision": first["technique"]["revision"]})
    assert again["run_id"] == first["run_id"]


def test_the_same_text_in_another_unicode_form_is_the_same(host: RawHost) -> None:
    composed = unicodedata.normalize("NFC", "Crème brûlée")
    first = completed(host, code_call(composed, idempotency_key="unicode"))
    again = completed(host, code_call(unicodedata.normalize("NFD", composed), idempotency_key="unicode"))
    assert again["run_id"] == first["run_id"]
    assert again["replayed"] is True


def test_the_same_picture_by_another_name_or_by_its_asset_id_is_the_same(host: RawHost, shared: Path) -> None:
    copy = shared / "copy.png"
    shutil.copyfile(COFFEE, copy)
    call = {**TECHNIQUE, "idempotency_key": "content"}
    first = completed(host, {**call, "inputs": {"image": COFFEE}})
    assert completed(host, {**call, "inputs": {"image": str(copy)}})["run_id"] == first["run_id"]
    made = completed(host, code_call("asset", idempotency_key="asset"))["outputs"][0]
    by_path = completed(host, {**TECHNIQUE, "inputs": {"image": made["asset_id"]}, "idempotency_key": "made"})
    shutil.copyfile(made["path"], copy)
    again = completed(host, {**TECHNIQUE, "inputs": {"image": str(copy)}, "idempotency_key": "made"})
    assert again["run_id"] == by_path["run_id"]


def test_a_file_that_has_changed_under_its_path_is_another_request(host: RawHost, shared: Path) -> None:
    path = shared / "changing.png"
    shutil.copyfile(COFFEE, path)
    call = {**TECHNIQUE, "inputs": {"image": str(path)}, "idempotency_key": "changing"}
    first = completed(host, call)
    before = path.stat()
    shutil.copyfile(CHELSEA, path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    error = host.ask("start_run", call)["error"]
    assert error["code"] == "idempotency_conflict"
    assert error["run_id"] == first["run_id"]
    assert [entry["field"] for entry in error["diff"]] == ["inputs.image"]


def test_a_refused_call_does_not_use_up_its_key(host: RawHost) -> None:
    call = {**TECHNIQUE, "idempotency_key": "refused"}
    assert "error" in host.ask("start_run", {**call, "inputs": {"image": COFFEE, "colors": 99}})
    assert "error" in host.ask(
        "start_run", {"generate": "image", "prompt": "x", "idempotency_key": "refused"}
    )
    assert completed(host, {**call, "inputs": {"image": COFFEE, "colors": 9}})["replayed"] is False


def test_an_identical_call_without_a_key_is_answered_by_the_run_just_made(host: RawHost) -> None:
    first = completed(host, code_call("no key"))
    again = completed(host, code_call("no key"))
    assert (first["deduplicated"], again["deduplicated"]) == (False, True)
    assert again["run_id"] == first["run_id"]
    assert again["replayed"] is False
    anew = completed(host, code_call("no key", allow_duplicate=True))
    assert anew["deduplicated"] is False
    assert anew["run_id"] != first["run_id"]
    other = completed(host, code_call("no key", seed=1))
    assert other["run_id"] != first["run_id"]


def test_identical_calls_without_a_key_in_flight_are_one_run(host: RawHost) -> None:
    call = {
        name: value
        for name, value in film_call("", 1.37, wait_seconds=45).items()
        if name != "idempotency_key"
    }
    sent = [host.call("start_run", call) for _ in range(5)]
    runs = [host.result(each)["structuredContent"] for each in sent]
    assert len({run["run_id"] for run in runs}) == 1
    assert [run["deduplicated"] for run in runs].count(True) == 4


def test_keys_of_different_workspaces_are_different_keys(host: RawHost, shared: Path) -> None:
    other, project = anyio.run(make_workspace, shared / "home", "other")
    here = completed(host, code_call("scope", idempotency_key="scope"))
    there = completed(host, code_call("scope", idempotency_key="scope", workspace_id=other))
    assert there["run_id"] != here["run_id"]
    for place in ({"workspace_id": other}, {"project_id": project}):
        again = completed(host, code_call("scope", idempotency_key="scope", **place))
        assert (again["run_id"], again["replayed"]) == (there["run_id"], True)
    found = host.ask("get_run", {"idempotency_key": "scope", "workspace_id": other})
    assert found["run_id"] == there["run_id"]


def test_a_lost_run_is_found_by_its_key_which_says_until_when_it_holds(host: RawHost) -> None:
    run = completed(host, code_call("lost", idempotency_key="lost"))
    found = host.ask("get_run", {"idempotency_key": "lost"})
    assert found["run_id"] == run["run_id"]
    assert found["idempotency_key"] == "lost"
    assert run["expires_at"] == run["created_at"] + 24 * 3_600_000
    assert found["expires_at"] == run["expires_at"]
    assert "expires_at" not in completed(host, code_call("no key at all"))


def test_a_cancelled_run_stays_the_answer_to_its_key(host: RawHost) -> None:
    call = film_call("cancelled", 1.41, wait_seconds=0)
    run = host.ask("start_run", call)
    cancelled = host.ask("cancel_run", {"run_id": run["run_id"]})
    assert cancelled["status"] == "cancelled"
    again = host.ask("start_run", {**call, "wait_seconds": 20})
    assert again["run_id"] == run["run_id"]
    assert (again["status"], again["replayed"]) == ("cancelled", True)
    assert "new idempotency_key" in again["next_step"]


def test_a_key_holds_after_a_restart(home: Path) -> None:
    call = code_call("restart", idempotency_key="restart")
    with RawHost(home) as before:
        first = completed(before, call)
    with RawHost(home) as after:
        again = completed(after, call)
        conflict = after.ask("start_run", {**call, "inputs": {"text": "other"}})
    assert again["run_id"] == first["run_id"]
    assert again["replayed"] is True
    assert again["outputs"] == first["outputs"]
    assert conflict["error"]["code"] == "idempotency_conflict"


def test_a_failure_that_cost_nothing_is_tried_again_under_the_same_key(home: Path) -> None:
    call = film_call("healed", 1.43, wait_seconds=40)
    with RawHost(home, LIMNER_MAX_FRAMES="10") as narrow:
        failed = narrow.ask("start_run", call)
        assert failed["status"] == "failed"
        assert failed["error"]["next_step"]
        assert "same idempotency_key" in failed["next_step"]
        again = narrow.ask("start_run", call)
        assert (again["run_id"], again["status"], again["retried"]) == (failed["run_id"], "failed", True)
    with RawHost(home) as wide:
        request = wide.call("start_run", call, token="retry")
        healed = wide.result(request)["structuredContent"]
        assert healed["status"] == "completed"
        assert healed["run_id"] == failed["run_id"]
        assert healed["retried"] is True
        assert "error" not in healed
        told = [note["params"]["message"].partition(":")[0] for note in wide.notifications]
        assert "failed" not in told  # that was the attempt before
        assert told[0] == "queued"
        events = wide.ask("get_run", {"run_id": failed["run_id"], "since_seq": 0})["events"]
        assert completed(wide, call)["replayed"] is True
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events].count("queued") == 3
    assert [event["type"] for event in events].count("failed") == 2
