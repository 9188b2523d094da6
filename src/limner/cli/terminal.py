"""Where a command writes: results to stdout, everything else to stderr; JSON as it is."""

import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from limner.cli.wording import for_the_command_line, format_value
from limner.errors import LimnerError

PIPE_WIDTH = 1000
"""Columns when nobody looks: lines stay whole for `grep` and files."""


class Terminal:
    """Both streams of this process."""

    def __init__(self) -> None:
        self.out = _console(is_error=False)
        self.err = _console(is_error=True)

    @property
    def is_live(self) -> bool:
        """Whether a moving progress bar makes sense on stderr."""
        is_wanted = not any(os.environ.get(name) for name in ("NO_COLOR", "CI"))
        return sys.stderr.isatty() and is_wanted and not self.err.is_dumb_terminal

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks at stdout too."""
        return sys.stdout.isatty()

    @property
    def has_colors(self) -> bool:
        """Whether a colour on stdout is seen as one."""
        return self.out.is_terminal and self.out.color_system is not None and not self.out.no_color

    def say(self, text: RenderableType = "") -> None:
        """Print a result on stdout, wrapped at words; without the padding of tables where nobody looks."""
        shown = Text(text) if isinstance(text, str) else text
        if self.out.is_terminal:
            self.out.print(shown)
            return
        with self.out.capture() as captured:
            self.out.print(shown)
        self._write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))

    def say_indented(self, text: str, style: str = "") -> None:
        """Print a result on stdout below a heading, wrapped at words within its indent."""
        self.say(Padding(Text(text, style=style), (0, 0, 0, 2), expand=False))

    def say_whole(self, text: str) -> None:
        """Print a line that must stay one line when it is copied: a path, a command, an id."""
        self.out.print(Text(text), soft_wrap=True)

    def say_check(self, mark: str, style: str, name: str, message: str, remedy: str = "") -> None:
        """Print one line of the doctor's report, wrapped below its message."""
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(width=4)
        row.add_column(width=11)
        row.add_column(overflow="fold")
        told = Text(message)
        if remedy:
            told.append(f"\n→ {remedy}")
        row.add_row(Text(mark, style=style), name, told)
        self.say(row)

    def note(self, text: str) -> None:
        """Print a remark on stderr."""
        self.err.print(Text(text), soft_wrap=True)

    def print_json(self, document: Any) -> None:
        """Print one JSON document on stdout and nothing around it."""
        self._write(json.dumps(document, ensure_ascii=not _speaks_unicode(), indent=2) + "\n")

    def print_json_line(self, document: Any) -> None:
        """Print one JSON document on one line of stdout."""
        self._write(json.dumps(document, ensure_ascii=not _speaks_unicode()) + "\n")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def complain(self, error: LimnerError) -> None:
        """Print an error on stderr: what is wrong, each field, and the way out."""
        self.blame(error.message, [f"{each.field}: {each.message}" for each in error.fields])
        for entry in error.details().get("diff", []):
            given, existing = (
                format_value(entry[side]) if side in entry else "nothing" for side in ("given", "existing")
            )
            self.note(f"  {entry['field']}: now {given}, then {existing}")
        self.note(f"→ {for_the_command_line(error.next_step)}")

    def blame(self, message: str, fields: Sequence[str] = ()) -> None:
        """Print what is wrong, each field on its own line."""
        if len(fields) > 1 and message == "; ".join(fields):
            message = f"{len(fields)} fields are wrong"
        self.err.print(Text(f"limner: {for_the_command_line(message)}", style="red"), soft_wrap=True)
        for each in fields:
            if each != message:
                self.note(f"  {for_the_command_line(each)}")

    def log_handler(self) -> logging.Handler:
        """Return a log handler that gets along with a progress bar."""
        return _LogHandler(self)


class _LogHandler(logging.Handler):
    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record above the bar."""
        self._terminal.note(self.format(record))


def new_table(*columns: str, right: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """Return a plain table. `right`: columns of numbers; `whole`: columns that are never wrapped."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column in whole,
            overflow="fold",
        )
    return table


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the outer edge: rich would end the process with status 1."""
        self.quiet = True
        raise BrokenPipeError


def _console(*, is_error: bool) -> Console:
    stream = sys.stderr if is_error else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH
    return _Console(stderr=is_error, highlight=False, markup=False, emoji=False, width=width)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
