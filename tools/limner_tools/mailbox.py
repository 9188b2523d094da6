"""News for one slow reader: what changed, each thing once, however often it did."""

from collections.abc import AsyncIterator

import anyio

Key = tuple[str, str]
"""What changed: `("resource", uri)`, `("task", task_id)`, `("list", "tools")`."""


class Mailbox:
    """What changed since the reader last looked; the same change twice is one."""

    def __init__(self) -> None:
        self._changed: dict[Key, None] = {}
        self._news = anyio.Event()
        self._is_closed = False

    def put(self, key: Key) -> None:
        """Note a change."""
        self._changed[key] = None
        self._news.set()

    def close(self) -> None:
        """Let the reader end after what is there."""
        self._is_closed = True
        self._news.set()

    async def changes(self) -> AsyncIterator[Key]:
        """Yield changes as they come, oldest first, until closed."""
        while True:
            while self._changed:
                key = next(iter(self._changed))
                del self._changed[key]
                yield key
            if self._is_closed:
                return
            await self._news.wait()
            self._news = anyio.Event()
