"""What can be typed after `limner keys`."""

import argparse
from collections.abc import Callable
from typing import Any

from limner.cli.parsers import Commands, add_command, add_group, add_json
from limner.config.api_keys import NAME_ALLOWED, is_name
from limner.config.parsing import Parse, dollars, integer
from limner.types.caller import MOST_PER_MINUTE, MOST_USD


def add_keys(commands: Commands) -> None:
    """Add `limner keys`."""
    keys = add_group(commands, "keys", "Make and list the API keys of the HTTP server.")
    made = add_command(
        keys,
        "new",
        "keys:make_key",
        "Make a key, print it once, and print the lines for limner.toml that let it in.",
        """
        limner keys new studio --write
        limner keys new intern --budget 5 --rate 60 --write
        """,
    )
    made.add_argument("name", type=_name, metavar="NAME", help="who uses it; its runs belong to this name")
    made.add_argument(
        "--budget",
        type=_typed(dollars(MOST_USD)),
        metavar="USD",
        help="what it may spend in a UTC day (default: LIMNER_DAILY_BUDGET_USD)",
    )
    made.add_argument(
        "--rate",
        type=_typed(integer(1, MOST_PER_MINUTE)),
        metavar="N",
        help="requests in a minute (default: LIMNER_REQUESTS_PER_MINUTE)",
    )
    made.add_argument("--write", action="store_true", help="add the lines to limner.toml in the data folder")
    add_json(made)
    listed = add_command(
        keys,
        "list",
        "keys:list_keys",
        "List the keys that the HTTP server takes, with budgets and rates.",
        "limner keys list --json",
    )
    add_json(listed)


def _name(text: str) -> str:
    if not is_name(text):
        raise argparse.ArgumentTypeError(f"must be {NAME_ALLOWED}")
    return text


def _typed(parse: Parse) -> Callable[[str], Any]:
    def typed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(f"must be {problem}") from None

    return typed
