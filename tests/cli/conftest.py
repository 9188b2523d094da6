"""A command line per test, and one per module for what only reads."""

import shutil
from pathlib import Path

import pytest

from limner.library import sample

from .processes import CommandLine

PICTURES = ("coffee.png", "chelsea.png", "astronaut.png")


def _command_line(folder: Path) -> CommandLine:
    work = folder / "work"
    work.mkdir()
    for name in PICTURES:
        shutil.copy(sample(name), work)
    return CommandLine(home=folder / "home", folder=work)


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """Return a command line whose data folder is empty, in a folder with three pictures."""
    return _command_line(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Return a command line that a module's tests share."""
    return _command_line(tmp_path_factory.mktemp("shared"))
