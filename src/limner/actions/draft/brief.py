"""Reads a brief: which layout it calls for, what it says, what it shows, and in which mood and colours."""

import re
from dataclasses import replace
from typing import Any

from limner.actions.draft.colours import mixed
from limner.actions.draft.types import Brief, Copy
from limner.actions.draft.vocabulary import COLORS, FORMATS, FUNCTION_WORDS, HINTS, LAYOUT_WORDS, MOODS, STUFF
from limner.actions.draft.wording import (
    Found,
    find_words,
    list_items,
    loose_names,
    sentence,
    subject_of,
    title_of,
)

MOST_CHARACTERS = 4000
"""How much of a brief is read."""
MOST_TERMS = 24
MOST_SUBJECT = 64
LISTED = ("menu", "storyboard", "icon-sheet")
"""Layouts that are made of a list."""
NEUTRAL_TITLE = "Your Headline"
NEUTRAL_TITLES = {
    "menu": "Menu", "mood-board": "Mood Board", "storyboard": "Storyboard", "icon-sheet": "Icons",
    "product-card": "Product Name", "event": "Event Title", "quote": "A quote goes here",
}  # fmt: skip
"""What is set where a brief gives no words at all: plainly a placeholder."""
ACTIONS_BY_LAYOUT = {"banner": "Find out more", "product-card": "Shop now"}
_SHOWING = (
    r"(?:photo(?:graph)?|picture|image|illustration|drawing|painting|portrait|shot)s?\s+of|"
    r"showing|featuring|depicting"
)
_DEPICTED = rf"\b(?:{_SHOWING}|poster of)\b"
_HEX = r"#[0-9a-fA-F]{6}\b"


def read_brief(text: str, layout: str, given: dict[str, str]) -> Brief:
    """Return what a brief asks for. layout: the one that is asked for, or auto. given: words by field of Copy."""
    text = text[:MOST_CHARACTERS].strip()
    layout = layout if layout != "auto" else layout_for(text)
    # A list first: the white of a flat white is no colour of the page.
    items, plain = list_items(text, is_wanted=layout in LISTED)
    colors, plain = _colors(plain)
    found = find_words(plain)
    subject = subject_of(found.rest, LAYOUT_WORDS[layout])
    copy = _copy(found, subject, layout, given)
    copy = replace(copy, items=items)
    moods = _moods(text)
    return Brief(
        layout=layout,
        copy=copy,
        subject=_shortened(_seen(plain, subject)),
        is_depicted=bool(re.search(_DEPICTED, plain, re.IGNORECASE)),
        moods=moods,
        colors=colors or _hints(text),
        terms=_terms(found.rest, layout),
    )


def layout_for(text: str) -> str:
    """Return the layout that a brief's words call for: the one it names first, or what its facts suggest."""
    unquoted = re.sub(r"“[^”]*”|\"[^\"]*\"|«[^»]*»", " ", text.lower())
    places = [
        (match.start(), -len(word), name)
        for name, words in LAYOUT_WORDS.items()
        for word in words
        if (match := re.search(rf"\b{re.escape(word)}\b", unquoted))
    ]
    if places:
        # "An event poster" is a poster: what names a form counts before what names an occasion.
        forms = [each for each in places if each[2] not in ("event", "quote", "social-post")]
        return min(forms or places)[2]
    found = find_words(text)
    if found.first("date") and (found.first("time") or found.first("place")):
        return "event"
    if re.search(r"\b(?:film|movie|episode|documentary|video)\b", unquoted):
        return "title-card"
    if found.first("price"):
        return "product-card"
    return "poster"


