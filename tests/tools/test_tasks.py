"""Runs as MCP tasks: what a client that declares the extension gets, in place of waiting."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import anyio
import mcp_types as t
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client import ClaimContext, ClientExtension, ResultClaim

from .hosts import COFFEE, TIMEOUT_SECONDS, RawHost, environment, film_call
from .modern import TASKS, ModernHost, task_host
from .slow import install_slow, slow_call

ISO = "%Y-%m-%dT%H:%M:%S.%f%z"
PALETTE = {"technique_id": "tech_palette-pull", "inputs": {"image": COFFEE}}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("tasks") / "home"
    install_slow(home)
    return home


@pytest.fixture(scope="module")
def host(home: Path) -> Iterator[ModernHost]:
    with task_host(home, LIMNER_TOOLS="palette-pull") as raw:
        yield raw


def started(host: ModernHost, arguments: dict[str, Any], tool: str = "start_run") -> dict[str, Any]:
    """Return the task that a call was answered with."""
    task = host.result(host.call(tool, arguments))
    assert task["resultType"] == "task", task
    return task


def get(host: ModernHost, task_id: str) -> dict[str, Any]:
    """Return a task as tasks/get has it."""
    return host.result(host.send("tasks/get", {"taskId": task_id}))


def ended(host: ModernHost, task_id: str) -> dict[str, Any]:
    """Return a task's state when it has ended, as its notification says it."""
    stream, _ = host.listen(taskIds=[task_id])
    while (state := host.told("notifications/tasks", stream))["status"] == "working":
        pass
    host.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": stream}})
    return state


def run_of(host: ModernHost, run_id: str) -> dict[str, Any]:
    """Return a run as get_run has it."""
    return host.ask("get_run", {"run_id": run_id})


def milliseconds(text: str) -> int:
    """Return a time in ISO 8601 as Unix milliseconds."""
    return round(datetime.strptime(text, ISO).astimezone(UTC).timestamp() * 1000)


def test_the_server_offers_the_extension_in_the_modern_era_only(host: ModernHost, tmp_path: Path) -> None:
    offered = host.result(host.send("server/discover"))["capabilities"]
    assert offered["extensions"][TASKS] == {}
    with RawHost(tmp_path / "home") as legacy:
        refused = legacy.answer(legacy.send("tasks/get", {"taskId": "run_x"}))
        run = legacy.ask("start_run", {**PALETTE, "wait_seconds": 40})
    assert refused["error"]["code"] == t.METHOD_NOT_FOUND
    assert run["status"] == "completed"


def test_a_run_is_a_task_with_its_own_id_that_works_at_once(host: ModernHost) -> None:
    task = started(host, film_call("shape", 1.11))
    run = run_of(host, task["taskId"])
    assert task["status"] == "working"
    assert task["statusMessage"].startswith(("queued", "composing", "rendering"))
    assert task["ttlMs"] is None
    assert task["pollIntervalMs"] > 0
    assert milliseconds(task["createdAt"]) == run["created_at"]
    assert milliseconds(task["lastUpdatedAt"]) >= run["created_at"]
    assert ended(host, task["taskId"])["status"] == "completed"


def test_a_completed_task_has_the_result_that_get_run_gives(host: ModernHost) -> None:
    task = started(host, film_call("result", 1.12))
    last = ended(host, task["taskId"])
    state = get(host, task["taskId"])
    plain = host.result(host.call("get_run", {"run_id": task["taskId"]}))
    assert state["resultType"] == "complete"
    assert state["status"] == "completed"
    assert state["result"]["isError"] is False
    for part in ("content", "structuredContent"):
        assert state["result"][part] == plain[part]
    assert milliseconds(state["lastUpdatedAt"]) == plain["structuredContent"]["completed_at"]
    assert state["statusMessage"] == plain["structuredContent"]["message"]
    assert last["result"] == state["result"]
    assert last["ttlMs"] is None


def test_a_task_was_last_updated_when_its_runs_last_event_was(host: ModernHost) -> None:
    task = started(host, slow_call("updated", 21))
    stream, _ = host.listen(taskIds=[task["taskId"]])
    state = host.told("notifications/tasks", stream)
    while state["status"] == "working" and not state["statusMessage"].startswith("rendering: "):
        state = host.told("notifications/tasks", stream)
    log = host.ask("get_run", {"run_id": task["taskId"], "since_seq": 0})["events"]
    assert milliseconds(state["lastUpdatedAt"]) in {event["at"] for event in log[1:]}
    host.result(host.send("tasks/cancel", {"taskId": task["taskId"]}))


