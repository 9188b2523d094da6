"""Measures words: what a kit forbids and asks for, and how hard a text is to read."""

import re
from collections.abc import Sequence

from limner.evaluation.scoring import Measured

LEAST_WORDS = 8
"""Of fewer words the grade says nothing."""
MOST_CHARS = 200_000
AROUND = 24
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


def banned(texts: Sequence[str], words: Sequence[str]) -> Measured:
    """Return how often words that a brand never uses stand in texts, and where."""
    joined = _plain(texts)
    places = [(word, found) for word in words for found in _pattern(word).finditer(joined)]
    near = [joined[max(0, found.start() - AROUND) : found.end() + AROUND].strip() for _, found in places[:5]]
    seen = list(dict.fromkeys(word for word, _ in places))
    evidence = {"words": seen, "near": near} if places else {}
    return Measured(float(len(places)), evidence)


def required(texts: Sequence[str], words: Sequence[str]) -> Measured:
    """Return the share of words that a brand asks for that stand in texts, and which are missing."""
    joined = _plain(texts)
    missing = [word for word in words if not _pattern(word).search(joined)]
    share = 1 - len(missing) / len(words)
    return Measured(round(share, 3), {"missing": missing} if missing else {})


def grade(texts: Sequence[str]) -> Measured:
    """Return the Flesch-Kincaid grade of English texts.

    Source: Kincaid et al. 1975, https://stars.library.ucf.edu/istlibrary/56/. Syllables are groups of vowels.
    """
    joined = "\n".join(texts)[:MOST_CHARS]
    words = _WORD.findall(joined.casefold())
    if len(words) < LEAST_WORDS:
        return Measured(reason=f"fewer than {LEAST_WORDS} words of text")
    sentences = max(1, sum(bool(_WORD.search(part)) for part in _SENTENCE_END.split(joined)))
    syllables = sum(map(syllables_of, words))
    value = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    hardest = sorted(dict.fromkeys(words), key=syllables_of, reverse=True)[:3]
    return Measured(
        round(value, 1),
        {"word_count": len(words), "sentence_count": sentences, "hardest": hardest},
    )


def syllables_of(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, without a silent e at the end."""
    groups = len(_VOWELS.findall(word))
    is_silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - is_silent)


def _plain(texts: Sequence[str]) -> str:
    return " ".join(" ".join(texts)[:MOST_CHARS].casefold().split())


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word or phrase where it stands alone, however it is spaced."""
    parts = (re.escape(part) for part in word.casefold().split())
    return re.compile(rf"(?<!\w){' '.join(parts)}(?!\w)")
