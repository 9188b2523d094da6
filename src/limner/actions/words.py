"""What every action on text begins and ends with: the job's text in one Unicode form, within a length."""

import unicodedata

from limner.actions.job import Job
from limner.errors import InvalidInput
from limner.types import Kind

MOST_CHARACTERS = 1_000_000
"""Of all inputs of a job together, and of its result."""


def given_texts(job: Job) -> list[str]:
    """Return the job's texts in order, in NFC: requests that differ only in Unicode form are the same.

    Raises: InvalidInput, when they are longer than `MOST_CHARACTERS` together.
    """
    texts = [composed(job.text(index)) for index in range(len(job.inputs.get(Kind.TEXT, ())))]
    check_length(sum(len(text) for text in texts), "inputs.text", "Send less text, or in several calls.")
    return texts


def composed(text: str) -> str:
    """Return the text in Unicode NFC."""
    return unicodedata.normalize("NFC", text)


def separator_of(job: Job) -> str:
    r"""Return the separator asked for; `\n` and `\t`, which is how a shell types them, as what they stand for."""
    separator: str = job.params["separator"]
    return composed(separator.replace(r"\n", "\n").replace(r"\t", "\t"))


def check_length(characters: int, field: str, next_step: str, what: str = "has") -> None:
    """Check a length against the limit. Raises: InvalidInput, naming `field`, both numbers and the way out."""
    if characters > MOST_CHARACTERS:
        raise InvalidInput.of(
            field,
            f"{what} {characters:,} characters, the limit is {MOST_CHARACTERS:,}",
            next_step=next_step,
        )
