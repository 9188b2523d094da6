"""News for one slow reader: what changed, each thing once, however often it did."""

from collections.abc import AsyncIterator, Iterable

import anyio

Key = tuple[str, str]
"""What changed: `("resource", uri)`, `("task", task_id)`, `("list", "tools")`."""

RESOURCE, TASK, LIST = "resource", "task", "list"
TOOLS_LIST, RESOURCES_LIST, PROMPTS_LIST = (LIST, "tools"), (LIST, "resources"), (LIST, "prompts")
LISTS: tuple[Key, ...] = (TOOLS_LIST, RESOURCES_LIST, PROMPTS_LIST)


class Mailbox:
    """What changed since the reader last looked, of what it wants to know; the same change twice is one."""

    def __init__(self, wanted: Iterable[Key]) -> None:
        self.wanted: dict[Key, None] = dict.fromkeys(wanted)
        self._changed: dict[Key, None] = {}
        self._news = anyio.Event()
        self._is_closed = False

    def put(self, key: Key) -> None:
        """Note a change, if it is wanted."""
        if key in self.wanted:
            self._changed[key] = None
            self._news.set()

    def leave_out(self, key: Key) -> None:
        """Want no more of a thing; what is noted of it is dropped."""
        self.wanted.pop(key, None)
        self._changed.pop(key, None)

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
