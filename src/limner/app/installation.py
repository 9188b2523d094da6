"""For the doctor: facts of this installation that no run would tell."""

import sqlite3
from contextlib import closing
from pathlib import Path

from limner.errors import StoreError
from limner.store.migrations import MIGRATIONS
from limner.store.place import file_system_of, read_mounts, refuse_network_mount

SCHEMA_VERSION = len(MIGRATIONS)
"""The database schema that this version writes."""


def file_system(folder: Path) -> tuple[str, StoreError | None]:
    """Return the type of file system a folder is on (empty: unknown), and why the database may not live there."""
    mounts = read_mounts()
    try:
        refuse_network_mount(folder, mounts)
    except StoreError as error:
        return file_system_of(folder, mounts), error
    return file_system_of(folder, mounts), None


def schema_version(database: Path) -> int:
    """Return the schema version of an existing database, read without changing the file.

    Raises: StoreError, when it cannot be read.
    """
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            version: int = connection.execute("pragma user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{database} cannot be read: {error}.") from error
    return version
