"""What is asked of a ComfyUI server: its queue, its history, its files. None of it makes anything."""

import hashlib
from typing import Any
from urllib.parse import urlencode

import anyio

from limner.errors import NotAccepted
from limner.providers.wire import Wire
from limner.sniff import extension_of
from limner.types import Json, MediaFile

UPLOAD_SECONDS = 300.0
RECENT = 200
"""So much of the history is searched for a prompt whose id is not known."""
_ID, _EXTRA = 1, 3
"""Where these stand in an item of the queue: number, prompt id, graph, extra data, outputs."""


class Server:
    """One ComfyUI server."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._takes_ids: bool | None = None

    async def is_there(self) -> None:
        """Raise NotAccepted unless it answers."""
        await self._wire.ask("GET", "system_stats")

    async def ended(self, prompt_id: str) -> Json | None:
        """Return what the history has of a prompt; None: it has not ended, or is not known."""
        history = await self._wire.ask_json("GET", f"history/{prompt_id}")
        entry = history.get(prompt_id) if isinstance(history, dict) else None
        return entry if isinstance(entry, dict) else None

    async def place(self, prompt_id: str) -> int | None:
        """Return how many prompts are before this one, 0 for the one that runs; None: not in the queue."""
        running, pending = await self._queue()
        if any(item[_ID] == prompt_id for item in running):
            return 0
        waiting = sorted((item for item in pending), key=lambda item: float(item[0]))
        ids = [item[_ID] for item in waiting]
        return ids.index(prompt_id) + len(running) if prompt_id in ids else None

    async def is_running(self, prompt_id: str) -> bool:
        """Whether this prompt, and no other, is being made now."""
        running, _ = await self._queue()
        return [item[_ID] for item in running] == [prompt_id]

    async def known_as(self, key: str) -> str | None:
        """Return the id of the prompt that was sent under `key`, if it was; None: nothing of it here.

        The key is its prompt id where the server takes one, and its client id at every server. The queue is read
        first: what moves from it to the history in between is found there.
        """
        running, pending = await self._queue()
        for item in (*running, *pending):
            if item[_ID] == key or _client_of(item) == key:
                return str(item[_ID])
        if await self.ended(key):
            return key
        if self._takes_ids:
            return None
        recent = await self._wire.ask_json("GET", "history", params={"max_items": RECENT})
        for prompt_id, entry in recent.items() if isinstance(recent, dict) else ():
            if isinstance(entry, dict) and _client_of(entry.get("prompt")) == key:
                return str(prompt_id)
        return None

    def note(self, key: str, prompt_id: str) -> None:
        """Remember from an answer whether this server takes the ids that it is sent."""
        self._takes_ids = prompt_id == key

    async def uploaded(self, file: MediaFile) -> str:
        """Bring a file in, under a name that its content gives; return what a workflow calls it."""
        content = await anyio.Path(file.path).read_bytes()
        name = f"limner-{hashlib.sha256(content).hexdigest()[:24]}{extension_of(file.media_type)}"
        answer = await self._wire.ask_json(
            "POST",
            "upload/image",
            data={"type": "input", "overwrite": "true"},
            files={"image": (name, content, file.media_type)},
            read_seconds=UPLOAD_SECONDS,
        )
        if not isinstance(answer, dict) or not isinstance(answer.get("name"), str):
            raise NotAccepted(f"{self._wire.settings.name} took a file and named no name for it.")
        folder = answer.get("subfolder")
        return f"{folder}/{answer['name']}" if folder else str(answer["name"])

    async def take_out(self, prompt_id: str) -> None:
        """Take a prompt that waits out of the queue."""
        await self._wire.ask("POST", "queue", json={"delete": [prompt_id]})

    async def interrupt(self, prompt_id: str) -> None:
        """Stop the prompt that runs. A server of before September 2025 reads no id, and stops whatever runs."""
        await self._wire.ask("POST", "interrupt", json={"prompt_id": prompt_id})

    async def _queue(self) -> tuple[list[Any], list[Any]]:
        """Return the items that run, and those that wait."""
        queue = await self._wire.ask_json("GET", "queue")
        if not isinstance(queue, dict):
            raise NotAccepted(f"{self._wire.settings.name} answers with something that is no queue.")
        return _items(queue.get("queue_running")), _items(queue.get("queue_pending"))


def address_of(file: Json) -> str:
    """Return the address of a file that a node has saved."""
    known = {name: str(file.get(name) or "") for name in ("filename", "subfolder", "type")}
    return f"view?{urlencode(known)}"


def _items(value: Any) -> list[Any]:
    return [item for item in value or () if isinstance(item, list) and len(item) > _EXTRA]


def _client_of(item: Any) -> Any:
    extra = item[_EXTRA] if isinstance(item, list) and len(item) > _EXTRA else None
    return extra.get("client_id") if isinstance(extra, dict) else None
