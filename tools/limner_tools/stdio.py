"""MCP over stdin and stdout, tolerant of what hosts really do, and quick to leave when told to."""

import os
import signal
import threading
from collections.abc import AsyncIterator
from typing import Any, Self

import anyio
import anyio.abc
import mcp_types as t
from mcp.server.lowlevel.server import Server
from mcp.shared.message import SessionMessage
from mcp_types.version import LATEST_MODERN_VERSION, MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from limner_tools.door import Door, OpenStudio
from limner_tools.options import FaceOptions
from limner_tools.pipes import LineWriter, claim_pipes, read_lines
from limner_tools.server import McpServer, build_server

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


async def _serve(open_studio: OpenStudio, options: FaceOptions) -> int:
    door = Door()
    server = build_server(door, options)
    wire_in, wire_out = claim_pipes()
    async with anyio.create_task_group() as tasks:
        await tasks.start(_leave_on_signal, tasks.cancel_scope, server, door)
        tasks.start_soon(door.hold, open_studio)
        outgoing = _Outgoing(LineWriter(wire_out, on_gone=tasks.cancel_scope.cancel))
        incoming = _Incoming(read_lines(wire_in), outgoing, server, door)
        async with server.subscriptions.running():
            await server.run(incoming, outgoing, server.create_initialization_options())
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


class _Incoming:
    """The host's messages, as the SDK reads them, without what would end the session.

    Claude Code probes with `server/discover` and then sends `initialize`; the SDK locks the era at the first
    request and refuses the second. So probes that come first are answered here, without choosing an era.
    A line that is not JSON, or no message, gets the error that JSON-RPC asks for.
    """

    def __init__(
        self, lines: AsyncIterator[str], outgoing: "_Outgoing", server: Server[Any], door: Door
    ) -> None:
        self._lines = lines
        self._outgoing = outgoing
        self._server = server
        self._door = door
        self._is_first = True
        self._is_probing = True

    async def receive(self) -> SessionMessage:
        """Return the next message. Raises: EndOfStream."""
        try:
            return await self.__anext__()
        except StopAsyncIteration:
            raise anyio.EndOfStream from None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage:
        async for line in self._lines:
            if not self._is_first:
                self._door.knock()  # the first message is answered; opening the Studio delays nobody now
            self._is_first = False
            try:
                message = t.jsonrpc_message_adapter.validate_json(line, by_name=False)
            except ValidationError as problem:
                await self._outgoing.put(t.JSONRPCError(jsonrpc="2.0", id=None, error=_complaint(problem)))
                continue
            if isinstance(message, t.JSONRPCRequest):
                self._is_probing = self._is_probing and message.method == DISCOVER
                if self._is_probing:
                    await self._outgoing.put(_discovered(message, self._server))
                    continue
            return SessionMessage(message)
        _leave_by_force(LEAVE_AFTER_EOF_SECONDS)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Leave the pipe open: it is closed with the process."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Outgoing:
    """Messages to the host, as the SDK writes them."""

    def __init__(self, lines: LineWriter) -> None:
        self._lines = lines

    async def send(self, item: SessionMessage) -> None:
        """Write a message. Raises: BrokenResourceError, when the host is gone."""
        await self.put(item.message)

    async def put(self, message: t.JSONRPCMessage) -> None:
        """Write a message. Raises: BrokenResourceError, when the host is gone."""
        await self._lines.write(message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")

    async def aclose(self) -> None:
        """Leave the pipe open: it is closed with the process."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


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
