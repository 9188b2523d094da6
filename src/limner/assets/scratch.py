"""Files on their way in: named at random, gone when the work ends, swept when a crash left them behind."""

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from limner.assets.size import megabytes
from limner.errors import LimnerError

PREFIX = "incoming-"
STALE_SECONDS = 86_400
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Scratch:
    """A folder for unfinished files. Blocking: call it from a worker thread where that matters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._is_swept = False

    def new_path(self) -> Path:
        """Return a path in the folder, where no file exists yet. Whoever asks for it removes the file.

        The first call sweeps the folder.
        """
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self._is_swept:
                self._is_swept = True
                self.sweep()
        return self.folder / f"{PREFIX}{secrets.token_hex(12)}"

    def sweep(self, older_than_seconds: float = STALE_SECONDS) -> int:
        """Remove what crashed processes left behind, and return how many files that were."""
        oldest, swept = time.time() - older_than_seconds, 0
        for path in self.folder.glob(f"{PREFIX}*"):
            # Another process may be sweeping too.
            with suppress(FileNotFoundError):
                if path.lstat().st_mtime < oldest:
                    path.unlink()
                    swept += 1
        return swept


def create(path: Path) -> int:
    """Return a descriptor that writes a new file, readable by its owner alone."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


@contextmanager
def storage_errors(folder: Path, needed_bytes: int | None = None) -> Iterator[None]:
    """Turn a full or read-only disk into an error that says so. Wrap writes only.

    Raises: LimnerError, code `storage_full` or `storage_unwritable`.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise storage_full(folder, needed_bytes) from error
        if error.errno in _READ_ONLY:
            raise LimnerError(
                f"The asset storage cannot be written: {error.strerror}.",
                code="storage_unwritable",
                next_step="Ask the operator to make LIMNER_HOME writable for the user that runs Limner.",
            ) from error
        raise


def require_space(folder: Path, needed_bytes: int) -> None:
    """Refuse a file that the disk has no room for, before anything is written.

    Raises: LimnerError, code `storage_full`.
    """
    if _free_bytes(folder) < needed_bytes:
        raise storage_full(folder, needed_bytes)


def storage_full(folder: Path, needed_bytes: int | None) -> LimnerError:
    """Return the error that says how much room is missing."""
    free = _free_bytes(folder)
    need = f"{megabytes(needed_bytes)} needed" if needed_bytes else "more needed"
    return LimnerError(
        f"The disk of the asset storage is full: {need}, {megabytes(free)} free.",
        code="storage_full",
        next_step="Free that much space on the disk, or set LIMNER_HOME to a folder on a larger one; "
        "then call again.",
    )


def _free_bytes(folder: Path) -> int:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free
