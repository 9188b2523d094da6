"""Live progress of one prompt, from ComfyUI's websocket. Without the socket work is only asked after more slowly."""

import json
from collections.abc import Callable
from typing import Any

import anyio

from limner.providers.comfyui.workflow import Workflow
from limner.providers.contract import OnProgress
from limner.types import Json, ProviderSettings

MAX_MESSAGE_BYTES = 16_000_000
"""Previews come over the socket too, and are passed over."""
MOST_SHOWN = 0.99
CLOSE_SECONDS = 1.0
_ENDS = ("execution_success", "execution_error", "execution_interrupted")


class Watch:
    """What the socket has told of one prompt so far."""

    def __init__(self, prompt_id: str, workflow: Workflow | None, on_progress: OnProgress) -> None:
        """workflow: None: it is not configured any more, and progress is not known."""
        self._prompt_id = prompt_id
        self._workflow = workflow
        self._on_progress = on_progress
        self._done: set[str] = set()
        self._node: str | None = None
        self._fraction = 0.0
        self._news = anyio.Event()

    async def news(self, wait_seconds: float) -> None:
        """Wait until the prompt is said to have ended, at most so long."""
        with anyio.move_on_after(wait_seconds):
            await self._news.wait()
            self._news = anyio.Event()

    def read(self, message: str | bytes) -> None:
        """Take a message in. Those of other prompts, previews and what cannot be read are passed over."""
        if isinstance(message, bytes):
            return
        try:
            event = json.loads(message)
            kind, data = event["type"], event["data"]
        except (ValueError, KeyError, TypeError):
            return
        if not isinstance(data, dict) or data.get("prompt_id") != self._prompt_id:
            return
        if kind in _ENDS or (kind == "executing" and data.get("node") is None):
            self._news.set()
        elif kind == "execution_cached":
            self._done |= {str(node) for node in data.get("nodes") or ()}
        elif kind == "executing":
            self._enter(str(data["node"]))
        elif kind == "progress":
            self._step(data)

    def _enter(self, node: str) -> None:
        if self._node is not None and self._node != node:
            self._done.add(self._node)
        self._node = node
        self._tell(0.0, "")

    def _step(self, data: Json) -> None:
        value, most = _number(data.get("value")), _number(data.get("max"))
        if data.get("node") is not None and str(data["node"]) != self._node:
            self._enter(str(data["node"]))
        if most > 0:
            self._tell(min(1.0, value / most), f", {value:g} of {most:g}")

    def _tell(self, within_node: float, steps: str) -> None:
        if self._workflow is None or self._node is None:
            return
        reached = (len(self._done - {self._node}) + within_node) / len(self._workflow.graph)
        self._fraction = max(self._fraction, min(MOST_SHOWN, reached))
        self._on_progress(self._fraction, f"{self._workflow.title(self._node)}{steps}")


async def listen(settings: ProviderSettings, client_id: str, read: Callable[[str | bytes], None]) -> None:
    """Hand every message for a client to `read`, until the socket closes or cannot be had: both are no error."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    class Straight(connect):
        """Follows no redirects: the key goes nowhere else."""

        def process_redirect(self, exc: Exception) -> Exception | str:
            return exc

    headers = {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
    address = f"ws{settings.base_url.removeprefix('http')}/ws?clientId={client_id}"
    try:
        socket = await Straight(
            address,
            additional_headers=headers,
            proxy=None,
            open_timeout=settings.connect_seconds,
            close_timeout=CLOSE_SECONDS,
            max_size=MAX_MESSAGE_BYTES,
        )
        try:
            async for message in socket:
                read(message)
        finally:
            with anyio.CancelScope(shield=True):  # a cancelled `close` leaves the connection open
                await socket.close()
    except (OSError, TimeoutError, WebSocketException):
        return  # history is asked all the same


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
