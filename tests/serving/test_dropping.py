"""Calls come and go, runs stay: no dropped, cancelled or unread stream ends a run or delays anybody else."""

import re
from pathlib import Path
from typing import Any

import anyio
import pytest

from .sites import (
    ACCEPT,
    PATIENCE,
    Served,
    answered,
    ask,
    call,
    connected,
    film_call,
    initialize,
    qr_call,
    serving,
)
from .streaming import async_client, event_stream, messages, session_call, unread

pytestmark = pytest.mark.anyio

KEY = "ann-key-0123456789abc"


async def ended_run(site: Served, arguments: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    """Attach to a run again with the same idempotency key, and wait for its end as agents do."""
    async with connected(site.url, key=key) as client:
        known = await client.call_tool("get_run", {"idempotency_key": arguments["idempotency_key"]})
        while True:
            result = await client.call_tool("start_run", {**arguments, "wait_seconds": 20})
            run = result.structured_content
            assert run["run_id"] == known.structured_content["run_id"]
            if run["status"] not in ("pending", "running"):
                return run


async def session_of(http: Any, site: Served) -> dict[str, str]:
    hello = await http.post(f"{site.url}/mcp", **initialize())
    return {**ACCEPT, "mcp-session-id": hello.headers["mcp-session-id"]}


async def test_a_run_goes_on_when_its_modern_stream_is_closed(site: Served) -> None:
    arguments = film_call("dropped-modern", 1.31, wait_seconds=45)
    with anyio.fail_after(PATIENCE * 2):
        async with async_client() as http:
            async with http.stream(
                "POST", f"{site.url}/mcp", **call("start_run", arguments, token="t")
            ) as stream:
                first = await anext(messages(stream))
            assert first["method"] == "notifications/progress"
        assert (await ended_run(site, arguments))["status"] == "completed"


async def test_a_run_goes_on_when_the_stream_of_its_session_is_closed(site: Served) -> None:
    arguments = film_call("dropped-session", 1.32, wait_seconds=45)
    with anyio.fail_after(PATIENCE * 2):
        async with async_client() as http:
            session = await session_of(http, site)
            body = session_call(7, "start_run", arguments, "t")
            async with http.stream("POST", f"{site.url}/mcp", json=body, headers=session) as stream:
                first = await anext(messages(stream))
            assert first["method"] == "notifications/progress"
        assert (await ended_run(site, arguments))["status"] == "completed"


async def test_a_run_goes_on_when_the_event_stream_of_an_older_agent_is_closed(site: Served) -> None:
    arguments = film_call("dropped-sse", 1.33, wait_seconds=45)
    with anyio.fail_after(PATIENCE * 2):
        async with async_client() as http, event_stream(site, http) as stream:
            await stream.post(session_call(7, "start_run", arguments, "t"))
            assert (await stream.next())["method"] == "notifications/progress"
        assert (await ended_run(site, arguments))["status"] == "completed"


async def test_a_call_dropped_at_once_makes_one_run_at_most(site: Served) -> None:
    """Whatever moment the connection ends at, the same key leads to the one run."""
    for moment in range(6):
        arguments = qr_call(f"at-once-{moment}", f"at once {moment}")
        sent = call("start_run", arguments)
        with unread(site, "POST", "/mcp", sent["json"], sent["headers"]) as wire:
            await anyio.sleep(moment / 200)
            wire.close()
        run = answered(ask(site, **call("start_run", arguments)))["structuredContent"]
        assert run["status"] == "completed"
    listed = answered(ask(site, **call("list_runs", {"limit": 100})))["structuredContent"]["runs"]
    assert len([run for run in listed if run.get("action") == {"action_id": "qr-code-generator"}]) == 6


async def test_cancelling_a_request_of_a_session_ends_the_call_and_not_the_run(site: Served) -> None:
    arguments = film_call("cancelled-session", 1.34, wait_seconds=45)
    with anyio.fail_after(PATIENCE * 2):
        async with async_client() as http:
            session = await session_of(http, site)
            other = await session_of(http, site)
            body = session_call(7, "start_run", arguments, "t")
            async with http.stream("POST", f"{site.url}/mcp", json=body, headers=session) as stream:
                heard = messages(stream)
                await anext(heard)
                cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
                told = await http.post(f"{site.url}/mcp", json=cancel, headers=other)
                assert told.status_code == 202
                await anext(heard)  # another session's cancelling changed nothing
                await http.post(f"{site.url}/mcp", json=cancel, headers=session)
                last = [each async for each in heard][-1]
            assert "cancelled" in last["error"]["message"].lower()
        assert (await ended_run(site, arguments))["status"] == "completed"


async def test_cancelling_a_request_on_an_event_stream_ends_the_call_and_not_the_run(site: Served) -> None:
    arguments = film_call("cancelled-sse", 1.35, wait_seconds=45)
    with anyio.fail_after(PATIENCE * 2):
        async with async_client() as http:
            async with event_stream(site, http) as stream:
                await stream.post(session_call(7, "start_run", arguments, "t"))
                await stream.next()
                cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
                await stream.post(cancel)
                await stream.post(session_call(8, "get_run", {"idempotency_key": "cancelled-sse"}))
                while (heard := await stream.next()).get("id") != 8:
                    assert heard.get("id") != 7
            assert heard["result"]["structuredContent"]["status"] in ("pending", "running", "completed")
        assert (await ended_run(site, arguments))["status"] == "completed"


async def test_a_client_that_stops_reading_delays_neither_its_run_nor_others(site: Served) -> None:
    arguments = film_call("stalled", 1.36, 2, wait_seconds=45)
    sent = call("start_run", arguments, token="t")
    with (
        anyio.fail_after(PATIENCE * 2),
        unread(site, "POST", "/mcp", sent["json"], sent["headers"]),
        unread(site, "GET", "/sse", None, {}) as wire,
    ):
        head = wire.recv(2048).decode()
        while "session_id=" not in head:
            head += wire.recv(2048).decode()
        found = re.search(r"/messages/\?session_id=[0-9a-f]+", head)
        assert found is not None
        async with async_client() as http:

            async def post(body: dict[str, Any]) -> None:
                with anyio.move_on_after(2):  # once its stream is full, nothing more of this client is taken
                    await http.post(f"{site.url}{found[0]}", json=body, headers=ACCEPT)

            hello = {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "raw", "version": "0"},
            }
            await post({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello})
            await post({"jsonrpc": "2.0", "method": "notifications/initialized"})
            await post(session_call(1, "start_run", film_call("stalled-sse", 1.37, wait_seconds=45), "t"))
            async with anyio.create_task_group() as group:
                for number in range(2, 300):
                    group.start_soon(
                        post, {"jsonrpc": "2.0", "id": number, "method": "tools/list", "params": {}}
                    )
        for key, given in (("stalled", arguments), ("stalled-sse", film_call("stalled-sse", 1.37))):
            assert (await ended_run(site, given))["status"] == "completed", key


async def test_with_a_key_only_its_owner_attaches_again(tmp_path: Path) -> None:
    bob = "bob-key-0123456789abc"
    arguments = film_call("mine", 1.38, wait_seconds=45)
    with serving(tmp_path / "home", LIMNER_API_KEYS=f"ann:{KEY},bob:{bob}") as site:
        sent = call("start_run", arguments, token="t")
        sent["headers"]["authorization"] = f"Bearer {KEY}"
        with anyio.fail_after(PATIENCE * 2):
            async with async_client() as http, http.stream("POST", f"{site.url}/mcp", **sent) as stream:
                await anext(messages(stream))
            run = await ended_run(site, arguments, KEY)
            assert run["status"] == "completed"
        theirs = answered(ask(site, key=bob, **call("get_run", {"run_id": run["run_id"]})))
        assert theirs["isError"] is True
