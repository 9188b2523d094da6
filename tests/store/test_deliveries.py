"""Every end of a run with a callback address is one delivery, and each is one process's at a time."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.errors import NotFound
from limner.store import SqliteStore
from limner.types import Attempt, ClaimedDelivery, DeliveryState, Disposition, NewEvent, Run, Status

from .building import Clock, build_new, claim, finish, start

pytestmark = pytest.mark.anyio

URL = "https://hooks.example/limner"
LEASE_MS = 30_000
REFUSED = Attempt(at=1, status=503, error="answered 503", ms=12)
TAKEN = Attempt(at=2, status=200, error=None, ms=9)


async def take(
    store: SqliteStore, limit: int = 10, per_origin: int = 10, **in_hand: int
) -> list[ClaimedDelivery]:
    hosts = {f"https://{name}.example/": count for name, count in in_hand.items()}
    return await store.claim_deliveries(limit, lease_ms=LEASE_MS, per_origin=per_origin, in_hand=hosts)


async def ended(
    store: SqliteStore, title: str = "Mug", url: str = URL, status: Status = Status.COMPLETED, **fields: Any
) -> Run:
    run = await start(store, {"title": title}, callback_url=url, **fields)
    return await finish(store, run, status)


async def test_the_end_of_a_run_is_to_be_told_to_its_address(store: SqliteStore, clock: Clock) -> None:
    run = await start(store, callback_url=URL, workspace_id="ws_shop")
    fence = await claim(store, run)
    assert await store.next_delivery_at() is None and await store.deliveries_of(run.run_id) == []
    clock.advance(500)
    await store.record(fence, status=Status.COMPLETED)
    (delivery,) = await store.deliveries_of(run.run_id)
    assert delivery.delivery_id.startswith("whd_")
    assert (delivery.url, delivery.event, delivery.caller) == (URL, "run.completed", "local")
    assert delivery.data == {
        "run_id": run.run_id,
        "run_type": "technique",
        "workspace_id": "ws_shop",
        "status": "completed",
    }
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, ())
    assert delivery.created_at == delivery.due_at == clock.now == await store.next_delivery_at()


async def test_a_run_without_an_address_leaves_nothing_to_tell(store: SqliteStore) -> None:
    await finish(store, await start(store), Status.FAILED)
    assert await store.next_delivery_at() is None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("input_unreachable", "input_unreachable"),
        ("input_validation_error", "input_unreachable"),
        ("step_timeout", "model_timeout"),
        ("needs_provider", "provider_error"),
        ("safety_blocked", "safety_blocked"),
        ("worker_crashed", "internal_error"),
        ("storage_full", "internal_error"),
    ],
)
async def test_a_failure_is_told_in_the_words_of_the_public_api(
    store: SqliteStore, ours: str, theirs: str
) -> None:
    run = await start(store, callback_url=URL)
    await finish(
        store, run, Status.FAILED, error={"code": ours, "message": "It broke.", "next_step": "Mend it."}
    )
    (delivery,) = await store.deliveries_of(run.run_id)
    assert delivery.event == "run.failed"
    told = {name: delivery.data[name] for name in ("status", "error_code", "error_message")}
    assert told == {"status": "failed", "error_code": theirs, "error_message": "It broke."}


async def test_a_cancelled_run_is_told_as_one_that_failed(store: SqliteStore) -> None:
    run = await start(store, callback_url=URL)
    await store.cancel("local", run.run_id)
    await store.cancel("local", run.run_id)
    (delivery,) = await store.deliveries_of(run.run_id)
    assert delivery.event == "run.failed"
    assert (delivery.data["status"], delivery.data["error_code"]) == ("failed", "cancelled")


async def test_a_run_that_kills_its_processes_is_told_too(store: SqliteStore) -> None:
    run = await start(store, callback_url=URL)
    for owner in ("ada", "bob"):
        await claim(store, run, owner)
        await store.release(owner, died=True, max_deaths=1)
    (delivery,) = await store.deliveries_of(run.run_id)
    assert (delivery.event, delivery.data["error_code"]) == ("run.failed", "internal_error")
    assert "died 2 times" in delivery.data["error_message"]


async def test_an_end_that_is_not_kept_is_not_told(store: SqliteStore) -> None:
    run = await start(store, callback_url=URL)
    fence = await claim(store, run)
    with pytest.raises(ValueError, match="JSON compliant"):
        await store.record(
            fence, [NewEvent("completed", {"progress": 100, "score": float("nan")})], status=Status.COMPLETED
        )
    assert (await store.load_run(run.run_id)).status is Status.RUNNING
    assert await store.deliveries_of(run.run_id) == []


async def test_a_run_that_is_tried_again_and_ends_again_is_told_again(store: SqliteStore) -> None:
    new = build_new(idempotency_key="mug", callback_url=URL)
    run, _ = await store.start(new)
    await finish(store, run, Status.FAILED, error={"code": "worker_crashed", "message": "It broke."})
    again, disposition = await store.start(new)
    assert disposition is Disposition.RETRIED
    await finish(store, again, Status.COMPLETED)
    first, second = await store.deliveries_of(run.run_id)
    assert [first.event, second.event] == ["run.failed", "run.completed"]
    assert first.delivery_id != second.delivery_id
    assert "error_code" not in second.data


@pytest.mark.parametrize("key", ["mug", None])
async def test_a_call_that_joins_a_run_has_its_end_told_to_its_own_address(
    store: SqliteStore, key: str | None
) -> None:
    first, _ = await store.start(build_new(idempotency_key=key))
    joined, _ = await store.start(build_new(idempotency_key=key, callback_url=URL))
    assert (joined.run_id, joined.callback_url) == (first.run_id, URL)
    other, _ = await store.start(build_new(idempotency_key=key, callback_url="https://other.example/"))
    assert (other.run_id, other.callback_url) == (first.run_id, URL)
    await finish(store, first, Status.COMPLETED)
    assert [each.url for each in await store.deliveries_of(first.run_id)] == [URL]
    late, _ = await store.start(build_new(idempotency_key=key, callback_url=URL))
    assert late.run_id == first.run_id
    assert len(await store.deliveries_of(first.run_id)) == 1


async def test_a_call_that_is_answered_with_an_ended_run_has_nothing_told(store: SqliteStore) -> None:
    run = await finish(store, await start(store), Status.COMPLETED)
    again, disposition = await store.start(build_new(callback_url=URL))
    assert (again.run_id, disposition) == (run.run_id, Disposition.DEDUPLICATED)
    assert again.callback_url is None
    assert await store.deliveries_of(run.run_id) == []


async def test_what_one_process_has_taken_no_other_gets_until_the_lease_is_over(
    store: SqliteStore, path: Path, clock: Clock
) -> None:
    await ended(store)
    other = SqliteStore(path, clock=clock)
    await other.open()
    try:
        (mine,) = await take(store)
        assert await take(other) == []
        clock.advance(LEASE_MS - 1)
        assert await take(other) == []
        clock.advance(1)
        (theirs,) = await take(other)
        assert theirs.delivery.delivery_id == mine.delivery.delivery_id
    finally:
        await other.close()


async def test_of_two_processes_that_take_at_once_each_delivery_goes_to_one(
    store: SqliteStore, path: Path, clock: Clock
) -> None:
    for number in range(40):
        await ended(store, f"Mug {number}")
    other = SqliteStore(path, clock=clock)
    await other.open()
    taken: list[str] = []

    async def take_all(by: SqliteStore) -> None:
        while claimed := await take(by, limit=3, per_origin=100):
            taken.extend(each.delivery.delivery_id for each in claimed)

    try:
        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(take_all, store)
                tasks.start_soon(take_all, other)
    finally:
        await other.close()
    assert len(taken) == len(set(taken)) == 40


async def test_one_receiver_gets_no_more_than_its_share(store: SqliteStore, clock: Clock) -> None:
    for number in range(6):
        await ended(store, f"slow {number}", f"https://slow.example/{number}")
        clock.advance(1)
    await ended(store, "quick", "https://quick.example/?a=/b")
    taken = await take(store, per_origin=4, slow=1)
    assert [each.delivery.url for each in taken] == [
        "https://slow.example/0",
        "https://slow.example/1",
        "https://slow.example/2",
        "https://quick.example/?a=/b",
    ]
    assert await take(store, per_origin=4, slow=4) == []
    assert len(await take(store, per_origin=4, slow=2)) == 2


async def test_a_delivery_is_tried_until_it_is_taken(store: SqliteStore, clock: Clock) -> None:
    run = await ended(store)
    (claimed,) = await take(store)
    await store.note_attempt(claimed.delivery.delivery_id, REFUSED, retry_ms=10_000)
    assert await store.next_delivery_at() == clock.now + 10_000
    assert await take(store) == []
    clock.advance(10_000)
    (again,) = await take(store)
    assert again.delivery.attempts == (REFUSED,)
    await store.note_attempt(claimed.delivery.delivery_id, TAKEN, retry_ms=60_000)
    (delivery,) = await store.deliveries_of(run.run_id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, (REFUSED, TAKEN))
    assert delivery.due_at is None and await store.next_delivery_at() is None


async def test_a_delivery_without_another_try_has_failed(store: SqliteStore) -> None:
    run = await ended(store)
    (claimed,) = await take(store)
    await store.note_attempt(claimed.delivery.delivery_id, REFUSED, retry_ms=None)
    (delivery,) = await store.deliveries_of(run.run_id)
    assert (delivery.state, delivery.due_at) == (DeliveryState.FAILED, None)


async def test_a_late_failure_does_not_undo_what_another_process_delivered(
    store: SqliteStore, clock: Clock
) -> None:
    run = await ended(store)
    (claimed,) = await take(store)
    clock.advance(LEASE_MS)
    await take(store)
    await store.note_attempt(claimed.delivery.delivery_id, TAKEN, retry_ms=10)
    await store.note_attempt(claimed.delivery.delivery_id, REFUSED, retry_ms=10)
    (delivery,) = await store.deliveries_of(run.run_id)
    assert (delivery.state, delivery.due_at) == (DeliveryState.DELIVERED, None)
    assert delivery.attempts == (TAKEN, REFUSED)


async def test_the_first_callback_gives_a_caller_a_secret(store: SqliteStore) -> None:
    await start(store)
    assert await store.webhook_secrets("local") == []
    await start(store, {"title": "A"}, callback_url=URL)
    (secret,) = await store.webhook_secrets("local")
    await start(store, {"title": "B"}, callback_url=URL)
    assert await store.webhook_secrets("local") == [secret]
    assert await store.webhook_secrets("ann") == []


async def test_a_third_secret_takes_the_place_of_the_oldest(store: SqliteStore, clock: Clock) -> None:
    made = []
    for _ in range(3):
        made.append(await store.add_webhook_secret("ann"))
        clock.advance(1)
    assert await store.webhook_secrets("ann") == [made[2], made[1]]


async def test_only_its_owner_can_end_a_secret(store: SqliteStore) -> None:
    secret = await store.add_webhook_secret("ann")
    with pytest.raises(NotFound):
        await store.remove_webhook_secret("bob", secret.secret_id)
    await store.remove_webhook_secret("ann", secret.secret_id)
    assert await store.webhook_secrets("ann") == []
    with pytest.raises(NotFound):
        await store.remove_webhook_secret("ann", secret.secret_id)


async def test_a_delivery_is_claimed_with_the_secrets_that_are_valid_now(store: SqliteStore) -> None:
    await ended(store, caller="ann")
    (first,) = await store.webhook_secrets("ann")
    await store.remove_webhook_secret("ann", first.secret_id)
    (claimed,) = await take(store)
    (made,) = await store.webhook_secrets("ann")
    assert claimed.secret_ids == (made.secret_id,)
    assert made.secret_id != first.secret_id
