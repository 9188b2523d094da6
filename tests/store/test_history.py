import itertools
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from limner.errors import InvalidInput
from limner.store import SqliteStore
from limner.store.history import FILTERS, build_query
from limner.store.migrations import ACTIVE
from limner.types import RunType, Status

from .building import Clock, claim, finish, start

pytestmark = pytest.mark.anyio


async def test_a_walk_through_the_pages_sees_every_run_once_while_others_start(
    store: SqliteStore, clock: Clock
) -> None:
    old = []
    for number in range(25):
        old.append((await start(store, {"title": str(number)})).run_id)
        clock.advance(number % 2)  # pairs share their millisecond

    seen: list[str] = []
    cursor = None
    for page_number in itertools.count():
        page = await store.list_runs("local", limit=4, cursor=cursor)
        seen += [run.run_id for run in page.items]
        clock.advance(1)
        await start(store, {"title": f"new {page_number}"})
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(seen) == 25
    assert set(seen) == set(old)
    listed = [await store.load_run(run_id) for run_id in seen]
    order = [(run.created_at, run.run_id) for run in listed]
    assert order == sorted(order, reverse=True)


async def test_the_last_page_has_no_cursor_even_when_it_is_full(store: SqliteStore) -> None:
    for number in range(4):
        await start(store, {"title": str(number)})

    first = await store.list_runs("local", limit=2)
    last = await store.list_runs("local", limit=2, cursor=first.next_cursor)

    assert len(last.items) == 2
    assert last.next_cursor is None


async def test_a_list_shows_the_callers_own_runs_that_match_every_filter(store: SqliteStore) -> None:
    await start(store, caller="eve")
    plain = await start(store)
    other = await start(
        store,
        type=RunType.ACTION,
        target_id="blur-image",
        project_id="prj_2",
        workspace_id="ws_2",
        may_deduplicate=False,
    )
    await finish(store, other, Status.COMPLETED)

    async def listed(**filters: Any) -> list[str]:
        return [run.run_id for run in (await store.list_runs("local", **filters)).items]

    assert set(await listed()) == {plain.run_id, other.run_id}
    for filters in (
        {"status": Status.COMPLETED},
        {"run_type": RunType.ACTION},
        {"target_id": "blur-image"},
        {"project_id": "prj_2"},
        {"workspace_id": "ws_2"},
        {"status": Status.COMPLETED, "run_type": RunType.ACTION, "workspace_id": "ws_2"},
    ):
        assert await listed(**filters) == [other.run_id]
    assert await listed(status=Status.PENDING, target_id="blur-image") == []
    await claim(store, plain)
    assert await listed(status=Status.RUNNING) == [plain.run_id]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "eyJhIjoxfQ", "WzEsMl0", "ä", "WyJhIiwiYiJd", "////"])
async def test_a_bad_cursor_is_named(store: SqliteStore, cursor: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await store.list_runs("local", cursor=cursor)

    assert caught.value.fields[0].field == "cursor"
    assert "next_cursor" in caught.value.next_step


@pytest.mark.parametrize("status", Status)
async def test_every_page_reads_along_an_index_in_order(
    store: SqliteStore, path: Path, status: Status
) -> None:
    connection = sqlite3.connect(path)
    values = {
        "status": status,
        "target_id": "tech_poster",
        "type": RunType.TECHNIQUE,
        "project_id": "prj_default",
        "workspace_id": "ws_default",
    }
    assert values.keys() == set(FILTERS)
    for size in range(len(values) + 1):
        for names in itertools.combinations(values, size):
            for after in (None, (1, "run_x")):
                query, bound = build_query("local", {name: values[name] for name in names}, 20, after)
                plan = [row[3] for row in connection.execute(f"explain query plan {query}", bound)]
                assert len(plan) == 1, plan  # no second line: no sort
                assert plan[0].startswith("SEARCH runs USING INDEX runs_by_"), plan
                assert ("created_at" in plan[0]) is (after is not None), plan
    connection.close()


async def test_what_the_engine_asks_often_reads_along_a_partial_index(store: SqliteStore, path: Path) -> None:
    connection = sqlite3.connect(path)
    for query, index in (
        (
            f"select * from runs where {ACTIVE} and owner is null order by created_at, run_id limit 5",
            "unowned",
        ),
        ("select distinct owner from runs where owner is not null", "owned"),
        ("select * from runs where owner = 'ada' order by created_at, run_id", "owned"),
        (f"select * from runs where fingerprint = 'f' and caller = 'a' and {ACTIVE}", "active_twin"),
        ("select * from runs where fingerprint = 'f' and caller = 'a' and completed_at > 5", "ended_twin"),
    ):
        plan = connection.execute(f"explain query plan {query}").fetchone()[3]
        assert f"INDEX runs_{index}" in plan, plan
    connection.close()
