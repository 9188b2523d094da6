"""What can be typed: every command with its options and help. Stdlib only, so that `--help` is quick."""

import argparse
import textwrap
from typing import Any

from limner import __version__

STATUSES = ("pending", "running", "completed", "failed", "cancelled")
MODEL_TYPES = ("image", "video", "audio", "text")

Commands = Any
"""What `add_subparsers` returns; argparse keeps its type private."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser. `command` in its result is `module:function` below `limner.cli`."""
    parser = _parser(
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
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=argparse.ArgumentParser)
    _add_demo(commands)
    _add_run(commands)
    _add_runs(commands)
    _add_techniques(commands)
    _add_actions(commands)
    _add_models(commands)
    _add_doctor(commands)
    return parser


def _add_demo(commands: Commands) -> None:
    demo = _command(
        commands,
        "demo",
        "demo:demo",
        "Make pictures from a real picture, and show that a retry executes nothing.",
        """
        limner demo
        limner demo --image ~/Pictures/mug.jpg --out mug
        """,
    )
    demo.add_argument("--image", metavar="FILE", help="the picture to start from (default: a bundled photograph)")
    demo.add_argument("--out", metavar="DIR", default="limner-demo", help="where results go (default: %(default)s)")


def _add_run(commands: Commands) -> None:
    run = _command(
        commands,
        "run",
        "run:run_technique",
        "Run a technique, or an action with --action; wait for the end.",
        """
        limner run palette-pull --input image=mug.jpg
        limner run palette-pull --input image=mug.jpg --input colors=4 --out mug --follow
        limner run --action blur-image --input image=mug.jpg --param radius=12
        limner run --action stitch-videos --input video=a.mp4 --input video=b.mp4 --out film
        limner run --action qr-code-generator --input text=@address.txt --key card-1
        """,
    )
    run.add_argument("technique", nargs="?", metavar="TECHNIQUE", help="id or slug: tech_palette-pull, palette-pull")
    run.add_argument("--action", metavar="ACTION_ID", help="run one action instead of a technique")
    run.add_argument("--revision", metavar="REV", help="this revision of the technique; `draft` for an unpublished one")
    _add_run_options(run)


def _add_run_options(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "--input",
        metavar="ID=VALUE",
        action="append",
        default=[],
        help="an input; again for a list. A file's path, an https: address or an asset id for media; text as it "
        "is, @FILE reads it from a file, @@ at the start means a plain @",
    )
    run.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], help="a parameter (actions only); @FILE as above"
    )
    run.add_argument("--seed", type=int, default=0, metavar="N", help="repeats exactly what chance decides (default: 0)")
    run.add_argument(
        "--key", metavar="KEY", help="idempotency key: the same key and inputs are the same run, never a second one"
    )
    run.add_argument(
        "--allow-duplicate", action="store_true", help="without a key: start anew even when an identical run just ended"
    )
    run.add_argument("--dry-run", action="store_true", help="check everything and say the price; start nothing")
    run.add_argument("--max-cost", type=float, metavar="USD", help="refuse before anything starts if it costs more")
    run.add_argument("--follow", action="store_true", help="print every event as it comes, instead of a progress bar")
    run.add_argument("--out", metavar="DIR", help="copy the results there, with provenance.json beside them")
    _add_json(run, "print the run as JSON")


def _add_runs(commands: Commands) -> None:
    runs = _group(commands, "runs", "List, show, follow and cancel runs.")
    listed = _command(
        runs,
        "list",
        "runs:list_runs",
        "List runs, newest first.",
        """
        limner runs list --status failed
        limner runs list --technique palette-pull --limit 5 --json
        """,
    )
    listed.add_argument("--status", choices=STATUSES, help="only runs in this status")
    listed.add_argument("--technique", metavar="TECHNIQUE", help="only runs of this technique")
    _add_page(listed)
    _add_json(listed)
    shown = _command(runs, "show", "runs:show_run", "Show a run with its outputs.", "limner runs show run_… --events")
    shown.add_argument("run", metavar="RUN", help="the run's id")
    shown.add_argument("--events", action="store_true", help="with everything that happened to it")
    _add_json(shown)
    followed = _command(
        runs,
        "follow",
        "runs:follow_run",
        "Print a run's events until it ends; work on it when no other process does.",
        "limner runs follow run_…",
    )
    followed.add_argument("run", metavar="RUN", help="the run's id")
    _add_json(followed, "print each event as one line of JSON, then the run")
    cancelled = _command(
        runs, "cancel", "runs:cancel_run", "End a run now; nothing of it is executed any more.", "limner runs cancel run_…"
    )
    cancelled.add_argument("run", metavar="RUN", help="the run's id")
    _add_json(cancelled)


