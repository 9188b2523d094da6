"""Runs the chosen command in an event loop, and turns how it ended into a message and an exit status."""

import argparse
import importlib
import os
import sys
from collections.abc import Awaitable, Callable

import anyio

from limner.cli.session import OpenStudio, Session
from limner.cli.terminal import Terminal
from limner.errors import ConfigurationError, InvalidInput, InvalidTechnique, LimnerError, NotFound

Command = Callable[[Session], Awaitable[int]]
BAD_INPUT = (ConfigurationError, InvalidInput, InvalidTechnique, NotFound)


def dispatch(arguments: argparse.Namespace, open_studio: OpenStudio) -> int:
    """Run the command that `arguments` name and return its exit status."""
    terminal = Terminal()
    session = Session(arguments, terminal, open_studio)
    module, _, name = arguments.command.partition(":")
    command: Command = getattr(importlib.import_module(f"limner.cli.{module}"), name)
    try:
        return anyio.run(command, session)
    except KeyboardInterrupt:
        return _interrupted(session)
    except BrokenPipeError:
        # The reader has gone, as with `| head`: what is still buffered has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (LimnerError, BaseExceptionGroup) as raised:
        error = _cause(raised)
        return _refused(session, error)


def _cause(raised: BaseException) -> LimnerError:
    """Return the error of ours inside; anything else is a defect, and is raised as it is."""
    cause = raised
    while isinstance(cause, BaseExceptionGroup) and len(cause.exceptions) == 1:
        cause = cause.exceptions[0]
    if isinstance(cause, LimnerError):
        return cause
    raise cause


def _refused(session: Session, error: LimnerError) -> int:
    if getattr(session.arguments, "json", False):
        session.terminal.print_json({"error": error.document()})
    session.terminal.complain(error)
    return 2 if isinstance(error, BAD_INPUT) else 1


def _interrupted(session: Session) -> int:
    terminal = session.terminal
    if session.run_id is None:
        terminal.note("Stopped.")
    else:
        terminal.note(
            f"Stopped watching {session.run_id}. The run is not lost: it goes on when Limner next works "
            "(an MCP host's Limner that is running takes it up by itself)."
        )
        terminal.note(f"  to go on and see it finish:  limner runs follow {session.run_id}")
        terminal.note(f"  to end it:                   limner runs cancel {session.run_id}")
    return 130
