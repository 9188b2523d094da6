"""The SQLite file: one connection that writes, two that read, one that looks up, and one that notices news."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread

from limner.errors import StoreError
from limner.store.faults import explain, is_busy
from limner.store.migrations import migrate
from limner.store.place import read_mounts, refuse_network_mount

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
BUSY_SECONDS = 30.0
CHECKPOINT_PAGES = 4_000  # 16 MB of log: a tenth faster to write than SQLite's 1,000
CACHE_KIB = 8_000  # a million runs stay as fast to add to as the first; taken only as it fills
OLDEST_SQLITE = (3, 35, 0)  # `returning`


class Database:
    """Runs transactions in threads; only what is found by its key is looked up at once. Make it with `open`."""

    def __init__(self, path: Path, clock: Callable[[], int]) -> None:
        self._path = path
        self._clock = clock
        self._writing = CapacityLimiter(1)
        self._reading = CapacityLimiter(READERS)
        self._is_closed = False
        self._writer = _prepare(path)
        self._readers = [_connect(path) for _ in range(READERS)]
        self._lookup = _connect(path, busy_seconds=0)
        # This one never writes, so that data_version tells of this process's commits too.
        self._watcher = _connect(path)
        self._others = (*self._readers, self._lookup, self._watcher)
        for connection in self._others:
            connection.execute("pragma query_only = on")

    @classmethod
    async def open(cls, path: Path, clock: Callable[[], int]) -> "Database":
        """Open the file, making or migrating it first.

        Raises: StoreError, when the place, the file or its schema cannot be used.
        """
        return await to_thread.run_sync(_explained, path, cls, path, clock)

    async def close(self) -> None:
        """Close every connection, after the transactions under way."""
        turns = [(limiter, object()) for limiter in (self._writing, *[self._reading] * READERS)]
        with CancelScope(shield=True):
            for limiter, turn in turns:
                await limiter.acquire_on_behalf_of(turn)
            self._is_closed = True
            await to_thread.run_sync(self._close)
            for limiter, turn in turns:
                limiter.release_on_behalf_of(turn)

    def _close(self) -> None:
        for connection in (*self._others, self._writer):
            connection.close()

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise StoreError(f"{self._path} was closed meanwhile", next_step="Call again.")

    async def write(
        self,
        work: Callable[Concatenate[sqlite3.Connection, int, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work(connection, now, …)` in one write transaction. It is kept as a whole or not at all."""

        def transact() -> T:
            self._refuse_closed()
            self._writer.execute("begin immediate")
            try:
                result = work(self._writer, self._clock(), *args, **kwargs)
                self._writer.execute("commit")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("rollback")
                raise
            return result

        return await to_thread.run_sync(_explained, self._path, transact, limiter=self._writing)

    async def read(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in one read transaction: it sees one moment of the file."""

        def transact() -> T:
            self._refuse_closed()
            connection = self._readers.pop()
            try:
                return _at_one_moment(connection, work, *args, **kwargs)
            finally:
                self._readers.append(connection)

        return await to_thread.run_sync(_explained, self._path, transact, limiter=self._reading)

    async def look_up(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` as `read` does, for a few rows found by their keys: at once, on the event loop.

        That takes 50 µs, and the way to a thread and back 300 more. No writer holds a reader up in WAL; what does,
        such as another process that recovers the log, is waited for in a thread.
        """
        self._refuse_closed()

        def transact() -> T:
            return _at_one_moment(self._lookup, work, *args, **kwargs)

        try:
            return _explained(self._path, transact)
        except StoreError as error:
            if not is_busy(error.__cause__):
                raise
        return await self.read(work, *args, **kwargs)

    def data_version(self) -> int:
        """Return a number that changes with every commit, by whatever process. Costs microseconds."""
        return _explained(self._path, _data_version, self._watcher)


def _at_one_moment(
    connection: sqlite3.Connection,
    work: Callable[Concatenate[sqlite3.Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    connection.execute("begin")
    try:
        result = work(connection, *args, **kwargs)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    return result


def _data_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("pragma data_version").fetchone()[0]
    return version


def _explained(path: Path, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return work(*args, **kwargs)
    except sqlite3.DatabaseError as error:
        known = explain(error, path)
        if known is None:
            raise
        raise known from error


def _connect(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    connection.execute(f"pragma cache_size = -{CACHE_KIB}")
    return connection


def _prepare(path: Path) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old, 3.35 is the oldest that works.",
            next_step="Use a newer Python build, for example one that uv installs.",
        )
    refuse_network_mount(path, read_mounts())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # prompts and keys are nobody else's business
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made or opened for writing ({error.strerror}).",
            next_step="Set LIMNER_HOME to a folder that this user may write.",
        ) from error
    connection = _connect(path)
    try:
        _use_wal(connection)
        connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
        migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    # When processes switch a new file at the same moment, SQLite says busy at once, without its time-out:
    # 23 of 6,000 opens by four processes (SQLite 3.40).
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)  # in a thread of its own, never on the event loop