def _colors(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the colours that a brief names outside its quoted words, and the brief without them."""
    words = "|".join(re.escape(word) for word in sorted(COLORS, key=len, reverse=True))
    pattern = re.compile(
        rf"(?P<quote>“[^”]*”|\"[^\"]*\"|«[^»]*»|\b(?i:called|named|titled)\s+\w+)|(?P<hex>{_HEX})"
        rf"|(?:\b(?P<how>dark|light|pale|deep|soft|bright)\s+)?\b(?P<word>{words})\b(?!-)",
        re.IGNORECASE,
    )
    found: dict[str, str] = {}

    def taken(match: re.Match[str]) -> str:
        if match["quote"]:
            return match[0]
        if match["hex"]:
            found[match[0]] = match[0].lower()
            return " "
        if _is_name(match, text) or _is_stuff(match, text):
            return match[0]
        how = (match["how"] or "").lower()
        found[match[0].lower()] = _changed(COLORS[match["word"].lower()], how)
        return " "

    rest = pattern.sub(taken, text)
    rest = re.sub(
        r"\b(?:in|on)\s+(?:,|and|&|\s)*(?=[,.;:|]|$|\bwith\b|\bfor\b)", " ", rest, flags=re.IGNORECASE
    )
    return tuple(found.items())[:5], re.sub(r"[ \t]+", " ", rest)


def _is_name(match: re.Match[str], text: str) -> bool:
    """Whether a colour's word is part of a name, as in Blue Note or Rose Street."""
    before, after = text[: match.start()], text[match.end() :]
    is_capital = match["word"][0].isupper() and bool(re.search(r"\w[^.!?]*$", before))
    return is_capital and bool(re.match(r"\s+[A-Z]", after) or re.search(r"[A-Z][\w’']*\s+$", before))


def _is_stuff(match: re.Match[str], text: str) -> bool:
    """Whether a colour's word is what a thing is made of or sells, as in linen apron."""
    after = text[match.end() :]
    is_alone = re.match(
        r"\s+(?:and|or|with|on|in|for|tones?|colou?rs?|palette|background|ground|glaze|accents?)\b", after
    )
    if match["word"].lower() not in STUFF or is_alone:
        return False
    is_first = bool(re.match(r"[\s-]+\w", after))
    # "Our new oat linen" ends in what it is about; "a poster in sand and linen" does not.
    owned = r"\b(?:our|the|this|these|my|your|new)\s+(?:(?!in\b|and\b|on\b|with\b)[\w-]+\s+){0,3}$"
    return is_first or bool(re.search(owned, text[: match.start()], re.IGNORECASE))


def _changed(color: str, how: str) -> str:
    if how in ("dark", "deep"):
        return mixed(color, "#000000", 0.35)
    if how in ("light", "pale", "soft"):
        return mixed(color, "#ffffff", 0.5)
    return color


def _hints(text: str) -> tuple[tuple[str, str], ...]:
    words = re.findall(r"\w+", text.lower())
    return tuple((word, HINTS[word]) for word in dict.fromkeys(words) if word in HINTS)[:2]


def _moods(text: str) -> tuple[str, ...]:
    words = set(re.findall(r"[\w-]+", text.lower()))
    scores = {mood: len(words & set(calls.split())) for mood, calls in MOODS.items()}
    return tuple(mood for mood in sorted(scores, key=lambda each: -scores[each]) if scores[mood])


def _copy(found: Found, subject: str, layout: str, given: dict[str, str]) -> Copy:
    words: dict[str, Any] = {}
    sources: dict[str, str] = {}

    def put(field: str, value: str, source: str) -> None:
        if value and field not in words:
            words[field], sources[field] = value, source

    for field in ("headline", "subline", "call_to_action"):
        put(field, given.get(field, ""), "parameter")
    quotes = [*found.quotes]
    if quotes and "headline" not in words:
        put("headline", quotes.pop(0), "brief")
    put("headline", found.name, "brief")
    if re.match(r"\s*\|", found.rest) and found.first("offer") and "headline" not in words:
        put("headline", sentence(found.first("offer")), "brief")
        put("subline", sentence(subject), "derived")
    put("headline", title_of(subject), "derived")
    put("headline", sentence(found.first("offer")), "brief")
    put("headline", NEUTRAL_TITLES.get(layout, NEUTRAL_TITLE), "default")
    if quotes and "subline" not in words:
        put("subline", quotes.pop(0), "brief")
    for field in ("date", "time", "place", "price", "offer"):
        value = sentence(found.first(field))
        put(field, "" if value == words["headline"] else value, "brief")
    put("call_to_action", sentence(found.first("action")), "brief")
    put("call_to_action", ACTIONS_BY_LAYOUT.get(layout, ""), "default")
    put("attribution", _attribution(found, layout), "brief")
    if given.get("details"):
        details, sources["details"] = _split(given["details"]), "parameter"
    else:
        said = {value.casefold() for value in words.values()}
        loose = (*quotes, *loose_names(found.rest, subject), *found.parts.get("link", ()))
        details, sources["details"] = tuple(each for each in loose if each.casefold() not in said), "brief"
    return Copy(**words, details=details[:6], sources=sources)


def _attribution(found: Found, layout: str) -> str:
    """Return who said a quote: what follows a dash, or `by` and a name."""
    if layout != "quote":
        return ""
    match = re.search(
        r"\|\s*(?:[—–-]\s*|by\s+|,\s*(?:by\s+)?)([^|.;:,]{2,60}(?:,\s*[A-Z][^|.;:,]{2,40})?)", found.rest
    )
    match = match or re.search(r"\b(?:by|from)\s+((?:[A-ZÀ-ÞΑ-ΩА-Я][\w’'.-]*\s*){1,5})", found.rest)
    match = match or re.search(r"\|\s*((?:[A-ZÀ-ÞΑ-ΩА-Я][\w’'.-]*\s*){2,4})$", found.rest)
    if match is None:
        return ""
    forms = "|".join(
        re.escape(word) for word in sorted((*LAYOUT_WORDS["quote"], *FORMATS), key=len, reverse=True)
    )
    return re.sub(
        rf"(?:[\s,]*\b(?:as|an?|in|on|for|{forms})\b)+\s*$", "", match[1], flags=re.IGNORECASE
    ).strip(" ,")


def _split(details: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"\n|\s/\s|;", details) if part.strip())


def _seen(plain: str, subject: str) -> str:
    """Return what a picture is asked to show, else what the page is about."""
    match = re.search(
        rf"\b(?:{_SHOWING})\s+(?:(?:a|an|the|our|my|some)\s+)?([^|.;:,\"“«]{{3,80}})",
        plain,
        re.IGNORECASE,
    )
    return match[1].strip() if match else subject


def _shortened(phrase: str) -> str:
    words: list[str] = []
    for word in phrase.split():
        if len(" ".join([*words, word])) > MOST_SUBJECT:
            break
        words.append(word)
    while words and words[-1].lower() in FUNCTION_WORDS:
        words.pop()
    return " ".join(words)


def _terms(rest: str, layout: str) -> tuple[str, ...]:
    known = {word for calls in MOODS.values() for word in calls.split()}
    known |= {part for word in LAYOUT_WORDS[layout] for part in re.split(r"[\s-]", word)}
    known |= set(FORMATS) | FUNCTION_WORDS
    words = re.findall(r"[^\W\d_][\w’'-]+", rest.lower())
    return tuple(dict.fromkeys(word[:40] for word in words if word not in known))[:MOST_TERMS]
