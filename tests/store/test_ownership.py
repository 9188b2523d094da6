import pytest

from limner.errors import LostOwnership, NotFound
from limner.store import SqliteStore
from limner.types import Fence, NewEvent, Output, Phase, PortType, Run, Status

from .building import HOUR_MS, Clock, claim, finish, start

pytestmark = pytest.mark.anyio


async def take_and_die(store: SqliteStore, run: Run, owner: str = "ada") -> Run:
    await claim(store, run, owner)
    assert await store.release(owner, died=True) == [run.run_id]
    return await store.load_run(run.run_id)


async def test_a_claim_takes_the_oldest_runs_and_starts_composing(store: SqliteStore, clock: Clock) -> None:
    runs = []
    for number in range(3):
        runs.append(await start(store, {"title": str(number)}))
        clock.advance(5)

    claimed = await store.claim("ada", 2)

    assert [run.run_id for run in claimed] == [run.run_id for run in runs[:2]]
    first = claimed[0]
    assert (first.status, first.phase, first.progress) == (Status.RUNNING, Phase.COMPOSING, 2)
    assert (first.owner, first.attempt, first.started_at, first.seq) == ("ada", 1, clock.now, 2)
    assert first == await store.load_run(first.run_id)
    event = (await store.events(first.run_id, after_seq=1))[0]
    assert (event.type, event.data["phase"], event.data["progress"]) == ("phase", "composing", 2)
    assert [run.run_id for run in await store.claim("bob", 9)] == [runs[2].run_id]
    assert await store.claim("bob", 9) == []


async def test_a_claim_of_named_runs_takes_no_other(store: SqliteStore) -> None:
    await start(store)
    wanted = await start(store, {"title": "Cup"})

    assert [run.run_id for run in await store.claim("ada", 9, [wanted.run_id, "run_none"])] == [wanted.run_id]
    assert await store.claim("ada", 9, []) == []


async def test_a_released_run_is_resumed_where_it_stood(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)
    await store.record(fence, phase=Phase.RENDERING, progress=50, message="rendering")

    assert await store.release("ada", died=False) == [run.run_id]
    [resumed] = await store.claim("bob", 1)

    assert (resumed.phase, resumed.progress, resumed.attempt) == (Phase.RENDERING, 50, 2)
    assert resumed.deaths == 0
    last = (await store.events(run.run_id))[-1]
    assert last.type == "resumed"
    assert last.data == {"attempt": 2, "deaths": 0, "phase": "rendering", "progress": 50}


async def test_a_write_of_a_former_owner_changes_nothing(store: SqliteStore) -> None:
    run = await start(store)
    late = await claim(store, run)
    await store.release("ada", died=True)
    await claim(store, run, "bob")
    before = await store.snapshot(run.run_id)

    for stale in (late, Fence(run.run_id, "bob", 1), Fence("run_none", "bob", 2)):
        with pytest.raises(LostOwnership):
            await store.record(stale, [NewEvent("log")], progress=90)
        with pytest.raises(LostOwnership):
            await store.begin_step(stale, "one", [NewEvent("step_started")])
    assert await store.snapshot(run.run_id) == before


async def test_a_run_that_ended_cannot_be_written_by_its_owner(store: SqliteStore) -> None:
    run = await start(store)
    fence = await claim(store, run)
    await store.cancel("local", run.run_id)

    with pytest.raises(LostOwnership):
        await store.record(fence, status=Status.COMPLETED)
    assert (await store.load_run(run.run_id)).status is Status.CANCELLED


async def test_an_ended_run_keeps_its_results_and_has_no_owner(store: SqliteStore, clock: Clock) -> None:
    outputs = (
        Output("swatches", PortType.IMAGE, asset_id="asset_1"),
        Output("colors", PortType.TEXT, text="[]", index=0),
    )
    done = await finish(
        store, await start(store), Status.COMPLETED, outputs=outputs, evaluation={"score": 0.9}, progress=100
    )

    assert done == await store.load_run(done.run_id)
    assert (done.outputs, done.evaluation, done.progress) == (outputs, {"score": 0.9}, 100)
    assert (done.phase, done.completed_at, done.owner) == (Phase.DONE, clock.now, None)
    assert await store.active_owners() == set()


