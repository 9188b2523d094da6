"""For people who write techniques: checks files as Limner would load them, and gives the format's JSON Schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from limner.actions.catalogue import builtin
from limner.config import Settings
from limner.errors import InvalidTechnique, Problem
from limner.library import technique_folder
from limner.techniques.format import format_schema
from limner.techniques.load import load_file
from limner.techniques.shelf import SUFFIXES, Shelf
from limner.types import Json, Technique


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A technique file with the technique in it, or with what is wrong."""

    file: str
    technique: Technique | None
    problems: tuple[Problem, ...] = ()


def check_files(places: Sequence[Path], settings: Settings) -> list[CheckedFile]:
    """Return what each file would give, among the techniques that there are; of a folder, each file in it."""
    files = [file for place in places for file in _files_at(place)]
    actions = builtin().by_id
    shelf = Shelf(
        builtin=technique_folder(),
        folders=[*files, settings.home / "techniques", *settings.techniques],
        actions=actions,
    )
    known = {**shelf.drafts(), **shelf.builtin()}

    def technique_of(technique_id: str, revision: str | None) -> Technique | None:
        found = known.get(technique_id)
        return found if found and revision in (None, found.revision) else None

    def check(file: Path) -> CheckedFile:
        if file.suffix not in SUFFIXES:
            return _refused(file, f"Technique files end in {' or '.join(SUFFIXES)}.", "Rename it.")
        if problems := tuple(each for each in shelf.problems() if each.file == str(file)):
            return CheckedFile(str(file), None, problems)
        try:
            return CheckedFile(str(file), load_file(file, actions=actions, technique_of=technique_of))
        except InvalidTechnique as error:
            return CheckedFile(str(file), None, error.problems)

    return [check(file) for file in files]


def technique_file_schema() -> Json:
    """Return the JSON Schema of technique files."""
    return format_schema()


def _files_at(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    return sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and path.name[0] != ".")


def _refused(file: Path, message: str, remedy: str) -> CheckedFile:
    return CheckedFile(str(file), None, (Problem(str(file), 1, message, remedy),))
