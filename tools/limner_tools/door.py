"""The way to the Studio: opened in the background, so that the first answer needs no database."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING, TypeAlias

import anyio

from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.app.studio import Studio

log = logging.getLogger(__name__)

OpenStudio: TypeAlias = "Callable[[], AbstractAsyncContextManager[Studio]]"


class Door:
    """Holds the Studio open for as long as `hold` runs."""

    def __init__(self) -> None:
        self._studio: Studio | None = None
        self._error: LimnerError | None = None
        self._knocked = anyio.Event()
        self._decided = anyio.Event()
        self._waits: set[anyio.CancelScope] = set()
        self._is_leaving = False

    def knock(self) -> None:
        """Let the Studio be opened: the host has its first answer, or asks for something that needs it."""
        self._knocked.set()

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Cut a wait short after `seconds`, or when the server is about to leave."""
        with anyio.move_on_after(0 if self._is_leaving else seconds) as scope:
            self._waits.add(scope)
            try:
                yield
            finally:
                self._waits.discard(scope)

    def leave(self) -> bool:
        """End every wait, and return whether there was one: calls answer at once with how their run stands."""
        self._is_leaving = True
        for scope in self._waits:
            scope.cancel()
        return bool(self._waits)

    async def hold(self, open_studio: OpenStudio) -> None:
        """Open the Studio at the first knock and keep it open until cancelled.

        What shuts it is kept for those who ask.
        """
        await self._knocked.wait()
        try:
            async with open_studio() as studio:
                self._studio = studio
                self._decided.set()
                await anyio.sleep_forever()
        except LimnerError as error:
            log.error("studio_not_opened", extra={"reason": error.message})
            self._error = error
        except Exception:
            # The face's outer edge: a host learns more from errors on calls than from a server that is gone.
            log.exception("studio_stopped")
            self._error = LimnerError(
                "Limner's studio has stopped; the server's log has the details.",
                next_step="Start the Limner server again; runs in hand go on from their last finished step.",
            )
        finally:
            self._decided.set()

    async def studio(self) -> "Studio":
        """Return the Studio as soon as it is open. Raises: the error that kept it shut."""
        self.knock()
        await self._decided.wait()
        if self._error is not None:
            raise self._error
        if self._studio is None:
            raise LimnerError("The studio is closing.")
        return self._studio
