"""Help and version: quick, complete, and the same through `python -m limner` and the installed command."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from limner import __version__
from limner.cli.arguments import build_parser
from limner.config import SETTINGS

from .processes import CommandLine

DOCS = Path(__file__).parents[2] / "docs"


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not groups:
        yield parser
    for group in groups:
        for inner in group.choices.values():
            yield from commands(inner)


def test_version_and_help_answer_without_loading_the_studio(cli: CommandLine) -> None:
    assert cli.run("--version").stdout == f"limner {__version__}\n"
    assert "Without arguments, limner serves MCP on stdin and stdout" in cli.run("--help").stdout
    code = (
        "import sys\nfrom limner.cli import run_command\n"
        "try: run_command(['--help'], open_studio=None, serve=None)\nexcept SystemExit: pass\n"
        "print([name for name in ('rich', 'pydantic', 'anyio', 'limner.app.studio') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_every_command_has_help_with_an_example(cli: CommandLine) -> None:
    for parser in commands(build_parser()):
        assert f"Examples:\n  {parser.prog}" in parser.format_help()


def test_unknown_command_and_shortened_option_are_refused(cli: CommandLine) -> None:
    assert cli.run("paint").returncode == 2
    ended = cli.run("runs", "list", "--lim", "3")
    assert (ended.returncode, "--lim" in ended.stderr) == (2, True)


def test_a_reader_that_stops_early_is_no_error(cli: CommandLine) -> None:
    process = cli.begin("actions", "list")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


def test_cli_page_describes_every_command_and_option() -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    for parser in commands(build_parser()):
        assert f"`{parser.prog}" in page, parser.prog
        for option in parser._option_string_actions:
            if option not in ("-h", "--help"):
                assert f"`{option}" in page, f"{parser.prog} {option}"


def test_settings_page_has_every_setting_with_its_default() -> None:
    rows = {}
    for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`LIMNER_"):
            rows[cells[0].strip("`")] = cells[1:]
    assert rows == {
        setting.variable: [f"`{setting.key}`", setting.default, setting.description] for setting in SETTINGS
    }
