"""Reads the words for a page out of a brief: quoted text, names, dates, times, places, prices, lists; or a title."""

import re
from dataclasses import dataclass, field

from limner.actions.draft.types import Item
from limner.actions.draft.vocabulary import FORMATS, FUNCTION_WORDS, SMALL_WORDS

GONE = " | "
"""What stands where something was taken out of a brief."""
MOST_TITLE_WORDS = 6
MOST_ITEMS = 40
MOST_ITEM = 120
"""Characters of one line of a list that are read."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|wed|thurs?|fri|sat|sun)\b\.?"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_DATES = (
    rf"(?:{_DAY},?\s+)?\b{_NUMBER}(?:\s*(?:[–—-]|to|&|and)\s*{_NUMBER})?\s+(?:of\s+)?{_MONTH}"
    rf"(?:\s*(?:[–—-]|to)\s*{_NUMBER}\s+{_MONTH})?(?:,?\s+\d{{4}})?",
    rf"(?:{_DAY},?\s+)?\b{_MONTH}\s+{_NUMBER}(?:\s*(?:[–—-]|to)\s*{_NUMBER})?\b(?:,?\s+\d{{4}})?",
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
    rf"\b(?:every|this|next)\s+(?:{_DAY}|weekend\b)|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?:\s*(?:to|[–—-])\s*{_DAY})?\b",
)
_CLOCK = r"(?:\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|a\.m\.|p\.m\.)|\d{1,2}:\d{2}|noon|midnight)"
_TIME = rf"\b(?:doors\s+(?:at\s+|open\s+)?|from\s+)?{_CLOCK}(?:\s*(?:[–—-]|to|till?|until)\s*(?:{_CLOCK}|late))?(?!\w)"
_AMOUNT = (
    r"(?:[$€£¥]\s?\d+(?:[.,]\d{1,3})*|"
    r"\b\d+(?:[.,]\d{1,2})?\s?(?:€|£|₽|zł|(?:eur|usd|gbp|chf|kr|dollars?|euros?|pounds?)\b))"
)
_PRICE = (
    rf"(?:\b(?:from|only|just)\s+)?{_AMOUNT}(?:\s?(?:per|/)\s?\w+)?|\bfree (?:entry|admission|entrance)\b"
)
_TENS = r"(?:ten|fifteen|twenty|twenty-five|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_OFFER = (
    rf"(?:\bup to\s+)?(?:\b\d{{1,3}}\s?%|\b{_TENS}\s+per\s?cent)(?:\s+(?:off|discount))?(?:\s+everything)?"
)
_CAPITAL = r"[A-ZÀ-ÞΑ-ΩА-Я][\w’'.&-]*"
_NAME = rf"{_CAPITAL}(?:\s+(?:(?:of|the|and|de|la|du|van|von|for|&)\s+)*(?:{_CAPITAL}|\d+\w*))*"
_PLACE = rf"(?:\b(?:at|in|near)|@)\s+((?:the\s+)?{_NAME}(?:,\s*(?:\d+\w*\s+)?{_NAME})*)"
_CALLED = rf"\b(?i:called|named|titled|entitled)\s+(?:the\s+)?({_NAME}|[^\s,.;:|][^,.;:|]{{0,50}})"
_ACTION = (
    r"\b(?:shop|book|buy|order|sign|register|join|reserve|subscribe|download|try|learn|apply|donate|discover|get)\s+"
    r"(?:now|today|online|here|free|tickets?|up(?:\s+(?:now|today|free))?|yours?(?:\s+\w+)?|a table|more|us|in store|"
    r"the look)\b|\brsvp\b"
)
_LINK = r"\b(?:https?://\S+|(?:www\.)?[a-z0-9-]+\.(?:com|org|net|io|co|shop|studio|de|fr|uk|eu|gr)(?:/\S*)?)\b|(?<!\w)@\w[\w.]+"
_QUOTES = (
    r"“([^”]+)”", r"„([^“”]+)[“”]", r"«([^»]+)»", r'"([^"]+)"', r"(?<![\w])‘([^‘]+?)’(?!\w)",
    r"(?<![\w])'([^']+(?:'\w[^']*)*)'(?!\w)",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What was found in a brief, and what is left of it."""

    rest: str
    quotes: list[str] = field(default_factory=list)
    name: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)

    def first(self, part: str) -> str:
        """Return the first of what was found of a part, or ""."""
        return next(iter(self.parts.get(part, ())), "")