def test_a_run_that_fails_is_a_completed_task_whose_result_is_an_error(home: Path) -> None:
    with task_host(home, LIMNER_MAX_FRAMES="10") as narrow:
        task = started(narrow, film_call("broken", 1.16))
        state = ended(narrow, task["taskId"])
        run = run_of(narrow, task["taskId"])
    assert run["status"] == "failed"
    assert (state["status"], state["result"]["isError"]) == ("completed", True)
    assert state["result"]["structuredContent"] == run
    assert run["error"]["code"]


def test_cancelling_is_acknowledged_and_ends_the_task_without_a_result(host: ModernHost) -> None:
    task = started(host, slow_call("cancel", 22))
    acknowledged = host.result(host.send("tasks/cancel", {"taskId": task["taskId"]}))
    again = host.result(host.send("tasks/cancel", {"taskId": task["taskId"]}))
    state = get(host, task["taskId"])
    assert acknowledged.keys() == {"resultType", "_meta"}
    assert again == acknowledged
    assert state["status"] == "cancelled"
    assert "result" not in state
    assert run_of(host, task["taskId"])["status"] == "cancelled"


def test_cancelling_a_task_that_has_ended_changes_nothing_and_is_acknowledged(host: ModernHost) -> None:
    task = started(host, {**PALETTE, "idempotency_key": "ended"})
    before = ended(host, task["taskId"])
    acknowledged = host.result(host.send("tasks/cancel", {"taskId": task["taskId"]}))
    assert acknowledged["resultType"] == "complete"
    assert get(host, task["taskId"])["status"] == before["status"] == "completed"


def test_an_update_is_acknowledged_though_no_run_asks_for_anything(host: ModernHost) -> None:
    task = started(host, {**PALETTE, "idempotency_key": "ended"})
    told = host.result(host.send("tasks/update", {"taskId": task["taskId"], "inputResponses": {}}))
    assert told.keys() == {"resultType", "_meta"}


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_an_unknown_task_is_an_error_that_names_it(host: ModernHost, method: str) -> None:
    error = host.answer(host.send(method, {"taskId": "run_none", "inputResponses": {}}))["error"]
    assert error["code"] == t.INVALID_PARAMS
    assert "run_none" in error["message"]


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel", "subscriptions/listen"])
def test_a_client_that_did_not_declare_the_extension_is_told_to(home: Path, method: str) -> None:
    with ModernHost(home) as host:
        params = {"taskId": "run_none", "inputResponses": {}, "notifications": {"taskIds": ["run_none"]}}
        error = host.answer(host.send(method, params))["error"]
    assert error["code"] == -32021
    assert error["data"] == {"requiredCapabilities": {"extensions": {TASKS: {}}}}


def test_the_same_key_is_the_same_task(host: ModernHost) -> None:
    first = started(host, film_call("again", 1.13))
    joined = started(host, film_call("again", 1.13))
    last = ended(host, first["taskId"])
    replayed = started(host, film_call("again", 1.13))
    assert joined["taskId"] == replayed["taskId"] == first["taskId"]
    assert (last["status"], replayed["status"]) == ("completed", "completed")
    assert replayed["lastUpdatedAt"] == last["lastUpdatedAt"]


def test_a_typed_tool_gives_a_task_too(host: ModernHost) -> None:
    typed = started(host, {"image": COFFEE, "idempotency_key": "typed"}, "run_palette_pull")
    plain = started(host, {**PALETTE, "idempotency_key": "typed"})
    assert typed["taskId"] == plain["taskId"]
    result = ended(host, typed["taskId"])["result"]
    assert [each["output_id"] for each in result["structuredContent"]["outputs"]] == ["swatches", "colors"]


def test_what_starts_nothing_is_an_ordinary_result(host: ModernHost) -> None:
    priced = host.result(host.call("start_run", {**PALETTE, "dry_run": True}))
    refused = host.result(host.call("start_run", {"technique_id": "tech_none"}))
    assert (priced["resultType"], priced["structuredContent"]["cost"]["estimated_usd"]) == ("complete", 0)
    assert (refused["resultType"], refused["isError"]) == ("complete", True)


