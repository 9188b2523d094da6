"""Tells clients what has changed: runs they subscribed to, tasks, and the lists of tools and resources.

News is conflated: a client that reads slowly is told once that something changed, however often it did, and delays
nobody. On 2026-07-28 a client listens on one stream; before that it subscribes, and is told on its connection.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any, ClassVar, Literal, cast
from weakref import WeakSet

import anyio
import anyio.abc
import mcp_types as t
from mcp.server.context import ServerRequestContext
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import SUBSCRIPTION_ID_META_KEY
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ConfigDict

from limner.errors import LimnerError
from limner_tools.addresses import run_of
from limner_tools.door import Door
from limner_tools.identity import caller_of
from limner_tools.mailbox import Key, Mailbox
from limner_tools.tasks import TaskSource

log = logging.getLogger(__name__)

MAX_STREAMS = 1024
MAX_WATCHED = 100
"""Runs that one stream, or one connection, may watch at once."""
LISTS_POLL_SECONDS = 2.0
SEND_SECONDS = 5.0
RESOURCE, TASK, LIST = "resource", "task", "list"

Context = ServerRequestContext[Any]


class _TaskState(t.NotificationParams):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")


class TaskNotification(t.Notification[_TaskState, Literal["notifications/tasks"]]):
    """A task's new state, as `tasks/get` would answer it."""

    method: Literal["notifications/tasks"] = "notifications/tasks"
    params: _TaskState


