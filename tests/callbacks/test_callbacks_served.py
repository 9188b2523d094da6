"""Callbacks of real servers: over MCP, through restarts, and with two servers on one data folder."""

import signal
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from limner.access.links import installation_secret
from limner.callbacks.signing import derive_secret
from limner.config import read_settings
from limner.server import open_studio
from limner.store import SqliteStore
from limner.types import Delivery, DeliveryState
from serving.sites import Served, answered, ask, call, connected, film_call, qr_call, serving
from tools.hosts import client, wait_for

from .receiver import PATIENCE, receiving

pytestmark = pytest.mark.anyio

ON = {"LIMNER_ALLOW_LOOPBACK_CALLBACKS": "on", "LIMNER_CALLBACK_RETRY_SECONDS": "0.2, 0.2, 600"}


def start(site: Served, key: str, url: str, **more: Any) -> dict[str, Any]:
    """Return a run that has ended."""
    run = answered(ask(site, **call("start_run", qr_call(key, key, callback_url=url, **more))))
    document: dict[str, Any] = run["structuredContent"]
    return document


async def looked_up(home: Path, run_id: str) -> list[Delivery]:
    store = SqliteStore(home / "limner.sqlite")
    await store.open()
    try:
        return await store.deliveries_of(run_id)
    finally:
        await store.close()


def settled(home: Path, run_id: str) -> Delivery:
    """Return the run's only delivery when it has ended."""

    def look() -> Delivery | None:
        (delivery,) = anyio.run(looked_up, home, run_id)
        return delivery if delivery.state is not DeliveryState.PENDING else None

    found: Delivery = wait_for(look, PATIENCE, "the end of the delivery")
    return found


async def secret_of(home: Path) -> str:
    store = SqliteStore(home / "limner.sqlite")
    await store.open()
    try:
        (secret,) = await store.webhook_secrets("local")
    finally:
        await store.close()
    return derive_secret(installation_secret(home / "secret"), secret.secret_id)


def test_a_receiver_that_fails_twice_and_then_accepts_has_three_signed_deliveries(home: Path) -> None:
    with receiving(500, 503, 200) as receiver, serving(home, **ON) as site:
        run = start(site, "thrice", receiver.url())
        sent = receiver.wait(3)
        delivery = settled(home, run["run_id"])
    secret = anyio.run(secret_of, home)
    for each in sent:
        assert each.signature[1] == [each.expected(secret)]
        assert each.body["data"]["run_id"] == run["run_id"]
    assert len({each.headers["limner-webhook-id"] for each in sent}) == 1
    assert [each.status for each in delivery.attempts] == [500, 503, 200]
    assert any("LIMNER_ALLOW_LOOPBACK_CALLBACKS is on" in line for line in site.printed)


def test_a_server_killed_while_the_receiver_is_down_delivers_after_its_restart(home: Path) -> None:
    with receiving(200) as receiver:
        port = receiver.port
    with serving(home, **{**ON, "LIMNER_CALLBACK_RETRY_SECONDS": "3"}) as site:
        run = start(site, "killed", f"http://127.0.0.1:{port}/hook")

        def tried() -> tuple[Any, ...]:
            (delivery,) = anyio.run(looked_up, home, run["run_id"])
            return delivery.attempts

        (attempt,) = wait_for(tried, PATIENCE, "the first try")
        assert attempt.status is None and "connect" in attempt.error
        site.stop(signal.SIGKILL)
    with receiving(200, port=port) as receiver, serving(home, **ON):
        delivery = settled(home, run["run_id"])
        assert delivery.state is DeliveryState.DELIVERED
        (sent,) = receiver.sent
    assert sent.body["data"]["run_id"] == run["run_id"]
    assert sent.signature[1] == [sent.expected(anyio.run(secret_of, home))]


