"""The folder where media lives: one read-only file per content, named by its sha256."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import anyio.to_thread

from limner.assets.scratch import Scratch, create, require_space, storage_errors
from limner.errors import InvalidMedia, LimnerError, NotFound
from limner.sniff import extension_of
from limner.types import Asset

CHUNK_BYTES = 1 << 20
READ_ONLY = 0o444


class AssetFolder:
    """Content-addressed files, `root/ab/<sha256><.ext>`, safe to share between processes.

    A file appears under its final name whole or not at all, and never changes afterwards.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._scratch = Scratch(root / "tmp")

    async def add(self, path: Path, media_type: str, *, move: bool) -> tuple[str, int]:
        """Take a file in and return its sha256, in hex, and its size in bytes.

        move: the file at `path` is given away; it is renamed where the file system allows that.
        Raises: LimnerError, code `storage_full` or `storage_unwritable`; InvalidMedia, not a regular file.
        """
        return await anyio.to_thread.run_sync(self._add, path, media_type, move)

    def path_of(self, asset: Asset) -> Path:
        """Return where an asset's file is.

        Raises: NotFound, when the file is gone although the asset is known.
        """
        path = self._place(asset.sha256, asset.media_type)
        if not path.is_file():
            raise NotFound(
                f"The file of {asset.asset_id} ({asset.media_type}) is gone from the asset storage.",
                next_step="Send the original file again (it gets the same asset id), "
                "or start the run that made it anew.",
            )
        return path

    async def verify(self, asset: Asset) -> None:
        """Check that an asset's file still holds the bytes that it is named after.

        Raises: NotFound, when it is gone; LimnerError, code `asset_damaged`, when its content differs.
        """
        path = self.path_of(asset)
        if await hash_path(path) != asset.sha256:
            raise LimnerError(
                f"The file of {asset.asset_id} is damaged: its content no longer has its sha256.",
                code="asset_damaged",
                next_step="Send the original file again; it replaces the damaged one.",
            )

    async def sweep(self) -> int:
        """Remove temporary files that crashed processes left more than a day ago; return how many."""
        return await anyio.to_thread.run_sync(self._scratch.sweep)

    def _place(self, sha256: str, media_type: str) -> Path:
        return self.root / sha256[:2] / f"{sha256}{extension_of(media_type)}"

    def _add(self, path: Path, media_type: str, move: bool) -> tuple[str, int]:
        source = open_regular(path)
        try:
            if move:
                sha256, size_bytes = digest(source), os.fstat(source).st_size
                os.fsync(source)
                if self._rename(path, self._place(sha256, media_type)):
                    return sha256, size_bytes
                os.lseek(source, 0, os.SEEK_SET)
            sha256, size_bytes = self._copy(source, media_type)
        finally:
            os.close(source)
        if move:
            path.unlink(missing_ok=True)
        return sha256, size_bytes

    def _rename(self, path: Path, place: Path) -> bool:
        """Put a file in its place without copying; False when it lies on another file system."""
        with storage_errors(self.root):
            place.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(READ_ONLY)
            try:
                path.replace(place)
            except OSError as error:
                if error.errno == errno.EXDEV:
                    return False
                raise
            _sync_folder(place.parent)
        return True

    def _copy(self, source: int, media_type: str) -> tuple[str, int]:
        temporary = self._scratch.new_path()
        require_space(self._scratch.folder, os.fstat(source).st_size)
        try:
            sha256, size_bytes = write_from(source, temporary)
            self._rename(temporary, self._place(sha256, media_type))
        finally:
            temporary.unlink(missing_ok=True)
        return sha256, size_bytes


def open_regular(path: Path) -> int:
    """Return a descriptor that reads a regular file, which `path` itself must be, not a link to one.

    Raises: InvalidMedia, when it is anything else; FileNotFoundError.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise InvalidMedia(f"{path.name!r} is not a regular file.") from error
        raise
    if not is_regular(descriptor):
        os.close(descriptor)
        raise InvalidMedia(f"{path.name!r} is not a regular file.")
    return descriptor


def is_regular(descriptor: int) -> bool:
    """Whether an open descriptor is of a regular file, not of a folder, device, pipe or socket."""
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


async def hash_path(path: Path) -> str:
    """Return the sha256, in hex, of a file. Raises: as `open_regular`."""

    def read() -> str:
        descriptor = open_regular(path)
        try:
            return digest(descriptor)
        finally:
            os.close(descriptor)

    return await anyio.to_thread.run_sync(read)


def digest(source: int) -> str:
    """Return the sha256, in hex, of what is left to read of a descriptor. Blocking."""
    return _pump(source, lambda chunk: None)[0]


def write_from(source: int, path: Path, most_bytes: int | None = None) -> tuple[str, int]:
    """Copy what is left to read into a new file on disk, and return its sha256 and size in bytes. Blocking.

    most_bytes: reading ends soon after that many, so that a size above it tells of a file too large.
    Raises: LimnerError, code `storage_full` or `storage_unwritable`.
    """
    needed = os.fstat(source).st_size
    with storage_errors(path.parent, needed):
        target = create(path)
    try:
        found = copy_hashed(source, target, path.parent, most_bytes)
        with storage_errors(path.parent, needed):
            os.fsync(target)
    finally:
        os.close(target)
    return found


def copy_hashed(source: int, target: int, folder: Path, most_bytes: int | None = None) -> tuple[str, int]:
    """Copy between descriptors, as `write_from`; `folder` is where the target lies, for the error."""
    needed = os.fstat(source).st_size

    def write(chunk: bytes) -> None:
        with storage_errors(folder, needed):
            view = memoryview(chunk)
            while view:
                view = view[os.write(target, view) :]

    return _pump(source, write, most_bytes)


def _pump(source: int, write: Callable[[bytes], None], most_bytes: int | None = None) -> tuple[str, int]:
    hashed, size_bytes = hashlib.sha256(), 0
    while chunk := os.read(source, CHUNK_BYTES):
        hashed.update(chunk)
        write(chunk)
        size_bytes += len(chunk)
        if most_bytes is not None and size_bytes > most_bytes:
            break
    return hashed.hexdigest(), size_bytes


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, not only a crash of the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
