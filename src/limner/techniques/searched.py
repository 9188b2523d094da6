"""Says what of a technique is searched, and what a word in each part of it is worth."""

import re
from collections.abc import Iterable

from limner.techniques.search import Document, Field
from limner.techniques.terms import joined_words_of, words_of
from limner.types import Port, Technique

_CLAUSES = re.compile(r"[.;]\s")
_DENIALS = frozenset({"not", "no", "never", "nothing", "none"})


def searched(technique: Technique) -> Document:
    """Return a technique as the index reads it. What its description denies is left out: it is not found by it."""
    first, *others = [each for each in _CLAUSES.split(technique.description) if not _denies(each)] or [""]
    return {
        "name": Field(3.0, _with_compounds([technique.name, technique.slug])),
        "tags": Field(3.0, _with_compounds(technique.tags)),
        "purpose": Field(2.5, _with_compounds([first])),
        "description": Field(1.0, _with_compounds(others)),
        "examples": Field(1.0, _with_compounds(str(each.get("title", "")) for each in technique.examples)),
        "ports": Field(0.4, _with_compounds(map(_port_text, (*technique.inputs, *technique.outputs)))),
    }


def _denies(clause: str) -> bool:
    return not _DENIALS.isdisjoint(words_of(clause))


def _with_compounds(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in words_of(text) + joined_words_of(text)]


def _port_text(port: Port) -> str:
    choices = port.schema.get("enum", ())
    return " ".join((port.id, port.name, port.type.kind.value, port.description, *map(str, choices)))
