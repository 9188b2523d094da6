"""The command line face: what people and scripts type; it calls the Studio and prints."""

import sys

from limner.cli.arguments import build_parser
from limner.cli.session import OpenStudio, ServeHttp


def run_command(argv: list[str], *, open_studio: OpenStudio, serve: ServeHttp) -> int:
    """Run one command and return its exit status: 0 done, 1 it failed, 2 bad input, 130 after Ctrl-C."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        arguments.parser.print_help(sys.stderr)
        return 2
    from limner.cli.dispatch import dispatch

    return dispatch(arguments, open_studio, serve)
