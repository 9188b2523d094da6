"""The way to the Studio: opened in the background, so that the first answer needs no database."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import anyio

from limner.app.studio import Studio
from limner.errors import LimnerError

log = logging.getLogger(__name__)

OpenStudio = Callable[[], AbstractAsyncContextManager[Studio]]


class Door:
    """Holds the Studio open for as long as `hold` runs."""

    def __init__(self) -> None:
        self._studio: Studio | None = None
        self._error: LimnerError | None = None
        self._decided = anyio.Event()

    async def hold(self, open_studio: OpenStudio) -> None:
        """Open the Studio and keep it open until cancelled; a failure to open is kept for those who ask."""
        try:
            async with open_studio() as studio:
                self._studio = studio
                self._decided.set()
                await anyio.sleep_forever()
        except LimnerError as error:
            log.error("studio_not_opened", extra={"reason": error.message})
            self._error = error
            self._decided.set()

    async def studio(self) -> Studio:
        """Return the Studio as soon as it is open. Raises: the error that kept it shut."""
        await self._decided.wait()
        if self._error is not None:
            raise self._error
        if self._studio is None:
            raise LimnerError("The studio is closing.")
        return self._studio
