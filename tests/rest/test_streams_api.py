"""Runs followed over server-sent events: whole, resumed, cut, left, and ended by the server."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from serving.sites import CHELSEA, Served, bearer, plain_client
from tools.hosts import children_of, wait_for

from .calling import KEYS, PATIENCE, Api, frames, publish_words, serving_api, slow, split, told


class Reader:
    """The messages of a stream as they come."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.comments = 0
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[dict[str, str]]:
        message: dict[str, str] = {}
        for line in self._lines:
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(":")
                message[name] = value.removeprefix(" ")
            else:
                if "data" in message:
                    yield message
                message = {}


@contextmanager
def following(api: Api, path: str, method: str = "GET", body: Any = None, **headers: str) -> Iterator[Reader]:
    """Open a stream."""
    with (
        plain_client(headers={**bearer(api._key), **headers}) as http,
        http.stream(method, f"{api.base}{path}", json=body) as response,
    ):
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Reader(response)


def numbers(messages: list[dict[str, str]]) -> list[int]:
    return [int(each["id"]) for each in messages]


def test_the_stream_of_a_run_is_its_whole_log_and_ends(ann: Api) -> None:
    run = ann.ended(ann.post("/runs/action", split("followed")))
    answer = ann.send("GET", f"/runs/{run['run_id']}/events")
    assert answer.headers["cache-control"] == "no-cache" and answer.text.startswith("retry: ")
    log = frames(answer.text)
    assert numbers(log) == list(range(1, run["last_seq"] + 1))
    events = [json.loads(each["data"]) for each in log]
    for message, event in zip(log, events, strict=True):
        assert message["event"] == event["type"] and int(message["id"]) == event["seq"]
    phases = [event["phase"] for event in events if "phase" in event]
    assert list(dict.fromkeys(phases)) == ["queued", "composing", "rendering", "done"]
    percents = [event["progress"] for event in events if "progress" in event]
    assert percents == sorted(percents) and percents[-1] == 100
    assert [event.get("status") for event in events[:-1]] == [None] * (len(events) - 1)
    assert events[-1]["type"] == "completed" and events[-1]["status"] == "completed"


def test_a_reader_goes_on_after_any_event_without_gap_or_repeat(ann: Api) -> None:
    run = ann.ended(ann.post("/runs/action", split("resumed")))
    path = f"/runs/{run['run_id']}/events"
    whole = frames(ann.send("GET", path).text)
    for seen in range(run["last_seq"]):
        rest = ann.send("GET", path, headers={"last-event-id": str(seen)})
        assert frames(rest.text) == whole[seen:]


@pytest.mark.parametrize("beyond", [0, 1, 10**14])
def test_a_reader_that_has_read_all_is_told_not_to_come_back(ann: Api, beyond: int) -> None:
    run = ann.ended(ann.post("/runs/action", split("all read")))
    seen = {"last-event-id": str(run["last_seq"] + beyond)}
    answer = ann.send("GET", f"/runs/{run['run_id']}/events", headers=seen)
    assert answer.status_code == 204 and not answer.content


def test_a_reader_cut_off_in_the_middle_of_a_run_misses_nothing(ann: Api) -> None:
    run = ann.post("/runs/action", slow(1.51))
    path = f"/runs/{run['run_id']}/events"
    read: list[dict[str, str]] = []
    for _ in range(3):
        headers = {"last-event-id": read[-1]["id"]} if read else {}
        with following(ann, path, **headers) as reader:
            for message, _ in zip(reader, range(2), strict=False):
                read.append(message)
    with following(ann, path, **{"last-event-id": read[-1]["id"]}) as reader:
        ann.post(f"/runs/{run['run_id']}/cancel")
        read += list(reader)
    assert numbers(read) == list(range(1, numbers(read)[-1] + 1))
    assert read[-1]["event"] == "cancelled"
    assert json.loads(read[-1]["data"])["status"] == "failed"
    assert read == frames(ann.send("GET", path).text)


