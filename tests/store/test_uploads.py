import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from limner.errors import LimnerError, NotFound, Unavailable
from limner.store import SqliteStore, assets, cursors
from limner.store.migrations import MIGRATIONS
from limner.types import Asset, AssetStatus

from .building import HOUR_MS, Clock, count_work

pytestmark = pytest.mark.anyio

ASSET = Asset("asset_1", "ab" * 32, "image/png", 48_211, 1_790_000_000_000, width=1600, height=900)
OTHER = replace(ASSET, asset_id="asset_2", sha256="cd" * 32)
DAMAGED = {"code": "input_validation_error", "message": "file: is damaged", "next_step": "Send another."}


async def promise(store: SqliteStore, caller: str = "ada") -> str:
    return (await store.create_upload(caller, "image/jpeg", lifetime_ms=HOUR_MS)).asset_id


async def test_a_promised_id_is_new_and_pending(store: SqliteStore, clock: Clock) -> None:
    upload = await store.create_upload("ada", "image/jpeg", lifetime_ms=HOUR_MS)
    assert upload.asset_id.startswith("asset_")
    assert upload.asset_id != await promise(store)
    assert (upload.status, upload.media_type) == (AssetStatus.PENDING, "image/jpeg")
    assert (upload.created_at, upload.expires_at) == (clock.now, clock.now + HOUR_MS)
    assert await store.get_upload("ada", upload.asset_id) == upload
    assert await store.open_upload(upload.asset_id) == upload
    with pytest.raises(NotFound):
        await store.get_asset("ada", upload.asset_id)
    with pytest.raises(NotFound):
        await store.get_asset(None, upload.asset_id)


async def test_a_completed_promise_names_the_stored_asset_for_its_caller_alone(
    store: SqliteStore, clock: Clock
) -> None:
    promised = await promise(store)
    await store.add_asset(ASSET, "somebody")
    done = await store.complete_upload(promised, "asset_1")

    assert (done.status, done.asset, done.error) == (AssetStatus.READY, ASSET, None)
    for asset_id in (promised, "asset_1"):
        assert await store.get_asset("ada", asset_id) == ASSET
        assert await store.get_asset(None, asset_id) == ASSET
        with pytest.raises(NotFound):
            await store.get_asset("eve", asset_id)
    with pytest.raises(NotFound):
        await store.get_upload("eve", promised)
    await store.grant("eve", ["asset_1"])
    with pytest.raises(NotFound):  # the content is eve's too now, ada's name for it is not
        await store.get_asset("eve", promised)
    clock.advance(1000 * HOUR_MS)
    assert (await store.get_upload("ada", promised)).status is AssetStatus.READY
    await promise(store)
    assert await store.get_asset("ada", promised) == ASSET


async def test_a_promise_is_kept_once(store: SqliteStore) -> None:
    promised = await promise(store)
    await store.add_asset(ASSET, "ada")
    await store.add_asset(OTHER, "ada")
    await store.complete_upload(promised, "asset_1")
    assert (await store.complete_upload(promised, "asset_1")).asset == ASSET
    with pytest.raises(Unavailable) as caught:
        await store.complete_upload(promised, "asset_2")
    assert caught.value.code == "conflict"
    with pytest.raises(Unavailable):
        await store.open_upload(promised)
    assert (await store.fail_upload(promised, DAMAGED)).status is AssetStatus.READY


async def test_a_file_that_cannot_be_used_may_be_followed_by_another(store: SqliteStore) -> None:
    promised = await promise(store)
    failed = await store.fail_upload(promised, DAMAGED)
    assert (failed.status, failed.error) == (AssetStatus.FAILED, DAMAGED)
    assert await store.open_upload(promised) == failed
    await store.add_asset(ASSET, "ada")
    done = await store.complete_upload(promised, "asset_1")
    assert (done.status, done.error) == (AssetStatus.READY, None)


@pytest.mark.parametrize("was_tried", [False, True])
async def test_a_promise_ends_at_its_time_and_is_forgotten_a_day_later(
    store: SqliteStore, clock: Clock, path: Path, was_tried: bool
) -> None:
    promised = await promise(store)
    if was_tried:
        await store.fail_upload(promised, DAMAGED)
    clock.advance(HOUR_MS - 1)
    await store.open_upload(promised)
    clock.advance(1)
    with pytest.raises(NotFound) as caught:
        await store.open_upload(promised)
    assert "has passed" in caught.value.message
    ended = await store.get_upload("ada", promised)
    assert ended.status is AssetStatus.FAILED
    assert ended.error is not None
    assert ended.error["code"] == ("input_validation_error" if was_tried else "upload_expired")

    clock.advance(24 * HOUR_MS - 1)
    await promise(store)
    await store.get_upload("ada", promised)
    clock.advance(1)
    await promise(store)
    with pytest.raises(NotFound):
        await store.get_upload("ada", promised)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select count(*) from uploads").fetchone() == (2,)


