"""Every technique of this installation: the built-in ones and the drafts in the user's folders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from limner.authored.document import read_document
from limner.authored.files import Stamp, files_at, stamps
from limner.authored.report import Report
from limner.errors import InvalidTechnique, Problem
from limner.techniques.load import load_data
from limner.types import Action, Technique


class Shelf:
    """Techniques by id. Files are read at the first question, and again after a file in `folders` changes.

    builtin: the folder that ships with Limner. folders: files and folders of the user's own; later ones lose
    against earlier ones where two files claim one id.
    """

    def __init__(self, builtin: Path, folders: Sequence[Path], actions: Mapping[str, Action]) -> None:
        self._builtin = builtin
        self._folders = tuple(folders)
        self._actions = actions
        self._stamp: tuple[Stamp, ...] | None = None
        self._found = _Found()

    def builtin(self) -> dict[str, Technique]:
        """Return the built-in techniques by id, in file order."""
        return dict(self._current().builtin)

    def drafts(self) -> dict[str, Technique]:
        """Return the sound techniques of the user's folders by id, in file order."""
        return dict(self._current().drafts)

    def problems(self) -> list[Problem]:
        """Return what is wrong with files, in file and line order. A broken file hides no other."""
        return list(self._current().problems)

    def _current(self) -> "_Found":
        drafts = files_at(self._folders)
        stamp = stamps(drafts)
        if stamp != self._stamp:
            self._found = _Reading(self._actions).read(files_at([self._builtin]), drafts)
            self._stamp = stamp
        return self._found


@dataclass(slots=True)
class _Found:
    builtin: dict[str, Technique] = field(default_factory=dict)
    drafts: dict[str, Technique] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that was parsed and not yet checked."""

    name: str
    data: object
    report: Report
    is_builtin: bool


class _Reading:
    """One pass over all files. A nested technique is checked when the first one that nests it asks."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = actions
        self._sources: dict[str, _Source] = {}
        self._techniques: dict[str, Technique] = {}
        self._broken: dict[str, list[Problem]] = {}
        self._path: list[str] = []
        self._problems: list[Problem] = []

    def read(self, builtin: Sequence[Path], drafts: Sequence[Path]) -> _Found:
        """Return every sound technique of the files, and what is wrong with the others."""
        for path in builtin:
            self._parse(path, is_builtin=True)
        for path in drafts:
            self._parse(path, is_builtin=False)
        for technique_id in self._sources:
            self._sound(technique_id)
        for problems in self._broken.values():
            self._problems.extend(problems)
        problems = sorted(dict.fromkeys(self._problems), key=lambda problem: (problem.file, problem.line))
        return _Found(self._of(is_builtin=True), self._of(is_builtin=False), problems)

    def _of(self, *, is_builtin: bool) -> dict[str, Technique]:
        return {
            technique_id: self._techniques[technique_id]
            for technique_id, source in self._sources.items()
            if source.is_builtin is is_builtin and technique_id in self._techniques
        }

    def _parse(self, path: Path, *, is_builtin: bool) -> None:
        name = path.name if is_builtin else str(path)
        data, report = read_document(path, name)
        source = _Source(name, data, report, is_builtin)
        technique_id = data.get("technique_id") if isinstance(data, dict) else None
        if not isinstance(technique_id, str):
            self._check(source)
        elif taken := self._sources.get(technique_id):
            is_where, remedy = "is also", "Rename one."
            if taken.is_builtin:
                is_where, remedy = "ships with Limner", "Give yours another technique_id."
            message = f"{technique_id} {is_where} in {taken.name}, which is the one that counts."
            report.add(("technique_id",), message, remedy)
            self._check(source)
        else:
            self._sources[technique_id] = source

    def _check(self, source: _Source) -> None:
        """Note what is wrong with a file that can give no technique."""
        try:
            load_data(source.data, source.report, actions=self._actions, technique_of=self._technique_of)
        except InvalidTechnique as error:
            self._problems.extend(error.problems)

    def _technique_of(self, technique_id: str, revision: str | None) -> Technique | None:
        """Return a technique for one that nests it. Raises: InvalidTechnique, where it is broken or a circle."""
        if technique_id in self._path:
            circle = " → ".join([*self._path[self._path.index(technique_id) :], technique_id])
            source = self._sources[technique_id]
            problem = Problem(
                source.name, 1, f"These techniques nest each other: {circle}.", "Break the circle."
            )
            raise InvalidTechnique([problem])
        found = self._sound(technique_id)
        if found is None and technique_id in self._broken:
            raise InvalidTechnique(self._broken[technique_id])
        return found if found and revision in (None, found.revision) else None

    def _sound(self, technique_id: str) -> Technique | None:
        source = self._sources.get(technique_id)
        if source is None or technique_id in self._techniques or technique_id in self._broken:
            return self._techniques.get(technique_id)
        self._path.append(technique_id)
        try:
            self._techniques[technique_id] = load_data(
                source.data, source.report, actions=self._actions, technique_of=self._technique_of
            )
        except InvalidTechnique as error:
            self._broken[technique_id] = list(error.problems)
        finally:
            self._path.pop()
        return self._techniques.get(technique_id)
