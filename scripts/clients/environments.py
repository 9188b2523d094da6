"""Makes each client's own environment, once, in a cache outside of the repository."""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from .catalogue import NODE_PACKAGES, Client

INSTALL_TIMEOUT_SECONDS = 400
UNREACHABLE = (
    *("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH"),
    *(
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
        "Network is unreachable",
        "Temporary failure in name resolution",
    ),
)


class RegistryUnreachable(Exception):
    """A package registry does not answer."""


def interpreter(client: Client) -> tuple[list[str], Path | None]:
    """Return how to run the client's script, and the folder it must lie in (Node looks for packages there).

    Raises: RegistryUnreachable, when something must be fetched and cannot be.
    """
    if client.is_node:
        return ["node"], node_folder()
    if not client.requirements:
        return [sys.executable], None
    return [str(python_environment(client.name, client.requirements))], None


def cache() -> Path:
    """Return where environments are kept between runs."""
    folder = user_cache_path("limner-tests", appauthor=False) / "clients"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def python_environment(name: str, requirements: tuple[str, ...]) -> Path:
    """Return the interpreter of a virtual environment that holds exactly these requirements."""
    mark = hashlib.sha256(json.dumps([sys.version, requirements]).encode()).hexdigest()[:12]
    folder = cache() / f"{name}-{mark}"
    python = folder / "bin" / "python"
    with locked(folder):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            install([str(python), "-m", "pip", "install", "-q", "--no-compile", *requirements], folder)
            (folder / "complete").touch()
    return python


def node_folder() -> Path:
    """Return a folder in which Node finds both TypeScript SDKs."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise RegistryUnreachable("node or npm is not installed")
    folder = cache() / "typescript"
    folder.mkdir(exist_ok=True)
    package = {"name": "limner-clients", "private": True, "type": "module", "dependencies": NODE_PACKAGES}
    wanted = json.dumps(package)
    file = folder / "package.json"
    with locked(folder):
        if not (folder / "complete").exists() or file.read_text(encoding="utf-8") != wanted:
            file.write_text(wanted, encoding="utf-8")
            install(["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"], folder)
            (folder / "complete").touch()
    return folder


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder while it is made."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(command: list[str], folder: Path) -> None:
    """Run an installer. Raises: RegistryUnreachable; RuntimeError, when it fails for another reason."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_SECONDS, check=False
    )
    if done.returncode == 0:
        return
    if any(word in done.stderr for word in UNREACHABLE):
        raise RegistryUnreachable(done.stderr[-300:])
    raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