async def test_an_unknown_id_is_nowhere(store: SqliteStore) -> None:
    await store.add_asset(ASSET, "ada")
    for attempt in (
        lambda: store.get_upload("ada", "asset_1"),
        lambda: store.open_upload("asset_none"),
        lambda: store.complete_upload("asset_none", "asset_1"),
        lambda: store.fail_upload("asset_none", DAMAGED),
    ):
        with pytest.raises(NotFound):
            await attempt()
    promised = await promise(store)
    with pytest.raises(NotFound):
        await store.complete_upload(promised, "asset_none")
    assert (await store.get_upload("ada", promised)).status is AssetStatus.PENDING


async def test_of_two_contents_at_once_in_two_processes_one_becomes_the_asset(
    store: SqliteStore, path: Path, clock: Clock
) -> None:
    other = SqliteStore(path, clock=clock)
    await other.open()
    await store.add_asset(ASSET, "ada")
    await store.add_asset(OTHER, "ada")
    for _ in range(20):
        promised = await promise(store)
        outcomes: list[str] = []

        async def finish(mine: SqliteStore, content: str, name: str, said: list[str]) -> None:
            try:
                done = await mine.complete_upload(name, content)
                said.append(done.asset.asset_id if done.asset else "none")
            except LimnerError as error:
                said.append(error.code)

        async with anyio.create_task_group() as group:
            group.start_soon(finish, store, "asset_1", promised, outcomes)
            group.start_soon(finish, other, "asset_2", promised, outcomes)
        [winner] = set(outcomes) - {"conflict"}
        assert sorted(outcomes) == sorted([winner, "conflict"])
        assert (await store.get_asset("ada", promised)).asset_id == winner
    await other.close()


async def test_assets_are_listed_newest_first_by_when_the_caller_got_them(
    store: SqliteStore, clock: Clock
) -> None:
    for number in range(7):
        asset = replace(ASSET, asset_id=f"asset_{number}", created_at=clock.now)
        await store.add_asset(asset, "ada")
        clock.advance(number % 2)  # some in the same millisecond: the higher id first
    await store.grant("eve", ["asset_4"])
    clock.advance(1)
    await store.grant("eve", ["asset_0"])
    await store.grant("eve", ["asset_4"])  # what one has stays where it is

    async def walk(caller: str, limit: int) -> list[str]:
        shown: list[str] = []
        cursor = None
        while True:
            page = await store.list_assets(caller, limit=limit, cursor=cursor)
            shown += [each.asset_id for each in page.items]
            assert len(shown) < 50, "the pages go round in a circle"
            cursor = page.next_cursor
            if cursor is None:
                return shown

    newest = ["asset_6", "asset_5", "asset_4", "asset_3", "asset_2", "asset_1", "asset_0"]
    newest_by_time = sorted(
        newest, key=lambda name: ([0, 0, 1, 1, 2, 2, 3][int(name[-1])], name), reverse=True
    )
    for limit in (1, 2, 3, 7, 100):
        assert await walk("ada", limit) == newest_by_time
        assert await walk("eve", limit) == ["asset_0", "asset_4"]
    assert await walk("nobody", 5) == []


async def test_assets_that_come_between_two_pages_neither_repeat_nor_hide_others(
    store: SqliteStore, clock: Clock
) -> None:
    for number in range(6):
        await store.add_asset(replace(ASSET, asset_id=f"asset_{number}"), "ada")
        clock.advance(1)
    first = await store.list_assets("ada", limit=3)
    for number in range(100, 150):
        await store.add_asset(replace(ASSET, asset_id=f"asset_{number}"), "ada")
    second = await store.list_assets("ada", limit=3, cursor=first.next_cursor)
    shown = [each.asset_id for each in (*first.items, *second.items)]
    assert shown == [f"asset_{number}" for number in (5, 4, 3, 2, 1, 0)]
    assert second.next_cursor is None


async def test_assets_of_a_file_that_knew_no_lists_are_listed_by_their_own_age(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        for statement in [each for migration in MIGRATIONS[:3] for each in migration]:
            connection.execute(statement)
        connection.execute("pragma user_version = 3")
        for number, created_at in ((1, 30), (2, 10), (3, 20)):
            connection.execute(
                "insert into assets (asset_id, sha256, media_type, size_bytes, created_at) values (?, ?, ?, 5, ?)",
                (f"asset_{number}", f"{number:064}", "image/png", created_at),
            )
            connection.execute("insert into grants values ('ada', ?)", (f"asset_{number}",))
        connection.commit()
    store = SqliteStore(path)
    await store.open()
    page = await store.list_assets("ada", limit=10)
    await store.close()
    assert [each.asset_id for each in page.items] == ["asset_1", "asset_3", "asset_2"]


async def test_a_late_page_of_assets_costs_what_an_early_one_costs(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)"
        connection.execute(
            f"{numbers} insert into assets (asset_id, sha256, media_type, size_bytes, created_at) "
            "select printf('asset_%06d', i), printf('%064d', i), 'image/png', 5, i from n"
        )
        connection.execute(
            f"{numbers} insert into grants (caller, asset_id, granted_at) "
            "select iif(i % 2, 'ada', 'eve'), printf('asset_%06d', i), i from n"
        )
        for cursor in (None, cursors.encode(19_000, "x"), cursors.encode(500, "x")):
            cost = count_work(connection, lambda at=cursor: assets.list_own(connection, "ada", 10, at))
            assert 0 < cost < 50
