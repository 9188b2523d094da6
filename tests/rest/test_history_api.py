"""The history over REST: its filters, and pages that stay right while runs are added."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.store import SqliteStore
from store.building import build_new

from . import contract
from .calling import Api, slow, split

MANY = 1_000


def rows(api: Api, **query: Any) -> list[dict[str, Any]]:
    """Return all rows, page by page."""
    found, cursor = [], {}
    while True:
        page = contract.check(api.get("/technique-runs", **query, **cursor), contract.HISTORY)
        found += page["technique_runs"]
        if page["meta"]["next_cursor"] is None:
            return found
        assert len(page["technique_runs"]) == query.get("limit", 20)
        cursor = {"cursor": page["meta"]["next_cursor"]}


def test_the_history_has_the_callers_runs_of_techniques_newest_first(caller: Callable[[str], Api]) -> None:
    hal = caller("hal")
    project = hal.post("/projects", {"name": "Mine"}, 201)
    places = ({}, {"project_id": project["project_id"]}, {})
    runs = []
    for number, place in enumerate(places):
        body = {"technique_id": "words", "inputs": {"text": f"history {number}"}, **place}
        runs.append(hal.ended(hal.post("/runs/technique", body)))
    hal.ended(hal.post("/runs/action", split("not a technique")))
    stopped = hal.post(
        "/runs/technique", {"technique_id": "palette-pull", "inputs": {"image": "https://127.0.0.1/"}}
    )
    runs.append(hal.ended(stopped))

    listed = rows(hal, limit=3)
    assert [each["run_id"] for each in listed] == [each["run_id"] for each in reversed(runs)]
    for row, run in zip(listed, reversed(runs), strict=True):
        alone = {"run_summary": run["run_summary"]} if run["status"] == "completed" else {}
        assert "run_summary" not in row
        assert {name: value for name, value in row.items() if name != "technique_run_id"} | alone == run
        assert row["technique_run_id"] == run["run_id"]
    assert [each["run_id"] for each in rows(hal, technique_id="words")] == [r["run_id"] for r in runs[2::-1]]
    assert rows(hal, technique_id="tech_words") == rows(hal, technique_id="words")
    assert [each["run_id"] for each in rows(hal, project_id=project["project_id"])] == [runs[1]["run_id"]]
    assert rows(hal, workspace_id="ws_default") == listed
    assert [each["run_id"] for each in rows(hal, status="failed")] == [runs[3]["run_id"]]
    assert rows(hal, status="completed", technique_id="words") == rows(hal, technique_id="words")
    assert rows(hal, status="running") == rows(hal, technique_id="none") == []


def test_cancelled_runs_are_among_the_failed_in_order(home: Path) -> None:
    from .calling import publish_words, serving_api

    with serving_api(home) as site:
        api = Api(site)
        publish_words(api)
        bad = {"technique_id": "palette-pull", "inputs": {"image": "https://127.0.0.1/a.png"}}
        ids = []
        for number in range(6):
            if number % 2:
                run = api.ended(api.post("/runs/technique", {**bad, "allow_duplicate": True}))
            else:
                still = {"technique_id": "video-scene-builder", "inputs": _stills(number)}
                run = api.post(f"/runs/{api.post('/runs/technique', still)['run_id']}/cancel")
            ids.append((run["run_id"], run["error_code"]))
        found = [(each["run_id"], each["error_code"]) for each in rows(api, status="failed", limit=2)]
        assert found == list(reversed(ids))
        assert {code for _, code in found} == {"cancelled", "input_unreachable"}
        assert api.post("/runs/action", slow(1.71))["status"] in ("pending", "running")


def _stills(number: int) -> dict[str, Any]:
    from serving.sites import CHELSEA

    return {"images": [CHELSEA, CHELSEA], "captions": json.dumps([f"Number {number}", "Two"])}


async def add_runs(home: Path, caller: str, numbers: range) -> None:
    """Start runs of a technique that is not there, and cancel them: they are in the history, and no work."""
    store = SqliteStore(home / "limner.sqlite")
    await store.open()
    try:
        for number in numbers:
            new = build_new({"title": str(number)}, caller=caller, may_deduplicate=False)
            run, _ = await store.start(new)
            await store.cancel(caller, run.run_id)
    finally:
        await store.close()


@pytest.mark.parametrize("query", [{}, {"status": "failed"}], ids=["all", "failed"])
def test_pages_stay_right_while_a_thousand_runs_are_added_between_them(
    caller: Callable[[str], Api], rest_home: Path, query: dict[str, str]
) -> None:
    gus = caller("gus")
    anyio.run(add_runs, rest_home, "key:gus", range(30))
    before = [each["run_id"] for each in rows(gus, limit=100, **query)]
    assert len(before) >= 30
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for page_number in count():
        page = gus.get("/technique-runs", limit=11, **query, **cursor)
        seen += [each["run_id"] for each in page["technique_runs"]]
        if page["meta"]["next_cursor"] is None or len(seen) >= len(before):
            break
        cursor = {"cursor": page["meta"]["next_cursor"]}
        if page_number == 0:
            anyio.run(add_runs, rest_home, "key:gus", range(MANY))
        else:
            anyio.run(add_runs, rest_home, "key:gus", range(5))
    assert seen[: len(before)] == before and len(seen) == len(set(seen))
    assert len(rows(gus, limit=100, **query)) >= len(before) + MANY
