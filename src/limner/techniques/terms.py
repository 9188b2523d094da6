"""Says which terms a text is searched by: its words in one spelling, cut to what their forms share."""

import re
import unicodedata

_WORDS = re.compile(r"[^\W_]+")
_DOUBLED = re.compile(r"(.)\1+")
_COMPOUNDS = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_SPELLINGS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"(?<=..)our", "or"),
        (r"is(e|ed|er|ers|es|ing|ation|ations)$", r"iz\1"),
        (r"ys(e|ed|er|es|ing)$", r"yz\1"),
        (r"ogue(s?)$", r"og\1"),
        (r"(?<=[nb])tre(s?)$", r"ter\1"),
        (r"^grey", "gray"),
    )
)
"""British spellings and the American ones. Applied to both sides, so that a word changed in vain still meets itself."""
_BRITISH = re.compile("|".join(pattern.pattern for pattern, _ in _SPELLINGS))
_LEAST = 3
_SUFFIXES = (
    ("izations", 4),
    ("ization", 4),
    ("ations", _LEAST),
    ("ation", _LEAST),
    ("izing", 4),
    ("ators", _LEAST),
    ("ating", _LEAST),
    ("ator", _LEAST),
    ("ated", _LEAST),
    ("ates", _LEAST),
    ("ized", 4),
    ("izes", 4),
    ("ings", _LEAST),
    ("ions", 5),
    ("ate", 4),
    ("ize", 4),
    ("ing", _LEAST),
    ("ion", 5),
    ("ed", _LEAST),
)
"""What is cut off, longest first, and how many letters must be left."""
_VOWELS = frozenset("aeiouy")
_FORMS = ("ing", "ings", "ed")
_KEPT_DOUBLE = frozenset("lsz")


def words_of(text: str) -> list[str]:
    """Return the words of a text in order: small letters without accents, in American spelling."""
    return [spelled(word) for word in _WORDS.findall(_plain(text))]


def joined_words_of(text: str) -> list[str]:
    """Return what the hyphenated words of a text are when written as one: `floor-plan` gives `floorplan`."""
    return [spelled(found.replace("-", "")) for found in _COMPOUNDS.findall(_plain(text))]


def _plain(text: str) -> str:
    small = text.casefold().replace("’", "'").replace("'s", "")
    if small.isascii():
        return small
    return "".join(each for each in unicodedata.normalize("NFKD", small) if not unicodedata.combining(each))


def spelled(word: str) -> str:
    """Return a word in American spelling, as far as a rule knows it."""
    if len(word) < 4:
        return word
    for pattern, words in _SPELLINGS if _BRITISH.search(word) else ():
        word = pattern.sub(words, word)
    return word


def stem(word: str) -> str:
    """Return what the forms of an English word share: `animate`, `animated` and `animations` give one stem.

    A light stemmer: it cuts plurals and a few endings, and leaves alone what is short.
    """
    word = _singular(word)
    for suffix, least in _SUFFIXES:
        cut = word[: -len(suffix)]
        if word.endswith(suffix) and len(cut) >= least and not _VOWELS.isdisjoint(cut):
            word = _single(cut) if suffix in _FORMS else cut
            break
    return word[:-1] if word.endswith("e") and len(word) > _LEAST else word


def _singular(word: str) -> str:
    if len(word) <= _LEAST or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word[:-1]


def _single(cut: str) -> str:
    """Return a stem without the consonant that its ending doubled: `cropp` gives `crop`."""
    doubled = len(cut) > _LEAST and cut[-1] == cut[-2] and cut[-1] not in _VOWELS | _KEPT_DOUBLE
    return cut[:-1] if doubled else cut


def squeezed(word: str) -> str:
    """Return a word with each doubled letter single: doubling one too few or too many is the commonest slip."""
    return _DOUBLED.sub(r"\1", word)


def is_one_slip(first: str, second: str) -> bool:
    """Return whether two words differ by one letter: added, left out, another, or two in exchanged places."""
    if abs(len(first) - len(second)) > 1:
        return False
    at = 0
    while at < min(len(first), len(second)) and first[at] == second[at]:
        at += 1
    one, other = first[at:], second[at:]
    if len(one) != len(other):
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return longer[1:] == shorter
    return one[1:] == other[1:] or (one[1::-1] == other[:2] and one[2:] == other[2:])
