"""For the doctor: facts of this installation that no run would tell."""

from pathlib import Path

from limner.errors import StoreError
from limner.store.migrations import MIGRATIONS
from limner.store.place import file_system_of, read_mounts, refuse_network_mount

SCHEMA_VERSION = len(MIGRATIONS)
"""The schema of a database that this version has opened."""


def file_system(folder: Path) -> tuple[str, StoreError | None]:
    """Return the type of file system a folder is on (empty: unknown), and why the database may not live there."""
    mounts = read_mounts()
    try:
        refuse_network_mount(folder, mounts)
    except StoreError as error:
        return file_system_of(folder, mounts), error
    return file_system_of(folder, mounts), None
