"""What the doctor looks at without touching media: Python, packages, settings, folders."""

import difflib
import os
import platform
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any

from limner.app.installation import file_system
from limner.cli.wording import format_size
from limner.config import MB, SETTINGS, Settings, read_settings
from limner.errors import ConfigurationError
from limner.types import Json

LOW_DISK_BYTES = 2_000_000_000
OLDEST_PYTHON = (3, 11)


class Result(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `remedy` says how to mend it."""

    id: str
    result: Result
    message: str
    remedy: str = ""


def check_python() -> list[Check]:
    """Check the interpreter and the packages that Limner needs."""
    message = f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        python = Check("python", Result.FAILED, message, "Install Python 3.11 or newer.")
    else:
        python = Check("python", Result.OK, message)
    versions = {name: _version(name) for name in _needed_packages()}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        remedy = f"{sys.executable} -m pip install {' '.join(missing)}"
        return [python, Check("packages", Result.FAILED, f"missing: {', '.join(missing)}", remedy)]
    told = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "mcp")
    mcp = f"MCP SDK (mcp) {versions.get('mcp', 'unknown')}"
    return [python, Check("mcp", Result.OK, mcp), Check("packages", Result.OK, told), _check_type()]


def _check_type() -> Check:
    """Check that type is set with kerning, and that scripts which need shaping can be set."""
    from PIL import features

    if features.check_feature("fribidi"):
        return Check("type", Result.OK, "letters are shaped and kerned (FriBiDi is there)")
    return Check(
        "type",
        Result.WARNING,
        "FriBiDi is missing: type has no kerning, and Arabic, Hebrew and Indic scripts are left out",
        "Install it: apt-get install libfribidi0 (Debian, Ubuntu), brew install fribidi (macOS).",
    )


def _needed_packages() -> list[str]:
    """Return the names of what Limner requires, as its own metadata has it."""
    needed = [each for each in metadata.requires("limner") or [] if "extra ==" not in each]
    return [match.group() for each in needed if (match := re.match(r"[A-Za-z0-9._-]+", each))]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def check_settings(environ: Mapping[str, str]) -> tuple[Settings | None, list[Check]]:
    """Return the settings, None when they cannot be read, and what is to be said of them."""
    checks = [_unknown_variable(name) for name in sorted(environ) if _is_unknown(name)]
    try:
        settings = read_settings(environ)
    except ConfigurationError as error:
        return None, [Check("settings", Result.FAILED, error.message, error.next_step), *checks]
    set_here = [
        f"{each['variable']}={each['value']}"
        for each in settings_in_force(settings, environ)
        if each["source"] != "default"
    ]
    message = f"set: {', '.join(set_here)}" if set_here else "all at their defaults"
    return settings, [Check("settings", Result.OK, message), *checks]


def _is_unknown(name: str) -> bool:
    return name.startswith("LIMNER_") and name not in {setting.variable for setting in SETTINGS}


def _unknown_variable(name: str) -> Check:
    known = [setting.variable for setting in SETTINGS]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    remedy = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
    return Check("settings", Result.WARNING, f"{name} is set, and Limner knows no such setting", remedy)


def settings_in_force(settings: Settings, environ: Mapping[str, str]) -> list[Json]:
    """Return every setting with its value and where that comes from."""
    try:
        file = tomllib.loads((settings.home / "limner.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        file = {}
    values = _values(settings)
    return [
        {
            "key": each.key,
            "variable": each.variable,
            "value": values[each.key],
            "source": "variable"
            if environ.get(each.variable)
            else "limner.toml"
            if each.key in file
            else "default",
        }
        for each in SETTINGS
    ]


def _values(settings: Settings) -> dict[str, Any]:
    limits = settings.limits
    return {
        "home": str(settings.home),
        "input_roots": [str(folder) for folder in settings.input_roots],
        "techniques": [str(place) for place in settings.techniques],
        "workers": settings.workers,
        "max_runs": settings.max_runs,
        "idempotency_hours": settings.idempotency_hours,
        "max_pixels": limits.max_pixels,
        "max_frames": limits.max_frames,
        "max_seconds": limits.max_duration_seconds,
        "max_input_mb": limits.max_input_bytes // MB,
        "max_output_mb": limits.max_output_bytes // MB,
        "max_memory_mb": limits.memory_bytes // MB,
        "max_cpu_seconds": limits.cpu_seconds,
        "log_level": settings.log_level,
        "tools": list(settings.tools),
        "daily_budget_usd": settings.daily_budget_usd,
        "consent_usd": settings.consent_usd,
        "providers": [each.name for each in settings.providers],
        "routing": asdict(settings.routing),
        "api_keys": [key.name for key in settings.api_keys],
        "requests_per_minute": settings.requests_per_minute,
        "public_url": settings.public_url,
        "allowed_hosts": list(settings.allowed_hosts),
        "allowed_origins": list(settings.allowed_origins),
        "max_request_mb": settings.max_request_mb,
        "max_connections": settings.max_connections,
        "allow_loopback_callbacks": settings.allow_loopback_callbacks,
        "callback_retry_seconds": list(settings.callback_retry_seconds),
        "oauth_issuer": settings.oauth_issuer,
        "oauth_audience": list(settings.oauth_audience),
        "oauth_scopes": list(settings.oauth_scopes),
        "oauth_jwks_url": settings.oauth_jwks_url,
    }


def check_data_folder(settings: Settings) -> list[Check]:
    """Check that the data folder can be written, is on a local disk, and has room."""
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
        free = shutil.disk_usage(home).free
    except OSError as error:
        message = f"{home} cannot be written: {error.strerror}"
        remedy = "Give this user the right to write there, or set LIMNER_HOME to another folder."
        return [Check("data_folder", Result.FAILED, message, remedy)]
    kind, refusal = file_system(home)
    if refusal is not None:
        return [Check("data_folder", Result.FAILED, refusal.message, refusal.next_step)]
    message = f"{home}, {kind or 'local disk'}, {format_size(free)} free"
    if free < LOW_DISK_BYTES:
        remedy = "Free space, or set LIMNER_HOME to a folder on another disk."
        return [Check("data_folder", Result.WARNING, message, remedy)]
    return [Check("data_folder", Result.OK, message)]


def check_input_roots(settings: Settings) -> list[Check]:
    """Check which of the folders that agents may name files in are there."""
    readable = [str(folder) for folder in settings.input_roots if _can_list(folder)]
    if readable:
        return [Check("input_roots", Result.OK, f"agents may name files in {', '.join(readable)}")]
    told = ", ".join(map(str, settings.input_roots)) or "none is set"
    remedy = "Set LIMNER_INPUT_ROOTS to folders that exist."
    return [Check("input_roots", Result.WARNING, f"no input folder can be read: {told}", remedy)]


def _can_list(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
