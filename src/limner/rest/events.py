"""Runs as server-sent events: each event with its number, resumed after any of them, kept alive by comments."""

import json
import math
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import anyio
from fastapi import Response
from starlette.types import Receive, Scope, Send

from limner.engine.following import Update
from limner.public import public_status
from limner.rest.documents import event, run_alone
from limner.rest.session import Session
from limner.types import Json
from limner_tools.door import Door

HEARTBEAT_SECONDS = 15.0
"""Proxies commonly end a connection that is silent for 60 seconds; some after 30."""
RETRY_MS = 2_000
"""How long a browser waits before it connects again."""
LAST_WORD_SECONDS = 0.3
"""How long a reader that does not read may delay the end of its stream."""
EVENT_STREAM: Any = {"text/event-stream": {"schema": {"$ref": "#/components/schemas/EventMessage"}}}
"""What is documented of an answer that is a stream."""
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class EventStream(Response):
    """An answer of server-sent events, which ends when they do, when the reader goes, or when the server leaves."""

    media_type = "text/event-stream"

    def __init__(
        self,
        frames: AsyncGenerator[bytes, None],
        door: Door,
        *,
        headers: Mapping[str, str] | None = None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        super().__init__(headers={**HEADERS, **(headers or {})})
        del self.headers["content-length"]
        self._frames = frames
        self._door = door
        self._heartbeat_seconds = heartbeat_seconds
        self._turn = anyio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events. What the run does is not touched by any of this."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with anyio.create_task_group() as tasks, aclosing(self._frames):
            tasks.start_soon(_until_gone, receive, tasks.cancel_scope)
            tasks.start_soon(self._beat, send)
            with self._door.at_most(math.inf):
                async for frame in self._frames:
                    await self._send(send, frame)
            tasks.cancel_scope.cancel()
        with anyio.move_on_after(LAST_WORD_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _beat(self, send: Send) -> None:
        while True:
            await anyio.sleep(self._heartbeat_seconds)
            await self._send(send, b": still here\n\n")

    async def _send(self, send: Send, chunk: bytes) -> None:
        async with self._turn:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(receive: Receive, stream: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue  # what is left of the request's body
    stream.cancel()


def stream_events(session: Session, run_id: str, after_seq: int) -> EventStream:
    """Answer with the events of a run after a number, until its last."""
    return EventStream(_events(session, run_id, after_seq), session.api.door)


def stream_run(session: Session, run_id: str, headers: Mapping[str, str]) -> EventStream:
    """Answer with the events of a run from the first, then with the run as it ended (`event: run`)."""

    async def frames() -> AsyncGenerator[bytes, None]:
        async with aclosing(_events(session, run_id, 0)) as events:
            async for frame in events:
                yield frame
        ended = await session.studio.get_run(session.caller, run_id)
        yield _frame("run", run_alone(session, ended))

    return EventStream(frames(), session.api.door, headers=headers)


async def _events(session: Session, run_id: str, after_seq: int) -> AsyncGenerator[bytes, None]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    async with aclosing(session.studio.follow(session.caller, run_id, after_seq)) as updates:
        async for update in updates:
            for chunk in _chunks(update):
                yield chunk


def _chunks(update: Update) -> list[bytes]:
    status = public_status(update.run)
    frames = []
    for each in update.events:
        is_last = update.run.status.is_terminal and each.seq == update.run.seq
        document = event(each) | ({"status": status} if is_last else {})
        frames.append(_frame(each.type, document, each.seq))
    return frames


def _frame(name: str, document: Json, seq: int | None = None) -> bytes:
    number = "" if seq is None else f"id: {seq}\n"
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return f"{number}event: {name}\ndata: {data}\n\n".encode("utf-8", "replace")
