"""Runs the command line as people do: as a process of its own, on a data folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class CommandLine:
    """The `limner` command with a data folder and a working folder."""

    home: Path
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str | Path) -> list[str]:
        """Return what is executed."""
        return [sys.executable, "-m", "limner", *map(str, arguments)]

    def environment(self) -> dict[str, str]:
        """Return the variables: this machine's, without anything that changes how output looks."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("LIMNER_") and name not in ("COLUMNS", "NO_COLOR", "CI", "FORCE_COLOR")
        }
        return {**kept, "LIMNER_HOME": str(self.home), "PYTHONUTF8": "1", **self.environ}

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            stdin=subprocess.DEVNULL,
        )

    def json(self, *arguments: str | Path, status: int = 0) -> Any:
        """Run a command with --json and return what stdout holds, which must be one document."""
        ended = self.run(*arguments, "--json")
        assert ended.returncode == status, ended.stderr
        return json.loads(ended.stdout)

    def begin(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def wait_for_line(process: subprocess.Popen[str], words: str) -> str:
    """Return the first line on stderr that contains `words`; fail when the process ends without it."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"the process ended without saying {words!r}")
