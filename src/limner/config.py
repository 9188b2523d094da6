"""Settings: `LIMNER_…` variables over `limner.toml` over defaults, read once, by the composition root."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from limner.errors import ConfigurationError
from limner.types import Limits

MB = 1_000_000
DEFAULT_LOG_LEVEL = "WARNING"
DEFAULT_ROOTS = ("Pictures", "Downloads", "Desktop", "Documents")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key in `limner.toml`, what it means, and how its value is read."""

    key: str
    description: str
    default: str
    """How the default reads in the documentation."""
    parse: Callable[[Any], Any]
    """Raises ValueError whose text says what is allowed."""

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file."""
        return f"LIMNER_{self.key.upper()}"


def _integer(least: int, most: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return parse


def _folders(value: Any) -> tuple[Path, ...]:
    items = value if isinstance(value, list) else [part for part in str(value).split(os.pathsep) if part]
    if not all(isinstance(item, str) for item in items):
        raise ValueError(f"a list of folders (in a variable, separated by {os.pathsep!r})")
    return tuple(Path(item).expanduser() for item in items)


def _folder(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a folder")
    return Path(value).expanduser()


def _level(value: Any) -> str:
    if str(value).upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("DEBUG, INFO, WARNING or ERROR")
    return str(value).upper()


SETTINGS = (
    Setting("home", "Where Limner keeps its database, assets and user techniques.", "user data", _folder),
    Setting(
        "input_roots",
        "Folders that local input files may come from.",
        "Pictures, Downloads, Desktop, Documents and the working folder",
        _folders,
    ),
    Setting("techniques", "More technique files, or folders of them.", "none", _folders),
    Setting(
        "workers", "Media steps that run at once in this process.", "half the cores, 2 to 8", _integer(1, 64)
    ),
    Setting("max_runs", "Runs that this process works on at once.", "16", _integer(1, 1000)),
    Setting("idempotency_hours", "How long an idempotency key is remembered.", "24", _integer(2, 8760)),
    Setting("max_pixels", "Pixels of one picture or frame.", "64000000", _integer(10_000, 10**9)),
    Setting("max_frames", "Frames of one video that Limner makes.", "18000", _integer(1, 10**7)),
    Setting("max_seconds", "Seconds of one video or sound.", "600", _integer(1, 86_400)),
    Setting("max_input_mb", "Megabytes of one input file.", "500", _integer(1, 100_000)),
    Setting("max_output_mb", "Megabytes of one output file.", "1000", _integer(1, 100_000)),
    Setting("max_memory_mb", "Megabytes of memory of one worker process.", "3000", _integer(256, 1_000_000)),
    Setting("max_cpu_seconds", "CPU seconds of one worker process.", "900", _integer(1, 86_400)),
    Setting("log_level", "What is logged to stderr.", DEFAULT_LOG_LEVEL, _level),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything configurable, with its final value."""

    home: Path
    input_roots: tuple[Path, ...]
    techniques: tuple[Path, ...] = ()
    workers: int = 2
    max_runs: int = 16
    idempotency_hours: int = 24
    limits: Limits = field(default_factory=Limits)
    log_level: str = DEFAULT_LOG_LEVEL

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "limner.sqlite"


def read_settings(environ: Mapping[str, str], *, working_folder: Path | None = None) -> Settings:
    """Return the settings of this process.

    Raises: ConfigurationError, naming the setting, its value and what is allowed.
    """
    table = {setting.key: setting for setting in SETTINGS}
    raw_home = environ.get("LIMNER_HOME")
    home = _parse(table["home"], raw_home, "LIMNER_HOME") if raw_home else _default_home()
    if home.exists() and not home.is_dir():
        raise ConfigurationError(
            f"LIMNER_HOME is {home}, which is a file.",
            next_step="Set LIMNER_HOME to a folder; it is made if missing.",
        )
    found: dict[str, Any] = {}
    for key, value in _read_file(home / "limner.toml").items():
        if key not in table or key == "home":
            raise ConfigurationError(
                f"{home / 'limner.toml'}: unknown key {key!r}. Known: {', '.join(table)}."
            )
        found[key] = _parse(table[key], value, f"{key} in {home / 'limner.toml'}")
    for setting in SETTINGS:
        if setting.key != "home" and environ.get(setting.variable):
            found[setting.key] = _parse(setting, environ[setting.variable], setting.variable)
    return _assemble(home, found, working_folder or Path.cwd())


def _assemble(home: Path, found: dict[str, Any], working_folder: Path) -> Settings:
    user_home = Path.home()
    defaults = (*(user_home / name for name in DEFAULT_ROOTS), working_folder)
    standard = Limits()
    limits = Limits(
        max_pixels=found.get("max_pixels", standard.max_pixels),
        max_frames=found.get("max_frames", standard.max_frames),
        max_duration_seconds=found.get("max_seconds", standard.max_duration_seconds),
        max_input_bytes=found.get("max_input_mb", standard.max_input_bytes // MB) * MB,
        max_output_bytes=found.get("max_output_mb", standard.max_output_bytes // MB) * MB,
        memory_bytes=found.get("max_memory_mb", standard.memory_bytes // MB) * MB,
        cpu_seconds=found.get("max_cpu_seconds", standard.cpu_seconds),
    )
    direct = {f.name for f in fields(Settings)} - {"home", "input_roots", "limits"}
    return Settings(
        home=home.absolute(),
        input_roots=found.get("input_roots", defaults),
        limits=limits,
        **{
            "workers": max(2, min(8, (os.cpu_count() or 2) // 2)),
            **{k: found[k] for k in direct & found.keys()},
        },
    )


def _parse(setting: Setting, value: Any, name: str) -> Any:
    try:
        return setting.parse(value)
    except ValueError as problem:
        raise ConfigurationError(f"{name} is {value!r}, must be {problem}.") from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"{path} cannot be read: {problem}.") from problem


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("limner", appauthor=False)
