"""What a section of type `openai` may say beside what every section may: read and checked once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limner.errors import ConfigurationError
from limner.types import Json, ProviderSettings

OPENAI = "https://api.openai.com/v1"
"""OpenAI itself."""
OPENROUTER_HOST = "openrouter.ai"
RESULT_FORMATS = ("json_schema", "json_object", "none")
DIALECTS = ("openai", "openrouter")
ENDPOINTS = ("chat", "images", "speech", "transcriptions")
OWN_KEYS = ("endpoint", "input_usd_per_million", "output_usd_per_million")
"""What an entry of `models` may say beside what every entry may."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """How one server is spoken to."""

    takes_keys: bool = False
    """Whether it honours `Idempotency-Key`: the header always goes, and is relied upon only then."""
    free: bool = False
    """Whether nothing that it does costs money, as on a machine of one's own."""
    sends_seed: bool = True
    """Whether `seed` is sent; a few servers refuse a request that has one."""
    organization: str | None = None
    result_format: str = "json_schema"
    """How it is told of the schema of a result: one of RESULT_FORMATS."""
    dialect: str = "openai"
    """One of DIALECTS. OpenRouter has other shapes for pictures and for transcriptions."""


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """US dollars for one token."""

    input_usd: float = 0.0
    output_usd: float = 0.0

    def of(self, input_tokens: float, output_tokens: float) -> float:
        """Return what so many tokens cost, in US dollars."""
        return round(self.input_usd * input_tokens + self.output_usd * output_tokens, 9)


def options_of(settings: ProviderSettings) -> Options:
    """Return a section's options. Raises: ConfigurationError, naming the key and what is allowed."""
    checks: dict[str, Callable[[Any], object]] = {
        "takes_keys": _switch,
        "free": _switch,
        "sends_seed": _switch,
        "organization": _text,
        "result_format": lambda value: _one_of(value, RESULT_FORMATS),
        "dialect": lambda value: _one_of(value, DIALECTS),
    }
    place = f"providers.{settings.name}"
    if unknown := sorted(settings.options.keys() - checks.keys()):
        raise ConfigurationError(f"{place}.{unknown[0]} is unknown. Known: {', '.join(checks)}.")
    found: Json = {"dialect": "openrouter" if OPENROUTER_HOST in settings.base_url else "openai"}
    for key, value in settings.options.items():
        try:
            found[key] = checks[key](value)
        except ValueError as problem:
            raise ConfigurationError(f"{place}.{key} is {value!r}, must be {problem}.") from None
    return Options(**found)


def token_prices(settings: ProviderSettings, entry: Json) -> TokenPrices | None:
    """Return what an entry of `models` says of tokens; None, if it says nothing. Raises: ConfigurationError."""
    if not {"input_usd_per_million", "output_usd_per_million"} & entry.keys():
        return None
    prices = []
    for key in ("input_usd_per_million", "output_usd_per_million"):
        value = entry.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MILLION:
            place = f"providers.{settings.name}.models {entry.get('id')!r}"
            raise ConfigurationError(f"{place}: {key} is {value!r}, must be US dollars from 0.")
        prices.append(value / MILLION)
    return TokenPrices(*prices)


def endpoint_of(settings: ProviderSettings, entry: Json) -> str | None:
    """Return the endpoint that an entry of `models` names; None, if it names none. Raises: ConfigurationError."""
    try:
        return _one_of(entry["endpoint"], ENDPOINTS) if "endpoint" in entry else None
    except ValueError as problem:
        place = f"providers.{settings.name}.models {entry.get('id')!r}"
        raise ConfigurationError(f"{place}: endpoint is {entry['endpoint']!r}, must be {problem}.") from None


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("text")
    return value


def _one_of(value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"one of {', '.join(allowed)}")
    return str(value)
