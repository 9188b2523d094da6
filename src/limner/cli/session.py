"""What every command is given: its arguments, the terminal, and a way to the Studio."""

import argparse
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from limner.config import Settings, read_settings

if TYPE_CHECKING:
    from limner.app.studio import Studio
    from limner.cli.terminal import Terminal

CALLER = "local"


class OpenStudio(Protocol):
    """How a command reaches the Studio of a data folder."""

    def __call__(self, settings: Settings, *, works: bool = True) -> AbstractAsyncContextManager["Studio"]:
        """Open it; with `works`, this process also executes runs."""


class ServeHttp(Protocol):
    """How `limner serve` listens."""

    async def __call__(self, settings: Settings, *, host: str, port: int, say: Callable[[str], None]) -> None:
        """Serve until cancelled; `say` tells the operator where, and what to know."""


@dataclass(slots=True)
class Session:
    """One command, from its arguments to its exit."""

    arguments: argparse.Namespace
    terminal: "Terminal"
    open_studio: OpenStudio
    serve: ServeHttp
    run_id: str | None = field(default=None)
    """The run that is being waited for, so that an interrupted command can name it."""

    @asynccontextmanager
    async def studio(self, *, works: bool = False, reads: Sequence[Path] = ()) -> AsyncIterator["Studio"]:
        """Open the Studio. `reads`: files the user named, which may be read wherever they are.

        Raises: ConfigurationError, StoreError.
        """
        settings = read_settings(os.environ)
        self.log(settings.log_level)
        folders = {folder for path in reads for folder in (path.absolute().parent, path.resolve().parent)}
        settings = replace(settings, input_roots=(*settings.input_roots, *sorted(folders)))
        async with self.open_studio(settings, works=works) as studio:
            yield studio

    def log(self, level: str) -> None:
        """Log to stderr from now on."""
        logging.basicConfig(
            level=level, format="%(levelname)s %(name)s %(message)s", handlers=[self.terminal.log_handler()]
        )
