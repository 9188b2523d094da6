"""How the value of a setting is read. Each parser raises ValueError, whose text says what is allowed."""

import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

Parse: TypeAlias = Callable[[Any], Any]
"""What a variable or the file holds → the value. Raises: ValueError."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ALL_TOOLS = "all"
MOST_WAITS = 10
DAY_SECONDS = 86_400
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""A scope token as RFC 6749 §3.3 has it: visible ASCII without the quote and the backslash."""


def integer(least: int, most: int) -> Parse:
    """Return the parser of a whole number."""

    def parse(value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return parse


def dollars(most: int) -> Parse:
    """Return the parser of an amount of US dollars, 0 or more."""

    def parse(value: Any) -> float:
        try:
            amount = float(str(value))
        except ValueError:
            amount = math.nan
        if not 0 <= amount <= most:
            raise ValueError(f"an amount of US dollars from 0 to {most}")
        return amount

    return parse


def folder(value: Any) -> Path:
    """Return a folder; `~` is the home folder."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a folder")
    return Path(value).expanduser()


def folders(value: Any) -> tuple[Path, ...]:
    """Return folders: a list in the file, separated as in PATH in a variable."""
    items = value if isinstance(value, list) else [part for part in str(value).split(os.pathsep) if part]
    if not all(isinstance(item, str) for item in items):
        raise ValueError(f"a list of folders (in a variable, separated by {os.pathsep!r})")
    return tuple(Path(item).expanduser() for item in items)


def level(value: Any) -> str:
    """Return the name of a log level."""
    if str(value).upper() not in LEVELS:
        raise ValueError(f"{', '.join(LEVELS[:-1])} or {LEVELS[-1]}")
    return str(value).upper()


def switch(value: Any) -> bool:
    """Return whether something is on: `on`, `true`, `yes`, `1`, or the opposite of one of these."""
    match str(value).strip().lower():
        case "on" | "true" | "yes" | "1":
            return True
        case "off" | "false" | "no" | "0":
            return False
        case _:
            raise ValueError("on or off")


def waits(value: Any) -> tuple[float, ...]:
    """Return lengths of time in seconds, in their order."""
    items = value if isinstance(value, list) else str(value).strip(", ").split(",")
    try:
        seconds = tuple(float(str(item)) for item in items)
    except ValueError:
        seconds = (math.nan,)
    if len(seconds) > MOST_WAITS or not all(0 <= each <= DAY_SECONDS for each in seconds):
        raise ValueError(
            f"up to {MOST_WAITS} numbers of seconds from 0 to {DAY_SECONDS}, separated by commas"
        )
    return seconds


def list_of(read: Callable[[str], str], allowed: str) -> Parse:
    """Return the parser of a list: a list in the file, commas or spaces between the items of a variable.

    read: one item; raises ValueError when it is none.
    """

    def parse(value: Any) -> tuple[str, ...]:
        items = value if isinstance(value, list) else re.split(r"[,\s]+", str(value).strip(", \t\n"))
        try:
            found = [read(text_of(item)) for item in items]
        except ValueError:
            raise ValueError(f"a list of {allowed} (in a variable, separated by commas)") from None
        return tuple(dict.fromkeys(found))

    return parse


def scope(text: str) -> str:
    """Return an OAuth scope."""
    if not _SCOPE.fullmatch(text):
        raise ValueError
    return text


def audience(text: str) -> str:
    """Return what the `aud` of a token is compared with: mostly a URL, at some issuers a bare name."""
    if not text.isprintable() or not text:
        raise ValueError
    return text


def tools(value: Any) -> tuple[str, ...]:
    """Return the slugs of techniques, or `all` alone."""
    allowed = "`all`, or a list of slugs such as palette-pull (in a variable, separated by commas)"
    try:
        slugs: tuple[str, ...] = list_of(_slug, "slugs")(value)
    except ValueError:
        raise ValueError(allowed) from None
    if ALL_TOOLS in slugs and len(slugs) > 1:
        raise ValueError(allowed)
    return slugs


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError
    return text


def text_of(value: Any) -> str:
    """Return a value that is text. Raises: ValueError."""
    if not isinstance(value, str):
        raise ValueError("no text")
    return value
