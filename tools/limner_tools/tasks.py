"""Runs as MCP tasks (extension io.modelcontextprotocol/tasks): a task's id is its run's id.

A client that declares the extension gets a task from every tool that starts a run, and asks for it with `tasks/get`
for as long as the run is kept; it is as durable as the run. Source: SEP-2663.
"""

from datetime import UTC, datetime
from typing import Any, Protocol

import mcp_types as t
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from mcp.shared.inbound import MCP_NAME_HEADER, decode_header_value
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from limner.errors import NotFound
from limner.types import Json, Run, Status
from limner_tools.door import Door
from limner_tools.identity import caller_of
from limner_tools.options import FaceOptions

EXTENSION = "io.modelcontextprotocol/tasks"
POLL_INTERVAL_MS = 1000
MISSING_CAPABILITY = -32021  # 2026-07-28, MissingRequiredClientCapability

Context = ServerRequestContext[Any]


class TaskParams(t.RequestParams):
    """Names a task."""

    task_id: str


class UpdateParams(TaskParams):
    """Answers what a task asked."""

    input_responses: dict[str, Any]


class TaskSource(Protocol):
    """What has tasks."""

    async def state(self, caller: str, task_id: str) -> Json:
        """Return a caller's task with its result or error. Raises: NotFound."""

    async def answer(self, caller: str, task_id: str, responses: Json) -> None:
        """Take answers to what the task asked. Raises: NotFound."""

    async def cancel(self, caller: str, task_id: str) -> None:
        """End a task; one that has ended stays as it is. Raises: NotFound."""


class RunTasks:
    """Every run is a task. None asks for anything: what a run needs is settled before it starts."""

    def __init__(self, door: Door, options: FaceOptions) -> None:
        self._door = door
        self._options = options

    async def state(self, caller: str, task_id: str) -> Json:
        """Return a run as a task, with its result when it has ended. Raises: NotFound."""
        from limner_tools.start_run import run_answer

        studio = await self._door.studio()
        view = await studio.get_run(caller, task_id)
        document = task_document(view.run)
        if document["status"] == "completed":
            result = run_answer(view, lambda asset: self._options.locate(studio, asset))
            result.is_error = view.run.status is Status.FAILED
            document["result"] = result.model_dump(by_alias=True, mode="json", exclude_none=True)
        return document

    async def answer(self, caller: str, task_id: str, responses: Json) -> None:
        """Take nothing in: no run asks. Raises: NotFound."""
        await (await self._door.studio()).get_run(caller, task_id)

    async def cancel(self, caller: str, task_id: str) -> None:
        """Cancel the run. Raises: NotFound."""
        await (await self._door.studio()).cancel_run(caller, task_id)


def declared(ctx: Context) -> bool:
    """Whether the client of a request takes tasks."""
    known = ctx.session.client_capabilities
    return ctx.protocol_version in MODERN_PROTOCOL_VERSIONS and bool(
        known and known.extensions and EXTENSION in known.extensions
    )


def task_document(run: Run) -> Json:
    """Return a run as a task: its state, without its result.

    A run that failed is a task that completed, with a result that says so: the protocol keeps `failed` for errors
    of its own.
    """
    match run.status:
        case Status.PENDING | Status.RUNNING:
            status = "working"
        case Status.COMPLETED | Status.FAILED:
            status = "completed"
        case Status.CANCELLED:
            status = "cancelled"
    done = f"{run.progress:g} %"
    return {
        "taskId": run.run_id,
        "status": status,
        "statusMessage": f"{run.phase.value}, {done}: {run.message}" if run.message else run.phase.value,
        "createdAt": _iso(run.created_at),
        "lastUpdatedAt": _iso(run.completed_at or run.started_at or run.created_at),
        "ttlMs": None,
        "pollIntervalMs": POLL_INTERVAL_MS,
    }


def task_created(run: Run) -> Json:
    """Return the result of a tool call that started a run for a client that takes tasks."""
    return {"resultType": "task", **task_document(run)}


def _iso(unix_ms: int) -> str:
    return (
        datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def serve_tasks(server: Server[Any], source: TaskSource) -> None:
    """Let a server answer `tasks/get`, `tasks/update` and `tasks/cancel`."""

    async def get(ctx: Context, params: TaskParams) -> Json:
        _check(ctx, params)
        try:
            return {"resultType": "complete", **await source.state(caller_of(ctx), params.task_id)}
        except NotFound as error:
            raise _unknown(params) from error

    async def update(ctx: Context, params: UpdateParams) -> Json:
        _check(ctx, params)
        try:
            await source.answer(caller_of(ctx), params.task_id, params.input_responses)
        except NotFound as error:
            raise _unknown(params) from error
        return {"resultType": "complete"}

    async def cancel(ctx: Context, params: TaskParams) -> Json:
        _check(ctx, params)
        try:
            await source.cancel(caller_of(ctx), params.task_id)
        except NotFound as error:
            raise _unknown(params) from error
        return {"resultType": "complete"}

    server.extensions[EXTENSION] = {}
    server.add_request_handler("tasks/get", TaskParams, get)
    server.add_request_handler("tasks/update", UpdateParams, update)
    server.add_request_handler("tasks/cancel", TaskParams, cancel)


def _check(ctx: Context, params: TaskParams) -> None:
    """Refuse a client that did not declare the extension, and a header that names another task."""
    if not declared(ctx):
        needed: Json = {"requiredCapabilities": {"extensions": {EXTENSION: {}}}}
        raise MCPError(
            code=MISSING_CAPABILITY, message=f"Declare the client capability {EXTENSION}.", data=needed
        )
    if ctx.request is None:
        return
    named = decode_header_value(ctx.request.headers.get(MCP_NAME_HEADER))
    if named != params.task_id:
        raise MCPError(code=t.HEADER_MISMATCH, message="The Mcp-Name header must be the taskId of the body.")


def _unknown(params: TaskParams) -> MCPError:
    return MCPError(code=t.INVALID_PARAMS, message=f"There is no task {params.task_id[:80]!r}.")