def find_words(text: str) -> Found:
    """Take the exact words out of a brief, each kind once it is sure not to be another."""
    found = Found(text)
    for pattern in _QUOTES:
        found.rest = re.sub(pattern, lambda match: _keep(match, found.quotes), found.rest)
    _take(found, "link", _LINK, re.IGNORECASE)
    _take(found, "offer", _OFFER, re.IGNORECASE)
    _take(found, "price", _PRICE, re.IGNORECASE)
    for pattern in _DATES:
        _take(found, "date", pattern, re.IGNORECASE)
    _take(found, "time", _TIME, re.IGNORECASE)
    _take(found, "action", _ACTION, re.IGNORECASE)
    if named := re.search(_CALLED, found.rest):
        found.name = named[1].strip(" .,")
        found.rest = found.rest[: named.start()] + GONE + found.rest[named.end() :]
    _take(found, "place", _PLACE, 0)
    # What joined a date to its sentence joins nothing now.
    found.rest = re.sub(r"\b(?:on|at|from|in|for|with|of|and|to)\s*(?=\|)", "", found.rest)
    return found


def _keep(match: re.Match[str], kept: list[str]) -> str:
    words = " ".join(match[1].split())
    if words:
        kept.append(words)
    return GONE


def _take(found: Found, part: str, pattern: str, flags: int) -> None:
    def taken(match: re.Match[str]) -> str:
        words = match[1] if match.re.groups else match[0]
        found.parts.setdefault(part, []).append(" ".join(words.split()).rstrip(",."))
        return GONE

    found.rest = re.sub(pattern, taken, found.rest, flags=flags)


def list_items(text: str, *, is_wanted: bool) -> tuple[tuple[Item, ...], str]:
    """Return the list in a brief, and the brief without it.

    A list has prices, or stands on lines of its own, or follows a colon or `with`, where one `is_wanted`.
    """
    lines = [line.strip(" \t-*•") for line in text.splitlines() if line.strip(" \t-*•")]
    if len(lines) >= 3 and is_wanted:
        return tuple(_item(line) for line in lines[1 : MOST_ITEMS + 1]), lines[0]
    for pattern in (
        r":\s*([^:]{5,})$",
        r"\b(?:with|including|serving|for)\s+((?:[^,;.]+[,;]){2,}[^.]+)\.?$",
    ):
        match = re.search(pattern, " ".join(lines))
        if match is None:
            continue
        pieces = re.split(r"\s*[,;/]\s*(?:and\s+|then\s+)?|\s+(?:and|then)\s+", match[1].strip(" ."))
        items = [_item(each) for each in pieces if each.strip()]
        has_prices = sum(bool(item.price) for item in items) >= 2
        if has_prices or (is_wanted and len(items) >= 3):
            return tuple(items[:MOST_ITEMS]), " ".join(lines)[: match.start()]
    return (), text


def _item(text: str) -> Item:
    text = re.sub(r"^\s*\d{1,2}[.)]\s+", "", text[:MOST_ITEM])
    match = re.fullmatch(rf"(.+?)[\s.:–—-]+({_AMOUNT}|\d+(?:[.,]\d{{1,2}})?)", text.strip(), re.IGNORECASE)
    name, price = (match[1], match[2]) if match else (text, "")
    return Item(sentence(" ".join(name.split()).strip("\"'“”„«»")), price.strip())


def title_of(phrase: str) -> str:
    """Return a short neutral title, as in "Golden Retriever Astronaut", out of a phrase; "" for none."""
    words = re.sub(r"[^\w\s’'&-]", " ", phrase).split()
    kept: list[str] = []
    for word in words:
        is_doing = len(kept) > 1 and word.endswith("ing") and word.islower()
        if kept and (is_doing or word.lower() in _ENDS or (word.lower() in SMALL_WORDS and len(kept) >= 4)):
            break
        kept.append(word)
        if len(kept) == MOST_TITLE_WORDS:
            break
    while kept and kept[-1].lower() in FUNCTION_WORDS:
        kept.pop()
    while kept and kept[0] in FUNCTION_WORDS:
        kept.pop(0)
    return " ".join(
        _titled(word, is_outer=at == 0 or (at == len(kept) - 1 and word.isascii()))
        for at, word in enumerate(kept)
    )


