import anyio
import pytest

from limner.store import SqliteStore
from limner.types import NewEvent, StepState

from .building import claim, start

pytestmark = pytest.mark.anyio


async def test_events_are_numbered_without_gaps_under_concurrent_writes(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)

    async def write(number: int) -> None:
        events = [NewEvent("log", {"writer": number, "line": line}) for line in range(3)]
        await store.record(fence, events)

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(write, number)

    found, events = await store.snapshot(run.run_id)
    assert [event.seq for event in events] == list(range(1, 63))
    assert found.seq == 62
    by_writer = [event.data["line"] for event in events if event.data.get("writer") == 7]
    assert by_writer == [0, 1, 2]


async def test_a_snapshot_gives_the_events_after_a_number_up_to_a_limit(store: SqliteStore) -> None:
    run = await start(store)
    await store.record(await claim(store, run), [NewEvent("log", {"n": n}) for n in range(5)])

    _, events = await store.snapshot(run.run_id, after_seq=2, limit=3)

    assert [event.seq for event in events] == [3, 4, 5]
    assert await store.events(run.run_id, after_seq=2, limit=3) == events
    assert await store.events("run_none") == []


async def test_progress_never_goes_down_in_the_run_nor_in_its_log(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)
    await store.record(fence, [NewEvent("progress", {"progress": 60})], progress=60)

    later = await store.record(fence, [NewEvent("progress", {"progress": 40})], progress=40)
    told = await store.record(fence, [NewEvent("progress", {"progress": 70})])

    assert (later.progress, told.progress) == (60, 70)
    said = [event.data["progress"] for event in await store.events(run.run_id)]
    assert said == sorted(said)


async def test_a_failed_write_leaves_neither_change_nor_event(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)
    before = await store.snapshot(run.run_id)

    with pytest.raises(ValueError, match="JSON"):
        await store.record(fence, [NewEvent("log", {"score": float("nan")})], progress=50)

    assert await store.snapshot(run.run_id) == before
    assert (await store.record(fence, progress=50)).progress == 50


async def test_a_message_with_bytes_that_are_no_text_is_stored_readably(store: SqliteStore) -> None:
    fence = await claim(store, await start(store))

    run = await store.record(fence, [NewEvent("log", {"message": "b\udcff.png"})], message="b\udcff.png")

    assert run.message == "b?.png"


async def test_a_step_is_begun_again_until_it_is_done_and_then_never(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)
    begun = NewEvent("step_started", {"step": "one"})

    first = await store.begin_step(fence, "one", [begun])
    await store.finish_step(fence, "one", state=StepState.RUNNING, result={"upstream": "42"})
    second = await store.begin_step(fence, "one", [begun])
    done = await store.finish_step(
        fence, "one", state=StepState.DONE, result={"text": "x"}, was_cached=True, progress=80
    )
    third = await store.begin_step(fence, "one", [begun])

    assert (first.state, first.executions, first.result) == (StepState.RUNNING, 1, None)
    assert (second.executions, second.result) == (2, {"upstream": "42"})
    assert (third.state, third.executions, third.result) == (StepState.DONE, 2, {"text": "x"})
    assert third.was_cached
    assert done.progress == 80
    assert await store.steps(run.run_id) == {"one": third}
    assert [event.type for event in await store.events(run.run_id)].count("step_started") == 2


async def test_a_step_can_be_skipped_without_being_begun(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)

    await store.finish_step(fence, "one", state=StepState.SKIPPED, events=[NewEvent("step_skipped")])

    record = await store.begin_step(fence, "one", [NewEvent("step_started")])
    assert (record.state, record.executions) == (StepState.SKIPPED, 0)
    assert (await store.events(run.run_id))[-1].type == "step_skipped"
