"""Remembered answers: what makes a repeated call of a mutating operation the same call."""

from dataclasses import dataclass
from enum import StrEnum

from limner.types.json import Json


class AnswerState(StrEnum):
    """What a call with an idempotency key is to do."""

    YOURS = "yours"
    """Do the work: nobody has, or whoever began is taken for dead."""
    DONE = "done"
    """Answer with what is remembered."""
    AT_WORK = "at_work"
    """Wait: another call with the same key and request is doing it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How the answer under a key stands; with `YOURS` also the proof that this call may finish or drop it."""

    state: AnswerState
    caller: str
    operation: str
    key: str
    taken_until: int
    """Unix milliseconds. Another call may take over from then on; each takes it until a later moment."""
    answer: Json | None = None
    """What is remembered, when it is done."""
