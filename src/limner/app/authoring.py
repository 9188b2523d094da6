"""For people who write techniques: checks files as Limner would load them, and gives the format's JSON Schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from limner.actions.catalogue import builtin
from limner.authored.files import SUFFIXES, files_at
from limner.config import Settings
from limner.errors import InvalidTechnique, Problem
from limner.library import technique_folder
from limner.techniques.format import format_schema
from limner.techniques.load import load_file
from limner.techniques.shelf import Shelf
from limner.types import Json, Technique


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A technique file with the technique in it, or with what is wrong."""

    file: str
    technique: Technique | None
    problems: tuple[Problem, ...] = ()
    is_read: bool = False
    """Whether Limner reads it where it is: it ships, or lies in a folder of techniques."""


def check_files(places: Sequence[Path], settings: Settings) -> list[CheckedFile]:
    """Return what each file would give, among the techniques that there are; of a folder, each file in it.

    A file that Limner reads already, because it ships or lies in a folder of techniques, is judged where it is.
    """
    files = [file for place in places for file in (files_at([place]) if place.is_dir() else [place])]
    actions = builtin().by_id
    own = [settings.home / "techniques", *settings.techniques]
    read = {file.resolve(): file for file in files_at([technique_folder(), *own])}
    strangers = [file for file in files if file.resolve() not in read]
    shelf = Shelf(builtin=technique_folder(), folders=[*strangers, *own], actions=actions)
    known = {**shelf.drafts(), **shelf.builtin()}

    def technique_of(technique_id: str, revision: str | None) -> Technique | None:
        found = known.get(technique_id)
        return found if found and revision in (None, found.revision) else None

    def check(file: Path) -> CheckedFile:
        if file.suffix not in SUFFIXES:
            return _refused(file, f"Technique files end in {' or '.join(SUFFIXES)}.", "Rename it.")
        shelved = str(read.get(file.resolve(), file))
        if problems := tuple(each for each in shelf.problems() if each.file == shelved):
            return CheckedFile(str(file), None, tuple(each._replace(file=str(file)) for each in problems))
        try:
            technique = load_file(file, actions=actions, technique_of=technique_of)
            return CheckedFile(str(file), technique, is_read=file.resolve() in read)
        except InvalidTechnique as error:
            return CheckedFile(str(file), None, error.problems)

    return [check(file) for file in files]


def technique_file_schema() -> Json:
    """Return the JSON Schema of technique files."""
    return format_schema()


def _refused(file: Path, message: str, remedy: str) -> CheckedFile:
    return CheckedFile(str(file), None, (Problem(str(file), 1, message, remedy),))
