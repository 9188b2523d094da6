"""Which techniques there are: built-in, drafts and published revisions, with their availability."""

import difflib
from collections.abc import Mapping, Sequence

from limner.app.models import ModelCatalogue
from limner.app.needs import in_words, wanted_at_least
from limner.app.paging import decode_cursor, encode_cursor, require_limit
from limner.app.pricing import Pricing
from limner.app.requests import RevisionEntry, TechniqueEntry, TechniqueFilter
from limner.app.searching import Searching, cursor_after, other_query, rest_of
from limner.engine.seams import Routes
from limner.errors import FieldError, InvalidTechnique, NotFound, Problem, Unavailable
from limner.providers.desk import ProviderDesk
from limner.store.contract import Store
from limner.techniques.load import from_definition
from limner.techniques.remote import remote_techniques
from limner.techniques.revision import pinned_in
from limner.techniques.schema import signature
from limner.techniques.shelf import Shelf
from limner.types import Action, Availability, Json, Model, Page, StepKind, Technique
from limner.types.technique import slug_of, technique_id_of


class TechniqueCatalogue:
    """Answers for techniques by id, slug or revision."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        store: Store,
        actions: dict[str, Action],
        models: ModelCatalogue,
        desk: ProviderDesk,
        routes: Routes,
    ) -> None:
        self.pricing = Pricing(routes=routes, technique_of=self.revision)
        self._shelf = shelf
        self._models = models
        self._desk = desk
        self._offered = -1
        self._known_models: Mapping[str, Model] = {}
        self._remote: dict[str, Technique] = {}
        self._targets: set[str] = set()
        """What the remote techniques name at their providers."""
        self._silent: Mapping[str, str] = {}
        self._store = store
        self._actions = actions
        self._kept: dict[tuple[str, str], Technique] = {}
        self._entries: dict[tuple[str, str, bool], TechniqueEntry] = {}
        self._searching = Searching()
        self._seen = -1
        self._published: dict[str, str] = {}
        self._unusable: dict[str, Unavailable] = {}
        """The published revisions that cannot run any more, as the last look at all entries found them."""

    async def entries(self) -> dict[str, TechniqueEntry]:
        """Return every technique by id, in id order: the published revision, or the draft of one without.

        Those that providers offer are among them.
        """
        await self._look()
        found: dict[str, TechniqueEntry] = {
            technique_id: await self._entry(technique, is_published=False)
            for technique_id, technique in self._shelf.drafts().items()
        }
        for technique_id, technique in self._shelf.builtin().items():
            found[technique_id] = await self._entry(technique)
        for technique_id, technique in self._remote.items():
            found[technique_id] = await self._entry(technique)
        self._unusable = {}
        for technique_id, revision in (await self._published_now()).items():
            try:
                found[technique_id] = await self._entry(await self.revision(technique_id, revision))
            except Unavailable as error:
                self._unusable[technique_id] = error
                found.pop(technique_id, None)
        return dict(sorted(found.items()))

    async def _look(self) -> None:
        """See what providers offer, and what of it is new."""
        offers = await self._desk.offers()
        if self._offered == self._desk.version and self._known_models:
            return
        self._offered, self._silent = self._desk.version, self._desk.problems()
        self._known_models = await self._models.models()
        local = {*self._shelf.builtin(), *self._shelf.drafts()}
        self._remote = {}
        for provider, offered in offers.items():
            self._remote |= remote_techniques(provider, offered.techniques, {*local, *self._remote})
        self._targets = {step.target for each in self._remote.values() for step in each.steps}
        self._entries.clear()

    async def _published_now(self) -> dict[str, str]:
        """Return the published revisions, read again only after a commit."""
        version = self._store.data_version()
        if version != self._seen:
            self._published = await self._store.published()
            self._seen = version
        return self._published

    async def find(self, wanted: TechniqueFilter) -> Page:
        """Return one page of entries: those that a query means, best first, or all in id order.

        Raises: InvalidInput for a bad limit or cursor.
        """
        require_limit(wanted.limit)
        entries = await self.entries()
        query = (wanted.query or "").strip()
        listed = await self._searching.rank(entries, query) if query else list(entries.values())
        matching = [entry for entry in listed if _matches(entry, wanted)]
        start = _start_of(matching, query, wanted.cursor) if wanted.cursor else 0
        page = matching[start : start + wanted.limit]
        end = start + len(page)
        more = _cursor(query, end, page[-1]) if end < len(matching) else None
        return Page(tuple(page), more, len(matching))

    async def get(self, name: str, revision: str | None = None) -> TechniqueEntry:
        """Return a technique by id or slug: its published revision, or the one named (`draft` names the draft).

        Raises: NotFound, with the nearest ids; Unavailable with code `revision_unusable`.
        """
        technique_id = technique_id_of(name)
        await self._look()
        if revision is None:
            entries = await self.entries()
            if entry := entries.get(technique_id):
                return entry
            raise self._unusable.get(technique_id) or self._unknown(name, list(entries))
        if revision == "draft":
            if draft := self._shelf.drafts().get(technique_id):
                return await self._entry(draft, is_published=False)
            raise NotFound(f"{technique_id} has no draft.", next_step="Leave `revision` out.")
        return await self._entry(await self.revision(technique_id, revision))

    async def startable(self, name: str, revision: str | None) -> Technique:
        """Return the technique that a run would execute.

        Raises: NotFound; Unavailable with code `not_published`, `needs_provider` or `revision_unusable`.
        """
        entry = await self.get(name, revision)
        if entry.availability is Availability.NEEDS_PROVIDER:
            raise Unavailable(
                f"{entry.technique.technique_id} needs {' and '.join(entry.needs)}, "
                "and no configured provider offers it.",
                code="needs_provider",
                next_step="Choose a technique that runs here: list_techniques(runnable_only=true).",
            )
        if revision is None and not entry.is_published:
            raise Unavailable(
                f"{entry.technique.technique_id} has no published revision.",
                code="not_published",
                next_step=f"Publish it with `limner techniques publish {entry.technique.slug}`, "
                f"or name the revision: {entry.technique.revision}.",
            )
        return entry.technique

    async def revision(self, technique_id: str, revision: str) -> Technique:
        """Return one revision, from the files or from the store.

        Raises: NotFound; Unavailable with code `revision_unusable`, where it names what Limner does not have any more.
        """
        for shelf in (self._shelf.builtin(), self._shelf.drafts(), self._remote):
            if (current := shelf.get(technique_id)) and current.revision == revision:
                return current
        if (technique_id, revision) not in self._kept:
            definition = await self._store.get_revision(technique_id, revision)
            nested = await self._nested(definition)
            try:
                self._kept[technique_id, revision] = from_definition(
                    definition,
                    actions=self._actions,
                    technique_of=lambda inner, pinned: nested.get((inner, pinned)),
                )
            except InvalidTechnique as error:
                raise _unusable(technique_id, revision, error) from error
        return self._kept[technique_id, revision]

    async def keep(self, technique: Technique) -> None:
        """Store a revision, and those of the techniques nested in it, so that its runs can always resume."""
        if (technique.technique_id, technique.revision) in self._kept:
            return
        for step in technique.steps:
            for inner, revision in step.techniques:
                if revision:
                    await self.keep(await self.revision(inner, revision))
        await self._store.save_revision(technique.technique_id, technique.revision, technique.definition)
        self._kept[technique.technique_id, technique.revision] = technique

    async def revisions(self, name: str) -> tuple[str, list[RevisionEntry]]:
        """Return a technique's id, and its revisions: the draft that is not published yet, then newest first.

        Raises: NotFound.
        """
        technique_id = technique_id_of(name)
        published = (await self._published_now()).get(technique_id)
        if published is None and (shipped := self._shelf.builtin().get(technique_id)):
            published = shipped.revision
        kept = {each.revision: each.created_at for each in await self._store.list_revisions(technique_id)}
        in_files = {each.revision: each for each in self._in_files(technique_id)}
        names = dict.fromkeys((*(name for name in in_files if name not in kept), *kept))
        if not names:
            raise self._unknown(name, list(await self.entries()))
        draft = self._shelf.drafts().get(technique_id)
        return technique_id, [
            RevisionEntry(
                name,
                is_published=name == published,
                is_draft=draft is not None and name == draft.revision != published,
                created_at=kept.get(name),
            )
            for name in names
        ]

    async def definition(self, technique_id: str, revision: str) -> Json:
        """Return what a revision holds, even one whose actions are not here any more. Raises: NotFound."""
        found = (each for each in self._in_files(technique_id) if each.revision == revision)
        technique = next(found, None)
        if technique is not None:
            return technique.definition
        return await self._store.get_revision(technique_id, revision)

    def _in_files(self, technique_id: str) -> list[Technique]:
        shelves = (self._shelf.drafts(), self._shelf.builtin())
        return [shelf[technique_id] for shelf in shelves if technique_id in shelf]

    async def publish(self, name: str, revision: str = "draft") -> TechniqueEntry:
        """Publish a technique's draft, or the revision named: an older one rolls back.

        Raises: NotFound, when there is none.
        """
        entry = await self.get(name, revision)
        await self.keep(entry.technique)
        await self._store.publish(entry.technique.technique_id, entry.technique.revision)
        return await self._entry(entry.technique)

    def problems(self) -> list[Problem]:
        """Return the mistakes in technique files, and published revisions that cannot run any more.

        They hide only the techniques that have them.
        """
        stale = (Problem(name, 1, each.message, each.next_step) for name, each in self._unusable.items())
        return [*self._shelf.problems(), *stale]

    async def _nested(self, definition: Json) -> dict[tuple[str, str | None], Technique]:
        """Return the techniques that a stored definition pins, by id and revision."""
        pinned = pinned_in(definition)
        return {(inner, revision): await self.revision(inner, revision) for inner, revision in pinned}

    def _inner(self, technique_id: str, revision: str | None) -> Technique | None:
        """Return the technique that a step pins, as far as it is at hand."""
        current = self._shelf.builtin().get(technique_id) or self._shelf.drafts().get(technique_id)
        if current is not None and revision in (None, current.revision):
            return current
        return self._kept.get((technique_id, revision or ""))

    async def _entry(self, technique: Technique, *, is_published: bool = True) -> TechniqueEntry:
        key = (technique.technique_id, technique.revision, is_published)
        if key not in self._entries:
            needs = tuple(sorted(self._needs(technique)))
            state = Availability.READY if is_published else Availability.NOT_PUBLISHED
            if needs:
                state = Availability.NEEDS_PROVIDER
            price = await self.pricing.least(technique)
            entry = TechniqueEntry(technique, state, needs, is_published, signature(technique), *price)
            self._entries[key] = entry
        return self._entries[key]

    def _needs(self, technique: Technique) -> set[str]:
        """Return in words what the technique needs that nobody offers now."""
        needs: set[str] = set()
        for step in technique.steps:
            for technique_id, revision in step.techniques:
                if inner := self._inner(technique_id, revision):
                    needs |= self._needs(inner)
            if step.kind is StepKind.REMOTE:
                provider = step.target.partition("/")[0]
                if provider in self._silent or step.target not in self._targets:
                    needs.add(f"the provider {provider}")
            elif (wanted := wanted_at_least(step)) and not self._models.candidates_of(
                self._known_models, wanted
            ):
                needs.add(in_words(wanted))
        return needs

    def _unknown(self, name: str, known: list[str]) -> NotFound:
        slugs = [slug_of(each) for each in known]
        near = difflib.get_close_matches(slug_of(name), slugs, n=3, cutoff=0.5)
        hint = f" Did you mean {', '.join(map(technique_id_of, near))}?" if near else ""
        return NotFound(
            f"There is no technique {name!r}.{hint}",
            fields=[FieldError("technique_id", f"there is no {name!r}.{hint}")],
            next_step="Call list_techniques to see the ids; a query narrows the list.",
        )


def not_published(entries: Mapping[str, TechniqueEntry], names: Sequence[str]) -> list[str]:
    """Return those slugs or ids in `names` that no published technique has."""
    published = {technique_id for technique_id, entry in entries.items() if entry.is_published}
    return [name for name in names if technique_id_of(name) not in published]


def _unusable(technique_id: str, revision: str, error: InvalidTechnique) -> Unavailable:
    """Return the refusal of a revision that was sound once, for an earlier Limner."""
    reasons = " ".join(problem.message for problem in error.problems)
    return Unavailable(
        f"{technique_id} {revision} cannot run here any more: {reasons}",
        code="revision_unusable",
        next_step="Choose another revision, or publish one that runs: "
        f"`limner techniques revisions {slug_of(technique_id)}` lists them.",
    )


def _start_of(listed: Sequence[TechniqueEntry], query: str, cursor: str) -> int:
    """Return where the page behind a cursor begins. Raises: InvalidInput."""
    if query:
        return rest_of(listed, query, cursor)
    after = decode_cursor(cursor)
    if ":" in after:
        raise other_query()
    return sum(entry.technique.technique_id <= after for entry in listed)


def _cursor(query: str, end: int, last: TechniqueEntry) -> str:
    return cursor_after(query, end, last) if query else encode_cursor(last.technique.technique_id)


def _matches(entry: TechniqueEntry, wanted: TechniqueFilter) -> bool:
    technique = entry.technique
    if wanted.runnable_only and entry.availability is not Availability.READY:
        return False
    if wanted.input_type and all(port.type is not wanted.input_type for port in technique.inputs):
        return False
    return not wanted.output_type or any(port.type is wanted.output_type for port in technique.outputs)
