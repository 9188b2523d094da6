"""How far a run is: parts add up by weight; the latest state is written, at most four times a second."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import anyio

Report: TypeAlias = Callable[[float, str], None]
"""(fraction 0–1, message): cheap, called as often as the work likes."""

MIN_INTERVAL_SECONDS = 0.25
RENDERING_FROM, RENDERING_TO = 10.0, 98.0


class Shares:
    """Splits one report among parts by weight."""

    def __init__(self, weights: Sequence[float], report: Report) -> None:
        self._weights = [max(weight, 1e-6) for weight in weights]
        self._fractions = [0.0] * len(self._weights)
        self._report = report

    def part(self, index: int) -> Report:
        """Return the report of one part."""

        def report(fraction: float, message: str) -> None:
            self._fractions[index] = max(self._fractions[index], min(1.0, fraction))
            done = sum(w * f for w, f in zip(self._weights, self._fractions, strict=True))
            self._report(done / sum(self._weights), message)

        return report


class Voice:
    """Conflates reports of the rendering phase and writes the latest one."""

    def __init__(self, write: Callable[[float, str], Awaitable[None]]) -> None:
        self._write = write
        self._news = anyio.Event()
        self._written = (0.0, "")
        self.progress = RENDERING_FROM
        self.message = ""

    def report(self, fraction: float, message: str) -> None:
        """Take note of how far rendering is."""
        progress = RENDERING_FROM + (RENDERING_TO - RENDERING_FROM) * fraction
        self.progress = max(self.progress, round(progress, 1))
        self.message = message or self.message
        self._news.set()

    async def pump(self) -> None:
        """Write the latest state whenever it has changed, until cancelled."""
        while True:
            await self._news.wait()
            self._news = anyio.Event()
            if (self.progress, self.message) != self._written and self.progress > self._written[0]:
                self._written = (self.progress, self.message)
                await self._write(self.progress, f"rendering: {self.message}".removesuffix(": "))
            await anyio.sleep(MIN_INTERVAL_SECONDS)
