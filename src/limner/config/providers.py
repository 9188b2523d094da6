"""Providers and routing in settings: the tables `[providers.NAME]` and `[routing]`, and where their keys are."""

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from limner.config.addresses import provider_address
from limner.config.parsing import DAY_SECONDS, Parse, integer, switch
from limner.errors import ConfigurationError
from limner.types import Preference, ProviderProblem, ProviderSettings, RoutingPolicy
from limner.types.model import EMBEDDED

T = TypeVar("T")

NAME_ALLOWED = "1 to 32 lower-case letters, digits and hyphens"
MOST_JOBS = 1000
KEY_PLACES = (
    'Name where the key is: api_key_env = "VARIABLE", or api_key_keyring = "service/user" (limner[keyring]).'
)
_NAME = re.compile(r"[a-z0-9-]{1,32}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILE = "limner.toml"


def providers_in_file(value: Any, where: str = _FILE) -> tuple[ProviderSettings, ...]:
    """Return the providers of the tables `[providers.NAME]`, their keys not read yet.

    Raises: ConfigurationError, which shows no value of a section: it may be a secret.
    """
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        raise ConfigurationError(f"{where}: providers must be tables [providers.NAME], each with a `type`.")
    return tuple(_from_section(name, section, where) for name, section in value.items())


def routing_in_file(value: Any, where: str = _FILE) -> RoutingPolicy:
    """Return the policy of the table `[routing]`. Raises: ConfigurationError."""
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where}: routing must be a table [routing].")
    if unknown := sorted(value.keys() - _ROUTING.keys()):
        raise ConfigurationError(f"{where}: routing.{unknown[0]} is unknown. Known: {', '.join(_ROUTING)}.")
    return RoutingPolicy(
        **{key: _parsed(_ROUTING[key], each, f"{where}: routing.{key}") for key, each in value.items()}
    )


def in_variable(read: Callable[[Any, str], T], variable: str) -> Callable[[Any], T]:
    """Return the parser of a variable that holds, as TOML, what the table of that name holds in the file."""

    def parse(value: Any) -> T:
        try:
            table = tomllib.loads(str(value))
        except tomllib.TOMLDecodeError as problem:
            raise ConfigurationError(f"{variable} holds no TOML: {problem}.") from None
        return read(table, variable)

    return parse


def complete_providers(
    found: dict[str, Any], environ: Mapping[str, str], max_download_bytes: int, folder: Path
) -> None:
    """Leave out providers that are not enabled, read the keys that are in variables, and check what routing names.

    folder: where relative paths in a section start. A variable that is missing is the provider's problem only:
    everything else works without it.
    """
    sections: tuple[ProviderSettings, ...] = found.get("providers", ())
    found["providers"] = tuple(
        replace(_with_key(each, environ), max_download_bytes=max_download_bytes, folder=folder)
        for each in sections
        if each.enabled
    )
    routing: RoutingPolicy = found.get("routing", RoutingPolicy())
    known = [*(each.name for each in sections), EMBEDDED]
    for key, names in (("order", routing.order), ("never", routing.never)):
        for name in names:
            if name.partition("/")[0] not in known:
                raise ConfigurationError(
                    f"routing.{key} names {name!r}, and there is no such provider. There is: {', '.join(known)}."
                )


def _from_section(name: str, section: Mapping[str, Any], where: str) -> ProviderSettings:
    place = f"{where}: providers.{name}"
    if not _NAME.fullmatch(name) or name == EMBEDDED:
        raise ConfigurationError(f"{place}: a provider's name has {NAME_ALLOWED}, and is not {EMBEDDED!r}.")
    if "api_key" in section:
        raise ConfigurationError(
            f"{place}: api_key holds a key; keys never stand in settings.",
            next_step=f"{KEY_PLACES} Take the key out of {where}, and have its issuer replace it if others read it.",
        )
    if "type" not in section:
        raise ConfigurationError(f"{place}: has no `type`: which kind of server it is, such as openai.")
    told = {
        key: _parsed(parse, section[key], f"{place}.{key}") for key, parse in _OWN.items() if key in section
    }
    if "api_key_env" in told and "api_key_keyring" in told:
        raise ConfigurationError(
            f"{place}: api_key_env and api_key_keyring are both set; one of them is meant."
        )
    options = {key: value for key, value in section.items() if key not in _OWN}
    return ProviderSettings(name=name, options=options, **{"base_url": "", **told})


def _with_key(settings: ProviderSettings, environ: Mapping[str, str]) -> ProviderSettings:
    variable = settings.api_key_env
    if variable is None:
        return settings
    if key := environ.get(variable, "").strip():
        return replace(settings, api_key=key)
    problem = ProviderProblem(
        f"The key of {settings.name} is missing: {variable} is not set.",
        f"Set {variable} where Limner is started (in an MCP host: in the `env` of its entry), and start it anew.",
    )
    return replace(settings, problem=problem)


def _parsed(parse: Parse, value: Any, name: str) -> Any:
    try:
        return parse(value)
    except ValueError as problem:
        raise ConfigurationError(f"{name} must be {problem}.") from None


def _seconds(value: Any) -> float:
    seconds = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
    if not 0 < seconds <= DAY_SECONDS:
        raise ValueError(f"a number of seconds over 0, up to {DAY_SECONDS}")
    return seconds


def _type(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("the name of a type, such as openai")
    return value


def _variable(value: Any) -> str:
    if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
        # What stands here is the key itself, often enough: it is not shown.
        raise ValueError("the name of a variable, such as OPENAI_API_KEY, not what it holds")
    return value


def _keyring_entry(value: Any) -> tuple[str, str]:
    service, _, user = str(value).rpartition("/")
    if not service or not user:
        raise ValueError('"service/user", as in `keyring set service user`')
    return service, user


def _models(value: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError("tables [[providers.NAME.models]]")
    return tuple(value)


def _preference(value: Any) -> Preference:
    try:
        return Preference(value)
    except ValueError:
        raise ValueError(" or ".join(f'"{each.value}"' for each in Preference)) from None


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError('a list of providers and models, such as ["local", "openai/gpt-image-1"]')
    return tuple(dict.fromkeys(value))


_OWN: Mapping[str, Parse] = {
    "type": _type,
    "base_url": provider_address,
    "api_key_env": _variable,
    "api_key_keyring": _keyring_entry,
    "enabled": switch,
    "max_jobs": integer(1, MOST_JOBS),
    "connect_seconds": _seconds,
    "submit_seconds": _seconds,
    "result_seconds": _seconds,
    "models": _models,
}
"""What every section may say; the rest is for the adapter."""
_ROUTING: Mapping[str, Parse] = {"prefer": _preference, "order": _names, "never": _names}

providers_in_variable = in_variable(providers_in_file, "LIMNER_PROVIDERS")
routing_in_variable = in_variable(routing_in_file, "LIMNER_ROUTING")
