"""What can be typed after `limner install`."""

import argparse
import re

from limner.cli.parsers import Commands, add_command, add_json

HOSTS = ("claude-desktop", "claude-code", "cursor", "vscode")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def add_install(commands: Commands) -> None:
    """Add `limner install`."""
    install = add_command(
        commands,
        "install",
        "install:install",
        "Add Limner to an MCP host's configuration, or take it out again.",
        """
        limner install claude-desktop                       show the change and ask
        limner install claude-code --scope project --yes
        limner install vscode --env LIMNER_INPUT_ROOTS=/data/photos
        limner install cursor --undo
        """,
    )
    install.add_argument("host", choices=HOSTS, metavar="HOST", help=" | ".join(HOSTS))
    what = install.add_mutually_exclusive_group()
    what.add_argument("--undo", action="store_true", help="take it out, or put back what had its name before")
    what.add_argument("--print", action="store_true", help="print what to paste, and write nothing")
    install.add_argument("--yes", action="store_true", help="apply the change without asking")
    install.add_argument(
        "--name", type=_name, default="limner", metavar="NAME", help="name in the host (default: %(default)s)"
    )
    install.add_argument(
        "--env",
        action="append",
        type=_variable,
        default=[],
        metavar="KEY=VALUE",
        help="an environment variable for the server; repeat it for more",
    )
    install.add_argument(
        "--scope",
        choices=("user", "project"),
        default="user",
        help="for you everywhere, or for the project in this folder (default: %(default)s)",
    )
    install.add_argument("--config", metavar="PATH", help="the host's file, where it is not the usual one")
    add_json(install)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("a name has 1 to 64 letters, digits, - and _")
    return text


def _variable(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals or not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE in printable text")
    return key, value
