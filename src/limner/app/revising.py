"""Looks back: which revisions a technique has, whether each still runs, and how two of them differ."""

import difflib
from dataclasses import dataclass

from limner.app.requests import RevisionEntry
from limner.app.techniques import TechniqueCatalogue
from limner.canonical import diff as changes_between
from limner.errors import LimnerError, NotFound, Unavailable
from limner.techniques.written import as_yaml
from limner.types import Json
from limner.types.technique import slug_of

DRAFT, PUBLISHED = "draft", "published"
LEAST_DIGITS = 4
"""How much of a revision's name must be given at least, after `rev_`."""


@dataclass(frozen=True, slots=True)
class PastRevision:
    """A revision with the reason why it cannot run here any more, if there is one."""

    entry: RevisionEntry
    problem: LimnerError | None = None


@dataclass(frozen=True, slots=True)
class RevisionDiff:
    """How two revisions of a technique differ."""

    technique_id: str
    before: str
    after: str
    changes: list[Json]
    """`{field, existing, given}` for each difference."""
    text: str
    """A unified diff of both, written as YAML; empty when they are the same."""


class Revising:
    """Answers for the revisions of a catalogue."""

    def __init__(self, techniques: TechniqueCatalogue) -> None:
        self._techniques = techniques

    async def history(self, name: str) -> tuple[str, list[PastRevision]]:
        """Return a technique's id and its revisions, in the order of `TechniqueCatalogue.revisions`.

        Raises: NotFound.
        """
        technique_id, entries = await self._techniques.revisions(name)
        return technique_id, [
            PastRevision(entry, await self._problem(technique_id, entry.revision)) for entry in entries
        ]

    async def _problem(self, technique_id: str, revision: str) -> LimnerError | None:
        try:
            await self._techniques.revision(technique_id, revision)
        except Unavailable as error:
            return error
        return None

    async def named(self, name: str, given: str) -> tuple[str, str]:
        """Return a technique's id and the full name of a revision.

        given: `draft`, `published`, a revision, or the first digits of one. Raises: NotFound.
        """
        technique_id, entries = await self._techniques.revisions(name)
        return technique_id, _chosen(technique_id, entries, given)

    async def diff(self, name: str, before: str | None = None, after: str | None = None) -> RevisionDiff:
        """Return how a technique changed from one revision to another, each given as `named` takes it.

        Without `after`, to what is newest: the draft if there is an unpublished one, else the published revision.
        Without both, from the published revision to the draft, or to the published one from the newest other.
        Raises: NotFound.
        """
        technique_id, entries = await self._techniques.revisions(name)
        newest = DRAFT if any(entry.is_draft for entry in entries) else PUBLISHED
        new = _chosen(technique_id, entries, after or newest)
        old = _chosen(technique_id, entries, before) if before else _older(technique_id, entries, new)
        existing = await self._techniques.definition(technique_id, old)
        given = await self._techniques.definition(technique_id, new)
        lines = difflib.unified_diff(
            as_yaml(existing).splitlines(),
            as_yaml(given).splitlines(),
            f"{technique_id} {old}",
            f"{technique_id} {new}",
            lineterm="",
        )
        return RevisionDiff(technique_id, old, new, changes_between(existing, given), "\n".join(lines))


def _chosen(technique_id: str, entries: list[RevisionEntry], given: str) -> str:
    match given:
        case "draft":
            found = [entry.revision for entry in entries if entry.is_draft]
        case "published":
            found = [entry.revision for entry in entries if entry.is_published]
        case _:
            is_enough = len(given.removeprefix("rev_")) >= LEAST_DIGITS
            stem = f"rev_{given.removeprefix('rev_')}"
            found = [each.revision for each in entries if is_enough and each.revision.startswith(stem)]
    if len(found) == 1:
        return found[0]
    is_named = given in (DRAFT, PUBLISHED)
    what = f"{'no' if is_named or not found else 'more than one'} revision {given!r}"
    if is_named:
        what = "no draft that is not published" if given == DRAFT else "no published revision"
    raise NotFound(f"{technique_id} has {what}.", next_step=_list_them(technique_id))


def _older(technique_id: str, entries: list[RevisionEntry], new: str) -> str:
    """Return what a revision is compared with when nothing is said: the published one, or else the newest other."""
    others = [entry for entry in entries if entry.revision != new]
    published = [entry.revision for entry in others if entry.is_published]
    kept = [entry.revision for entry in others]
    if found := published or kept:
        return found[0]
    raise NotFound(
        f"{technique_id} has one revision only, {new}: there is nothing to compare it with.",
        next_step=_list_them(technique_id),
    )


def _list_them(technique_id: str) -> str:
    return f"`limner techniques revisions {slug_of(technique_id)}` lists them."
