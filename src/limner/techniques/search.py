"""Ranks techniques by what a person or an agent says they want; an index of words, no network, no model."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log

from limner.techniques.terms import is_one_slip, squeezed, stem, words_of
from limner.techniques.vocabulary import Vocabulary

SATURATION = 1.2
LENGTH_SHARE = 0.4
"""How much of a field's length counts against it: 0 not at all, 1 in full."""
SYNONYM_SHARE = 0.5
SLIP_SHARE = 0.7
PREFIX_SHARE = 0.6
FLOOR = 0.2
"""What scores under this share of the best is not shown: in a long query every technique has some word."""
LEAST_PREFIX = 3
LEAST_TYPED = 5
MOST_GUESSES = 8
MOST_WORDS = 64
"""How many words of a query are looked up: nobody's brief is longer, and an endless one costs no more."""


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a document: its words, and what a word there is worth."""

    weight: float
    words: Sequence[str]


Document = Mapping[str, Field]


class Index:
    """The postings of a list of documents; found ones are named by their place in it.

    Source of the score: BM25F (Robertson, Zaragoza and Taylor 2004, doi:10.1145/1031171.1031181), summed over the
    words of the query; of the readings of one word (itself, its synonyms, what it may be a slip of) the best counts.
    """

    def __init__(self, documents: Sequence[Document], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        places = _places(documents)
        self._rarity = {term: _rarity(len(documents), len(found)) for term, found in places.items()}
        self._postings = {term: _scored(found, self._rarity[term]) for term, found in places.items()}
        words = {word for document in documents for part in document.values() for word in part.words}
        self._words = sorted(words | set(vocabulary.words))
        self._by_ends = _by_ends(self._words)
        self._merged: dict[str, dict[int, float]] = {}

    def rank(self, query: str) -> list[int] | None:
        """Return the places of the documents that match, best first, ties in their order.

        What matches far less than the best does is left out. None: the query has no words.
        """
        words = self._query_words(query)
        if not words:
            return None
        scores: dict[int, float] = defaultdict(float)
        for word in words:
            for place, score in self._scores_of(word).items():
                scores[place] += score
        floor = FLOOR * max(scores.values(), default=0.0)
        kept = ((-round(score, 9), place) for place, score in scores.items() if score >= floor)
        return [place for _, place in sorted(kept)]

    def _query_words(self, query: str) -> list[str]:
        """Return the different words of a query that say something, and the compounds that they are known as."""
        words = words_of(query)
        told = [word for word in words if word not in self._vocabulary.stop_words] or words
        pairs = (first + second for first, second in pairwise(words))
        compounds = [pair for pair in pairs if self._is_known(stem(pair))]
        return list(islice(dict.fromkeys((*told, *compounds)), MOST_WORDS))

    def _is_known(self, term: str) -> bool:
        return term in self._postings or term in self._vocabulary.synonyms

    def _scores_of(self, word: str) -> Mapping[int, float]:
        """Return where a word of a query is meant and the score there; of an unknown word, what it may be."""
        term = stem(word)
        if self._is_known(term):
            return self._meant(term)
        best: dict[int, float] = {}
        for guess, share in self._guesses(word):
            for place, score in self._meant(stem(guess)).items():
                if score * share > best.get(place, 0.0):
                    best[place] = score * share
        return best

    def _meant(self, term: str) -> Mapping[int, float]:
        """Return where a known term or a synonym of it stands. A rare synonym counts no more than the term would."""
        if term in self._merged:
            return self._merged[term]
        best = dict(self._postings.get(term, {}))
        own = self._rarity.get(term)
        for other in self._vocabulary.synonyms.get(term, ()):
            theirs = self._rarity.get(other, 0.0)
            share = SYNONYM_SHARE * min(1.0, own / theirs) if own and theirs else SYNONYM_SHARE
            for place, score in self._postings.get(other, {}).items():
                best[place] = max(score * share, best.get(place, 0.0))
        self._merged[term] = best
        return best

    def _guesses(self, word: str) -> Iterable[tuple[str, float]]:
        """Return what an unknown word may be: the beginning of a longer one, or one with a letter wrong."""
        if len(word) >= LEAST_PREFIX:
            at = bisect_left(self._words, word)
            begun = (each for each in self._words[at : at + MOST_GUESSES] if each.startswith(word))
            yield from ((each, PREFIX_SHARE) for each in begun)
        if len(word) >= LEAST_TYPED:
            yield from ((each, SLIP_SHARE) for each in self._slips_of(word))

    def _slips_of(self, word: str) -> list[str]:
        """Return the known words that a word may be a slip of: one slip leaves the first two letters or the last."""
        single = squeezed(word)
        near: dict[str, str] = {}
        for length in range(len(single) - 1, len(single) + 2):
            near.update(self._by_ends.get((single[:2], "", length), ()))
            near.update(self._by_ends.get(("", single[-2:], length), ()))
        return [known for known, bare in near.items() if is_one_slip(single, bare)]


_Ends = tuple[str, str, int]


def _by_ends(words: Iterable[str]) -> dict[_Ends, list[tuple[str, str]]]:
    """Return words with their squeezed form, by two letters at either end and the length."""
    found: dict[_Ends, list[tuple[str, str]]] = defaultdict(list)
    for word in words:
        single = squeezed(word)
        found[single[:2], "", len(single)].append((word, single))
        found["", single[-2:], len(single)].append((word, single))
    return found


def _places(documents: Sequence[Document]) -> dict[str, dict[int, float]]:
    """Return, per term, the places where it stands and the weighted count there, lengths allowed for."""
    lengths: dict[str, list[int]] = defaultdict(list)
    for document in documents:
        for name, part in document.items():
            lengths[name].append(len(part.words))
    means = {name: sum(counts) / len(counts) or 1.0 for name, counts in lengths.items()}
    stems: dict[str, str] = {}
    found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for place, document in enumerate(documents):
        for name, part in document.items():
            worth = part.weight / (1 - LENGTH_SHARE + LENGTH_SHARE * len(part.words) / means[name])
            for word in part.words:
                term = stems.get(word) or stems.setdefault(word, stem(word))
                found[term][place] += worth
    return found


def _rarity(count: int, having: int) -> float:
    return log(1 + (count - having + 0.5) / (having + 0.5))


def _scored(places: Mapping[int, float], rarity: float) -> dict[int, float]:
    return {place: rarity * worth / (SATURATION + worth) for place, worth in places.items()}
