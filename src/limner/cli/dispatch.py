"""Runs the chosen command in an event loop, and turns how it ended into a message and an exit status."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import anyio
import anyio.abc

from limner.cli.causes import cause_of
from limner.cli.session import OpenStudio, ServeHttp, Session
from limner.cli.terminal import Terminal
from limner.errors import LimnerError, StepFailed, StoreError

Command = Callable[[Session], Awaitable[int]]
INTERRUPTED, TERMINATED = 130, 143  # 128 + the number of the signal, as shells count
FAILURES = (StepFailed, StoreError)
"""What ends a command with 1; any other error is a refusal of what was asked for, and ends it with 2."""


def dispatch(arguments: argparse.Namespace, open_studio: OpenStudio, serve: ServeHttp) -> int:
    """Run the command that `arguments` name and return its exit status."""
    session = Session(arguments, Terminal(), open_studio, serve)
    module, _, name = arguments.command.partition(":")
    try:
        command: Command = getattr(importlib.import_module(f"limner.cli.{module}"), name)
        status = anyio.run(_until_terminated, command, session)
    except KeyboardInterrupt:
        return _interrupted(session, INTERRUPTED)
    except (LimnerError, BrokenPipeError, BaseExceptionGroup) as raised:
        return _ended_by(session, cause_of(raised))
    return _interrupted(session, TERMINATED) if status is None else status


async def _until_terminated(command: Command, session: Session) -> int | None:
    """Return the command's exit status; None when SIGTERM came first, and everything was let go in order."""
    async with anyio.create_task_group() as tasks:
        if sys.platform != "win32":
            await tasks.start(_cancel_on_sigterm, tasks.cancel_scope)
        status = await command(session)
        tasks.cancel_scope.cancel()
        return status
    return None


async def _cancel_on_sigterm(
    scope: anyio.CancelScope, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            scope.cancel()


def _ended_by(session: Session, cause: BaseException) -> int:
    match cause:
        case LimnerError():
            return _refused(session, cause)
        case BrokenPipeError():
            # The reader has gone, as with `| head`: what is still buffered has nowhere to go either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case _:
            raise cause


def _refused(session: Session, error: LimnerError) -> int:
    if getattr(session.arguments, "json", False):
        is_line = getattr(session.arguments, "has_json_lines", False)
        show = session.terminal.print_json_line if is_line else session.terminal.print_json
        show({"error": error.document()})
    session.terminal.complain(error)
    return 1 if isinstance(error, FAILURES) else 2


def _interrupted(session: Session, status: int) -> int:
    terminal, run_id = session.terminal, session.run_id
    if run_id is None:
        terminal.note("Stopped.")
        return status
    terminal.note(
        f"Stopped watching {run_id}. It is not lost: it goes on when Limner next works on this machine."
    )
    terminal.note(f"  to go on and see it end:  limner runs follow {run_id}")
    terminal.note(f"  to cancel it:             limner runs cancel {run_id}")
    return status
