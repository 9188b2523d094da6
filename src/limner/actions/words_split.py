"""Cuts a text into parts, at a separator, blank lines, every few lines or every few characters."""

import re
from collections.abc import Iterator
from itertools import pairwise

from limner.actions.job import Job, Made
from limner.actions.words import given_texts, separator_of
from limner.actions.words_marks import seen_characters
from limner.errors import InvalidInput
from limner.types import Kind

MOST_PARTS = 1_000

Span = tuple[int, int]
"""Where a part begins and ends in the text."""


def split_text(job: Job) -> tuple[Made, ...]:
    """Return the parts of a text in order, at least one: of an empty text, an empty one.

    Raises: InvalidInput, when there are more than `MOST_PARTS`.
    """
    (text,) = given_texts(job)
    spans = list(_spans(text, job))
    is_trimmed: bool = job.params["trim_parts"]
    if job.params["skip_empty"]:
        spans = [span for span in spans if _cut(text, span, is_trimmed)]
    spans = _at_most(spans, int(job.params["max_parts"]))
    job.progress(0.9, "Splitting")
    return tuple(Made(Kind.TEXT, text=_cut(text, span, is_trimmed)) for span in spans or [(0, 0)])


def _spans(text: str, job: Job) -> Iterator[Span]:
    match job.params["split_mode"]:
        case "paragraph":
            return paragraphs(text)
        case "lines":
            return groups_of_lines(text, int(job.params["lines_per_part"]))
        case "charCount":
            return runs(text, int(job.params["chars_per_part"]))
        case _:
            return between(text, separator_of(job))


def between(text: str, separator: str) -> Iterator[Span]:
    """Yield what stands between separators; without one, the whole text."""
    start = 0
    for found in re.finditer(re.escape(separator), text) if separator else ():
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def paragraphs(text: str) -> Iterator[Span]:
    """Yield the runs of lines that blank lines separate, without their last line break."""
    start, end = -1, 0
    for first, last in _lines(text):
        if text[first:last].strip():
            start, end = (first if start < 0 else start), last
        elif start >= 0:
            yield start, end
            start = -1
    if start >= 0:
        yield start, end


def groups_of_lines(text: str, count: int) -> Iterator[Span]:
    """Yield every `count` lines, without their last line break; blank lines count."""
    lines = list(_lines(text))
    for index in range(0, len(lines), count):
        group = lines[index : index + count]
        yield group[0][0], group[-1][1]


def runs(text: str, count: int) -> Iterator[Span]:
    """Yield every `count` characters as people see them: no accent, emoji or flag is cut in two."""
    starts = list(seen_characters(text))[::count]
    yield from pairwise([*starts, len(text)])


def _lines(text: str) -> Iterator[Span]:
    """Yield the lines of a text, each without its line break."""
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.splitlines()[0])
        start += len(line)


def _cut(text: str, span: Span, is_trimmed: bool) -> str:
    part = text[span[0] : span[1]]
    return part.strip() if is_trimmed else part


def _at_most(spans: list[Span], most: int) -> list[Span]:
    """Return at most so many parts, of which the last keeps the rest of the text as it is. most 0: all.

    Raises: InvalidInput, when all are more than `MOST_PARTS`.
    """
    if most and len(spans) > most:
        return [*spans[: most - 1], (spans[most - 1][0], spans[-1][1])]
    if len(spans) > MOST_PARTS:
        raise InvalidInput.of(
            "inputs.text",
            f"splits into {len(spans):,} parts, the limit is {MOST_PARTS:,}",
            next_step="Set max_parts, whose last part keeps the rest, or make the parts larger.",
        )
    return spans
