"""Prints what is wrong with files that people write: technique files and brand kits alike."""

from collections.abc import Sequence

from limner.cli.terminal import Terminal
from limner.errors import Problem
from limner.types import Json


def show_mistakes(terminal: Terminal, problems: Sequence[Problem]) -> None:
    """Print each mistake with its place, and how to mend it."""
    for problem in problems:
        terminal.say_whole(f"{problem.file}:{problem.line}: {problem.message}")
        terminal.say_whole(f"  → {problem.remedy}")


def checked_document(file: str, sound: Json | None, problems: Sequence[Problem]) -> Json:
    """Return what checking a file found, as `--json` prints it: what it defines, or its mistakes."""
    if sound is not None:
        return {"file": file, "is_sound": True, **sound}
    mistakes = [{"line": each.line, "message": each.message, "remedy": each.remedy} for each in problems]
    return {"file": file, "is_sound": False, "problems": mistakes}
