"""Reads the YAML that people write: plain data, the line of every node, and nothing that YAML can hide."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from limner.authored.report import Place, Report, spell

LIMIT_BYTES = 256 * 1024
LIMIT_DEPTH = 32

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The core schema of YAML 1.2. PyYAML speaks 1.1, where `16:9` is the number 969 and `no` is false.
_INTEGER = re.compile(r"[-+]?[0-9]{1,20}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = ("", "~", "null", "Null", "NULL")


def read_document(path: Path, file: str, noun: str = "technique") -> tuple[Any, Report]:
    """Return what `parse_document` does for a file's text; no data where it cannot be read or is not UTF-8."""
    report = Report(file, {}, noun)
    try:
        with path.open("rb") as opened:
            content = opened.read(LIMIT_BYTES + 1)
        return parse_document(content.decode("utf-8"), file, noun)
    except OSError as error:
        remedy = "Check that the file exists and that you may read it."
        report.add((), f"Cannot be read: {error.strerror}.", remedy)
    except UnicodeDecodeError as error:
        if len(content) > LIMIT_BYTES:
            return parse_document(content.decode("utf-8", "replace"), file, noun)  # it says which is worse
        line = content.count(b"\n", 0, error.start) + 1
        report.add_line(line, "This is not UTF-8.", "Save the file as UTF-8.")
    return None, report


def parse_document(text: str, file: str, noun: str = "technique") -> tuple[Any, Report]:
    """Return the data of a YAML text and a report that knows its lines and holds the mistakes so far.

    The data is None where the text is not YAML at all. noun: what the file should hold.
    """
    lines: dict[Place, int] = {(): 1}
    report = Report(file, lines, noun)
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT_BYTES:
        report.add(
            (), "The file is over 256 KB.", f"A {noun} file is a page or two: take the data out of it."
        )
        return None, report
    if tabbed := re.search(r"^ *\t", text, re.MULTILINE):
        line = text.count("\n", 0, tabbed.start()) + 1
        report.add_line(line, "A tab indents this line.", "Indent with spaces.")
        return None, report
    return _read(text, report, lines), report


def _read(text: str, report: Report, lines: dict[Place, int]) -> Any:
    builder = _Builder(yaml.parse(text, Loader=_Loader), report, lines)
    try:
        return builder.document()
    except yaml.MarkedYAMLError as error:
        report.add_line(*_describe(error), _mend(error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        report.add_line(line, "A character here is not allowed in YAML.", "Remove control characters.")
    except _TooDeepError as error:
        report.add_line(error.line, f"More than {LIMIT_DEPTH} levels are nested.", "Flatten the file.")
    return None


def _describe(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """Return the line and the message: for a bracket or quote left open, the line that opens it."""
    end, start = error.problem_mark, error.context_mark
    what = f"This is not YAML: {error.problem or error.context}"
    if (
        start
        and end
        and start.line != end.line
        and ("flow" in str(error.context) or "quoted" in str(error.context))
    ):
        return start.line + 1, f"{what} (found out in line {end.line + 1})."
    mark = end or start
    return (mark.line + 1 if mark else 1), f"{what}."


def _mend(error: yaml.MarkedYAMLError) -> str:
    if "mapping values" in str(error.problem):
        return "Put quotes around a text that holds a colon."
    return "Check indentation, quotes and brackets on this line and the one above."


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Builder:
    """Builds data from parser events: an own composer, as PyYAML's expands aliases and nests without end."""

    def __init__(self, events: Iterator[Any], report: Report, lines: dict[Place, int]) -> None:
        self._events = events
        self._report = report
        self._lines = lines

    def document(self) -> Any:
        next(self._events)
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            return None
        data = self._node(next(self._events), ())
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            line = after.start_mark.line + 1
            self._report.add_line(
                line, "A second document begins here.", f"Keep one {self._report.noun} per file."
            )
        return data

    def _node(self, event: Any, place: Place) -> Any:
        line = event.start_mark.line + 1
        self._lines.setdefault(place, line)
        if len(place) > LIMIT_DEPTH:
            raise _TooDeepError(line)
        if event.anchor is not None:
            self._report.add_line(
                line,
                f"YAML anchors and aliases (&, *: {event.anchor!r}) are not allowed.",
                "Write the value out, or put quotes around a text that begins with & or *.",
            )
        if isinstance(event, yaml.AliasEvent):
            return None
        if event.tag not in (None, "!"):
            self._report.add_line(line, f"The YAML tag {event.tag!r} is not allowed.", "Remove the tag.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        return self._scalar(event, line)

    def _sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                self._report.add_line(line, "A key must be plain text.", "Put quotes around it.")
                self._node(event, (*place, "?"))
                self._node(next(self._events), (*place, "?"))
                continue
            inner = (*place, event.value)
            if event.value in found:
                self._report.add_line(
                    line, f"The key {spell(inner)!r} stands here twice.", "Keep one of them."
                )
            self._lines[inner] = line
            found[event.value] = self._node(next(self._events), inner)
        return found

    def _scalar(self, event: Any, line: int) -> Any:
        value = scalar(event.value) if event.implicit[0] else str(event.value)
        if isinstance(value, int | float) and not -(2**53) < value < 2**53:
            self._report.add_line(
                line, f"{event.value} is beyond 2^53.", "Put quotes around it to make it text."
            )
            return str(event.value)
        return value


def scalar(text: str) -> Any:
    """Return what a plain scalar says, by the core schema of YAML 1.2."""
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
