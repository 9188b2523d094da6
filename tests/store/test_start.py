import pytest

from limner.errors import IdempotencyConflict, NotFound
from limner.store import SqliteStore
from limner.types import Disposition, NewEvent, Phase, Status, StepState

from .building import HOUR_MS, Clock, build_new, claim, finish, start

pytestmark = pytest.mark.anyio


async def test_a_start_stores_a_queued_run_with_its_first_event(store: SqliteStore, clock: Clock) -> None:
    run, disposition = await store.start(build_new(idempotency_key="k", seed=7, brand_kit="homestead"))

    assert disposition is Disposition.CREATED
    found, events = await store.snapshot(run.run_id)
    assert found == run
    assert (run.status, run.phase, run.progress, run.seed) == (Status.PENDING, Phase.QUEUED, 0, 7)
    assert run.expires_at == clock.now + 24 * HOUR_MS
    assert [(event.seq, event.type, event.at) for event in events] == [(1, "queued", clock.now)]
    assert events[0].data == {"phase": "queued", "progress": 0, "message": "queued"}


async def test_same_key_and_request_join_the_run_in_flight(store: SqliteStore) -> None:
    run = await start(store, idempotency_key="k")

    assert await store.start(build_new(idempotency_key="k")) == (run, Disposition.JOINED)
    await claim(store, run)
    joined, disposition = await store.start(build_new(idempotency_key="k"))
    assert (joined.run_id, joined.status, disposition) == (run.run_id, Status.RUNNING, Disposition.JOINED)


async def test_same_key_and_request_replay_the_completed_run(store: SqliteStore) -> None:
    run = await finish(store, await start(store, idempotency_key="k"), Status.COMPLETED)

    assert await store.start(build_new(idempotency_key="k")) == (run, Disposition.REPLAYED)


async def test_same_key_with_another_request_is_a_conflict_that_shows_the_difference(
    store: SqliteStore,
) -> None:
    run = await start(store, {"title": "Mug", "size": 3}, idempotency_key="k")

    with pytest.raises(IdempotencyConflict) as caught:
        await store.start(build_new({"title": "Cup", "size": 3}, idempotency_key="k"))

    assert caught.value.run_id == run.run_id
    assert caught.value.diff == [{"field": "inputs.title", "existing": "Mug", "given": "Cup"}]
    assert (await store.list_runs("local")).items == (run,)


