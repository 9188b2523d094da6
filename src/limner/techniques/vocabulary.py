"""Reads the words that the search knows beyond those of the techniques: synonyms, and words that say nothing."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from limner.techniques.terms import spelled, stem

STOP = "stop:"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The synonyms of a stem, the words in them, and the stop words; all in American spelling."""

    synonyms: dict[str, tuple[str, ...]]
    words: frozenset[str]
    stop_words: frozenset[str]


def read_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary in a file: a group of synonyms a line, `stop:` before stop words, `#` before remarks."""
    groups, stop_words = [], set()
    for line in path.read_text(encoding="utf-8").splitlines():
        words = [spelled(word) for word in line.partition("#")[0].split()]
        if words[:1] == [STOP]:
            stop_words.update(words[1:])
        elif words:
            groups.append(words)
    synonyms: dict[str, dict[str, None]] = defaultdict(dict)
    for words in groups:
        stems = list(dict.fromkeys(map(stem, words)))
        for each in stems:
            synonyms[each].update(dict.fromkeys(other for other in stems if other != each))
    return Vocabulary(
        {each: tuple(others) for each, others in synonyms.items()},
        frozenset(word for words in groups for word in words),
        frozenset(stop_words),
    )