def test_a_run_that_outlives_its_server_is_told_by_the_next(home: Path) -> None:
    with receiving(200) as receiver:
        with serving(home, **ON) as site:
            film = film_call("outlived", 1.3, 4, callback_url=receiver.url(), wait_seconds=0)
            run = answered(ask(site, **call("start_run", film)))["structuredContent"]
            assert run["status"] in ("pending", "running")
            site.stop(signal.SIGKILL)
            assert receiver.sent == []
        with serving(home, **ON):
            (sent,) = receiver.wait(1)
    assert sent.body["type"] == "run.completed"
    assert sent.body["data"]["run_id"] == run["run_id"]


def test_two_servers_on_one_data_folder_deliver_each_message_once(home: Path) -> None:
    with receiving(200) as receiver, serving(home, **ON) as one, serving(home, **ON) as two:
        sites = (one, two)
        runs = [start(sites[number % 2], f"two-{number}", receiver.url()) for number in range(8)]
        for run in runs:
            assert settled(home, run["run_id"]).state is DeliveryState.DELIVERED
        told = [sent.body["data"]["run_id"] for sent in receiver.sent]
    assert sorted(told) == sorted(run["run_id"] for run in runs)


def test_a_cancelled_run_is_told_as_failed(home: Path) -> None:
    with receiving(200) as receiver, serving(home, **ON) as site:
        film = film_call("cancelled", 1.35, 30, callback_url=receiver.url(), wait_seconds=0)
        run = answered(ask(site, **call("start_run", film)))["structuredContent"]
        answered(ask(site, **call("cancel_run", {"run_id": run["run_id"]})))
        (sent,) = receiver.wait(1)
    assert sent.headers["limner-event"] == "run.failed"
    assert sent.body["data"]["error_code"] == "cancelled"


async def test_without_the_setting_this_machine_is_refused_and_the_key_stays_free(home: Path) -> None:
    with serving(home) as site:
        assert not any("CALLBACKS" in line for line in site.printed)
        async with connected(site.url) as agent:
            for address in ("http://127.0.0.1:9/", "https://localhost/", "https://169.254.169.254/"):
                result = await agent.call_tool("start_run", qr_call("refused", callback_url=address))
                assert result.is_error and result.structured_content is not None
                error = result.structured_content["error"]
                assert error["code"] == "input_validation_error"
                assert error["fields"][0]["field"] == "callback_url"
            result = await agent.call_tool("start_run", qr_call("refused"))
            assert result.structured_content is not None
            assert result.structured_content["status"] == "completed"


async def test_on_stdio_a_callback_is_refused(home: Path) -> None:
    async with client(home, LIMNER_ALLOW_LOOPBACK_CALLBACKS="on") as agent:
        result = await agent.call_tool("start_run", qr_call("stdio", callback_url="https://hooks.example/"))
    assert result.structured_content is not None
    (field,) = result.structured_content["error"]["fields"]
    assert field["field"] == "callback_url" and "need the HTTP server" in field["message"]


def test_another_callback_address_is_the_same_request(home: Path) -> None:
    with receiving(200) as receiver, serving(home, **ON) as site:
        first = start(site, "same", receiver.url("/one"))
        again = start(site, "same", receiver.url("/two"))
        receiver.wait(1)
        settled(home, first["run_id"])
    assert again["run_id"] == first["run_id"] and again["replayed"]
    assert [sent.path for sent in receiver.sent] == ["/one"]


async def test_the_studio_shows_secrets_to_their_owner_and_keeps_none_in_its_files(home: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home)})
    async with open_studio(settings, works=False, webhook_secret=b"s" * 32) as studio:
        made = await studio.new_webhook_secret("ann")
        assert await studio.webhook_secrets("ann") == [made]
        assert await studio.webhook_secrets("bob") == []
        assert set(made) == {"secret_id", "secret", "created_at"}
        second = await studio.new_webhook_secret("ann")
        third = await studio.new_webhook_secret("ann")
        assert await studio.webhook_secrets("ann") == [third, second]
        await studio.delete_webhook_secret("ann", third["secret_id"])
        assert await studio.webhook_secrets("ann") == [second]
    kept = await anyio.to_thread.run_sync(lambda: [path.read_bytes() for path in home.glob("limner.sqlite*")])
    assert any(second["secret_id"].encode() in each for each in kept)
    assert not any(second["secret"].removeprefix("whsec_").encode() in each for each in kept)
