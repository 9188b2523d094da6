"""How deliveries go: signed, tried again, never elsewhere, and none in the way of another."""

import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.callbacks.courier import Courier
from limner.callbacks.rules import CallbackRules
from limner.callbacks.sending import Sender
from limner.callbacks.signing import derive_secret
from limner.store.sqlite import SqliteStore, unix_ms
from limner.types import Delivery, DeliveryState, Fence, Run, Status
from store.building import build_new

from .receiver import PATIENCE, Receiver, receiving

pytestmark = pytest.mark.anyio

KEY = b"k" * 32


@pytest.fixture
async def store(home: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(home / "limner.sqlite")
    await store.open()
    yield store
    await store.close()


async def ended(store: SqliteStore, url: str, title: str = "Mug", caller: str = "local") -> Run:
    """Return a run with a callback address that has just ended."""
    run, _ = await store.start(build_new({"title": title}, callback_url=url, caller=caller))
    (claimed,) = await store.claim("ada", 1, [run.run_id])
    return await store.record(Fence(run.run_id, "ada", claimed.attempt), status=Status.COMPLETED)


@asynccontextmanager
async def delivering(
    store: SqliteStore, retry_seconds: Sequence[float] = (0.01, 0.01, 0.01), **more: Any
) -> AsyncIterator[None]:
    """Deliver for the length of a `with` block."""
    rules = CallbackRules(
        allow_loopback=True, **({"resolve": more.pop("resolve")} if "resolve" in more else {})
    )
    courier = Courier(
        store=store,
        sender=Sender(rules=rules, **more),
        secret_of=partial(derive_secret, KEY),
        retry_seconds=retry_seconds,
        clock=unix_ms,
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(courier.serve)
        yield
        tasks.cancel_scope.cancel()


async def until(check: Callable[[], Awaitable[Any]]) -> Any:
    """Return what `check` gives as soon as it gives something."""
    with anyio.fail_after(PATIENCE):
        while not (found := await check()):  # noqa: ASYNC110 - what is waited for is in a database or a thread
            await anyio.sleep(0.01)
    return found


async def settled(store: SqliteStore, run: Run) -> Delivery:
    """Return the run's only delivery when it has ended."""

    async def look() -> Delivery | None:
        (delivery,) = await store.deliveries_of(run.run_id)
        return delivery if delivery.state is not DeliveryState.PENDING else None

    delivery: Delivery = await until(look)
    return delivery


async def secrets_of(store: SqliteStore, caller: str = "local") -> list[str]:
    return [derive_secret(KEY, each.secret_id) for each in await store.webhook_secrets(caller)]


async def test_a_receiver_that_fails_twice_gets_three_signed_messages(store: SqliteStore) -> None:
    with receiving(500, 429, 204) as receiver:
        run = await ended(store, receiver.url("/hook?shop=1"))
        async with delivering(store):
            delivery = await settled(store, run)
    (secret,) = await secrets_of(store)
    assert secret.startswith("whsec_") and len(secret) == 6 + 43
    assert len(receiver.sent) == 3
    for sent in receiver.sent:
        assert sent.path == "/hook?shop=1"
        at, signatures = sent.signature
        assert abs(at - time.time()) < 300
        assert signatures == [sent.expected(secret)]
        assert sent.headers["limner-webhook-id"] == delivery.delivery_id == sent.body["id"]
        assert sent.headers["limner-event"] == "run.completed" == sent.body["type"]
        assert sent.headers["content-type"] == "application/json"
    assert len({sent.raw for sent in receiver.sent}) == 1
    assert receiver.sent[0].body == {
        "id": delivery.delivery_id,
        "type": "run.completed",
        "api_version": "v1",
        "created_at": delivery.created_at,
        "data": {
            "run_id": run.run_id,
            "run_type": "technique",
            "workspace_id": "ws_default",
            "status": "completed",
        },
    }
    assert delivery.state is DeliveryState.DELIVERED
    assert [(each.status, each.error) for each in delivery.attempts] == [
        (500, "answered 500"),
        (429, "answered 429"),
        (204, None),
    ]


async def test_a_receiver_that_never_takes_it_is_tried_once_and_after_each_wait(store: SqliteStore) -> None:
    with receiving(503) as receiver:
        run = await ended(store, receiver.url())
        async with delivering(store, retry_seconds=(0.01, 0.02)):
            delivery = await settled(store, run)
    assert (delivery.state, len(delivery.attempts), len(receiver.sent)) == (DeliveryState.FAILED, 3, 3)


@pytest.mark.parametrize("waits", [(10, 60, 300), (0.01, 60, 300), (0.01, 0.01, 300)])
async def test_the_next_try_waits_as_long_as_the_setting_says(
    store: SqliteStore, waits: tuple[float, ...]
) -> None:
    done = next(number for number, wait in enumerate(waits, 1) if wait >= 10)
    with receiving(503) as receiver:
        run = await ended(store, receiver.url())

        async def tried() -> Delivery | None:
            (delivery,) = await store.deliveries_of(run.run_id)
            return delivery if len(delivery.attempts) == done else None

        async with delivering(store, retry_seconds=waits):
            delivery = await until(tried)
    last, wait_ms = delivery.attempts[-1], waits[done - 1] * 1000
    assert delivery.due_at - last.at - last.ms >= wait_ms - 5
    assert delivery.due_at <= unix_ms() + wait_ms


async def test_each_valid_secret_signs_and_a_dropped_one_does_not(store: SqliteStore) -> None:
    with receiving(200) as receiver:
        await ended(store, receiver.url(), "first")
        (old,) = await secrets_of(store)
        async with delivering(store):
            await until(lambda: counted(receiver, 1))
            await store.add_webhook_secret("local")
            new = (await secrets_of(store))[0]
            await ended(store, receiver.url(), "second")
            await until(lambda: counted(receiver, 2))
            await store.add_webhook_secret("local")
            newest = (await secrets_of(store))[0]
            await ended(store, receiver.url(), "third")
            await until(lambda: counted(receiver, 3))
    first, second, third = receiver.sent
    assert first.signature[1] == [first.expected(old)]
    assert second.signature[1] == [second.expected(new), second.expected(old)]
    assert third.signature[1] == [third.expected(newest), third.expected(new)]
    assert len({old, new, newest}) == 3


async def counted(receiver: Receiver, count: int) -> bool:
    return len(receiver.sent) >= count


async def test_each_caller_has_secrets_of_its_own(store: SqliteStore) -> None:
    with receiving(200) as receiver:
        runs = [await ended(store, receiver.url(f"/{name}"), caller=name) for name in ("ann", "bob")]
        async with delivering(store):
            for run in runs:
                await settled(store, run)
    secrets = {f"/{name}": (await secrets_of(store, name))[0] for name in ("ann", "bob")}
    assert secrets["/ann"] != secrets["/bob"]
    for sent in receiver.sent:
        assert sent.signature[1] == [sent.expected(secrets[sent.path])]


async def test_a_redirect_is_not_followed(store: SqliteStore) -> None:
    with receiving(200) as other, receiving(307) as receiver:
        receiver.location = other.url()
        run = await ended(store, receiver.url())
        async with delivering(store, retry_seconds=()):
            delivery = await settled(store, run)
    assert other.sent == [] and len(receiver.sent) == 1
    assert delivery.state is DeliveryState.FAILED
    assert delivery.attempts[0].error == "answered 307; redirects are not followed"


async def test_a_receiver_that_does_not_answer_in_time_is_tried_again(store: SqliteStore) -> None:
    with receiving(200) as receiver:
        receiver.held.clear()
        run = await ended(store, receiver.url())
        async with delivering(store, retry_seconds=(0.01,), whole_seconds=2):
            delivery = await settled(store, run)
        assert [each.error for each in delivery.attempts] == ["no answer within 2 s"] * 2
        assert len(receiver.sent) == 2


async def test_an_answer_without_an_end_does_not_hold_a_delivery(store: SqliteStore) -> None:
    async def endless(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                while True:
                    await stream.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    run = await ended(store, f"http://127.0.0.1:{port}/hook")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, endless)
        async with delivering(store):
            assert (await settled(store, run)).state is DeliveryState.DELIVERED
        tasks.cancel_scope.cancel()


async def test_a_slow_receiver_does_not_hold_the_others(store: SqliteStore) -> None:
    with receiving(200) as slow, receiving(200) as quick:
        slow.held.clear()
        for number in range(40):
            await ended(store, slow.url(), f"slow {number}")
        runs = [await ended(store, quick.url(), f"quick {number}") for number in range(3)]
        async with delivering(store, whole_seconds=PATIENCE):
            for run in runs:
                assert (await settled(store, run)).state is DeliveryState.DELIVERED
            assert len(slow.sent) <= 4


async def test_a_name_that_turns_private_after_the_start_is_never_asked(store: SqliteStore) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    with receiving(200) as receiver:
        url = await CallbackRules(allow_loopback=True, resolve=resolve).check(
            f"http://hooks.example:{receiver.port}/"
        )
        run = await ended(store, url)
        async with delivering(store, retry_seconds=(), resolve=resolve):
            delivery = await settled(store, run)
    assert receiver.sent == [] and answers == []
    assert delivery.attempts[0].error == "the host 'hooks.example' is not on the public internet"


@pytest.mark.skipif(sys.platform != "linux", reason="every 127.0.0.x is this machine on Linux only")
async def test_the_address_that_was_checked_is_the_one_that_is_asked(store: SqliteStore) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.9"]

    with receiving(200) as receiver:
        run = await ended(store, f"http://hooks.example:{receiver.port}/")
        async with delivering(store, retry_seconds=(), resolve=resolve):
            delivery = await settled(store, run)
    assert delivery.state is DeliveryState.DELIVERED
    assert asked == ["hooks.example"]
    assert receiver.sent[0].headers["host"] == f"hooks.example:{receiver.port}"


async def test_a_host_that_nobody_knows_fails_with_its_name(store: SqliteStore) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    run = await ended(store, "https://gone.example/hook")
    async with delivering(store, retry_seconds=(), resolve=resolve):
        delivery = await settled(store, run)
    assert delivery.attempts[0].error == "no address is known for the host 'gone.example'"
