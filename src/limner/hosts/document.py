"""Reads JSON that people keep, with comments or without, and remembers where everything stands in the text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from limner.errors import ConfigurationError
from limner.types import Json

_TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n\r]*|/\*.*?\*/', re.S)
_TRAILING_COMMAS = re.compile(r'"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])')
_NOT_BLANK = re.compile(r"[^\n\r]")
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Member:
    """One `"name": value` of an object, as offsets into the text."""

    name: str
    start: int
    value_start: int
    end: int
    """Just behind the value."""


@dataclass(frozen=True, slots=True)
class Braces:
    """An object in the text: its braces and what stands between them."""

    start: int
    end: int
    """Just behind the closing brace."""
    members: tuple[Member, ...]

    def member(self, name: str) -> Member | None:
        """Return the member of that name."""
        return next((member for member in self.members if member.name == name), None)


@dataclass(frozen=True, slots=True)
class Document:
    """A text, what it means, and the same text with blanks in place of what is not JSON (same offsets)."""

    text: str
    plain: str
    """Comments are blank."""
    strict: str
    """Comments and trailing commas are blank."""
    value: Json

    def braces(self, start: int) -> Braces:
        """Return the object that begins at `start`.

        Raises: ConfigurationError, when a name stands twice in it: which one counts is the host's secret.
        """
        found: list[Member] = []
        place = self.skip(start + 1)
        while self.strict[place] != "}":
            name, end = _DECODER.raw_decode(self.strict, place)
            value_start = self.skip(self.skip(end) + 1)
            _, value_end = _DECODER.raw_decode(self.strict, value_start)
            found.append(Member(name, place, value_start, value_end))
            place = self.skip(value_end)
            if self.strict[place] == ",":
                place = self.skip(place + 1)
        for one, other in pairwise(sorted(found, key=lambda member: member.name)):
            if one.name == other.name:
                raise ConfigurationError(
                    f"{_where(self.text, other.start)}: {one.name!r} stands there twice."
                )
        return Braces(start, place + 1, tuple(found))

    def root(self) -> Braces:
        """Return the outermost object."""
        return self.braces(self.skip(0))

    def section(self, name: str) -> Braces | None:
        """Return the object at the root's member `name`; None when there is none.

        Raises: ConfigurationError, when the member is something else.
        """
        member = self.root().member(name)
        if member is None:
            return None
        if self.strict[member.value_start] != "{":
            raise ConfigurationError(
                f"{_where(self.text, member.value_start)}: {name!r} must be an object in braces."
            )
        return self.braces(member.value_start)

    def skip(self, place: int) -> int:
        """Return the first place from `place` on that is neither white space nor a comment."""
        return _skip(self.strict, place)


def read(text: str, *, allows_comments: bool) -> Document | None:
    """Return a document whose root is an object; None when the text holds no value at all.

    Raises: ConfigurationError, with line and column, when it is not JSON.
    """
    plain = " " + text[1:] if text.startswith("\ufeff") else text
    strict = plain
    if allows_comments:
        plain = _TOKENS.sub(lambda found: found[0] if found[0][0] == '"' else _blank(found[0]), plain)
        strict = _TRAILING_COMMAS.sub(lambda found: found[0] if found[0][0] == '"' else " ", plain)
    if not strict.strip():
        return None
    try:
        value = json.loads(strict)
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{_where(text, error.pos)}: not JSON: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise ConfigurationError(f"It cannot be read: {error}.") from error
    if not isinstance(value, dict):
        raise ConfigurationError(f"{_where(text, _skip(strict, 0))}: the file must hold an object in braces.")
    return Document(text, plain, strict, value)


def lines_of(braces: Braces, text: str) -> Iterator[str]:
    """Yield the white space before each member of an object that stands at the start of a line."""
    for member in braces.members:
        before = text[: member.start]
        indent = before[len(before.rstrip(" \t")) :]
        if before.removesuffix(indent).endswith(("\n", "\r")):
            yield indent


def _blank(text: str) -> str:
    return _NOT_BLANK.sub(" ", text)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _where(text: str, place: int) -> str:
    before = text[:place]
    line_start = max(before.rfind("\n"), before.rfind("\r")) + 1
    return f"line {_line_number(before)}, column {place - line_start + 1}"


def _line_number(before: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", before)) + 1
