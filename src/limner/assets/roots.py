"""The folders of this machine that media may be read from; nothing outside them is even looked at."""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from limner.assets.size import too_large
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Limits

_SHOWN = 200
"""Characters of a caller's text that an error repeats."""
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_DEFAULT_LIMITS = Limits()


class InputRoots:
    """Reads local files for callers, from the allowed folders alone. Blocking: call it in a thread."""

    def __init__(
        self,
        folders: Sequence[Path],
        home: Path,
        *,
        working: Path | None = None,
        limits: Limits = _DEFAULT_LIMITS,
    ) -> None:
        """Allow `folders`. Relative paths start at `working` (default: the current folder), `~` is `home`."""
        self._home = home
        self._working = working or Path.cwd()
        self._limits = limits
        self._shown = tuple(self._show(folder) for folder in folders)
        self._roots = tuple(Path(os.path.realpath(self._absolute(str(folder)))) for folder in folders)

    def check(self, path_text: str, field: str) -> Path:
        """Return the real path of a readable file: absolute, `~/…`, relative, or a `file://` address.

        Raises: InvalidInput, naming the field, what is wrong and the allowed folders; it is the same for
        a path outside of them whether a file is there or not. InvalidMedia, when the file is unfit.
        """
        path, _ = self._locate(path_text, field)
        try:
            status = path.lstat()
        except (OSError, ValueError) as error:
            raise self._unreadable(path_text, field, error) from error
        self._require_file(status, path_text, field)
        return path

    @contextmanager
    def opened(self, path_text: str, field: str) -> Iterator[int]:
        """Yield a descriptor that reads the file which `check` accepts, even if paths are swapped meanwhile.

        Every folder on the way is opened from the one above without following links, and the checks are
        made on what was opened. Raises: as `check`.
        """
        self.check(path_text, field)
        path, root = self._locate(path_text, field)
        try:
            descriptor = open_beneath(root, path)
        except OSError as error:
            raise self._unreadable(path_text, field, error) from error
        try:
            self._require_file(os.fstat(descriptor), path_text, field)
            yield descriptor
        finally:
            os.close(descriptor)

    def _locate(self, path_text: str, field: str) -> tuple[Path, Path]:
        """Return the path with every link resolved, and the allowed folder it is in."""
        text = _path_of_address(path_text, field) if path_text[:5].lower() == "file:" else path_text
        try:
            # `..` is taken out before links are followed, so that no folder outside is looked at for it.
            path = Path(os.path.realpath(os.path.normpath(self._absolute(text))))
        except (OSError, ValueError) as error:
            raise self._unreadable(path_text, field, error) from error
        for root in self._roots:
            if path.is_relative_to(root):
                return path, root
        raise InvalidInput.of(
            field,
            f"{_quoted(path_text)} is outside the allowed folders. {self._allowed()}",
            next_step="Move the file into an allowed folder, or ask the operator to add its folder to "
            "LIMNER_INPUT_ROOTS.",
        )

    def _absolute(self, text: str) -> Path:
        if text == "~" or text.startswith("~/"):
            return self._home / text[2:]
        return self._working / text

    def _require_file(self, status: os.stat_result, path_text: str, field: str) -> None:
        if stat.S_ISDIR(status.st_mode):
            raise InvalidMedia.of(field, f"{_quoted(path_text)} is a folder, expects a file")
        if stat.S_ISLNK(status.st_mode):
            raise InvalidMedia.of(field, f"{_quoted(path_text)} is a link that leads to itself")
        if not stat.S_ISREG(status.st_mode):
            raise InvalidMedia.of(field, f"{_quoted(path_text)} is a device, pipe or socket, expects a file")
        if status.st_size == 0:
            raise InvalidMedia.of(field, f"{_quoted(path_text)} is empty")
        if status.st_size > self._limits.max_input_bytes:
            raise too_large(field, status.st_size, self._limits.max_input_bytes)

    def _unreadable(self, path_text: str, field: str, error: Exception) -> InvalidInput:
        if isinstance(error, PermissionError):
            return InvalidInput.of(
                field,
                f"{_quoted(path_text)} cannot be read: permission denied",
                next_step="Give the user that runs Limner the right to read the file, then call again.",
            )
        if isinstance(error, OSError) and error.errno in (errno.ELOOP, errno.ENXIO):
            return InvalidInput.of(field, f"{_quoted(path_text)} changed while it was opened; call again")
        return InvalidInput.of(field, f"no file at {_quoted(path_text)}. {self._allowed()}")

    def _allowed(self) -> str:
        return f"Allowed folders: {', '.join(self._shown) or 'none'}."

    def _show(self, folder: Path) -> str:
        if folder.is_relative_to(self._home):
            inner = folder.relative_to(self._home)
            return "~" if inner == Path() else f"~/{inner}"
        return str(folder)


def _path_of_address(address: str, field: str) -> str:
    """Return the path of a `file:` address (RFC 8089)."""
    way_out = "Write file:///absolute/path, with %20 for a space, or the plain path."
    try:
        parts = urlsplit(address)
        path = unquote(parts.path, errors="strict")
    except ValueError as error:
        raise InvalidInput.of(field, f"{_quoted(address)} is no file address", next_step=way_out) from error
    if parts.netloc.lower() not in ("", "localhost"):
        problem = f"{_quoted(address)} names another machine; only files of this one are read"
        raise InvalidInput.of(field, problem, next_step=way_out)
    if not path.startswith("/") or parts.query or parts.fragment:
        problem = f"{_quoted(address)} has no absolute path, or a '?' or '#' that is not percent-encoded"
        raise InvalidInput.of(field, problem, next_step=way_out)
    return path


def open_beneath(root: Path, path: Path) -> int:
    """Return a descriptor of a file below `root`, following no link below it and waiting on no pipe.

    Raises: OSError, when a part of the path is missing or a link.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        *folders, name = path.relative_to(root).parts
        for part in folders:
            inner = os.open(part, _OPEN | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, _OPEN | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)


def _quoted(text: str) -> str:
    """Return a caller's text for a message: short, and without control characters."""
    plain = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "?", text)
    return f"'{plain if len(plain) <= _SHOWN else plain[:_SHOWN] + '…'}'"