def _add_techniques(commands: Commands) -> None:
    techniques = _group(commands, "techniques", "List, show, check and publish techniques.")
    listed = _command(
        techniques,
        "list",
        "techniques:list_techniques",
        "List techniques; what is wrong with broken files goes to stderr.",
        """
        limner techniques list --runnable
        limner techniques list --query palette --json
        """,
    )
    listed.add_argument("--query", metavar="WORDS", help="only those that contain all of these words")
    listed.add_argument("--runnable", action="store_true", help="only those that run on this machine now")
    _add_json(listed)
    shown = _command(
        techniques, "show", "techniques:show_technique", "Show a technique.", "limner techniques show palette-pull"
    )
    shown.add_argument("name", metavar="NAME", help="id or slug")
    shown.add_argument("--revision", metavar="REV", help="this revision; `draft` for an unpublished one")
    _add_json(shown)
    checked = _command(
        techniques,
        "check",
        "authoring:check_files",
        "Check technique files; print each mistake with its line and how to mend it.",
        "limner techniques check my-technique.yaml",
    )
    checked.add_argument("files", nargs="+", metavar="FILE", help="a technique file, or a folder of them")
    _add_json(checked)
    published = _command(
        techniques,
        "publish",
        "authoring:publish",
        "Publish the draft of a technique, so that runs use it.",
        "limner techniques publish my-technique",
    )
    published.add_argument("name", metavar="NAME", help="id or slug of a draft in the techniques folder")
    _add_json(published)
    schema = _command(
        techniques,
        "schema",
        "authoring:print_schema",
        "Print the JSON Schema of technique files, or of one technique's inputs and outputs.",
        """
        limner techniques schema > technique.schema.json
        limner techniques schema palette-pull
        """,
    )
    schema.add_argument("name", nargs="?", metavar="NAME", help="a technique: print its input and output schemas")


def _add_actions(commands: Commands) -> None:
    actions = _group(commands, "actions", "List, show and run the built-in actions.")
    listed = _command(actions, "list", "actions:list_actions", "List actions.", "limner actions list")
    _add_json(listed)
    shown = _command(
        actions, "show", "actions:show_action", "Show an action and its parameters.", "limner actions show blur-image"
    )
    shown.add_argument("action", metavar="ID", help="the action's id")
    _add_json(shown)
    run = _command(
        actions,
        "run",
        "run:run_technique",
        "Run an action: the same as `limner run --action ID`.",
        "limner actions run blur-image --input image=mug.jpg --param radius=12 --out soft",
    )
    run.add_argument("action", metavar="ID", help="the action's id")
    run.set_defaults(technique=None, revision=None)
    _add_run_options(run)


def _add_models(commands: Commands) -> None:
    models = _command(
        commands, "models", "models:list_models", "List the models that generate media.", "limner models --type image"
    )
    models.add_argument("--type", choices=MODEL_TYPES, help="only models that make this")
    _add_json(models)


def _add_doctor(commands: Commands) -> None:
    doctor = _command(
        commands,
        "doctor",
        "doctor:examine",
        "Say what works on this machine, what is missing and how to get it.",
        "limner doctor --json",
    )
    _add_json(doctor)


def _add_page(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many, 1 to 100 (default: 20)")
    parser.add_argument("--cursor", metavar="C", help="go on where the last page ended")


def _add_json(parser: argparse.ArgumentParser, text: str = "print JSON") -> None:
    parser.add_argument("--json", action="store_true", help=text)


def _group(commands: Commands, name: str, summary: str) -> Commands:
    group: argparse.ArgumentParser = _parser(commands.add_parser, name, description=summary, help=summary)
    group.set_defaults(command=None, parser=group)
    return group.add_subparsers(title="commands", metavar="COMMAND")


def _command(commands: Commands, name: str, command: str, summary: str, examples: str) -> argparse.ArgumentParser:
    notes = "Examples:\n" + textwrap.indent(textwrap.dedent(examples).strip(), "  ")
    parser: argparse.ArgumentParser = _parser(
        commands.add_parser, name, description=summary, help=summary, notes=notes
    )
    parser.set_defaults(command=command, parser=parser)
    return parser


def _parser(make: Any, *names: str, notes: str = "", **told: Any) -> Any:
    """Return a parser whose notes keep their lines and that takes no shortened options."""
    return make(
        *names,
        epilog=textwrap.dedent(notes).strip() or None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        **told,
    )
