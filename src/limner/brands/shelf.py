"""Every brand kit of this installation: the built-in ones and those in the user's folders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from limner.authored.document import read_document
from limner.authored.files import Stamp, files_at, stamps
from limner.brands.load import NOUN, load_data
from limner.errors import InvalidBrandKit, Problem
from limner.types import BrandKit

KIT_FILES = ("kit.yaml", "kit.yml")
"""What the file is called where a kit has a folder of its own."""


class Shelf:
    """Kits by id. Files are read at the first question, and again after one of them, or a picture, changes.

    builtin: the folder that ships with Limner. folders: files and folders of the user's own.
    """

    def __init__(self, builtin: Path, folders: Sequence[Path]) -> None:
        self._builtin = builtin
        self._folders = tuple(folders)
        self._stamp: tuple[Stamp, ...] | None = None
        self._found = _Found()

    def kits(self) -> dict[str, BrandKit]:
        """Return the sound kits by id: the built-in ones first, then the user's, in file order."""
        return dict(self._current().kits)

    def problems(self) -> list[Problem]:
        """Return what is wrong with files, in file and line order. A broken kit hides no other."""
        return list(self._current().problems)

    def is_builtin(self, brand_kit: str) -> bool:
        """Whether a kit ships with Limner."""
        return brand_kit in self._current().builtin

    def _current(self) -> "_Found":
        files = kit_files(self._folders)
        if self._stamp is None or self._stamp != stamps([*files, *self._found.pictures]):
            found = _Found()
            for path in kit_files([self._builtin]):
                found.read(path, str(path.relative_to(self._builtin)), is_builtin=True)
            for path in files:
                found.read(path, str(path), is_builtin=False)
            self._found = found
            self._stamp = stamps([*files, *found.pictures])
        return self._found


@dataclass(slots=True)
class _Found:
    kits: dict[str, BrandKit] = field(default_factory=dict)
    builtin: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    """Of the user's kits, sound or not: what may change without their files."""

    def read(self, path: Path, name: str, *, is_builtin: bool) -> None:
        data, report = read_document(path, name, NOUN)
        if not is_builtin:
            self.pictures += _named_files(data, path.parent)
        brand_kit = data.get("brand_kit") if isinstance(data, dict) else None
        if isinstance(brand_kit, str) and (taken := self.names.get(brand_kit)):
            message = f"{brand_kit} is also in {taken}, which is the one that counts."
            report.add(("brand_kit",), message, "Rename one of them.")
        try:
            kit = load_data(data, report, path.parent)
        except InvalidBrandKit as error:
            self.problems = sorted([*self.problems, *error.problems], key=lambda each: (each.file, each.line))
            return
        self.kits[kit.brand_kit] = kit
        self.names[kit.brand_kit] = name
        if is_builtin:
            self.builtin.add(kit.brand_kit)


def _named_files(data: object, folder: Path) -> list[Path]:
    """Return the places that a kit's data names, whatever stands there: only their stamps are looked at."""
    if not isinstance(data, dict):
        return []
    references = data.get("references")
    said = [data.get("logo"), *(references if isinstance(references, list) else ())]
    names = [each.get("file") for each in said if isinstance(each, dict)]
    return [folder / name for name in names if isinstance(name, str) and "\0" not in name]


def kit_files(places: Iterable[Path]) -> list[Path]:
    """Return the kit files at places: files, those right inside folders, and `kit.yaml` one folder deeper."""
    return files_at(places, KIT_FILES)
