"""`limner.toml`: read whole, and added to without touching what a person wrote."""

import os
import secrets
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from limner.errors import ConfigurationError

FILE_NAME = "limner.toml"


def read_file(path: Path) -> dict[str, Any]:
    """Return what the file holds; nothing where there is none. Raises: ConfigurationError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{path} cannot be read: {problem}.") from problem


def with_block(path: Path, block: str) -> str:
    """Return the file's text with a block of TOML at its end. Raises: ConfigurationError, when that is no TOML."""
    read_file(path)
    text = path.read_bytes().decode() if path.exists() else ""
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    longer = f"{text}{gap}{block}"
    try:
        tomllib.loads(longer)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(
            f"{path} cannot take a table at its end: {problem}.",
            next_step="Add it by hand, or turn `api_keys = […]` in the file into [[api_keys]] tables.",
        ) from problem
    return longer


def replace_file(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; a link stays a link.

    Raises: ConfigurationError, when the folder cannot be written.
    """
    target = path.resolve()
    draft = target.with_name(f"{target.name}.{secrets.token_hex(6)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_new(draft, text, like=target)
        draft.replace(target)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink()
        raise ConfigurationError(
            f"{path} cannot be written: {problem.strerror}.",
            next_step="Give this user the right to write there, or add the block by hand.",
        ) from problem


def _write_new(draft: Path, text: str, *, like: Path) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if like.exists() and hasattr(os, "fchown"):
            # Written by root for a service, the file stays the service's: else it could not read it any more.
            owner = like.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        file.write(text.encode())
        file.flush()
        os.fsync(descriptor)
