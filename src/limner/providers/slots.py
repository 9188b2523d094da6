"""Templates with slots, `{{prompt}}`, and places in an answer, `images.*.url`: JSON of any shape, written and read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

SLOT = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_PLACE = re.compile(r"[^.\s]+(\.[^.\s]+)*")
ANY = "*"
_LEFT_OUT = object()


def slots_in(template: Any) -> set[str]:
    """Return the names of the slots anywhere in a template."""
    if isinstance(template, str):
        return set(SLOT.findall(template))
    if isinstance(template, Mapping):
        template = list(template.values())
    return set().union(*map(slots_in, template)) if isinstance(template, list) else set()


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Return a template with its slots filled.

    A text that is one slot becomes the value, whatever its type, and is left out of its table or list where there is
    none. In a longer text a value is written out, and nothing stands for one that is missing.
    """
    result = _filled(template, values)
    return None if result is _LEFT_OUT else result


def address(template: str, values: Mapping[str, str]) -> str:
    """Return an address with its slots filled. A slash in a value stays, as model ids have them."""
    return SLOT.sub(lambda match: quote(str(values.get(match[1], "")), safe="/:@"), template)


def is_place(text: str) -> bool:
    """Whether a text is written as a place: names and numbers with dots between, `*` for each."""
    return bool(_PLACE.fullmatch(text))


def found(place: str, body: Any) -> list[Any]:
    """Return all that stands at a place of a JSON document: a name leads into a table, a number or `*` into a list."""
    reached = [body]
    for name in place.split("."):
        reached = [inner for value in reached for inner in _inner(value, name)]
    return [value for value in reached if value is not None]


def first(place: str | None, body: Any) -> Any:
    """Return the first thing at a place; None where nothing is, or no place is given."""
    return next(iter(found(place, body)), None) if place else None


def _inner(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if name == ANY:
            yield from value.values()
        elif name in value:
            yield value[name]
    elif isinstance(value, list):
        if name == ANY:
            yield from value
        elif name.isdigit() and int(name) < len(value):
            yield value[int(name)]


def _filled(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        whole = SLOT.fullmatch(template)
        if whole:
            return values.get(whole[1], _LEFT_OUT)
        return SLOT.sub(lambda match: str(values.get(match[1], "")), template)
    if isinstance(template, Mapping):
        pairs = ((name, _filled(inner, values)) for name, inner in template.items())
        return {name: inner for name, inner in pairs if inner is not _LEFT_OUT}
    if isinstance(template, list):
        return [inner for inner in (_filled(each, values) for each in template) if inner is not _LEFT_OUT]
    return template
