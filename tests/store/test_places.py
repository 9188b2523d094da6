import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from limner.errors import InvalidInput, NotFound
from limner.store import SqliteStore, cursors, places
from limner.types import Page, Project, Workspace

from .building import Clock, count_work

pytestmark = pytest.mark.anyio


async def make(store: SqliteStore, number: int, caller: str = "ada") -> Workspace:
    return await store.create_workspace(
        caller, f"ws_{number:03}", f"Space {number}", project_id=f"prj_{number:03}"
    )


async def walk(store: SqliteStore, caller: str, limit: int) -> list[str]:
    pages, cursor = [], None
    while True:
        page: Page = await store.list_workspaces(caller, limit=limit, cursor=cursor)
        pages.append([each.workspace_id for each in page.items])
        assert len(pages) < 50, "the pages go round in a circle"
        cursor = page.next_cursor
        if cursor is None:
            assert all(len(each) == limit for each in pages[:-1])
            return [each for page in pages for each in page]


async def test_a_fresh_file_has_one_workspace_with_one_project_for_everyone(store: SqliteStore) -> None:
    for caller in ("ada", "eve"):
        [workspace] = (await store.list_workspaces(caller, limit=10)).items
        [project] = (await store.list_projects(caller, None, limit=10)).items
        assert (workspace.workspace_id, workspace.name) == ("ws_default", "Default")
        assert (project.project_id, project.workspace_id) == ("prj_default", "ws_default")
        assert await store.get_workspace(caller, "ws_default") == workspace
        assert await store.get_project(caller, "prj_default") == project


async def test_a_workspace_is_made_with_its_default_project_once(store: SqliteStore, clock: Clock) -> None:
    made = await make(store, 1)
    assert made == Workspace("ws_001", "Space 1", clock.now)
    clock.advance(5)
    assert await make(store, 1) == made
    assert (await store.list_projects("ada", "ws_001", limit=10)).items == (
        Project("prj_001", "ws_001", "Default", made.created_at),
    )


async def test_everyones_rows_come_first_then_a_callers_own_oldest_first(
    store: SqliteStore, clock: Clock
) -> None:
    for number in (3, 1, 2):
        await make(store, number)
        clock.advance(1)
    await make(store, 9, caller="eve")
    await make(store, 5)
    await make(store, 4)  # in the same millisecond: by id

    assert await walk(store, "ada", 50) == ["ws_default", "ws_003", "ws_001", "ws_002", "ws_004", "ws_005"]
    for limit in (1, 2, 3, 6):
        assert await walk(store, "ada", limit) == await walk(store, "ada", 50)
    assert await walk(store, "eve", 1) == ["ws_default", "ws_009"]


async def test_rows_made_between_two_pages_neither_repeat_nor_hide_others(
    store: SqliteStore, clock: Clock
) -> None:
    for number in range(4):
        await make(store, number)
        clock.advance(1)
    first = await store.list_workspaces("ada", limit=3)
    for number in range(500, 520):
        await make(store, number)
        await make(store, number + 100, caller="eve")
    second = await store.list_workspaces("ada", limit=100, cursor=first.next_cursor)
    shown = [each.workspace_id for each in (*first.items, *second.items)]
    assert shown[:5] == ["ws_default", "ws_000", "ws_001", "ws_002", "ws_003"]
    assert shown[5:] == [f"ws_{number}" for number in range(500, 520)]


async def test_projects_are_listed_by_workspace_or_all(store: SqliteStore, clock: Clock) -> None:
    await make(store, 1)
    clock.advance(1)
    await store.create_project("ada", "ws_default", "prj_shared", "Mine in everyone's")
    clock.advance(1)
    await store.create_project("ada", "ws_001", "prj_more", "More")
    await store.create_project("eve", "ws_default", "prj_eve", "Hers")

    async def listed(caller: str, workspace_id: str | None) -> list[str]:
        page = await store.list_projects(caller, workspace_id, limit=10)
        return [each.project_id for each in page.items]

    assert await listed("ada", None) == ["prj_default", "prj_001", "prj_shared", "prj_more"]
    assert await listed("ada", "ws_001") == ["prj_001", "prj_more"]
    assert await listed("ada", "ws_default") == ["prj_default", "prj_shared"]
    assert await listed("eve", "ws_default") == ["prj_default", "prj_eve"]
    page = await store.list_projects("ada", "ws_001", limit=1)
    rest = await store.list_projects("ada", "ws_001", limit=1, cursor=page.next_cursor)
    assert [each.project_id for each in rest.items] == ["prj_more"]
    assert rest.next_cursor is None


