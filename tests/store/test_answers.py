import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.errors import IdempotencyConflict
from limner.store import SqliteStore
from limner.store.sqlite import unix_ms
from limner.types import Answer, AnswerState

from .building import HOUR_MS, Clock, run_script

pytestmark = pytest.mark.anyio

LEASE_MS = 60_000
WINDOW_MS = 24 * HOUR_MS
MADE = {"workspace_id": "ws_1", "name": "Mugs"}


async def begin(store: SqliteStore, name: str = "Mugs", **changes: Any) -> Answer:
    scope = {"caller": "local", "operation": "workspaces.create", "key": "k", **changes}
    return await store.begin_answer(
        **scope,
        fingerprint=f"of {name}",
        request={"name": name, "tags": {"a": 1}},
        lease_ms=LEASE_MS,
        window_ms=WINDOW_MS,
    )


async def test_the_first_call_works_a_second_waits_and_later_ones_are_told_the_answer(
    store: SqliteStore, clock: Clock
) -> None:
    first = await begin(store)
    assert (first.state, first.answer) == (AnswerState.YOURS, None)
    assert (await begin(store)).state is AnswerState.AT_WORK

    assert await store.finish_answer(first, MADE)

    clock.advance(LEASE_MS * 2)
    again = await begin(store)
    assert (again.state, again.answer) == (AnswerState.DONE, MADE)


@pytest.mark.parametrize("is_finished", [True, False])
async def test_another_request_under_the_key_is_a_conflict_that_shows_the_difference(
    store: SqliteStore, clock: Clock, is_finished: bool
) -> None:
    first = await begin(store)
    if is_finished:
        await store.finish_answer(first, MADE)
    else:
        clock.advance(LEASE_MS + 1)  # its call may have died: the key is its request's all the same

    with pytest.raises(IdempotencyConflict) as caught:
        await begin(store, "Cups")

    assert caught.value.document() == {
        "code": "idempotency_conflict",
        "message": "idempotency_key 'k' was used before, with other values of: name.",
        "fields": [{"field": "idempotency_key", "message": "already used with a different request"}],
        "diff": [{"field": "name", "existing": "Mugs", "given": "Cups"}],
        "next_step": caught.value.next_step,
    }
    assert "new idempotency_key" in caught.value.next_step


@pytest.mark.parametrize("scope", [{"caller": "eve"}, {"operation": "projects.create"}, {"key": "other"}])
async def test_a_key_holds_for_its_caller_and_operation_alone(
    store: SqliteStore, scope: dict[str, str]
) -> None:
    await store.finish_answer(await begin(store), MADE)
    assert (await begin(store, "Cups", **scope)).state is AnswerState.YOURS


async def test_a_call_that_was_refused_leaves_the_key_free_for_any_request(store: SqliteStore) -> None:
    await store.drop_answer(await begin(store))
    assert (await begin(store, "Cups")).state is AnswerState.YOURS


async def test_a_key_is_free_when_its_window_has_passed(store: SqliteStore, clock: Clock, path: Path) -> None:
    await store.finish_answer(await begin(store), MADE)
    await store.finish_answer(await begin(store, key="another"), MADE)

    clock.advance(WINDOW_MS - 1)
    assert (await begin(store)).state is AnswerState.DONE
    clock.advance(1)
    assert (await begin(store, "Cups")).state is AnswerState.YOURS
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select key from answers").fetchall() == [("k",)]


async def test_a_call_that_died_is_taken_over_and_cannot_answer_any_more(
    store: SqliteStore, clock: Clock
) -> None:
    slow = await begin(store)
    clock.advance(LEASE_MS - 1)
    assert (await begin(store)).state is AnswerState.AT_WORK
    clock.advance(1)
    heir = await begin(store)
    assert heir.state is AnswerState.YOURS
    assert heir.taken_until > slow.taken_until

    assert not await store.finish_answer(slow, {"workspace_id": "ws_slow"})
    await store.drop_answer(slow)
    assert (await begin(store)).state is AnswerState.AT_WORK
    assert await store.finish_answer(heir, MADE)
    await store.drop_answer(heir)
    assert (await begin(store)).answer == MADE


async def test_a_hundred_calls_from_four_processes_do_the_work_once(path: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    log = tmp_path / "work.log"

    async def race() -> None:
        lines.extend(await run_script("answerer.py", path, log))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(race)

    assert len(lines) == 100
    [worker] = log.read_text().split()
    assert set(lines) == {f"ws_{worker}"}


async def test_the_key_of_a_killed_process_is_free_after_its_lease_and_not_before(
    path: Path, tmp_path: Path
) -> None:
    script = str(Path(__file__).with_name("answerer.py"))
    with anyio.fail_after(60):
        async with await anyio.open_process(
            [sys.executable, "-I", script, str(path), str(tmp_path / "log"), "hang"]
        ) as process:
            assert process.stdout is not None
            assert await process.stdout.receive() == b"yours\n"
            process.kill()

    async def state(later_ms: int) -> AnswerState:
        store = SqliteStore(path, clock=lambda: unix_ms() + later_ms)
        await store.open()
        try:
            held = await store.begin_answer(
                "local",
                "workspaces.create",
                "k",
                fingerprint="f",
                request={"name": "Mugs"},
                lease_ms=1,
                window_ms=WINDOW_MS,
            )
        finally:
            await store.close()
        return held.state

    assert await state(0) is AnswerState.AT_WORK
    assert await state(60_001) is AnswerState.YOURS
