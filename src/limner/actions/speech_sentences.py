"""Cuts a text into what is said in one breath, and says how long to pause after each."""

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_CHARACTERS = 400
"""Of one sentence: a longer one is cut at a comma or between words, for what an engine takes grows with it."""
SENTENCE_PAUSE, PARAGRAPH_PAUSE = 0.35, 0.8
"""Seconds of silence after a sentence, and before a new paragraph."""
END = re.compile(
    r"""
    (?<=[.!?…]) ["'”’)\]]* \s+ (?=["'“‘(\[¿¡]*[^\W_a-z])  # a mark, a space, and no small letter
    | (?<=[。！？]) ["”’」』）]* \s*                        # writing without spaces
    """,
    re.X,
)
TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Fig|approx)\.(?=\s)")
"""Short forms whose full stop ends no sentence: engines pause at it, and say the same without it."""
INITIAL = re.compile(r"\b([A-Z])\.(?=\s+[A-Z])")
PHONEMES = "[["
"""Begins what Piper and espeak-ng take for sounds instead of letters."""


class Sentence(NamedTuple):
    """What is said in one breath. `pause`: seconds of silence after it, at speed 1."""

    text: str
    pause: float


def sentences(text: str) -> list[Sentence]:
    """Return what there is to say of a text, in order; empty where it has no letter and no digit.

    A line break ends a sentence, a blank line a paragraph.
    """
    said: list[Sentence] = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        parts = [part for line in paragraph.splitlines() for part in _parts(line)]
        said += [Sentence(part, SENTENCE_PAUSE) for part in parts]
        if parts:
            said[-1] = Sentence(parts[-1], PARAGRAPH_PAUSE)
    return said


def _parts(line: str) -> Iterator[str]:
    plain = " ".join(line.replace(PHONEMES, "[ [").split())
    plain = INITIAL.sub(r"\1", TITLE.sub(r"\1", plain))
    start = 0
    for end in [*(found.end() for found in END.finditer(plain)), len(plain)]:
        part = plain[start:end].strip()
        start = end
        if any(character.isalnum() for character in part):
            yield from _short(part)


def _short(part: str) -> Iterator[str]:
    """Yield a sentence in pieces of at most MOST_CHARACTERS, cut after a comma where there is one."""
    while len(part) > MOST_CHARACTERS:
        head = part[:MOST_CHARACTERS]
        marks = [head.rfind(mark) + 1 for mark in (", ", "; ", ": ", "，", "、")]
        cut = max(marks)
        if cut < MOST_CHARACTERS // 3:
            cut = head.rfind(" ") + 1 or MOST_CHARACTERS
        yield part[:cut].strip()
        part = part[cut:].strip()
    if part:
        yield part
