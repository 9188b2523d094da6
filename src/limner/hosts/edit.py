"""Puts one server into a host's file and takes it out again; everything else keeps every byte."""

import json
from dataclasses import dataclass

from limner.errors import ConfigurationError
from limner.hosts.document import Braces, Document, Member, lines_of, read
from limner.types import Json

DEFAULT_UNIT = "  "


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server stands in a host's file: `{section: {name: entry}}`."""

    section: str
    name: str
    allows_comments: bool

    def get(self, text: str) -> Json | None:
        """Return the entry that `text` has; None when there is none.

        Raises: ConfigurationError, with line and column, when the text cannot be understood.
        """
        document = self._read(text)
        if document is None or document.section(self.section) is None:
            return None
        entry: Json | None = document.value[self.section].get(self.name)
        return entry

    def put(self, text: str, entry: Json) -> str:
        """Return `text` with the entry in its place, added or replaced.

        Raises: ConfigurationError, with line and column, when the text cannot be understood.
        """
        document = self._read(text)
        if document is None:
            return _new_text(text, {self.section: {self.name: entry}})
        if self.get(text) == entry:
            return text
        servers = document.section(self.section)
        if servers is None:
            edited = _Editor(document).insert(document.root(), self.section, {self.name: entry})
        elif member := servers.member(self.name):
            edited = _Editor(document).replace(servers, member, entry)
        else:
            edited = _Editor(document).insert(servers, self.name, entry)
        expected = document.value.get(self.section, {})
        return self._checked(edited, {**document.value, self.section: {**expected, self.name: entry}})

    def take(self, text: str) -> str:
        """Return `text` without the entry.

        Raises: ConfigurationError, with line and column, when the text cannot be understood.
        """
        document = self._read(text)
        servers = document.section(self.section) if document else None
        member = servers.member(self.name) if servers else None
        if document is None or servers is None or member is None:
            return text
        kept = {key: value for key, value in document.value[self.section].items() if key != self.name}
        edited = _Editor(document).remove(servers, member)
        return self._checked(edited, {**document.value, self.section: kept})

    def restore(self, text: str, before: str | None) -> str | None:
        """Return what undoes `put`: `text` with what `before` has in the entry's place.

        `before`: the file before the first `put`, None when it was not there. When nothing else has changed
        since, it comes back byte for byte (None: the file was not there).
        Raises: ConfigurationError, with line and column, when a text cannot be understood.
        """
        entry = self.get(text)
        if entry is None:
            return text
        if self.put(before or "", entry) == text:
            return before
        earlier = self.get(before) if before is not None else None
        if earlier is not None:
            return self.put(text, earlier)
        taken = self.take(text)
        return taken if before is None else self._without_empty_section(taken, before)

    def _without_empty_section(self, text: str, before: str) -> str:
        document, earlier = self._read(text), self._read(before)
        had_section = earlier is not None and self.section in earlier.value
        if document is None or had_section or document.value.get(self.section) != {}:
            return text
        root = document.root()
        member = root.member(self.section)
        if member is None or text[member.value_start : member.end].strip("{} \t\r\n"):
            return text  # a comment lives in it
        kept = {key: value for key, value in document.value.items() if key != self.section}
        return self._checked(_Editor(document).remove(root, member), kept)

    def _read(self, text: str) -> Document | None:
        return read(text, allows_comments=self.allows_comments)

    def _checked(self, edited: str, expected: Json) -> str:
        """Return `edited` once it is shown to mean what was wanted: a person's file is no place for a slip."""
        document = self._read(edited)
        if document is None or document.value != expected:
            raise ConfigurationError("It is laid out in a way that cannot be edited safely.")
        return edited