async def test_what_is_another_callers_is_missing_under_its_field(store: SqliteStore) -> None:
    await make(store, 1)
    calls = {
        "workspace_id": [
            lambda: store.get_workspace("eve", "ws_001"),
            lambda: store.list_projects("eve", "ws_001", limit=5),
            lambda: store.create_project("eve", "ws_001", "prj_x", "X"),
            lambda: make(store, 1, caller="eve"),
            lambda: store.get_workspace("ada", "ws_none"),
        ],
        "project_id": [
            lambda: store.get_project("eve", "prj_001"),
            lambda: store.create_project("eve", "ws_default", "prj_001", "X"),
            lambda: store.get_project("ada", "prj_none"),
        ],
    }
    for field, attempts in calls.items():
        for attempt in attempts:
            with pytest.raises(NotFound) as caught:
                await attempt()
            assert [each.field for each in caught.value.fields] == [field]
    assert await walk(store, "eve", 10) == ["ws_default"]
    assert len((await store.list_projects("eve", None, limit=10)).items) == 1


async def test_two_processes_that_make_the_same_workspace_are_given_one(
    store: SqliteStore, path: Path
) -> None:
    other = SqliteStore(path)
    await other.open()
    made: list[Workspace] = []

    async def race(mine: SqliteStore) -> None:
        made.append(await make(mine, 7))

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(race, store)
            group.start_soon(race, other)
    await other.close()
    assert len(made) == 20
    assert len(set(made)) == 1
    assert await walk(store, "ada", 10) == ["ws_default", "ws_007"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "bm90IGpzb24",
        cursors.encode(1, "run_1"),
        cursors.encode(1, 2, 3),
        cursors.encode("1", 2, "ws_1"),
        cursors.encode(1, -2, "ws_1"),
        cursors.encode(1, 2**63, "ws_1"),
        cursors.encode(1, 2, "\ud800"),
        "WzEsdHJ1ZSwid3NfMSJd",  # [1,true,"ws_1"]
        "W" * 9000,
    ],
)
async def test_a_cursor_that_no_list_gave_out_is_refused(store: SqliteStore, cursor: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await store.list_workspaces("ada", limit=5, cursor=cursor)
    assert caught.value.fields[0].field == "cursor"


async def test_a_cursor_leads_nobody_into_anothers_rows(store: SqliteStore) -> None:
    await make(store, 1)
    await make(store, 2)
    stolen = (await store.list_workspaces("ada", limit=2)).next_cursor
    assert (await store.list_workspaces("eve", limit=5, cursor=stolen)).items == ()


async def test_a_late_page_costs_what_an_early_one_costs(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table, prefix, more in (("workspaces", "ws", ""), ("projects", "prj", "'ws_default', ")):
            connection.execute(
                f"with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000) "
                f"insert into {table} select printf('{prefix}_%06d', i), {more}"
                "iif(i % 2, 'ada', 'eve'), 'x', i from n"
            )

        def cost(cursor: str | None, workspace_id: str | None = None) -> tuple[int, int]:
            return (
                count_work(connection, lambda: places.list_workspaces(connection, "ada", 10, cursor)),
                count_work(
                    connection, lambda: places.list_projects(connection, "ada", workspace_id, 10, cursor)
                ),
            )

        early = cost(None)
        assert all(0 < each < 50 for each in early)
        for cursor in (cursors.encode(0, 1, "ws_x"), cursors.encode(1, 19_000, "x")):
            for workspace_id in (None, "ws_default"):
                assert all(each < 50 for each in cost(cursor, workspace_id))
        own_workspace = count_work(
            connection, lambda: places.list_projects(connection, "ada", "ws_000001", 10, None)
        )
        assert own_workspace < 50
