"""What SQLite's errors mean to the person whose file it is."""

import sqlite3
from pathlib import Path

from limner.errors import StoreError

MOVE_AWAY = (
    "Stop Limner, put a backup in the file's place or move the file away, and start again; "
    "or set LIMNER_HOME to another folder."
)
OTHER_HOME = "Give this user the right to write there, or set LIMNER_HOME to another folder."

# By primary result code, https://www.sqlite.org/rescode.html
MEANINGS = {
    3: ("may not be opened by this user", OTHER_HOME),
    5: ("stayed locked by another process", "Stop the process that holds it, then call again."),
    6: ("stayed locked by another process", "Stop the process that holds it, then call again."),
    8: ("may not be written", OTHER_HOME),
    10: ("cannot be read or written", "Check the disk, or set LIMNER_HOME to a folder on another one."),
    11: ("is damaged", MOVE_AWAY),
    13: ("cannot grow: the disk is full", "Free space, or set LIMNER_HOME to a folder on another disk."),
    14: ("cannot be opened", OTHER_HOME),
    26: ("is not a database", MOVE_AWAY),
}


def explain(error: sqlite3.DatabaseError, path: Path) -> StoreError | None:
    """Return what the user can do about an error of SQLite's, or None when it is a mistake in our SQL."""
    meaning = MEANINGS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if meaning is None:
        return None
    problem, next_step = meaning
    return StoreError(f"{path} {problem} ({error})", next_step=next_step)


def is_busy(error: BaseException | None) -> bool:
    """Whether another connection was in the way: it may be gone a moment later."""
    return (
        isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    )
