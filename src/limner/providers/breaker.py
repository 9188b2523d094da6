"""Stops asking a provider that has failed several times in a row, and tries it again after a while."""

from collections.abc import Callable
from time import monotonic

from limner.errors import NotAccepted

FAILURES = 5
OPEN_SECONDS = 30.0


class Breaker:
    """Counts failures in a row. While it is open nothing is sent; then one request at a time tries."""

    def __init__(self, name: str, *, clock: Callable[[], float] = monotonic) -> None:
        """name: the provider's, for errors. clock: seconds."""
        self._name = name
        self._clock = clock
        self._failures = 0
        self._opens_at = 0.0

    def require_closed(self) -> None:
        """Raise NotAccepted while the provider is left alone; let one request through when that is over."""
        if self._failures < FAILURES:
            return
        remaining = self._opens_at - self._clock()
        if remaining > 0:
            raise NotAccepted(
                f"{self._name} has failed {self._failures} times in a row and is left alone for "
                f"{remaining:.0f} s more.",
                retry_after_seconds=remaining,
            )
        self._opens_at = self._clock() + OPEN_SECONDS

    def succeeded(self) -> None:
        """Note an answer, whatever it says."""
        self._failures = 0

    def failed(self) -> None:
        """Note that no answer came, or that the provider says that it is broken."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._opens_at = self._clock() + OPEN_SECONDS
