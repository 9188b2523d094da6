"""The SQLite file of a store: where it is, what the time is, and whether it is open."""

import time
from collections.abc import Callable
from pathlib import Path

from limner.errors import StoreError
from limner.store.connection import Database


def unix_ms() -> int:
    """Return the time as Unix milliseconds."""
    return time.time_ns() // 1_000_000


class SqliteFile:
    """A file that is opened and closed; between the two, `_database` runs transactions on it."""

    def __init__(self, path: Path, *, clock: Callable[[], int] = unix_ms) -> None:
        self._path = path
        self._clock = clock
        self._opened: Database | None = None

    async def open(self) -> None:
        """Make or migrate the file, and connect."""
        if self._opened is None:
            self._opened = await Database.open(self._path, self._clock)

    async def close(self) -> None:
        """Finish the transactions under way and disconnect."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    @property
    def _database(self) -> Database:
        if self._opened is None:
            raise StoreError(f"{self._path} is not open", next_step="Open the store before using it.")
        return self._opened

    def data_version(self) -> int:
        """Return a number that changes with every commit."""
        return self._database.data_version()
