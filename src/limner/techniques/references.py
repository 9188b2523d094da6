"""Reads `$inputs.x`, `$steps.s.out[0]` and their like, and resolves them when a run has values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from limner.types import Json

ROOTS = ("inputs", "steps", "brand", "run", "item", "index")
_REFERENCE = re.compile(
    r"\$(inputs|steps|brand|run|item|index)((?:\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{1,4}\])*)"
)
_PART = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]+)\]")
_LIKE = re.compile(r"\$[A-Za-z_]+([.\[].*)?", re.DOTALL)
_EMBEDDED = re.compile(r"\$(?:inputs|steps|brand|run|item)\.[A-Za-z_][A-Za-z0-9_.]*[A-Za-z0-9_]|\$index\b")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value comes from: a root and the names and indexes below it."""

    root: str
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        tail = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return f"${self.root}{tail}"

    @property
    def step(self) -> str | None:
        """The id of the step it reads, if it reads one."""
        return str(self.path[0]) if self.root == "steps" and self.path else None


@dataclass(frozen=True, slots=True)
class Scope:
    """What references see: values by name. A skipped step's results are None, or missing."""

    inputs: Json = field(default_factory=dict)
    steps: Mapping[str, Json | None] = field(default_factory=dict)
    brand: Json = field(default_factory=dict)
    run: Json = field(default_factory=dict)
    item: Any = None
    index: int | None = None


def parse_reference(text: Any) -> Reference | None:
    """Return the reference that the whole of `text` is, or None."""
    if not isinstance(text, str) or not (match := _REFERENCE.fullmatch(text)):
        return None
    parts = _PART.findall(match[2])
    return Reference(match[1], tuple(name or int(index) for name, index in parts))


def looks_like_reference(text: str) -> bool:
    """Whether a text that is no reference was probably meant to be one: `$input.x`, `$steps.`."""
    if parse_reference(text) is not None or not (match := _LIKE.fullmatch(text)):
        return False
    return match[1] is not None or text.removeprefix("$") in (*ROOTS, "input", "step", "items")


def embedded_references(text: str) -> list[str]:
    """Return references that stand inside a longer text, where they would stay as they are."""
    return [] if parse_reference(text) else _EMBEDDED.findall(text)


def find_references(value: Any) -> Iterator[tuple[tuple[str | int, ...], Reference]]:
    """Yield every reference in nested data with its place in it."""
    match value:
        case str():
            if found := parse_reference(value):
                yield (), found
        case dict():
            for key, item in value.items():
                for place, found in find_references(item):
                    yield (key, *place), found
        case list() | tuple():
            for index, item in enumerate(value):
                for place, found in find_references(item):
                    yield (index, *place), found


def is_first(value: Any) -> bool:
    """Whether this is `{first: [...]}`."""
    return isinstance(value, dict) and set(value) == {"first"} and isinstance(value["first"], list)


def lookup(reference: Reference, scope: Scope) -> Any:
    """Return what a reference stands for; None where a name or an index has no value."""
    value: Any = getattr(scope, reference.root)
    for part in reference.path:
        if isinstance(part, str) and isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(part, int) and isinstance(value, list | tuple):
            value = value[part] if part < len(value) else None
        else:
            return None
    return value


def resolve(value: Any, scope: Scope) -> Any:
    """Return nested data with references replaced by their values and `first` by what is present first."""
    match value:
        case str():
            found = parse_reference(value)
            return lookup(found, scope) if found else value
        case dict():
            if is_first(value):
                present = (resolve(item, scope) for item in value["first"])
                return next((item for item in present if item is not None), None)
            return {key: resolve(item, scope) for key, item in value.items()}
        case list() | tuple():
            return [resolve(item, scope) for item in value]
        case _:
            return value
