"""`limner install`: adds Limner to a host's configuration, shows the change first, and can undo it."""

import argparse
import json
import os
import sys
from pathlib import Path

import anyio
from anyio import to_thread
from rich.text import Text

from limner.cli.session import Session
from limner.errors import ConfigurationError
from limner.hosts.changes import Change, installing, undoing
from limner.hosts.edit import Place
from limner.hosts.entry import is_passing_installation, new_entry, starting_command
from limner.hosts.places import HOSTS, Host, Machine, Scope, config_path
from limner.types import Json

STYLES = {"+": "green", "-": "red", "@": "cyan"}
PASSING = (
    "This Limner lives in uv's cache, and goes when that is emptied. To keep it: uv tool install limner, "
    "then run this again."
)


async def install(session: Session) -> int:
    """Show what would change, and change it when that is wanted. Returns 0 also where nothing was to do."""
    arguments, terminal = session.arguments, session.terminal
    host = HOSTS[arguments.host]
    path = _path(arguments, host)
    place = Place(host.section, arguments.name, host.allows_comments)
    entry = new_entry(host, starting_command(), dict(arguments.env))
    if is_passing_installation() and not arguments.undo:
        terminal.note(PASSING)
    if arguments.print:
        terminal.note(f"For {host.title}, in {path}:")
        terminal.print_json({place.section: {place.name: entry}})
        return 0
    change = await _planned(arguments, path, place, entry)
    if not change.is_needed:
        return _nothing_to_do(session, host, change)
    _show(session, change)
    if not await _is_wanted(session):
        return _left(session, change)
    await to_thread.run_sync(change.apply)
    return _done(session, host, change)


async def _planned(arguments: argparse.Namespace, path: Path, place: Place, entry: Json) -> Change:
    if arguments.undo:
        return await to_thread.run_sync(undoing, path, place)
    try:
        return await to_thread.run_sync(installing, path, place, entry)
    except ConfigurationError as error:
        block = json.dumps({place.section: {place.name: entry}}, ensure_ascii=False)
        raise ConfigurationError(
            f"{error.message} The file was left as it is.",
            next_step=f"Mend it and try again, or put this in by hand: {block}",
        ) from error


def _path(arguments: argparse.Namespace, host: Host) -> Path:
    if arguments.config is not None:
        return Path(arguments.config).expanduser().absolute()
    machine = Machine(sys.platform, Path.home(), os.environ, Path.cwd())
    return config_path(host, Scope(arguments.scope), machine)


def _show(session: Session, change: Change) -> None:
    if session.arguments.json:
        return
    for line in change.diff():
        session.terminal.out.print(Text(line, style=STYLES.get(line[:1], "")), soft_wrap=True)


async def _is_wanted(session: Session) -> bool:
    """Whether to apply the change: --yes, or somebody at a terminal says so."""
    arguments = session.arguments
    if arguments.yes or arguments.json or not sys.stdin.isatty() or not session.terminal.is_watched:
        return bool(arguments.yes)
    sys.stderr.write("Apply this change? [y/N] ")
    sys.stderr.flush()
    await anyio.wait_readable(sys.stdin)  # a thread that reads would outlive Ctrl-C, and the process with it
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _nothing_to_do(session: Session, host: Host, change: Change) -> int:
    name = session.arguments.name
    if session.arguments.undo:
        return _tell(session, change, "not_there", f"{name} is not in {host.title}: {change.path}")
    return _tell(session, change, "already_there", f"{name} is already there: {change.path}")


def _left(session: Session, change: Change) -> int:
    _tell(session, change, "shown", f"Nothing was written to {change.path}.")
    session.terminal.note("→ To apply the change, run the same command with --yes.")
    return 0


def _done(session: Session, host: Host, change: Change) -> int:
    name = session.arguments.name
    if session.arguments.undo:
        return _tell(session, change, "removed", f"{name} was taken out of {host.title}: {change.path}")
    _tell(session, change, "installed", f"{name} is in {host.title} now: {change.path}")
    if change.saved is not None:
        session.terminal.note(f"  the file as it was: {change.backup}")
    if session.arguments.scope == Scope.PROJECT:
        session.terminal.note("  It names a path on this machine: others of the project need their own.")
    session.terminal.note(f"→ {host.next_step}")
    return 0


def _tell(session: Session, change: Change, status: str, message: str) -> int:
    arguments, terminal = session.arguments, session.terminal
    if arguments.json:
        document: Json = {
            "host": arguments.host,
            "name": arguments.name,
            "path": str(change.path),
            "status": status,
            "diff": list(change.diff()),
        }
        terminal.print_json(document)
    else:
        terminal.say_whole(message)
    return 0
