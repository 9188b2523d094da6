"""Tells clients what has changed: runs they subscribed to, tasks, and the lists of tools, resources and prompts.

News is conflated: a client that reads slowly is told once that something changed, however often it did, and delays
nobody. On 2026-07-28 a client listens on one stream; before that it subscribes, and is told on its connection.
The list of resources is told to have changed when techniques do: a list call for every new run would be noise.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Literal, TypeAlias, cast

import anyio
import mcp_types as t
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import SUBSCRIPTION_ID_META_KEY
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import model_serializer

from limner.errors import LimnerError
from limner.types import Json
from limner_tools.addresses import TECHNIQUE
from limner_tools.connections import Connections
from limner_tools.door import Door
from limner_tools.identity import caller_of
from limner_tools.mailbox import (
    LISTS,
    PROMPTS_LIST,
    RESOURCE,
    RESOURCES_LIST,
    TASK,
    TOOLS_LIST,
    Key,
    Mailbox,
)
from limner_tools.protocol_errors import protocol_errors
from limner_tools.tasks import TaskSource, check_declared
from limner_tools.watching import (
    MAX_WATCHED,
    Published,
    WatchedBrand,
    WatchedRun,
    WatchedTechnique,
    find_resource,
    find_run,
    follow_run,
)

log = logging.getLogger(__name__)

MAX_STREAMS = 1024
LISTS_POLL_SECONDS = 2.0

Context = ServerRequestContext[Any]
Watched: TypeAlias = "WatchedRun | WatchedTechnique | WatchedBrand | None"


class _TaskState(t.NotificationParams):
    document: Json

    @model_serializer
    def _as_it_is(self) -> Json:
        return self.document  # a plain dump would drop `ttlMs: null`, which says something


class TaskNotification(t.Notification[_TaskState, Literal["notifications/tasks"]]):
    """A task's new state, as `tasks/get` would answer it."""

    method: Literal["notifications/tasks"] = "notifications/tasks"
    params: _TaskState