class Subscriptions:
    """Everybody who wants to be told, on every connection of one server."""

    def __init__(self, door: Door, tasks: TaskSource) -> None:
        self._door = door
        self._tasks = tasks
        self._streams: set[Mailbox] = set()
        self._sessions: WeakSet[ServerSession] = WeakSet()
        self._watches: dict[tuple[ServerSession, str], anyio.CancelScope] = {}
        self._group: anyio.abc.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch for the length of an `async with` block."""
        async with anyio.create_task_group() as group:
            self._group = group
            group.start_soon(self._watch_lists)
            yield
            group.cancel_scope.cancel()

    def close(self) -> None:
        """End every stream in order."""
        for mailbox in self._streams:
            mailbox.close()

    def remember(self, ctx: Context) -> None:
        """Keep a connection of the handshake eras, to tell it when lists change."""
        if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            self._sessions.add(ctx.session)

    async def listen(
        self, ctx: Context, params: t.SubscriptionsListenRequestParams
    ) -> t.SubscriptionsListenResult:
        """Serve one stream of 2026-07-28: first what is honoured, then changes, until the client leaves."""
        if len(self._streams) >= MAX_STREAMS:
            raise MCPError(code=t.INTERNAL_ERROR, message="Too many streams are open; try again later.")
        caller, mailbox = caller_of(ctx), Mailbox()
        watched = await self._watched(caller, params.notifications)
        honoured = _honoured(params.notifications, watched)
        meta = {SUBSCRIPTION_ID_META_KEY: ctx.request_id}
        acknowledged = t.SubscriptionsAcknowledgedNotificationParams(notifications=honoured, _meta=meta)
        self._streams.add(mailbox)
        try:
            async with anyio.create_task_group() as group:
                for key, run_id in watched.items():
                    group.start_soon(self._watch, caller, run_id, partial(mailbox.put, key))
                send = partial(ctx.session.send_notification, related_request_id=ctx.request_id)
                await send(t.SubscriptionsAcknowledgedNotification(params=acknowledged))
                async for key in mailbox.changes():
                    if (news := await self._notification(caller, key, honoured, meta)) is not None:
                        await send(news)
                group.cancel_scope.cancel()
        finally:
            self._streams.discard(mailbox)
        return t.SubscriptionsListenResult(_meta=meta)

    async def subscribe(self, ctx: Context, params: t.SubscribeRequestParams) -> t.EmptyResult:
        """Tell a connection of the handshake eras about a resource from now on."""
        uri, session, caller = str(params.uri), ctx.session, caller_of(ctx)
        if not await self._is_known(caller, run_of(uri)):
            raise MCPError(code=t.INVALID_PARAMS, message=f"There is no run at {uri}", data={"uri": uri})
        if sum(watching is session for watching, _ in self._watches) >= MAX_WATCHED:
            raise MCPError(
                code=t.INVALID_PARAMS, message=f"One connection watches at most {MAX_WATCHED} resources."
            )
        if self._group is not None and (session, uri) not in self._watches:
            self._watches[session, uri] = scope = anyio.CancelScope()
            self._group.start_soon(self._tell_session, session, caller, uri, scope)
        return t.EmptyResult()

    async def unsubscribe(self, ctx: Context, params: t.UnsubscribeRequestParams) -> t.EmptyResult:
        """Stop telling."""
        if scope := self._watches.pop((ctx.session, str(params.uri)), None):
            scope.cancel()
        return t.EmptyResult()

    async def _tell_session(
        self, session: ServerSession, caller: str, uri: str, scope: anyio.CancelScope
    ) -> None:
        mailbox = Mailbox()

        async def watch() -> None:
            await self._watch(caller, run_of(uri), partial(mailbox.put, (RESOURCE, uri)))
            mailbox.close()  # the run has ended: no more news

        try:
            with scope:
                async with anyio.create_task_group() as group:
                    group.start_soon(watch)
                    async for _ in mailbox.changes():
                        if not await _sent(partial(session.send_resource_updated, uri)):
                            group.cancel_scope.cancel()
        finally:
            self._watches.pop((session, uri), None)

    async def _watched(self, caller: str, wanted: t.SubscriptionFilter) -> dict[Key, str]:
        """Return the caller's runs that a stream asks for, by what it calls them. Raises: MCPError."""
        asked: dict[Key, str] = {(RESOURCE, uri): run_of(uri) for uri in wanted.resource_subscriptions or ()}
        asked |= {(TASK, str(each)): str(each) for each in (wanted.model_extra or {}).get("taskIds") or ()}
        if len(asked) > MAX_WATCHED:
            raise MCPError(
                code=t.INVALID_PARAMS,
                message=f"One stream watches at most {MAX_WATCHED} resources and tasks.",
            )
        return {key: run_id for key, run_id in asked.items() if await self._is_known(caller, run_id)}

    async def _is_known(self, caller: str, run_id: str) -> bool:
        try:
            await (await self._door.studio()).get_run(caller, run_id)
        except LimnerError:
            return False
        return True

    async def _watch(self, caller: str, run_id: str, changed: Callable[[], None]) -> None:
        """Call `changed` at every change of a run, from now to its end."""
        try:
            studio = await self._door.studio()
            seen = (await studio.get_run(caller, run_id)).run.seq
            async with aclosing(studio.follow(caller, run_id, seen)) as updates:
                async for update in updates:
                    if update.events:
                        changed()
        except LimnerError as error:
            log.warning("watch_ended", extra={"run_id": run_id, "reason": error.message})

    async def _watch_lists(self) -> None:
        """Tell everybody when a technique was published, changed or removed."""
        seen: object = None
        while True:
            await anyio.sleep(LISTS_POLL_SECONDS)
            if not self._streams and not len(self._sessions):
                continue
            try:
                entries = await (await self._door.studio()).techniques.entries()
            except LimnerError as error:
                log.warning("techniques_not_listed", extra={"reason": error.message})
                continue
            now = {name: each.technique.revision for name, each in entries.items() if each.is_published}
            if seen is not None and now != seen:
                await self._tell_lists_changed()
            seen = now

    async def _tell_lists_changed(self) -> None:
        for mailbox in self._streams:
            mailbox.put((LIST, "tools"))
            mailbox.put((LIST, "resources"))
        for session in tuple(self._sessions):
            for news in (t.ToolListChangedNotification(), t.ResourceListChangedNotification()):
                if not await _sent(partial(session.send_notification, news)):
                    self._sessions.discard(session)
                    break

    async def _notification(
        self, caller: str, key: Key, honoured: t.SubscriptionFilter, meta: dict[str, Any]
    ) -> t.ServerNotification | None:
        """Return what to send about a change; None when the client did not ask for it."""
        match key:
            case ("list", "tools") if honoured.tools_list_changed:
                return t.ToolListChangedNotification(params=t.NotificationParams(_meta=meta))
            case ("list", "resources") if honoured.resources_list_changed:
                return t.ResourceListChangedNotification(params=t.NotificationParams(_meta=meta))
            case ("resource", uri):
                changed = t.ResourceUpdatedNotificationParams(uri=uri, _meta=meta)
                return t.ResourceUpdatedNotification(params=changed)
            case ("task", task_id):
                state = await self._tasks.state(caller, task_id)
                news = TaskNotification(params=_TaskState.model_validate({**state, "_meta": meta}))
                return cast("t.ServerNotification", news)  # an extension's: the SDK's union does not know it
        return None


def _honoured(wanted: t.SubscriptionFilter, watched: dict[Key, str]) -> t.SubscriptionFilter:
    """Return the part of a filter that is served; what names nothing of the caller's is left out."""
    honoured = t.SubscriptionFilter(
        tools_list_changed=wanted.tools_list_changed or None,
        resources_list_changed=wanted.resources_list_changed or None,
        resource_subscriptions=[name for kind, name in watched if kind == RESOURCE] or None,
    )
    task_ids = [name for kind, name in watched if kind == TASK]
    return honoured.model_copy(update={"taskIds": task_ids}) if task_ids else honoured


async def _sent(send: Callable[[], Awaitable[None]]) -> bool:
    """Send, and return whether the connection still takes it; one that is gone or stuck is given up."""
    try:
        with anyio.fail_after(SEND_SECONDS):
            await send()
    except (anyio.ClosedResourceError, anyio.BrokenResourceError, TimeoutError):
        return False
    return True
