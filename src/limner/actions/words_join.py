"""Joins texts into one, with a separator, headings and something around each part or the whole."""

from limner.actions.job import Job, Made
from limner.actions.words import check_length, composed, given_texts, separator_of
from limner.types import Kind


def concat_text(job: Job) -> tuple[Made, ...]:
    """Return the texts as one.

    Raises: InvalidInput, when the result would be too long.
    """
    parts = given_texts(job)
    if job.params["trim_parts"]:
        parts = [part.strip() for part in parts]
    if job.params["skip_empty"]:
        parts = [part for part in parts if part]
    joined = _join(parts, job)
    job.progress(0.9, "Joining")
    return (Made(Kind.TEXT, text=composed(joined)),)


def _join(parts: list[str], job: Job) -> str:
    prefix, suffix, separator = job.params["prefix"], job.params["suffix"], separator_of(job)
    wraps_each: bool = job.params["wrap_each_part"]
    has_headings: bool = job.params["add_headers"]
    headings = [f"## Part {number}\n" if has_headings else "" for number in range(1, len(parts) + 1)]
    inner = sum(map(len, parts)) + sum(map(len, headings)) + max(0, len(parts) - 1) * len(separator)
    around = (len(prefix) + len(suffix)) * (len(parts) if wraps_each else 1)
    check_length(inner + around, "inputs.text", "Join fewer or shorter texts.", "makes a text of")
    if wraps_each:
        parts = [f"{prefix}{part}{suffix}" for part in parts]
    joined = separator.join(heading + part for heading, part in zip(headings, parts, strict=True))
    return joined if wraps_each else f"{prefix}{joined}{suffix}"
