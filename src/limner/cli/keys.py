"""`limner keys`: makes API keys, which are shown once and kept as hashes, and lists their names."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from limner.access.keys import new_key
from limner.cli.session import Session
from limner.cli.terminal import new_table
from limner.config import Settings, read_settings
from limner.config.api_keys import hash_key, key_table, keys_in_file
from limner.config.file import FILE_NAME, read_file, replace_file, with_block
from limner.errors import InvalidInput
from limner.money import usd
from limner.types import ApiKey, Json

T = TypeVar("T")

VARIABLE = "LIMNER_API_KEYS"
SHOWN_DIGITS = 8
"""Enough of a hash to tell keys apart by, too little to find one by."""


async def make_key(session: Session) -> int:
    """Print a fresh key and the lines that let it in; with `--write`, add them to limner.toml."""
    given, terminal = session.arguments, session.terminal
    path = read_settings(os.environ).home / FILE_NAME
    _require_new(given.name, path)
    key = new_key()
    table = key_table(
        ApiKey(
            name=given.name,
            sha256=hash_key(key),
            daily_budget_usd=given.budget,
            requests_per_minute=given.rate,
        )
    )
    if given.write:
        replace_file(path, with_block(path, table))
    if given.json:
        terminal.print_json(
            {"name": given.name, "key": key, "table": table, "file": str(path), "written": given.write}
        )
        return 0
    terminal.say_whole(key)
    if given.write:
        terminal.note(
            f"→ This key is not shown again. {path} has its hash; a running server reads it when started anew."
        )
    else:
        terminal.say_whole(f"\n{table}".rstrip())
        terminal.note(f"→ This key is not shown again. Add the lines below it to the end of {path}.")
    if os.environ.get(VARIABLE):
        terminal.note(f"→ {VARIABLE} is set, and wins over the file: this key is not let in while it is.")
    return 0


def _require_new(name: str, path: Path) -> None:
    if any(key.name == name for key in keys_in_file(read_file(path).get("api_keys", []))):
        raise InvalidInput.of(
            "NAME",
            f"{path} has a key called {name!r} already",
            next_step="Choose another name, or take that table out of the file first: its bearer is then refused.",
        )


async def list_keys(session: Session) -> int:
    """Print each key's name, budget, rate and the first digits of its hash."""
    settings, terminal = read_settings(os.environ), session.terminal
    source = VARIABLE if os.environ.get(VARIABLE) else str(settings.home / FILE_NAME)
    if session.arguments.json:
        terminal.print_json(
            {"keys": [_document(key, settings) for key in settings.api_keys], "source": source}
        )
        return 0
    if not settings.api_keys:
        terminal.note("There are no keys: make one with `limner keys new NAME --write`.")
        return 0
    table = new_table(
        "NAME", "USD A DAY", "A MINUTE", "SHA-256", right=("USD A DAY", "A MINUTE"), whole=("NAME",)
    )
    for key in settings.api_keys:
        table.add_row(
            key.name,
            _or_default(key.daily_budget_usd, settings.daily_budget_usd, usd),
            _or_default(key.requests_per_minute, settings.requests_per_minute, str),
            f"{key.sha256[:SHOWN_DIGITS]}…",
        )
    terminal.say(table)
    terminal.note(f"→ from {source}")
    return 0


def _document(key: ApiKey, settings: Settings) -> Json:
    own_budget, own_rate = key.daily_budget_usd, key.requests_per_minute
    return {
        "name": key.name,
        "daily_budget_usd": settings.daily_budget_usd if own_budget is None else own_budget,
        "requests_per_minute": settings.requests_per_minute if own_rate is None else own_rate,
        "sha256_begins": key.sha256[:SHOWN_DIGITS],
    }


def _or_default(own: T | None, default: T | None, show: Callable[[T], str]) -> str:
    if own is not None:
        return show(own)
    return "no limit" if default is None else f"{show(default)} (default)"
