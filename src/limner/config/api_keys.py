"""API keys in settings: hashed the moment they are read, so that the plain text is kept nowhere."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from limner.config.parsing import dollars, integer
from limner.errors import ConfigurationError
from limner.types.caller import MOST_PER_MINUTE, MOST_USD, ApiKey

LEAST_CHARACTERS = 16
MOST_CHARACTERS = 256
NAME_ALLOWED = "1 to 64 letters, digits, dots, hyphens or underscores, beginning with a letter or a digit"
NEW_KEY_HINT = "Make a key with `limner keys new NAME`."
TABLE_KEYS = ("name", "sha256", "daily_budget_usd", "requests_per_minute")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY = re.compile(r"[\x21-\x7e]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VARIABLE = "LIMNER_API_KEYS"


def hash_key(key: str) -> str:
    """Return the SHA-256 of a key, in hexadecimal digits.

    A fast hash is enough: keys are long and random, so that nobody can go through them all, unlike passwords.
    """
    return hashlib.sha256(key.encode()).hexdigest()


def is_name(text: str) -> bool:
    """Whether a key may have this name."""
    return _NAME.fullmatch(text) is not None


def keys_in_variable(value: Any) -> tuple[ApiKey, ...]:
    """Return the keys of a list `key` or `name:key`, separated by commas; those without a name are key-1, key-2 …

    Raises: ConfigurationError, which tells an entry by its place: what it holds may be a secret.
    """
    keys: list[ApiKey] = []
    unnamed = 0
    for place, entry in enumerate(filter(None, (part.strip() for part in str(value).split(","))), 1):
        name, colon, key = (part.strip() for part in entry.partition(":"))
        if not colon:
            unnamed += 1
            name, key = f"key-{unnamed}", entry
        where = f"{_VARIABLE}, entry {place}"
        if not is_name(name):
            raise ConfigurationError(f"{where}: what stands before the colon is no name ({NAME_ALLOWED}).")
        keys.append(ApiKey(name=name, sha256=_hash_checked(key, where)))
    if not keys:
        # Taken for no keys at all, it would open the server that somebody meant to close.
        raise ConfigurationError(f"{_VARIABLE} is set and holds no key.", next_step=NEW_KEY_HINT)
    return _distinct(keys, _VARIABLE)


def _hash_checked(key: str, where: str) -> str:
    if not LEAST_CHARACTERS <= len(key) <= MOST_CHARACTERS:
        raise ConfigurationError(
            f"{where}: the key has {len(key)} characters, must have {LEAST_CHARACTERS} to {MOST_CHARACTERS}.",
            next_step=NEW_KEY_HINT,
        )
    if not _KEY.fullmatch(key):
        raise ConfigurationError(
            f"{where}: the key has characters that a header cannot carry.", next_step=NEW_KEY_HINT
        )
    return hash_key(key)


def keys_in_file(value: Any) -> tuple[ApiKey, ...]:
    """Return the keys of the tables `[[api_keys]]`. Raises: ConfigurationError."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ConfigurationError(
            "limner.toml: api_keys must be tables [[api_keys]] with a name and the sha256 of a key.",
            next_step=NEW_KEY_HINT,
        )
    return _distinct([_from_table(table, place) for place, table in enumerate(value, 1)], "limner.toml")


def _from_table(table: dict[str, Any], place: int) -> ApiKey:
    name = table.get("name")
    where = f"limner.toml, [[api_keys]] {place}"
    if not isinstance(name, str) or not is_name(name):
        raise ConfigurationError(f"{where}: needs a name ({NAME_ALLOWED}).")
    where = f"limner.toml, [[api_keys]] {name!r}"
    if "key" in table:
        raise ConfigurationError(
            f"{where}: holds a plain key; only the hash of a key may stand in the file.",
            next_step="Make another key with `limner keys new NAME`, which writes its hash; drop this one.",
        )
    if unknown := [key for key in table if key not in TABLE_KEYS]:
        raise ConfigurationError(
            f"{where}: unknown key {unknown[0]!r}. Known: {', '.join(TABLE_KEYS)}.",
            next_step="Move settings that are not of this key above the first [[api_keys]].",
        )
    sha256 = str(table.get("sha256", "")).lower()
    if not _SHA256.fullmatch(sha256):
        raise ConfigurationError(
            f"{where}: sha256 must be the 64 hexadecimal digits of a key's SHA-256.", next_step=NEW_KEY_HINT
        )
    return ApiKey(
        name=name,
        sha256=sha256,
        daily_budget_usd=_number(table, "daily_budget_usd", where),
        requests_per_minute=_number(table, "requests_per_minute", where),
    )


def key_table(key: ApiKey) -> str:
    """Return the TOML that `keys_in_file` reads as this key."""
    lines = ["[[api_keys]]", f'name = "{key.name}"', f'sha256 = "{key.sha256}"']
    numbers = {name: getattr(key, name) for name in _NUMBERS}
    lines += [f"{name} = {number!r}" for name, number in numbers.items() if number is not None]
    return "\n".join(lines) + "\n"


_NUMBERS = {"daily_budget_usd": dollars(MOST_USD), "requests_per_minute": integer(1, MOST_PER_MINUTE)}


def _number(table: dict[str, Any], key: str, where: str) -> Any:
    if key not in table:
        return None
    try:
        return _NUMBERS[key](table[key])
    except ValueError as problem:
        raise ConfigurationError(f"{where}: {key} is {table[key]!r}, must be {problem}.") from None


def _distinct(keys: Sequence[ApiKey], where: str) -> tuple[ApiKey, ...]:
    """Refuse two keys of one name, which would share their runs, and one key of two names."""
    names: set[str] = set()
    hashes: dict[str, str] = {}
    for key in keys:
        if key.name in names:
            raise ConfigurationError(
                f"{where}: two API keys are called {key.name!r}.",
                next_step="Give each key a name of its own: runs and budgets belong to the name.",
            )
        if key.sha256 in hashes:
            raise ConfigurationError(
                f"{where}: {hashes[key.sha256]!r} and {key.name!r} are the same key.",
                next_step=f"Give each caller a key of its own. {NEW_KEY_HINT}",
            )
        names.add(key.name)
        hashes[key.sha256] = key.name
    return tuple(keys)
