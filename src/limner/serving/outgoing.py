"""Messages to a client that word themselves in brief: the SDK words each for its log, whoever reads that log or not.

A page of 20 techniques takes 0.2 ms to word on HTTP+SSE, a tenth of the whole call.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from mcp.shared.message import SessionMessage


class Stream(Protocol):
    """Where the SDK's server sends messages."""

    async def send(self, item: SessionMessage, /) -> None:
        """Send one message."""

    async def aclose(self) -> None:
        """End the stream."""


@dataclass(repr=False)
class _Brief(SessionMessage):
    def __repr__(self) -> str:
        return f"<{type(self.message).__name__}>"


class Briefly:
    """A stream whose messages are worded by their kind alone."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def send(self, item: SessionMessage, /) -> None:
        """Send one message."""
        await self._stream.send(_Brief(item.message, item.metadata))

    async def aclose(self) -> None:
        """End the stream."""
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        """Hold the stream open for a block."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the stream."""
        await self.aclose()
