"""Named locks that the kernel frees the instant their holder dies: liveness without heartbeats."""

import os
import re
import sys
import threading
from contextlib import suppress
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


class Locks:
    """The locks below one folder, which must be on a local disk. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}
        self._guard = threading.Lock()

    def try_acquire(self, name: str) -> bool:
        """Take the lock without waiting; False when it is held, by this process too.

        Raises: ValueError, for a name that is not 1–100 letters, digits and `. _ : -`, the first of them
        a letter or digit.
        """
        path = self._path(name)
        with self._guard:
            if name in self._held:
                return False
            descriptor = _lock_file(path)
            if descriptor is None:
                return False
            self._held[name] = descriptor
            return True

    def release(self, name: str) -> None:
        """Free the lock and remove its file; nothing happens when this process does not hold it."""
        path = self._path(name)
        with self._guard:
            descriptor = self._held.pop(name, None)
            if descriptor is None:
                return
            # Removed while held: whoever opened it in between sees in `_lock_file` that it is gone.
            # (Windows refuses to remove an open file; there the empty file stays.)
            with suppress(PermissionError, FileNotFoundError):
                path.unlink()
            os.close(descriptor)

    def release_all(self) -> None:
        """Free every lock that this process holds."""
        for name in [*self._held]:
            self.release(name)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a lock name: 1 to 100 letters, digits, . _ : -")
        return self._folder / f"{name.replace(':', '+')}.lock"  # `:` is not for Windows file names


def _lock_file(path: Path) -> int | None:
    """Return a descriptor that holds the file's lock, None when another holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        # Python opens files so that child processes do not inherit them (PEP 446): else a child would
        # keep the lock of a dead parent.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _try_lock(descriptor):
            os.close(descriptor)
            return None
        if _is_at(descriptor, path):
            return descriptor
        os.close(descriptor)  # its last holder removed the file before we got the lock


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
