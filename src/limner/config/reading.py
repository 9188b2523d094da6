"""Puts variables, file and defaults together."""

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from limner.config.file import FILE_NAME, read_file
from limner.config.parsing import Parse
from limner.config.providers import complete_providers
from limner.config.settings import MB, Settings
from limner.config.table import SETTINGS
from limner.errors import ConfigurationError
from limner.types import Limits

DEFAULT_ROOTS = ("Pictures", "Downloads", "Desktop", "Documents")
MCP_PATH = "/mcp"
"""Where MCP stands below the public address: what tokens are issued for, unless the settings say otherwise."""


def read_settings(environ: Mapping[str, str], *, working_folder: Path | None = None) -> Settings:
    """Return the settings of this process.

    Raises: ConfigurationError, naming the setting, its value unless it is a secret, and what is allowed.
    """
    table = {setting.key: setting for setting in SETTINGS}
    raw_home = environ.get("LIMNER_HOME")
    home = _parse(table["home"].parse, raw_home, "LIMNER_HOME") if raw_home else _default_home()
    if home.exists() and not home.is_dir():
        raise ConfigurationError(
            f"LIMNER_HOME is {home}, which is a file.",
            next_step="Set LIMNER_HOME to a folder; it is made if missing.",
        )
    found: dict[str, Any] = {}
    file = home / FILE_NAME
    for key, value in read_file(file).items():
        if key not in table or key == "home":
            raise ConfigurationError(f"{file}: unknown key {key!r}. Known: {', '.join(table)}.")
        found[key] = _parse(table[key].parse_in_file or table[key].parse, value, f"{key} in {file}")
    for setting in SETTINGS:
        if setting.key != "home" and environ.get(setting.variable):
            found[setting.key] = _parse(setting.parse, environ[setting.variable], setting.variable)
    _complete_oauth(found)
    limits = _limits(found)
    complete_providers(found, environ, limits.max_input_bytes, home.absolute())
    return _assemble(home, found, limits, working_folder or Path.cwd())


def _limits(found: dict[str, Any]) -> Limits:
    standard = Limits()
    return Limits(
        max_pixels=found.get("max_pixels", standard.max_pixels),
        max_frames=found.get("max_frames", standard.max_frames),
        max_duration_seconds=found.get("max_seconds", standard.max_duration_seconds),
        max_input_bytes=found.get("max_input_mb", standard.max_input_bytes // MB) * MB,
        max_output_bytes=found.get("max_output_mb", standard.max_output_bytes // MB) * MB,
        memory_bytes=found.get("max_memory_mb", standard.memory_bytes // MB) * MB,
        cpu_seconds=found.get("max_cpu_seconds", standard.cpu_seconds),
    )


def _assemble(home: Path, found: dict[str, Any], limits: Limits, working_folder: Path) -> Settings:
    user_home = Path.home()
    defaults = (*(user_home / name for name in DEFAULT_ROOTS), working_folder)
    direct = {f.name for f in fields(Settings)} - {"home", "input_roots", "limits"}
    return Settings(
        home=home.absolute(),
        input_roots=found.get("input_roots", defaults),
        has_own_roots="input_roots" in found,
        limits=limits,
        **{
            "workers": max(2, min(8, (os.cpu_count() or 2) // 2)),
            **{k: found[k] for k in direct & found.keys()},
        },
    )


def _complete_oauth(found: dict[str, Any]) -> None:
    """Fill in the audience; refuse settings of tokens that would have no effect, and leave the server open."""
    if "oauth_issuer" not in found:
        if lonely := [key for key in found if key.startswith("oauth_")]:
            raise ConfigurationError(
                f"{lonely[0]} is set without oauth_issuer: no token would be accepted.",
                next_step="Set LIMNER_OAUTH_ISSUER to the address of the issuer, or take the other setting out.",
            )
        return
    if "oauth_audience" in found:
        return
    if "public_url" not in found:
        raise ConfigurationError(
            "oauth_issuer is set, but not whom its tokens must be for.",
            next_step="Set LIMNER_PUBLIC_URL to the address of this server, or LIMNER_OAUTH_AUDIENCE.",
        )
    found["oauth_audience"] = (f"{found['public_url']}{MCP_PATH}",)


def _parse(parse: Parse, value: Any, name: str) -> Any:
    try:
        return parse(value)
    except ValueError as problem:
        raise ConfigurationError(f"{name} is {value!r}, must be {problem}.") from None


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("limner", appauthor=False)
