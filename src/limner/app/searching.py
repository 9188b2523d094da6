"""Which techniques a query means, best first, and the cursors of such a list."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import anyio

from limner.app.paging import decode_cursor, encode_cursor
from limner.app.requests import TechniqueEntry
from limner.errors import InvalidInput
from limner.library import search_words
from limner.techniques.search import Document, Index
from limner.techniques.searched import searched
from limner.techniques.vocabulary import Vocabulary, read_vocabulary
from limner.types import Technique


class Searching:
    """Ranks a catalogue. Its index is made at the first query, and again when the catalogue has changed."""

    def __init__(self) -> None:
        self._revisions: tuple[str, ...] = ()
        self._index: Index | None = None
        self._vocabulary: Vocabulary | None = None
        self._documents: dict[str, Document] = {}

    async def rank(self, entries: Mapping[str, TechniqueEntry], query: str) -> list[TechniqueEntry]:
        """Return the entries that a query means, best first; all of them, when it has no words.

        An id (`tech_…`) means its technique alone.
        """
        if (named := entries.get(query.casefold())) is not None:
            return [named]
        listed = list(entries.values())
        revisions = tuple(entry.technique.revision for entry in listed)
        if self._index is None or self._revisions != revisions:
            techniques = [entry.technique for entry in listed]
            self._index = await anyio.to_thread.run_sync(self._build, techniques)
            self._revisions = revisions
        places = self._index.rank(query)
        return listed if places is None else [listed[place] for place in places]

    def _build(self, techniques: Sequence[Technique]) -> Index:
        """Return an index, reading anew only what is not in the last one."""
        if self._vocabulary is None:
            self._vocabulary = read_vocabulary(search_words())
        known = self._documents
        self._documents = {each.revision: known.get(each.revision) or searched(each) for each in techniques}
        return Index([self._documents[each.revision] for each in techniques], self._vocabulary)


def cursor_after(query: str, position: int, last: TechniqueEntry) -> str:
    """Return the cursor behind the item that stands at a position, from 1, of what a query found."""
    return encode_cursor(f"{_digest(query)}:{position}:{last.technique.technique_id}")


def rest_of(ranked: Sequence[TechniqueEntry], query: str, cursor: str) -> int:
    """Return where the page behind a cursor begins: after the item named, or at its position if that has gone.

    Raises: InvalidInput, for a cursor of another list.
    """
    digest, _, rest = decode_cursor(cursor).partition(":")
    position, _, last = rest.partition(":")
    if digest != _digest(query) or not position.isdecimal():
        raise other_query()
    after = (at for at, entry in enumerate(ranked, start=1) if entry.technique.technique_id == last)
    return next(after, int(position))


def other_query() -> InvalidInput:
    """Return the refusal of a cursor that another query gave."""
    return InvalidInput.of(
        "cursor", "belongs to another query", next_step="Leave `cursor` out to start at the top."
    )


def _digest(query: str) -> str:
    return sha256(" ".join(query.casefold().split()).encode()).hexdigest()[:12]
