"""Reads and replaces a host's file: atomically, through links, with the permissions that it had."""

import os
import secrets
import stat
from pathlib import Path

from limner.errors import ConfigurationError


def read_text(path: Path) -> str | None:
    """Return the file's text with the line endings that it has; None when there is no file.

    Raises: ConfigurationError, when it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text (byte {error.start}).") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error


def write_text(path: Path, text: str, *, like: Path | None = None) -> None:
    """Replace a file at once, or make it with the folders it needs; a link stays a link.

    `like`: the file whose permissions a new one gets.
    Raises: ConfigurationError, when it cannot be written; the file is then as it was.
    """
    target = path.resolve()
    passing = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = _mode(target) or (_mode(like) if like else None)
        try:
            with open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode or 0o666), "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                passing.chmod(mode)  # what the file was made with went through the umask
            passing.replace(target)
        finally:
            passing.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}.") from error


def remove(path: Path) -> None:
    """Remove a file, and leave a link to it in place.

    Raises: ConfigurationError, when it cannot be removed.
    """
    try:
        path.resolve().unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be removed: {error.strerror}.") from error


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None
