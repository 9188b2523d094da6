"""What can be typed: every command with its options and help. Stdlib only, so that `--help` is quick."""

import argparse

from limner import __version__
from limner.cli.brand_arguments import add_brands
from limner.cli.install_arguments import add_install
from limner.cli.keys_arguments import add_keys
from limner.cli.parsers import Commands, add_command, add_json, add_page, new_parser
from limner.cli.run_arguments import add_actions, add_run
from limner.cli.runs_arguments import add_runs
from limner.cli.technique_arguments import add_techniques
from limner.types.media import GENERATED_NAMES


def build_parser() -> argparse.ArgumentParser:
    """Return the parser. `command` in its result is `module:function` below `limner.cli`."""
    parser: argparse.ArgumentParser = new_parser(
        argparse.ArgumentParser,
        prog="limner",
        description="Limner makes media with techniques: discover, run, follow, and retry without paying twice.",
        notes="""
            Without arguments, limner serves MCP on stdin and stdout: that is what an MCP host starts.

            Begin with:
              limner demo                     make pictures from a picture, and see what a retry does
              limner techniques list          what there is
              limner doctor                   what works on this machine

            Exit status: 0 done, 1 failed or cancelled, 2 bad input, 130 stopped with Ctrl-C.
            """,
    )
    parser.add_argument("--version", action="version", version=f"limner {__version__}")
    parser.set_defaults(command=None, parser=parser)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", parser_class=argparse.ArgumentParser
    )
    _add_demo(commands)
    add_run(commands)
    add_runs(commands)
    add_techniques(commands)
    add_actions(commands)
    add_brands(commands)
    _add_models(commands)
    _add_costs(commands)
    add_install(commands)
    _add_doctor(commands)
    _add_serve(commands)
    add_keys(commands)
    return parser


def _add_demo(commands: Commands) -> None:
    demo = add_command(
        commands,
        "demo",
        "demo:demo",
        "Make pictures from a real picture, and show that a retry executes nothing.",
        """
        limner demo
        limner demo --image ~/Pictures/mug.jpg --out mug
        """,
    )
    demo.add_argument(
        "--image", metavar="FILE", help="the picture to start from (default: a bundled photograph)"
    )
    demo.add_argument(
        "--out", metavar="DIR", default="limner-demo", help="where results go (default: %(default)s)"
    )


def _add_costs(commands: Commands) -> None:
    costs = add_command(
        commands,
        "costs",
        "costs:show_costs",
        "Print what a month cost, by caller, provider and model.",
        """
        limner costs
        limner costs --month 2026-11 --caller local
        """,
    )
    costs.add_argument("--month", metavar="YYYY-MM", help="which month, in UTC (default: this one)")
    costs.add_argument(
        "--caller", metavar="NAME", help="only this caller: local, or a key's name as key:NAME"
    )
    add_json(costs)


def _add_models(commands: Commands) -> None:
    models = add_command(
        commands,
        "models",
        "models:list_models",
        "List the models that generate media, with their parameters.",
        "limner models --type image",
    )
    models.add_argument("--type", choices=GENERATED_NAMES, help="only models that make this")
    models.add_argument("--query", metavar="WORDS", help="only models in whose texts all of these occur")
    models.add_argument("--available", action="store_true", help="leave out what needs a provider")
    add_page(models)
    add_json(models)
    check = add_command(
        models.add_subparsers(title="commands", metavar="COMMAND", parser_class=argparse.ArgumentParser),
        "check",
        "models:check_models",
        "Ask each configured provider what it offers, now; exit status 1 when one does not answer.",
        """
        limner models check
        limner models check openai --json
        """,
    )
    check.add_argument("provider", nargs="?", metavar="PROVIDER", help="ask this one only")
    add_json(check)


def _add_doctor(commands: Commands) -> None:
    doctor = add_command(
        commands,
        "doctor",
        "doctor:examine",
        "Say what works on this machine, what is missing and how to get it.",
        "limner doctor --json",
    )
    add_json(doctor)


def _add_serve(commands: Commands) -> None:
    serve = add_command(
        commands,
        "serve",
        "serve:serve",
        "Serve agents over HTTP: MCP at /mcp (Streamable HTTP) and /sse (HTTP+SSE).",
        """
        limner serve
        LIMNER_API_KEYS=alice:$KEY limner serve --host 0.0.0.0 --port 8321
        """,
    )
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on (default: %(default)s; any other needs LIMNER_API_KEYS or an issuer)",
    )
    serve.add_argument(
        "--port", type=int, default=8321, metavar="N", help="port, 0 for a free one (default: %(default)s)"
    )
