"""Keys: nothing without one, and nothing of another caller's with one, on every route and transport."""

from collections.abc import Iterator
from contextlib import AsyncExitStack

import anyio
import pytest
from mcp import Client, MCPError

from limner.library import sample

from .sites import (
    ACCEPT,
    CHELSEA,
    PATIENCE,
    TRANSPORTS,
    Served,
    answered,
    ask,
    bearer,
    call,
    connected,
    events,
    initialize,
    message,
    modern,
    plain_client,
    qr_call,
    serving,
)

pytestmark = pytest.mark.anyio

ANN, BOB = "ann-key-0123456789abc", "bob-key-0123456789abc"
TASKS = {"io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("keys") / "home", LIMNER_API_KEYS=f"ann:{ANN},bob:{BOB}") as served:
        yield served


CLOSED = [
    ("POST", "/mcp", modern("tools/list")),
    ("POST", "/mcp", initialize()),
    ("POST", "/mcp", {"json": message("tools/list"), "headers": {**ACCEPT, "mcp-session-id": "0" * 32}}),
    ("GET", "/mcp", {"headers": {"accept": "text/event-stream", "mcp-session-id": "0" * 32}}),
    ("DELETE", "/mcp", {"headers": {"mcp-session-id": "0" * 32}}),
    ("POST", "/mcp/", modern("tools/list")),
    ("GET", "/sse", {}),
    ("HEAD", "/sse", {}),
    ("POST", f"/messages/?session_id={'0' * 32}", {"json": message("ping")}),
    ("PUT", "/mcp", {}),
    ("OPTIONS", "/mcp", {}),
    ("GET", "/", {}),
    ("GET", "/no-such-place", {}),
]


@pytest.mark.parametrize("key", [None, "not-one-of-this-server"], ids=["no key", "wrong key"])
@pytest.mark.parametrize(("method", "path", "sent"), CLOSED, ids=[f"{m} {p[:12]}" for m, p, _ in CLOSED])
def test_every_route_is_401_without_a_good_key(
    site: Served, method: str, path: str, sent: dict, key: str | None
) -> None:
    headers = {**sent.get("headers", {}), **bearer(key)}
    answer = ask(site, path, method, **{**sent, "headers": headers})
    assert answer.status_code == 401
    told = answer.headers["www-authenticate"]
    assert told.startswith('Bearer realm="limner"')
    assert ('error="invalid_token"' in told) is (key is not None)
    if method != "HEAD":
        assert answer.json()["error"]["code"] == "unauthorized"
    assert answer.headers["request-id"].startswith("req_")


def test_a_key_of_the_server_opens_it_in_either_header(site: Served) -> None:
    for headers in (bearer(ANN), {"x-api-key": ANN}):
        sent = modern("tools/list")
        answered(ask(site, json=sent["json"], headers=sent["headers"] | headers))


def test_health_needs_no_key(site: Served) -> None:
    answer = ask(site, "/healthz", "GET")
    assert answer.status_code == 200 and answer.json()["status"] == "ok"


def test_without_an_issuer_there_is_no_metadata_about_one(site: Served) -> None:
    for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
        assert ask(site, path, "GET").status_code == 404


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_client_with_a_key_works_on_every_transport(site: Served, transport: str) -> None:
    with anyio.fail_after(PATIENCE):
        async with connected(site.url, transport, ANN) as client:
            result = await client.call_tool("start_run", qr_call(f"keyed-{transport}", transport))
    assert result.structured_content is not None
    assert result.structured_content["status"] == "completed"


def test_a_session_is_refused_to_another_key_as_if_it_did_not_exist(site: Served) -> None:
    hello = ask(site, key=ANN, **initialize())
    session = {**ACCEPT, "mcp-session-id": hello.headers["mcp-session-id"]}
    stream = {"accept": "text/event-stream", "mcp-session-id": hello.headers["mcp-session-id"]}
    tools = {"json": message("tools/list")}
    for method, sent in (
        ("POST", {**tools, "headers": session | bearer(BOB)}),
        ("GET", {"headers": stream | bearer(BOB)}),
        ("DELETE", {"headers": session | bearer(BOB)}),
    ):
        assert ask(site, "/mcp", method, **sent).status_code == 404
    answered(ask(site, **tools, headers=session | bearer(ANN)))


def test_the_messages_of_another_callers_stream_are_404(site: Served) -> None:
    with (
        plain_client() as http,
        http.stream("GET", f"{site.url}/sse", headers=bearer(ANN)) as stream,
    ):
        lines = stream.iter_lines()
        endpoint = next(line for line in lines if line.startswith("data:")).removeprefix("data:").strip()
        assert endpoint.startswith("/messages/?session_id=")
        body = {"json": message("ping")}
        assert ask(site, endpoint, **body, headers=bearer(BOB)).status_code == 404
        assert ask(site, endpoint, **body, headers=bearer(ANN)).status_code == 202
        answer = next(line for line in lines if line.startswith("data:"))
        assert '"result":{}' in answer


async def tell_apart(ann: Client, bob: Client, transport: str) -> None:
    """Let Ann make something and Bob look for it in every way that there is."""
    key = f"apart-{transport}"
    mine = (await ann.call_tool("start_run", qr_call(key, key))).structured_content
    assert mine is not None
    run_id, asset_id = mine["run_id"], mine["outputs"][0]["asset_id"]
    for tool in ("get_run", "cancel_run", "view_output"):
        refused = await bob.call_tool(tool, {"run_id": run_id})
        assert refused.is_error, tool
        assert '"code":"not_found"' in refused.content[0].text
    by_key = await bob.call_tool("get_run", {"idempotency_key": key})
    assert by_key.structured_content["error"]["code"] == "not_found"
    listed = (await bob.call_tool("list_runs", {"limit": 100})).structured_content
    assert run_id not in {run["run_id"] for run in listed["runs"]}
    for uri in (f"limner://runs/{run_id}", f"limner://runs/{run_id}/outputs/image"):
        with pytest.raises(MCPError):
            await bob.read_resource(uri)
    assert run_id not in str((await bob.list_resources()).resources)
    assert run_id in str((await ann.list_resources()).resources)
    stolen = {"action_id": "blur-image", "inputs": {"image": asset_id}, "wait_seconds": 0}
    taken = (await bob.call_tool("start_run", stolen)).structured_content
    assert taken["error"]["code"] == "not_found" and asset_id in taken["error"]["message"]
    own = (await bob.call_tool("start_run", qr_call(key, f"bob's {key}"))).structured_content
    assert own["run_id"] != run_id and own["status"] == "completed", "a key is the caller's own"
    again = (await ann.call_tool("start_run", qr_call(key, key))).structured_content
    assert again["run_id"] == run_id and again["replayed"] is True


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_two_keys_never_see_each_others_runs(site: Served, transport: str) -> None:
    with anyio.fail_after(PATIENCE * 2):
        async with AsyncExitStack() as stack:
            ann = await stack.enter_async_context(connected(site.url, transport, ANN))
            bob = await stack.enter_async_context(connected(site.url, transport, BOB))
            await tell_apart(ann, bob, transport)


async def test_what_the_same_content_is_to_each_caller(site: Served) -> None:
    """One file on disk, and still nobody can use it who has not sent it."""
    start = {"action_id": "blur-image", "params": {"radius": 3}, "wait_seconds": 40}
    async with connected(site.url, key=ANN) as ann, connected(site.url, key=BOB) as bob:
        made = await ann.call_tool("start_run", {**start, "inputs": {"image": CHELSEA}})
        sha = made.structured_content["outputs"][0]["asset_id"]
        refused = await bob.call_tool("start_run", {**start, "inputs": {"image": sha}})
        assert refused.structured_content["error"]["code"] == "not_found"
        same = await bob.call_tool("start_run", {**start, "inputs": {"image": CHELSEA}})
        assert same.structured_content["outputs"][0]["asset_id"] == sha
        taken = await bob.call_tool("start_run", {**start, "inputs": {"image": sha}})
        assert taken.structured_content["status"] == "completed"
    assert sample("chelsea.png").is_file()


def test_a_task_is_its_callers_alone(site: Served) -> None:
    started = ask(site, key=ANN, **call("start_run", qr_call("task", "task"), **TASKS))
    task = answered(started)
    assert task["resultType"] == "task"
    for method in ("tasks/get", "tasks/cancel"):
        theirs = ask(site, key=BOB, **modern(method, {"taskId": task["taskId"]}, **TASKS))
        assert events(theirs.text)[-1]["error"]["code"] == -32602
    answered(ask(site, key=ANN, **modern("tasks/get", {"taskId": task["taskId"]}, **TASKS)))


def test_a_stream_of_news_honours_nothing_of_another_caller(site: Served) -> None:
    run = answered(ask(site, key=ANN, **call("start_run", qr_call("news", "news"))))["structuredContent"]
    uri = f"limner://runs/{run['run_id']}"
    wanted = {"notifications": {"resourceSubscriptions": [uri], "taskIds": [run["run_id"]]}}
    for key, expected in ((ANN, ([uri], [run["run_id"]])), (BOB, (None, None))):
        sent = modern("subscriptions/listen", wanted, **TASKS)
        headers = sent["headers"] | bearer(key)
        with (
            plain_client() as http,
            http.stream("POST", f"{site.url}/mcp", json=sent["json"], headers=headers) as stream,
        ):
            data = next(line for line in stream.iter_lines() if line.startswith("data:"))
        honoured = events(data)[0]["params"]["notifications"]
        assert (honoured.get("resourceSubscriptions"), honoured.get("taskIds")) == expected


@pytest.mark.filterwarnings("ignore:resources/subscribe is removed")
async def test_a_session_cannot_subscribe_to_another_callers_run(site: Served) -> None:
    async with connected(site.url, "session", ANN) as ann, connected(site.url, "session", BOB) as bob:
        run = (await ann.call_tool("start_run", qr_call("watched", "watched"))).structured_content
        await ann.session.subscribe_resource(f"limner://runs/{run['run_id']}")
        with pytest.raises(MCPError, match="There is no"):
            await bob.session.subscribe_resource(f"limner://runs/{run['run_id']}")


def test_above_its_rate_a_key_is_told_when_to_come_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("rates") / "home"
    keys = f"ann:{ANN},bob:{BOB}"
    with serving(home, LIMNER_API_KEYS=keys, LIMNER_REQUESTS_PER_MINUTE="2") as site:
        answers = [ask(site, key=ANN, **modern("tools/list")) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 30
        assert answers[-1].json()["error"]["code"] == "rate_limited"
        assert ask(site, "/sse", "GET", headers=bearer(ANN)).status_code == 429
        assert ask(site, key=BOB, **modern("tools/list")).status_code == 200, "a rate is the key's own"
        assert ask(site, "/healthz", "GET").status_code == 200


def test_no_key_shows_in_what_the_server_logs(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("logs") / "home"
    with serving(home, LIMNER_API_KEYS=f"ann:{ANN}", LIMNER_LOG_LEVEL="DEBUG") as site:
        run = answered(ask(site, key=ANN, **call("start_run", qr_call("logged"))))["structuredContent"]
        url = run["outputs"][0]["url"]
        assert ask(site, url, "GET").status_code == 200
        ask(site, headers=bearer("wrong-key-0123456789"))
    log = "".join(site.printed)
    assert 'path="/mcp"' in log and "status=401" in log
    assert ANN not in log and "wrong-key" not in log
    assert url.partition("signature=")[2] not in log