_END_WORDS = (
    "with in using featuring that which showing where from by on at inside wearing holding eating sitting standing "
    "riding drinking playing running through over under near who during because so but"
)
_ENDS = frozenset(_END_WORDS.split())
"""Words after which a phrase only says more of what it has named."""


def _titled(word: str, *, is_outer: bool) -> str:
    if any(letter.isupper() for letter in word[1:]):
        return word
    if not is_outer and word.lower() in SMALL_WORDS:
        return word.lower()
    return sentence(word) if is_outer or word.isascii() or _LATIN.match(word) else word


_LATIN = re.compile(r"[A-Za-zÀ-ÿ]")


def sentence(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


_ASKING = (
    r"^[\s|,.!]*(?:(?:please|hi|hello|hey|kindly)\b[\s,!]*)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
    r"(?:(?:i|we)(?:'d|’d)?\s+(?:would\s+)?(?:need|want|like)\s+(?:you\s+)?(?:to\s+)?)?(?:let'?s\s+)?"
    r"(?:(?:make|create|design|draw|generate|build|produce|give|do|show|render|write|prepare|get|have)\s+)?"
    r"(?:(?:me|us|up)\s+)?(?:(?-i:[Aa]n?|the|some|one)\s+)?"
)
_FORMAT = rf"\b(?:{'|'.join(FORMATS)})s?\b"
_JOINED = (
    r"\s*\b(?:that\s+(?:shows|says|announces|promotes|advertises)|to\s+(?:announce|promote|advertise|celebrate|sell|show)|"
    r"announcing|promoting|advertising|celebrating|showing|featuring|depicting|for|of|about|on|with|"
    r"для|για(?:\s+τ(?:ο|η|ην|ον|α|ις|ους))?|pour|für|para|per)\b\s*"
)


def subject_of(rest: str, layout_words: tuple[str, ...]) -> str:
    """Return the phrase for what a brief is about, without what asks for it and without the word for its form."""
    text = re.sub(_ASKING, "", " ".join(rest.split()), flags=re.IGNORECASE)
    forms = "|".join(re.escape(word) for word in sorted(layout_words, key=len, reverse=True))
    match = re.search(rf"(?:\b(?:{forms})\b|{_FORMAT})(?:\s+{_FORMAT})*", text, re.IGNORECASE)
    if match is None:
        return _phrase(text)
    before, after = _phrase(text[: match.start()]), text[match.end() :]
    if before and not re.match(rf"\s*:|{_JOINED}", after, re.IGNORECASE):
        return before
    after = re.sub(rf"^(?:\s*[:,–—-]\s*|{_JOINED})+", "", after, flags=re.IGNORECASE)
    after = re.sub(rf"^(?:(?:a|an|the|our|my)\s+)?{_FORMAT}{_JOINED}", "", after, flags=re.IGNORECASE)
    return _phrase(after) or before


def loose_names(rest: str, subject: str) -> tuple[str, ...]:
    """Return the names that stand alone between commas in what is left of a brief, as in "Villa Rosa"."""
    parts = [part.strip(" -–—") for part in re.split(r"[|.;:!?\n,]\s*", rest)]
    return tuple(
        part
        for part in dict.fromkeys(parts[1:])
        if re.fullmatch(_NAME, part) and part != subject and len(part) > 2
    )


def _phrase(text: str) -> str:
    """Return the first clause of a text that names something."""
    text = re.sub(
        r"\b\d+[\s-]?(?:seconds?|sec|s|minutes?|min)\b|"
        r"\b(?:ad|advert|advertisement|graphic|design|template|visual|film|video|clip)s?\s*(?=[|,.;:]|$)",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    for clause in re.split(r"[|.;:!?\n]|,\s", text):
        words = re.sub(
            r"^(?:(?:a|an|the|our|my|your|some|new|and|of|for|with|in|to)\s+)+",
            "",
            clause.strip(),
        )
        if any(word.lower() not in FUNCTION_WORDS for word in re.findall(r"[^\W\d_]{2,}", words)):
            return words.strip(" -–—'’")
    return ""
