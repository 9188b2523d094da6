"""Clients of the handshake eras: each is told on its connection what has changed.

Every connection has a task of its own that sends, so that a client that does not read delays nobody else.
"""

from functools import partial
from typing import Any

import anyio
import anyio.abc
import mcp_types as t
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from limner_tools.door import Door
from limner_tools.identity import caller_of
from limner_tools.mailbox import LISTS, PROMPTS_LIST, RESOURCE, RESOURCES_LIST, TOOLS_LIST, Key, Mailbox
from limner_tools.protocol_errors import protocol_errors
from limner_tools.watching import MAX_WATCHED, WatchedRun, find_resource, follow_run

Context = ServerRequestContext[Any]


class _Told:
    """One connection: its mailbox, and who follows the runs that it subscribed to."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.mailbox = Mailbox(LISTS)
        self.scope = anyio.CancelScope()
        self.watches: dict[str, anyio.CancelScope] = {}

    @property
    def watched(self) -> int:
        """How many resources it subscribed to."""
        return len(self.mailbox.wanted) - len(LISTS)


class Connections:
    """Every connection of the handshake eras that has listed something, or subscribed."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._told: dict[Connection, _Told] = {}
        self._group: anyio.abc.TaskGroup | None = None

    def start(self, group: anyio.abc.TaskGroup) -> None:
        """Send from now on, in the background."""
        self._group = group

    def __len__(self) -> int:
        return len(self._told)

    def mailboxes(self) -> list[Mailbox]:
        """Return where to put news for all of them."""
        return [told.mailbox for told in self._told.values()]

    def remember(self, ctx: Context) -> None:
        """Keep a connection until it closes, to tell it when lists change."""
        if self._group is None or not _connection(ctx).has_standalone_channel:
            return  # a message by itself, without a session: nothing can be told later
        self._joined(self._group, _connection(ctx))

    async def subscribe(self, ctx: Context, params: t.SubscribeRequestParams) -> t.EmptyResult:
        """Tell a connection about a resource from now on. Raises: MCPError."""
        uri, caller, connection = str(params.uri), caller_of(ctx), _connection(ctx)
        if self._group is None or not connection.has_standalone_channel:
            raise MCPError(code=t.INVALID_REQUEST, message="A subscription needs a session: initialize one.")
        with protocol_errors():
            found = await find_resource(self._door, caller, uri)
        if found is None:
            raise MCPError(code=t.INVALID_PARAMS, message=f"There is no resource {uri}", data={"uri": uri})
        told = self._joined(self._group, connection)
        if (RESOURCE, uri) in told.mailbox.wanted:
            return t.EmptyResult()
        if told.watched >= MAX_WATCHED:
            raise MCPError(
                code=t.INVALID_PARAMS, message=f"One connection watches at most {MAX_WATCHED} resources."
            )
        told.mailbox.wanted[RESOURCE, uri] = None
        if isinstance(found, WatchedRun):
            told.watches[uri] = anyio.CancelScope()
            self._group.start_soon(self._follow, told, uri, found, told.watches[uri])
        return t.EmptyResult()

    async def unsubscribe(self, ctx: Context, params: t.UnsubscribeRequestParams) -> t.EmptyResult:
        """Stop telling a connection about a resource."""
        uri = str(params.uri)
        if told := self._told.get(_connection(ctx)):
            told.mailbox.leave_out((RESOURCE, uri))
            if scope := told.watches.pop(uri, None):
                scope.cancel()
        return t.EmptyResult()

    def _joined(self, group: anyio.abc.TaskGroup, connection: Connection) -> _Told:
        if connection not in self._told:
            told = self._told[connection] = _Told(connection)
            connection.exit_stack.callback(told.scope.cancel)
            group.start_soon(self._tell, told)
        return self._told[connection]

    async def _tell(self, told: _Told) -> None:
        """Send what changed until the connection closes."""
        try:
            with told.scope:
                async for key in told.mailbox.changes():
                    await _send(told.connection, key)
        finally:
            for scope in told.watches.values():
                scope.cancel()
            del self._told[told.connection]

    async def _follow(self, told: _Told, uri: str, run: WatchedRun, scope: anyio.CancelScope) -> None:
        key = (RESOURCE, uri)
        with scope:
            await follow_run(self._door, run, partial(told.mailbox.put, key))
            # The run has ended: what is noted is still told, and then there is nothing to watch.
            told.mailbox.wanted.pop(key, None)
            told.watches.pop(uri, None)


async def _send(connection: Connection, key: Key) -> None:
    if key == TOOLS_LIST:
        await connection.send_tool_list_changed()
    elif key == RESOURCES_LIST:
        await connection.send_resource_list_changed()
    elif key == PROMPTS_LIST:
        await connection.send_prompt_list_changed()
    else:
        await connection.send_resource_updated(key[1])


def _connection(ctx: Context) -> Connection:
    # `ctx.session` is made anew for every request; mcp 2.3 has no public name for what outlives it.
    return ctx.session._connection
