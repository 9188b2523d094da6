"""One job on every transport: list, start with progress, read the result, fetch the file."""

from itertools import pairwise

import anyio
import pytest
from mcp import Client

from .sites import (
    ACCEPT,
    PATIENCE,
    TRANSPORTS,
    Served,
    answered,
    ask,
    connected,
    film_call,
    initialize,
    message,
    plain_client,
)

pytestmark = pytest.mark.anyio

VERSIONS = {"modern": "2026-07-28", "session": "2025-11-25", "sse": "2025-11-25"}
TOOLS = ["list_techniques", "get_technique", "start_run", "get_run", "list_models", "list_runs"]


async def heard_run(client: Client, arguments: dict[str, object]) -> tuple[dict, list[tuple[float, str]]]:
    """Start a run, listening, and return it with what was heard."""
    heard: list[tuple[float, str]] = []

    async def hear(progress: float, total: float | None, text: str | None) -> None:
        assert total == 100
        heard.append((progress, text or ""))

    result = await client.call_tool("start_run", arguments, progress_callback=hear)
    assert result.structured_content is not None
    assert not result.is_error, result.structured_content
    return result.structured_content, heard


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_job_is_listed_started_followed_and_read(site: Served, transport: str) -> None:
    zoom = 1.1 + TRANSPORTS.index(transport) / 100
    with anyio.fail_after(PATIENCE):
        async with connected(site.url, transport) as client:
            assert client.protocol_version == VERSIONS[transport]
            assert [tool.name for tool in (await client.list_tools()).tools][:6] == TOOLS
            run, heard = await heard_run(client, film_call(f"job-{transport}", zoom, wait_seconds=40))
            again = await client.call_tool("get_run", {"run_id": run["run_id"]})
    assert run["status"] == "completed"
    values = [progress for progress, _ in heard]
    assert len(values) >= 3 and all(one < other for one, other in pairwise(values))
    assert again.structured_content is not None
    assert again.structured_content["outputs"] == run["outputs"]
    (output,) = run["outputs"]
    assert output["url"].startswith(f"{site.url}/media/asset_")
    assert "path" not in output
    file = ask(site, output["url"], "GET")
    assert file.status_code == 200
    assert len(file.content) == output["size_bytes"]
    assert file.headers["content-type"] == output["media_type"] == "video/mp4"


def test_an_era_mixed_up_host_without_a_session_is_answered(site: Served) -> None:
    """Hosts in the field send the header of 2025-11-25 and no session."""
    headers = {**ACCEPT, "mcp-protocol-version": "2025-11-25"}
    assert len(answered(ask(site, json=message("tools/list"), headers=headers))["tools"]) == 8


def test_a_session_lives_until_it_is_deleted(site: Served) -> None:
    hello = ask(site, **initialize())
    assert answered(hello)["capabilities"]["tools"] == {"listChanged": True}
    session = {**ACCEPT, "mcp-session-id": hello.headers["mcp-session-id"]}
    tools = {"json": message("tools/list"), "headers": session}
    assert len(answered(ask(site, **tools))["tools"]) == 8
    assert ask(site, method="DELETE", headers=session).status_code == 200
    assert ask(site, **tools).status_code == 404


def test_a_slash_at_the_end_of_an_address_changes_nothing(site: Served) -> None:
    answered(ask(site, "/mcp/", **initialize()))
    with plain_client() as http, http.stream("GET", f"{site.url}/sse/") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")


async def test_two_clients_of_one_server_share_nothing_but_its_runs(site: Served) -> None:
    async with connected(site.url, "session") as one, connected(site.url, "sse") as other:
        start = {"action_id": "qr-code-generator", "inputs": {"text": "shared"}, "idempotency_key": "shared"}
        first = await one.call_tool("start_run", {**start, "wait_seconds": 30})
        second = await other.call_tool("start_run", {**start, "wait_seconds": 30})
    assert first.structured_content is not None and second.structured_content is not None
    assert second.structured_content["run_id"] == first.structured_content["run_id"]
    assert second.structured_content["replayed"] is True
