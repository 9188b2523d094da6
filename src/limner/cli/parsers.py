"""How parsers are made: each with a summary, examples that keep their lines, and the command it stands for."""

import argparse
import textwrap
from typing import Any

Commands = Any
"""What `add_subparsers` returns; argparse keeps its type private."""


def new_parser(make: Any, *names: str, notes: str = "", **told: Any) -> Any:
    """Return a parser whose notes keep their lines and that takes no shortened options."""
    return make(
        *names,
        epilog=textwrap.dedent(notes).strip() or None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        **told,
    )


def add_group(commands: Commands, name: str, summary: str) -> Commands:
    """Add a group of commands and return where they go."""
    group: argparse.ArgumentParser = new_parser(commands.add_parser, name, description=summary, help=summary)
    group.set_defaults(command=None, parser=group)
    return group.add_subparsers(title="commands", metavar="COMMAND")


def add_command(
    commands: Commands, name: str, command: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    """Add a command; `command` is `module:function` below `limner.cli`."""
    notes = "Examples:\n" + textwrap.indent(textwrap.dedent(examples).strip(), "  ")
    parser: argparse.ArgumentParser = new_parser(
        commands.add_parser, name, description=summary, help=summary, notes=notes
    )
    parser.set_defaults(command=command, parser=parser)
    return parser


def add_json(parser: argparse.ArgumentParser, text: str = "print JSON") -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help=text)


def add_page(parser: argparse.ArgumentParser) -> None:
    """Add the options of a list that comes in pages."""
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="at most so many, 1 to 100 (default: 20)"
    )
    parser.add_argument("--cursor", metavar="C", help="go on where the last page ended")
