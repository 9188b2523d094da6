"""MCP over stdin and stdout, tolerant of what hosts really do, and quick to leave when told to."""

import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import anyio
import anyio.abc
import anyio.from_thread
import anyio.lowlevel
import mcp_types as t
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types.version import LATEST_MODERN_VERSION, MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from limner_tools.door import Door, OpenStudio
from limner_tools.options import FaceOptions
from limner_tools.server import McpServer, build_server

MAX_LINE_BYTES = 8_000_000
LEAVE_WITHIN_SECONDS = 3.0
LEAVE_AFTER_EOF_SECONDS = 5.0
LAST_WORDS_SECONDS = 0.3
"""How long answers that leaving has brought about may take to be written."""
DISCOVER = "server/discover"


def serve(open_studio: OpenStudio, options: FaceOptions | None = None) -> int:
    """Serve until the host closes stdin, or until SIGINT or SIGTERM; return the exit status."""
    try:
        return anyio.run(_serve, open_studio, options or FaceOptions())
    except KeyboardInterrupt:
        return 130
    except BaseExceptionGroup as group:
        if group.split(BrokenPipeError)[1] is not None:
            raise
        return 0  # the host is gone, and its end of stdout with it


async def _serve(open_studio: OpenStudio, options: FaceOptions) -> int:
    door = Door()
    server = build_server(door, options)
    async with anyio.create_task_group() as tasks:
        if sys.platform != "win32":
            await tasks.start(_leave_on_signal, tasks.cancel_scope, server, door)
        tasks.start_soon(door.hold, open_studio)
        async with (
            server.subscriptions.running(),
            _stdin_lines() as lines,
            stdio_server(stdin=cast("Any", lines)) as (incoming, outgoing),
            _tolerant(incoming, outgoing, server, door) as filtered,
        ):
            await server.run(filtered, outgoing, server.create_initialization_options())
        tasks.cancel_scope.cancel()
    return 0


async def _leave_on_signal(
    scope: anyio.CancelScope,
    server: McpServer,
    door: Door,
    *,
    task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Cancel everything at SIGINT or SIGTERM; a write that a host never reads may not keep us here.

    First streams end in order, and calls that wait answer with how their run stands.
    """
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            _leave_by_force(LEAVE_WITHIN_SECONDS)
            had_streams, had_calls = server.subscriptions.close(), door.leave()
            if had_streams or had_calls:
                await anyio.sleep(LAST_WORDS_SECONDS)
            scope.cancel()
            return


def _leave_by_force(seconds: float) -> None:
    """End the process unless it has ended by then: nothing cancels a write that the host does not read."""
    last_resort = threading.Timer(seconds, os._exit, args=(1,))
    last_resort.daemon = True
    last_resort.start()


@asynccontextmanager
async def _stdin_lines() -> AsyncIterator[AsyncIterator[str]]:
    """Yield the lines of stdin, read by a daemon thread, so that leaving never waits for a line.

    The thread reads a descriptor: it must not hold sys.stdin's lock when the interpreter exits. Descriptor 0 is
    the null device meanwhile, so that no child reads what the host sends.
    """
    wire = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    send, receive = anyio.create_memory_object_stream[str](0)
    token = anyio.lowlevel.current_token()

    def read() -> None:
        pending = bytearray()
        try:
            while chunk := _read(wire):
                if b"\n" not in chunk:
                    pending += chunk[: MAX_LINE_BYTES - len(pending)]
                    continue
                *lines, rest = (pending + chunk).split(b"\n")
                pending = bytearray(rest)
                for line in lines:
                    if line.strip():
                        anyio.from_thread.run(send.send, line.decode("utf-8", "replace"), token=token)
            _leave_by_force(LEAVE_AFTER_EOF_SECONDS)
            anyio.from_thread.run_sync(send.close, token=token)
        except (anyio.RunFinishedError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # the server has left

    threading.Thread(target=read, name="stdin", daemon=True).start()
    with receive:
        yield receive


def _read(descriptor: int) -> bytes:
    """Return what has come, nothing at the end; a terminal that is gone is an end too."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


@asynccontextmanager
async def _tolerant(incoming: Any, outgoing: Any, server: Server[Any], door: Door) -> AsyncIterator[Any]:
    """Yield the incoming messages without what would end the session.

    Claude Code probes with `server/discover` and then sends `initialize`; the SDK locks the era at the first
    request and refuses the second. So probes that come first are answered here, without choosing an era.
    A line that is not JSON, or no message, gets the error that JSON-RPC asks for.
    """
    send, receive = anyio.create_memory_object_stream[Any](0)

    async def relay() -> None:
        is_probing = True
        is_first = True
        async with send:
            async for item in incoming:
                if not is_first:
                    door.knock()  # the first message is answered; opening the Studio delays nobody now
                is_first = False
                if isinstance(item, Exception):
                    complaint = t.JSONRPCError(jsonrpc="2.0", id=None, error=_complaint(item))
                    await outgoing.send(SessionMessage(complaint))
                    continue
                message = item.message
                if isinstance(message, t.JSONRPCRequest):
                    is_probing = is_probing and message.method == DISCOVER
                    if is_probing:
                        await outgoing.send(SessionMessage(_discovered(message, server)))
                        continue
                await send.send(item)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(relay)
        with receive:
            yield receive
        tasks.cancel_scope.cancel()


def _complaint(problem: Exception) -> t.ErrorData:
    """Return the error for a line that the SDK could not read."""
    errors = problem.errors() if isinstance(problem, ValidationError) else []
    if any(error["type"] == "json_invalid" for error in errors):
        return t.ErrorData(code=t.PARSE_ERROR, message="The line is not JSON")
    return t.ErrorData(code=t.INVALID_REQUEST, message="The line is not a JSON-RPC message")


def _discovered(request: t.JSONRPCRequest, server: Server[Any]) -> t.JSONRPCResponse:
    """Return the answer to a probe, as the SDK's own handler gives it."""
    result = t.DiscoverResult(
        supported_versions=list(MODERN_PROTOCOL_VERSIONS),
        capabilities=server.get_capabilities(protocol_version=LATEST_MODERN_VERSION),
        instructions=server.instructions,
        ttl_ms=60_000,
        cache_scope="public",
    ).model_dump(by_alias=True, mode="json", exclude_none=True)
    stamp = {"io.modelcontextprotocol/serverInfo": server.server_info_stamp}
    return t.JSONRPCResponse(jsonrpc="2.0", id=request.id, result={**result, "_meta": stamp})