async def test_a_run_survives_five_deaths_and_fails_at_the_sixth(store: SqliteStore) -> None:
    run = await start(store)
    for death in range(1, 6):
        dead = await take_and_die(store, run)
        assert (dead.status, dead.owner, dead.deaths) == (Status.RUNNING, None, death)

    ended = await take_and_die(store, run)

    assert (ended.status, ended.phase, ended.deaths) == (Status.FAILED, Phase.FAILED, 6)
    assert ended.error is not None
    assert ended.error["code"] == "crashed_too_often"
    assert ended.error["next_step"]
    last = (await store.events(run.run_id))[-1]
    assert (last.type, last.data["error"]["code"]) == ("failed", "crashed_too_often")
    assert await store.claim("bob", 1) == []


@pytest.mark.parametrize(
    ("price", "silence", "status"),
    [
        (0.04, HOUR_MS + 1, Status.FAILED),
        (0.04, HOUR_MS, Status.RUNNING),
        (0.0, 24 * HOUR_MS, Status.RUNNING),
    ],
)
async def test_a_paid_run_found_dead_after_more_than_an_hour_is_failed_instead_of_resumed(
    store: SqliteStore, clock: Clock, price: float, silence: int, status: Status
) -> None:
    run = await start(store, estimated_usd=price)
    await claim(store, run)
    clock.advance(silence)

    await store.release("ada", died=True)

    found = await store.load_run(run.run_id)
    assert found.status is status
    assert (found.error or {}).get("code") == ("interrupted" if status is Status.FAILED else None)


async def test_an_owner_that_lets_go_is_not_counted_as_dead(store: SqliteStore, clock: Clock) -> None:
    run = await start(store, estimated_usd=1.0)
    await claim(store, run)
    clock.advance(24 * HOUR_MS)

    assert await store.release("ada", died=False) == [run.run_id]

    assert (await store.load_run(run.run_id)).deaths == 0
    assert len(await store.claim("bob", 1)) == 1


async def test_the_store_knows_who_holds_which_run(store: SqliteStore) -> None:
    first, second, third = [await start(store, {"title": name}) for name in "abc"]
    for run, owner in ((first, "ada"), (second, "ada"), (third, "bob")):
        await claim(store, run, owner)

    assert await store.active_owners() == {"ada", "bob"}
    await store.cancel("local", first.run_id)
    everything = [first.run_id, second.run_id, third.run_id, "run_none"]
    assert await store.still_owned("ada", everything) == {second.run_id}


async def test_cancelling_ends_a_run_once(store: SqliteStore, clock: Clock) -> None:
    run = await start(store)
    await store.record(await claim(store, run), progress=30)

    ended, is_mine = await store.cancel("local", run.run_id)
    again, is_mine_again = await store.cancel("local", run.run_id)

    assert (ended.status, ended.phase, ended.completed_at) == (Status.CANCELLED, Phase.CANCELLED, clock.now)
    assert (is_mine, is_mine_again) == (True, False)
    assert again == ended
    last = (await store.events(run.run_id))[-1]
    assert (last.seq, last.type, last.data["progress"]) == (ended.seq, "cancelled", 30)


async def test_a_run_of_another_caller_is_not_found(store: SqliteStore) -> None:
    run = await start(store)

    for attempt in (store.get_run, store.cancel):
        with pytest.raises(NotFound) as caught:
            await attempt("eve", run.run_id)
        assert "list_runs" in caught.value.next_step
    assert (await store.load_run(run.run_id)).status is Status.PENDING
    assert await store.get_run("local", run.run_id) == run


async def test_recording_an_unknown_field_is_refused(store: SqliteStore) -> None:
    fence = await claim(store, await start(store))

    with pytest.raises(TypeError, match="caller"):
        await store.record(fence, caller="eve")