def test_mode_stream_answers_with_the_events_and_ends_with_the_run(ann: Api) -> None:
    inputs = [{"id": "text", "type": "text", "value": "to the end"}]
    body = {"inputs": inputs, "mode": "stream", "idempotency_key": "stream"}
    first = ann.sent("/techniques/words/runs", body)
    assert first.headers["content-type"].startswith("text/event-stream")
    assert "idempotent-replayed" not in first.headers
    *log, last = frames(first.text)
    run = json.loads(last["data"])
    assert last["event"] == "run" and "id" not in last
    assert run == ann.get(f"/runs/{run['run_id']}") and run["status"] == "completed"
    assert numbers(log) == list(range(1, run["last_seq"] + 1))
    again = ann.sent("/techniques/words/runs", body)
    assert again.headers["idempotent-replayed"] == "true" and frames(again.text) == frames(first.text)


def test_a_refused_stream_is_a_plain_error(ann: Api) -> None:
    body = {"inputs": [{"id": "none", "type": "text", "value": "a"}], "mode": "stream"}
    ann.refused("POST", "/techniques/words/runs", 400, "input_validation_error", json=body)


def test_a_reader_that_goes_away_does_not_stop_the_run(ann: Api) -> None:
    inputs = [
        {"id": "image", "type": "imageUrl", "value": CHELSEA},
        {"id": "colors", "type": "text", "value": "7"},
    ]
    path = "/techniques/palette-pull/runs"
    with following(
        ann, path, "POST", {"inputs": inputs, "mode": "stream", "idempotency_key": "left"}
    ) as reader:
        next(iter(reader))
    run = ann.post(path, {"inputs": inputs, "idempotency_key": "left"})
    assert ann.ended(run)["status"] == "completed"


def test_a_failed_run_says_so_in_its_stream_in_the_words_of_this_api(ann: Api) -> None:
    value = "https://127.0.0.1/cat.png"
    body = {"inputs": [{"id": "image", "type": "imageUrl", "value": value}], "mode": "stream"}
    *_, event, last = frames(ann.sent("/techniques/palette-pull/runs", body).text)
    assert json.loads(event["data"])["status"] == "failed"
    assert json.loads(last["data"])["error_code"] == "input_unreachable"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find workers")
def test_a_server_that_leaves_ends_its_streams_in_order(home: Path) -> None:
    with serving_api(home, "ann") as site:
        ann = Api(site, KEYS["ann"])
        publish_words(ann)
        run = ann.post("/runs/action", slow(1.61))
        with following(ann, f"/runs/{run['run_id']}/events") as reader:
            messages = iter(reader)
            read = [next(messages)]
            for worker in wait_for(lambda: children_of(site.process.pid), PATIENCE, "a worker"):
                os.kill(worker, signal.SIGSTOP)
            site.process.send_signal(signal.SIGTERM)
            for worker in children_of(site.process.pid):
                os.kill(worker, signal.SIGCONT)
            read += messages  # ends, rather than breaks: httpx2 raises where the last chunk is missing
        assert site.process.wait(timeout=PATIENCE) == 143
        site.stop()
    assert numbers(read) == list(range(1, len(read) + 1))
    assert "Traceback" not in "".join(site.printed)
    with serving_api(home, "ann") as site:
        ann = Api(site, KEYS["ann"])
        with following(ann, f"/runs/{run['run_id']}/events", **{"last-event-id": read[-1]["id"]}) as reader:
            messages = iter(reader)
            assert int(next(messages)["id"]) == len(read) + 1
            assert told(ann.sent(f"/runs/{run['run_id']}/cancel"))["error_code"] == "cancelled"
            assert list(messages)[-1]["event"] == "cancelled"


def test_a_page_of_this_machine_may_follow(ann: Api, site: Served) -> None:
    run = ann.ended(ann.post("/runs/action", split("from a page")))
    origin = {"origin": "http://localhost:5173"}
    answer = ann.send("GET", f"/runs/{run['run_id']}/events", headers=origin)
    assert answer.headers["access-control-allow-origin"] == origin["origin"]
    exposed = {each.strip() for each in answer.headers["access-control-expose-headers"].split(",")}
    assert {"request-id", "idempotent-replayed", "retry-after"} <= exposed
