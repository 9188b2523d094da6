"""Runs as MCP tasks (extension io.modelcontextprotocol/tasks): a task's id is its run's id.

A client that declares the extension gets a task from every tool that starts a run, and asks for it with `tasks/get`
for as long as the run is kept; it is as durable as the run. Source: SEP-2663.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

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
from limner_tools.protocol_errors import protocol_errors

if TYPE_CHECKING:
    from limner.app.studio import Studio

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
        document = await task_document(studio, view.run)
        if document["status"] == "completed":
            result = run_answer(view, lambda asset: self._options.locate(studio, asset))
            document["result"] = {**result, "isError": view.run.status is Status.FAILED}
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


async def task_document(studio: "Studio", run: Run) -> Json:
    """Return a run as a task: its state, without its result. `lastUpdatedAt` is the time of its last event.

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
    return {
        "taskId": run.run_id,
        "status": status,
        "statusMessage": _status_message(run),
        "createdAt": _iso(run.created_at),
        "lastUpdatedAt": _iso(run.completed_at or await _changed_at(studio, run)),
        "ttlMs": None,
        "pollIntervalMs": POLL_INTERVAL_MS,
    }


async def task_created(studio: "Studio", run: Run) -> Json:
    """Return the result of a tool call that started a run for a client that takes tasks."""
    return {"resultType": "task", **await task_document(studio, run)}


def _status_message(run: Run) -> str:
    """Return how a run stands in one line: `rendering: blur-image, 40 %`, `Done in 1.2 s`."""
    from limner.app.documents import run_row  # imports the Studio: not before the first answer

    phase, message = run.phase.value, str(run_row(run)["message"])
    if run.status.is_terminal:
        return message or phase
    said = message if message.startswith(phase) else f"{phase}: {message}".removesuffix(": ")
    return f"{said}, {run.progress:g} %"


async def _changed_at(studio: "Studio", run: Run) -> int:
    """Return when a run's last event was, in Unix milliseconds: one row, found by its number."""
    last = await studio.events(run.caller, run.run_id, run.seq - 1, 1)
    return last[-1].at if last else run.created_at


def _iso(unix_ms: int) -> str:
    return (
        datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def serve_tasks(server: Server[Any], source: TaskSource) -> None:
    """Let a server answer `tasks/get`, `tasks/update` and `tasks/cancel`."""

    async def get(ctx: Context, params: TaskParams) -> Json:
        with _checked(ctx, params):
            return {"resultType": "complete", **await source.state(caller_of(ctx), params.task_id)}

    async def update(ctx: Context, params: UpdateParams) -> Json:
        with _checked(ctx, params):
            await source.answer(caller_of(ctx), params.task_id, params.input_responses)
        return {"resultType": "complete"}

    async def cancel(ctx: Context, params: TaskParams) -> Json:
        with _checked(ctx, params):
            await source.cancel(caller_of(ctx), params.task_id)
        return {"resultType": "complete"}

    server.extensions[EXTENSION] = {}
    server.add_request_handler("tasks/get", TaskParams, get)
    server.add_request_handler("tasks/update", UpdateParams, update)
    server.add_request_handler("tasks/cancel", TaskParams, cancel)


@contextmanager
def _checked(ctx: Context, params: TaskParams) -> Iterator[None]:
    """Refuse who may not ask, a header that names another task, and a task that there is not."""
    check_declared(ctx)
    _check_header(ctx, params)
    with protocol_errors():
        try:
            yield
        except NotFound as error:
            message = f"There is no task {params.task_id[:80]!r}."
            raise MCPError(code=t.INVALID_PARAMS, message=message) from error


def check_declared(ctx: Context) -> None:
    """Refuse a client that did not declare the extension. Raises: MCPError."""
    if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        raise MCPError(code=t.METHOD_NOT_FOUND, message="Method not found", data=ctx.method)
    if not declared(ctx):
        needed: Json = {"requiredCapabilities": {"extensions": {EXTENSION: {}}}}
        raise MCPError(
            code=MISSING_CAPABILITY, message=f"Declare the client capability {EXTENSION}.", data=needed
        )


def _check_header(ctx: Context, params: TaskParams) -> None:
    if ctx.request is None:
        return
    named = decode_header_value(ctx.request.headers.get(MCP_NAME_HEADER))
    if named != params.task_id:
        raise MCPError(code=t.HEADER_MISMATCH, message="The Mcp-Name header must be the taskId of the body.")
