"""What installing or undoing changes in a host's file: worked out first, shown, and only then applied."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from limner.errors import ConfigurationError
from limner.hosts.edit import Place
from limner.hosts.entry import merged, starts_limner
from limner.hosts.files import read_text, remove, write_text
from limner.types import Json

LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One file before and after, and its backup after; None where there is no file."""

    path: Path
    before: str | None
    after: str | None
    backup: Path
    saved: str | None

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return self.before != self.after

    def diff(self) -> Iterator[str]:
        """Yield the change as the lines of a unified diff, long lines cut."""
        old, new = ((text or "").splitlines() for text in (self.before, self.after))
        had, has = (str(self.path) if text is not None else "no file" for text in (self.before, self.after))
        for line in difflib.unified_diff(old, new, had, has, lineterm=""):
            yield line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"

    def apply(self) -> None:
        """Write it.

        Raises: ConfigurationError, when the file has changed since it was read, or cannot be written.
        """
        if read_text(self.path) != self.before:
            raise ConfigurationError(
                f"{self.path} has just been changed by another program; nothing was written.",
                next_step="Run the command again.",
            )
        if self.saved is not None:
            write_text(self.backup, self.saved, like=self.path)
        if self.after is None:
            remove(self.path)
        else:
            write_text(self.path, self.after)
        if self.saved is None:
            remove(self.backup)


def installing(path: Path, place: Place, entry: Json) -> Change:
    """Return what puts `entry` into the file; what a person added to Limner's entry there is kept.

    Raises: ConfigurationError, naming the file, line and column, when it cannot be understood.
    """
    before, backup = read_text(path), backup_path(path, place.name)
    with _naming(path):
        existing = place.get(before or "")
        after = place.put(before or "", merged(existing, entry))
        saved = before
        if before is not None and existing is not None and starts_limner(existing):
            # Our own entry changes: undoing brings back what was there before it, not an older one of ours.
            saved = read_text(backup)
            if saved is None and place.put("", existing) != before:
                saved = before
    return Change(path, before, after, backup, saved)


def undoing(path: Path, place: Place) -> Change:
    """Return what takes Limner's entry out of the file, or puts back what had its name before.

    Raises: ConfigurationError, when the file cannot be understood, or the entry is not Limner's.
    """
    before, backup = read_text(path), backup_path(path, place.name)
    earlier = read_text(backup)
    with _naming(path):
        entry = place.get(before or "")
    if before is None or entry is None:
        return Change(path, before, before, backup, earlier)
    if not starts_limner(entry):
        raise ConfigurationError(
            f"{path}: {place.name!r} under {place.section!r} starts something else than Limner; left alone.",
            next_step="Give the name that Limner has there with --name.",
        )
    with _naming(backup):
        place.get(earlier or "")
    with _naming(path):
        return Change(path, before, place.restore(before, earlier), backup, saved=None)


def backup_path(path: Path, name: str) -> Path:
    """Return where the file as it was before the entry `name` is kept: beside it."""
    return path.with_name(f"{path.name}.{name}-backup")


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error.message}", next_step=error.next_step) from error
