"""The answer of server-sent events by itself: what keeps it alive, and what ends it."""

from collections.abc import AsyncGenerator, MutableMapping
from typing import Any

import anyio
import pytest

from limner.rest.events import EventStream
from limner_tools.door import Door

pytestmark = pytest.mark.anyio


class Wire:
    """A connection: what was sent on it, and when its reader goes."""

    def __init__(self) -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        self.gone = anyio.Event()
        self._news = anyio.Event()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)
        self._news.set()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.sent).decode()

    async def until(self, text: str, times: int = 1) -> None:
        while self.text.count(text) < times:
            self._news = anyio.Event()
            await self._news.wait()


async def silent(closed: list[bool]) -> AsyncGenerator[bytes, None]:
    try:
        yield b"data: first\n\n"
        await anyio.sleep_forever()
    finally:
        closed.append(True)


async def test_a_silent_stream_is_kept_alive_by_comments_until_the_reader_goes() -> None:
    wire, closed = Wire(), []
    stream = EventStream(silent(closed), Door(), heartbeat_seconds=0.01)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stream, {"type": "http"}, wire.receive, wire.send)
            await wire.until(": still here\n\n", 3)
            assert wire.text.startswith("data: first\n\n: still here\n\n")
            wire.gone.set()
    assert closed == [True]


async def test_a_stream_ends_when_the_server_leaves() -> None:
    wire, closed, door = Wire(), [], Door()
    stream = EventStream(silent(closed), door)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stream, {"type": "http"}, wire.receive, wire.send)
            await wire.until("first")
            door.leave()
    assert closed == [True]
    assert wire.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_a_stream_asked_for_while_the_server_leaves_ends_at_once() -> None:
    wire, closed, door = Wire(), [], Door()
    door.leave()
    with anyio.fail_after(30):
        await EventStream(silent(closed), door)({"type": "http"}, wire.receive, wire.send)
    assert wire.sent[0]["status"] == 200 and not wire.sent[-1]["more_body"]


async def test_a_stream_that_ends_is_ended_once_and_has_no_length() -> None:
    async def two() -> AsyncGenerator[bytes, None]:
        yield b"data: 1\n\n"
        yield b"data: 2\n\n"

    wire = Wire()
    with anyio.fail_after(30):
        await EventStream(two(), Door())({"type": "http"}, wire.receive, wire.send)
    assert wire.text == "data: 1\n\ndata: 2\n\n"
    assert [each.get("more_body") for each in wire.sent] == [None, True, True, False]
    names = {name for name, _ in wire.sent[0]["headers"]}
    assert b"content-length" not in names and b"cache-control" in names