class Subscriptions:
    """Everybody who wants to be told, on every connection of one server."""

    def __init__(self, door: Door, tasks: TaskSource) -> None:
        self._door = door
        self._tasks = tasks
        self._published = Published(door)
        self._streams: set[Mailbox] = set()
        self._connections = Connections(door)
        self._is_closing = False
        self.subscribe = self._connections.subscribe
        self.unsubscribe = self._connections.unsubscribe

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch for the length of an `async with` block."""
        async with anyio.create_task_group() as group:
            self._connections.start(group)
            group.start_soon(self._watch_lists)
            yield
            group.cancel_scope.cancel()

    def close(self) -> bool:
        """End every stream in order; return whether there was one."""
        self._is_closing = True
        for mailbox in self._streams:
            mailbox.close()
        return bool(self._streams)

    async def remember(self, ctx: Context) -> None:
        """Note that a client is about to be shown a list; one of the handshake eras is told when it changes."""
        if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            self._connections.remember(ctx)
            await self._published.show()

    async def listen(
        self, ctx: Context, params: t.SubscriptionsListenRequestParams
    ) -> t.SubscriptionsListenResult:
        """Serve one stream of 2026-07-28: first what is honoured, then changes, until the client leaves."""
        if len(self._streams) >= MAX_STREAMS:
            raise MCPError(code=t.INTERNAL_ERROR, message="Too many streams are open; try again later.")
        caller = caller_of(ctx)
        with protocol_errors():
            watched = await self._watched(ctx, caller, params.notifications)
        mailbox = Mailbox(watched)
        self._streams.add(mailbox)
        try:
            await self._published.show()
            await self._serve(ctx, caller, mailbox, watched)
        finally:
            self._streams.discard(mailbox)
        return t.SubscriptionsListenResult(_meta=_meta(ctx))

    async def _serve(
        self, ctx: Context, caller: str, mailbox: Mailbox, watched: Mapping[Key, Watched]
    ) -> None:
        if self._is_closing:
            mailbox.close()
        send = partial(ctx.session.send_notification, related_request_id=ctx.request_id)
        told = t.SubscriptionsAcknowledgedNotificationParams(notifications=_filter(watched), _meta=_meta(ctx))
        async with anyio.create_task_group() as group:
            for key, each in watched.items():
                if isinstance(each, WatchedRun):
                    group.start_soon(follow_run, self._door, each, partial(mailbox.put, key))
                if key[0] == TASK:
                    mailbox.put(key)  # how it stands: it may have ended before anybody listened
            await send(t.SubscriptionsAcknowledgedNotification(params=told))
            async for key in mailbox.changes():
                if (news := await self._notification(caller, key, _meta(ctx))) is not None:
                    await send(news)
            group.cancel_scope.cancel()

    async def _watched(self, ctx: Context, caller: str, asked: t.SubscriptionFilter) -> dict[Key, Watched]:
        """Return what a stream asks for and may have; what names nothing of the caller's is left out.

        Raises: MCPError; LimnerError.
        """
        wishes = (asked.tools_list_changed, asked.resources_list_changed, asked.prompts_list_changed)
        honoured: dict[Key, Watched] = {key: None for key, wish in zip(LISTS, wishes, strict=True) if wish}
        uris = dict.fromkeys(asked.resource_subscriptions or ())
        task_ids = _task_ids(asked)
        if task_ids:
            check_declared(ctx)
        if len(uris) + len(task_ids) > MAX_WATCHED:
            raise MCPError(
                code=t.INVALID_PARAMS,
                message=f"One stream watches at most {MAX_WATCHED} resources and tasks.",
            )
        for uri in uris:
            if found := await find_resource(self._door, caller, uri):
                honoured[RESOURCE, uri] = found
        for task_id in task_ids:
            if run := await find_run(self._door, caller, task_id):
                honoured[TASK, task_id] = run
        return honoured

    async def _watch_lists(self) -> None:
        """Tell everybody when a technique or a brand kit was published, changed or removed."""
        while True:
            await anyio.sleep(LISTS_POLL_SECONDS)
            if not self._streams and not len(self._connections):
                self._published.forget()
                continue
            if changed := await self._published.changes():
                if any(TECHNIQUE.fullmatch(uri) for uri in changed):
                    await self.tell_lists_changed()
                else:
                    self._tell(RESOURCES_LIST)  # kits stand in no other list
                for uri in changed:
                    self._tell((RESOURCE, uri))
                    self._tell((RESOURCE, uri.replace("/techniques/", "/techniques/tech_")))

    async def tell_lists_changed(self) -> None:
        """Tell everybody that tools, resources and prompts are to be listed again: all show the techniques."""
        for key in LISTS:
            self._tell(key)

    def _tell(self, key: Key) -> None:
        for mailbox in (*self._streams, *self._connections.mailboxes()):
            mailbox.put(key)

    async def _notification(self, caller: str, key: Key, meta: dict[str, Any]) -> t.ServerNotification | None:
        """Return what to send about a change; None for a task that is gone."""
        if key == TOOLS_LIST:
            return t.ToolListChangedNotification(params=t.NotificationParams(_meta=meta))
        if key == RESOURCES_LIST:
            return t.ResourceListChangedNotification(params=t.NotificationParams(_meta=meta))
        if key == PROMPTS_LIST:
            return t.PromptListChangedNotification(params=t.NotificationParams(_meta=meta))
        kind, name = key
        if kind == RESOURCE:
            changed = t.ResourceUpdatedNotificationParams(uri=name, _meta=meta)
            return t.ResourceUpdatedNotification(params=changed)
        try:
            state = await self._tasks.state(caller, name)
        except LimnerError as error:
            log.warning("task_not_told", extra={"run_id": name, "reason": error.message})
            return None
        news = TaskNotification(params=_TaskState(document={**state, "_meta": meta}))
        return cast("t.ServerNotification", news)  # an extension's: the SDK's union does not know it


def _task_ids(asked: t.SubscriptionFilter) -> list[str]:
    """Return the tasks that a filter names. Raises: MCPError."""
    given = (asked.model_extra or {}).get("taskIds") or []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise MCPError(code=t.INVALID_PARAMS, message="notifications.taskIds must be a list of task ids.")
    return list(dict.fromkeys(given))


def _filter(watched: Mapping[Key, Watched]) -> t.SubscriptionFilter:
    """Return what is honoured in the words of the request."""
    honoured = t.SubscriptionFilter(
        tools_list_changed=TOOLS_LIST in watched or None,
        resources_list_changed=RESOURCES_LIST in watched or None,
        prompts_list_changed=PROMPTS_LIST in watched or None,
        resource_subscriptions=[name for kind, name in watched if kind == RESOURCE] or None,
    )
    task_ids = [name for kind, name in watched if kind == TASK]
    return honoured.model_copy(update={"taskIds": task_ids}) if task_ids else honoured


def _meta(ctx: Context) -> dict[str, Any]:
    return {SUBSCRIPTION_ID_META_KEY: ctx.request_id}
