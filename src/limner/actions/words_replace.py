"""Replaces a literal text within another, in any case and at whole words where asked."""

from collections.abc import Iterator
from itertools import accumulate, islice

from limner.actions.job import Job, Made
from limner.actions.words import check_length, composed, given_texts
from limner.actions.words_marks import is_word_edge
from limner.types import Kind

Span = tuple[int, int]
"""Where a match begins and ends in the text."""


def find_and_replace_text(job: Job) -> tuple[Made, ...]:
    """Return the text with what was found replaced; as it is when there is nothing to find, or it does not occur.

    Raises: InvalidInput, when the result would be too long.
    """
    (text,) = given_texts(job)
    find, replacement = composed(job.params["find"]), composed(job.params["replace"])
    found = matches(text, find, is_exact=job.params["case_sensitive"], is_word=job.params["whole_word"])
    spans = list(found if job.params["replace_all"] else islice(found, 1))
    if find and not spans:
        job.warn(f"params.find: {find[:40]!r} does not occur in the text, which stays as it is.")
    job.progress(0.5, "Replacing")
    return (Made(Kind.TEXT, text=_replaced(text, spans, replacement)),)


def matches(text: str, find: str, *, is_exact: bool, is_word: bool) -> Iterator[Span]:
    """Yield where `find` stands in the text, from the start, without overlaps; never for an empty one.

    is_exact: case counts. Otherwise by full case folding: `STRASSE` finds `Straße`.
    is_word: only where a word begins and ends, as Unicode has it: `don` is no word within `don't`.
    """
    places: dict[int, int] | range = range(len(text) + 1)
    searched = text
    if not is_exact:
        find, searched, places = find.casefold(), text.casefold(), _places(text)
    at = searched.find(find) if find else -1
    while at >= 0:
        span = _span(places, at, at + len(find))
        is_match = span is not None and not (is_word and not _is_word(text, span))
        if is_match and span is not None:
            yield span
        at = searched.find(find, at + (len(find) if is_match else 1))


def _span(places: dict[int, int] | range, start: int, end: int) -> Span | None:
    """Return the match in the text itself; None when it begins or ends inside what one character folds to."""
    if start not in places or end not in places:
        return None
    return places[start], places[end]


def _places(text: str) -> dict[int, int]:
    """Return where each character of the text begins, by where it begins in the folded text."""
    ends = accumulate((len(character.casefold()) for character in text), initial=0)
    return {folded: index for index, folded in enumerate(ends)}


def _is_word(text: str, span: Span) -> bool:
    return is_word_edge(text, span[0]) and is_word_edge(text, span[1])


def _replaced(text: str, spans: list[Span], replacement: str) -> str:
    """Return the text with each span replaced. Raises: InvalidInput, before anything too long is built."""
    removed = sum(end - start for start, end in spans)
    length = len(text) - removed + len(spans) * len(replacement)
    check_length(length, "params.replace", "Use a shorter replacement or less text.", "makes a text of")
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], replacement)
        done = end
    return composed("".join([*parts, text[done:]]))
