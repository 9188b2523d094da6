"""Reads a profile: one that ships, a file, or a table in `limner.toml`, alone or laid over another."""

import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from limner.errors import ConfigurationError
from limner.providers.queue.profile import Profile
from limner.types import Json, ProviderSettings

SHIPPED = ("fal", "replicate", "videos")
REPLACED = ("body", "input", "states")
"""Tables of a profile that another one laid over it replaces whole: half of each would make no sense."""


def profile_of(settings: ProviderSettings) -> Profile:
    """Return the profile that the option `profile` names (one that ships, or a file) or holds (a table).

    Raises: ConfigurationError, naming the key.
    """
    place = f"providers.{settings.name}.profile"
    given = settings.options.get("profile")
    if isinstance(given, str):
        table = _read(given, settings.folder, place)
    elif isinstance(given, dict):
        table = given
    else:
        raise ConfigurationError(
            f"{place} must be one of {', '.join(SHIPPED)}, the path of a TOML file, or a table of its own."
        )
    if "extends" in table:
        own = {name: value for name, value in table.items() if name != "extends"}
        table = _laid_over(_read(str(table["extends"]), settings.folder, f"{place}.extends"), own)
    try:
        return Profile.model_validate(table)
    except ValidationError as problem:
        raise ConfigurationError(_said(place, problem)) from None


def _read(name: str, folder: Path, place: str) -> Json:
    """Return the table of a profile that ships, or of a file."""
    if name in SHIPPED:
        text = (files("limner.providers") / "profiles" / f"{name}.toml").read_text("utf-8")
        return tomllib.loads(text)
    if not name.endswith(".toml"):
        raise ConfigurationError(
            f"{place} is {name!r}, must be one of {', '.join(SHIPPED)} or the path of a .toml file."
        )
    path = folder / Path(name).expanduser()
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigurationError(f"{place}: {path} cannot be read: {problem}.") from problem


def _laid_over(below: Json, above: Json) -> Json:
    """Return two profiles as one. Tables are merged, those in REPLACED are not."""
    merged = {**below, **above}
    for name, value in above.items():
        old = below.get(name)
        if isinstance(old, dict) and isinstance(value, dict) and name not in REPLACED:
            merged[name] = _laid_over(old, value)
    return merged


def _said(place: str, problem: ValidationError) -> str:
    """Return the first mistake on one line, with the key that has it."""
    error = problem.errors(include_url=False)[0]
    # Union members (`body.str`) stand in the location too; no key of a profile is named like a type.
    keys = [str(key) for key in error["loc"] if key not in ("str", "dict[str,any]")]
    where = ".".join([place, *keys])
    if error["type"] == "missing":
        return f"{where} is missing."
    if error["type"] == "extra_forbidden":
        return f"{where} is unknown; docs/providers.md lists the keys of a profile."
    return f"{where}: {error['msg'].removeprefix('Value error, ')}."