@pytest.mark.parametrize("ended", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
async def test_a_key_conflicts_after_its_run_ended_too(store: SqliteStore, ended: Status) -> None:
    await finish(store, await start(store, idempotency_key="k"), ended)

    with pytest.raises(IdempotencyConflict):
        await store.start(build_new({"title": "Cup"}, idempotency_key="k"))


async def test_same_key_after_an_uncharged_failure_queues_the_same_run_again(store: SqliteStore) -> None:
    run = await start(store, idempotency_key="k")
    fence = await claim(store, run)
    await store.finish_step(fence, "one", state=StepState.DONE, result={"text": "kept"}, progress=40)
    await store.record(
        fence, [NewEvent("failed")], status=Status.FAILED, error={"code": "x"}, evaluation={"score": 0}
    )

    retried, disposition = await store.start(build_new(idempotency_key="k"))

    assert (retried.run_id, disposition) == (run.run_id, Disposition.RETRIED)
    assert (retried.status, retried.phase, retried.progress) == (Status.PENDING, Phase.QUEUED, 40)
    assert (retried.error, retried.evaluation, retried.completed_at, retried.owner) == (None,) * 4
    assert (await store.steps(run.run_id))["one"].result == {"text": "kept"}
    last = (await store.events(run.run_id))[-1]
    assert (last.type, last.data["retry"], last.data["progress"]) == ("queued", True, 40)
    again = await claim(store, run)
    assert again.attempt == fence.attempt + 1
    assert (await store.load_run(run.run_id)).progress == 40


async def test_same_key_after_a_charged_failure_answers_with_the_failed_run(store: SqliteStore) -> None:
    run = await finish(
        store, await start(store, idempotency_key="k"), Status.FAILED, charged_usd=0.02, error={"code": "x"}
    )

    assert await store.start(build_new(idempotency_key="k")) == (run, Disposition.REPLAYED)


async def test_same_key_after_a_cancellation_answers_with_the_cancelled_run(store: SqliteStore) -> None:
    run, _ = await store.cancel("local", (await start(store, idempotency_key="k")).run_id)

    assert await store.start(build_new(idempotency_key="k")) == (run, Disposition.REPLAYED)


async def test_a_key_is_forgotten_when_its_window_has_passed(store: SqliteStore, clock: Clock) -> None:
    window = 2 * HOUR_MS
    run = await start(store, idempotency_key="k", window_ms=window)
    clock.advance(window - 1)
    assert (await store.start(build_new(idempotency_key="k")))[1] is Disposition.JOINED

    clock.advance(1)
    with pytest.raises(NotFound):
        await store.find_by_key("local", "ws_default", "start_run", "k")
    other, disposition = await store.start(build_new({"title": "Cup"}, idempotency_key="k", window_ms=window))

    assert disposition is Disposition.CREATED
    assert other.run_id != run.run_id
    assert await store.find_by_key("local", "ws_default", "start_run", "k") == other


@pytest.mark.parametrize(
    "scope", [{"caller": "eve"}, {"workspace_id": "ws_other"}, {"operation": "start_action"}]
)
async def test_a_key_belongs_to_caller_workspace_and_operation(
    store: SqliteStore, scope: dict[str, str]
) -> None:
    run = await start(store, idempotency_key="k")

    other, disposition = await store.start(build_new({"title": "Cup"}, idempotency_key="k", **scope))

    assert disposition is Disposition.CREATED
    assert other.run_id != run.run_id


async def test_a_lost_run_is_found_by_its_key(store: SqliteStore) -> None:
    run = await start(store, idempotency_key="k")

    assert await store.find_by_key("local", "ws_default", "start_run", "k") == run
    with pytest.raises(NotFound, match="'other'"):
        await store.find_by_key("local", "ws_default", "start_run", "other")


async def test_an_identical_call_without_a_key_joins_the_run_in_flight(store: SqliteStore) -> None:
    run = await start(store)
    keyed = await start(store, {"title": "Cup"}, idempotency_key="k")

    assert await store.start(build_new()) == (run, Disposition.DEDUPLICATED)
    assert await store.start(build_new({"title": "Cup"})) == (keyed, Disposition.DEDUPLICATED)


@pytest.mark.parametrize(
    ("status", "changes"), [(Status.COMPLETED, {}), (Status.FAILED, {"charged_usd": 0.01})]
)
async def test_an_identical_call_without_a_key_gets_the_run_that_ended_under_two_minutes_ago(
    store: SqliteStore, clock: Clock, status: Status, changes: dict[str, float]
) -> None:
    started = await start(store)
    clock.advance(10 * HOUR_MS)
    run = await finish(store, started, status, **changes)

    clock.advance(119_999)
    assert await store.start(build_new()) == (run, Disposition.DEDUPLICATED)
    clock.advance(1)
    assert (await store.start(build_new()))[1] is Disposition.CREATED


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
async def test_a_run_that_came_to_nothing_does_not_answer_a_call_without_a_key(
    store: SqliteStore, status: Status
) -> None:
    run = await finish(store, await start(store), status)

    other, disposition = await store.start(build_new())

    assert disposition is Disposition.CREATED
    assert other.run_id != run.run_id


@pytest.mark.parametrize(
    "fields",
    [
        {"may_deduplicate": False},
        {"idempotency_key": "new"},
        {"caller": "eve"},
        {"workspace_id": "ws_other"},
        {"operation": "start_action"},
    ],
)
async def test_only_the_same_caller_workspace_and_operation_without_a_key_deduplicates(
    store: SqliteStore, fields: dict[str, object]
) -> None:
    run = await start(store)

    other, disposition = await store.start(build_new(**fields))

    assert disposition is Disposition.CREATED
    assert other.run_id != run.run_id