class _Editor:
    """Edits one document in the style that it has."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._root = document.root()
        self._newline = "\r\n" if "\r\n" in document.text else "\n"
        self._unit = next((indent for indent in lines_of(self._root, self._text) if indent), DEFAULT_UNIT)

    def insert(self, braces: Braces, name: str, value: Json) -> str:
        """Return the text with a member behind the last one of `braces`."""
        text, closing = self._text, braces.end - 1
        content_end = braces.start + 1 + len(text[braces.start + 1 : closing].rstrip())
        if self._is_inline(braces):
            return self._insert_inline(braces, name, value, content_end)
        indent = next(lines_of(braces, text), self._line_indent(braces.start) + self._unit)
        added = f"{self._newline}{indent}{_quoted(name)}: {self._render(value, indent)}"
        tail = text[content_end:]
        if "\n" not in text[content_end:closing] and not braces.members:
            tail = self._newline + self._line_indent(braces.start) + text[closing:]
        if not braces.members:
            return text[:content_end] + added + tail
        last = braces.members[-1]
        if self._has_comma_after(last):
            return text[:content_end] + added + "," + tail
        return text[: last.end] + "," + text[last.end : content_end] + added + tail

    def replace(self, braces: Braces, member: Member, value: Json) -> str:
        """Return the text with another value for a member."""
        shown = (
            self._one_line(value)
            if self._is_inline(braces)
            else self._render(value, self._line_indent(member.start))
        )
        return self._text[: member.value_start] + shown + self._text[member.end :]

    def remove(self, braces: Braces, member: Member) -> str:
        """Return the text without a member, its comma, and the line it stood on."""
        text, position = self._text, braces.members.index(member)
        end = member.end
        if self._has_comma_after(member):
            end = self._comma_after(member) + 1
        elif position:
            comma = self._comma_after(braces.members[position - 1])
            text = text[:comma] + text[comma + 1 :]
            member = Member(member.name, member.start - 1, member.value_start - 1, member.end - 1)
            end -= 1
        start = len(text[: member.start].rstrip(" \t"))
        line_end = end + len(text[end:]) - len(text[end:].lstrip(" \t"))
        is_own_line = text[:start].endswith("\n")
        if is_own_line and text[line_end : line_end + 1] in ("\r", "\n", ""):
            return text[: len(text[:start].removesuffix("\n").removesuffix("\r"))] + text[line_end:]
        if is_own_line:
            return text[: member.start] + text[line_end:]
        return text[:start] + text[end if position else line_end :]

    def _insert_inline(self, braces: Braces, name: str, value: Json, content_end: int) -> str:
        gap = " " if self._is_spaced() else ""
        member = f"{_quoted(name)}:{gap}{self._one_line(value)}"
        text = self._text
        if not braces.members:
            return text[:content_end] + member + text[content_end:]
        last = braces.members[-1]
        if self._has_comma_after(last):
            return text[:content_end] + gap + member + "," + text[content_end:]
        return f"{text[: last.end]},{text[last.end : content_end]}{gap}{member}{text[content_end:]}"

    def _is_inline(self, braces: Braces) -> bool:
        """Whether the file keeps this object on one line; an empty one follows the whole file."""
        judged = braces if braces.members else self._root
        return bool(judged.members) and "\n" not in self._text[judged.start : judged.end]

    def _line_indent(self, place: int) -> str:
        line = self._text[self._text.rfind("\n", 0, place) + 1 : place]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _comma_after(self, member: Member) -> int:
        return self._document.plain.index(",", member.end)

    def _has_comma_after(self, member: Member) -> bool:
        return self._document.plain[member.end :].lstrip()[:1] == ","

    def _render(self, value: Json, indent: str) -> str:
        shown = json.dumps(value, ensure_ascii=False, indent=self._unit)
        return shown.replace("\n", self._newline + indent)

    def _one_line(self, value: Json) -> str:
        separators = None if self._is_spaced() else (",", ":")
        return json.dumps(value, ensure_ascii=False, separators=separators)

    def _is_spaced(self) -> bool:
        return self._text[self._root.members[0].value_start - 1].isspace()


def _new_text(text: str, value: Json) -> str:
    kept = text.rstrip()
    opening = f"{kept}\n" if kept else ""
    return f"{opening}{json.dumps(value, ensure_ascii=False, indent=DEFAULT_UNIT)}\n"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
