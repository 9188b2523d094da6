"""What stands in a host's file for Limner: the command that starts it, and its environment."""

import re
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from limner.hosts.places import Host
from limner.types import Json

_LIMNER = re.compile(r"(?:.*[\\/])?limner(?:\.exe)?(?:[=@\[<>~].*)?")


def starting_command() -> list[str]:
    """Return what starts this installation of Limner: its script, else its Python, always by absolute path.

    Hosts with a window start servers with a short PATH and in any folder, so a bare name would not do.
    """
    suffix = ".exe" if sys.platform == "win32" else ""
    script = Path(sysconfig.get_path("scripts")).absolute() / f"limner{suffix}"
    # The interpreter's link is kept as it is: resolved, it would be the Python outside of the environment.
    return [str(script)] if script.is_file() else [str(Path(sys.executable).absolute()), "-m", "limner"]


def is_passing_installation() -> bool:
    """Whether this installation is one that `uvx` keeps in its cache, and that goes when the cache is emptied."""
    return "archive-v0" in Path(sys.prefix).parts


def new_entry(host: Host, command: Sequence[str], environ: Mapping[str, str]) -> Json:
    """Return the entry for `host`."""
    entry: Json = {"type": "stdio"} if host.names_transport else {}
    entry |= {"command": command[0], "args": list(command[1:])}
    return {**entry, "env": dict(environ)} if environ else entry


def merged(existing: Json | None, entry: Json) -> Json:
    """Return `entry` with what a person has added to an existing entry for Limner: variables, time-outs."""
    if existing is None or not starts_limner(existing):
        return entry
    environ = {**existing.get("env", {}), **entry.get("env", {})}
    return {**existing, **entry, **({"env": environ} if environ else {})}


def starts_limner(entry: object) -> bool:
    """Whether an entry starts Limner, however it was installed: a script, `-m limner`, `uvx limner`."""
    if not isinstance(entry, dict):
        return False
    arguments = entry.get("args", [])
    words = [entry.get("command"), *(arguments if isinstance(arguments, list) else [])]
    return any(isinstance(word, str) and _LIMNER.fullmatch(word) for word in words)