def test_a_task_outlives_the_server_that_started_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    install_slow(home)
    with task_host(home) as first:
        task = started(first, slow_call("durable", 23))
        stream, _ = first.listen(taskIds=[task["taskId"]])
        while not first.told("notifications/tasks", stream)["statusMessage"].startswith("rendering"):
            pass
        first.kill()
    with task_host(home) as second:
        found = get(second, task["taskId"])
        state = ended(second, task["taskId"])
        again = started(second, slow_call("durable", 23))
    assert found["status"] == "working"
    assert (found["taskId"], found["createdAt"]) == (task["taskId"], task["createdAt"])
    assert state["status"] == "completed"
    assert again["taskId"] == task["taskId"]


def test_tasks_are_told_on_a_stream_to_the_last_one(host: ModernHost) -> None:
    task = started(host, film_call("told", 1.14))
    stream, honoured = host.listen(taskIds=[task["taskId"], "run_none", task["taskId"]])
    assert honoured == {"taskIds": [task["taskId"]]}
    states = [host.told("notifications/tasks", stream)]
    while states[-1]["status"] == "working":
        states.append(host.told("notifications/tasks", stream))
    assert {state["taskId"] for state in states} == {task["taskId"]}
    assert [state["status"] for state in states[:-1]] == ["working"] * (len(states) - 1)
    assert states[-1]["status"] == "completed"
    assert states[-1]["result"] == get(host, task["taskId"])["result"]


def test_a_task_that_ended_before_anybody_listened_is_told_all_the_same(host: ModernHost) -> None:
    task = started(host, {**PALETTE, "idempotency_key": "late"})
    ended(host, task["taskId"])
    stream, _ = host.listen(taskIds=[task["taskId"]])
    assert host.told("notifications/tasks", stream)["status"] == "completed"


@pytest.mark.parametrize("task_ids", ["run_x", [1], {"a": 1}])
def test_task_ids_of_another_type_are_an_error(host: ModernHost, task_ids: Any) -> None:
    error = host.answer(host.send("subscriptions/listen", {"notifications": {"taskIds": task_ids}}))["error"]
    assert error["code"] == t.INVALID_PARAMS
    assert "taskIds" in error["message"]


class Task(t.Result):
    """A task as a claimed result."""

    result_type: Literal["task"] = "task"
    task_id: str
    status: str
    poll_interval_ms: int


class TaskState(t.Result):
    """A task as tasks/get has it."""

    task_id: str
    status: str
    result: t.CallToolResult | None = None


class GetTaskParams(t.RequestParams):
    """Which task."""

    task_id: str


class GetTask(t.Request[GetTaskParams, Literal["tasks/get"]]):
    """tasks/get, as a client's own request."""

    method: Literal["tasks/get"] = "tasks/get"
    params: GetTaskParams
    name_param = "taskId"


class TakesTasks(ClientExtension):
    """A client that takes tasks, and polls until they end."""

    identifier = TASKS

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def claims(self) -> list[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=Task, resolve=self._resolve)]

    async def _resolve(self, task: Task, context: ClaimContext) -> t.CallToolResult:
        self.tasks.append(task)
        while True:
            request = GetTask(params=GetTaskParams(task_id=task.task_id))
            state = await context.session.send_request(request, TaskState)
            if state.status != "working":
                assert state.result is not None
                return state.result
            await anyio.sleep(task.poll_interval_ms / 1000)


@pytest.mark.anyio
async def test_the_official_client_follows_a_task_to_its_result(home: Path) -> None:
    extension = TakesTasks()
    server = StdioServerParameters(command=sys.executable, args=["-m", "limner"], env=environment(home))
    with anyio.fail_after(TIMEOUT_SECONDS):
        async with Client(server, mode="2026-07-28", extensions=[extension]) as client:
            result = await client.call_tool("start_run", film_call("official", 1.15))
            assert result.structured_content is not None
            run = await client.call_tool("get_run", {"run_id": result.structured_content["run_id"]})
            with pytest.raises(MCPError):
                await client.session.send_request(
                    GetTask(params=GetTaskParams(task_id="run_none")), TaskState
                )
    assert [task.task_id for task in extension.tasks] == [result.structured_content["run_id"]]
    assert result.structured_content == run.structured_content
    assert result.structured_content["status"] == "completed"
