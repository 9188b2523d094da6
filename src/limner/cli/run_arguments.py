"""What can be typed after `limner run` and `limner actions`."""

import argparse

from limner.cli.parsers import Commands, add_command, add_group, add_json
from limner.types.media import GENERATED_NAMES


def add_run(commands: Commands) -> None:
    """Add `limner run`."""
    run = add_command(
        commands,
        "run",
        "run:run_technique",
        "Run a technique, an action with --action, or a model with --generate; wait for the end.",
        """
        limner run palette-pull --input image=mug.jpg
        limner run palette-pull --input image=mug.jpg --input colors=4 --out mug --follow
        limner run --action blur-image --input image=mug.jpg --param radius=12
        limner run --action stitch-videos --input video=a.mp4 --input video=b.mp4 --out film
        limner run --action qr-code-generator --input text=@address.txt --key card-1
        limner run --generate image --prompt "A poster for a spring sale" --model limner/draft-1 --out sale
        """,
    )
    run.add_argument(
        "technique", nargs="?", metavar="TECHNIQUE", help="id or slug: tech_palette-pull, palette-pull"
    )
    run.add_argument("--action", metavar="ACTION_ID", help="run one action instead of a technique")
    run.add_argument(
        "--generate", choices=GENERATED_NAMES, help="let a model make this instead, from --prompt"
    )
    run.add_argument("--prompt", metavar="TEXT", help="with --generate: what to make; @FILE as below")
    run.add_argument("--model", metavar="ID", help="with --generate: which model: see `limner models`")
    run.add_argument(
        "--revision", metavar="REV", help="this revision of the technique; `draft` for an unpublished one"
    )
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
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of an action or model; @FILE as above",
    )
    run.add_argument("--brand-kit", metavar="KIT", help="the brand kit to use: see `limner brands list`")
    run.add_argument("--evaluate", action="store_true", help="score the outputs even without a brand kit")
    run.add_argument(
        "--seed", type=int, default=0, metavar="N", help="repeats exactly what chance decides (default: 0)"
    )
    run.add_argument(
        "--key",
        metavar="KEY",
        help="idempotency key: the same key and inputs are the same run, never a second one",
    )
    run.add_argument(
        "--allow-duplicate",
        action="store_true",
        help="without a key: start anew even when an identical run just ended",
    )
    run.add_argument(
        "--dry-run", action="store_true", help="check everything and say the price; start nothing"
    )
    run.add_argument(
        "--max-cost", type=float, metavar="USD", help="refuse before anything starts if it costs more"
    )
    run.add_argument(
        "--follow", action="store_true", help="print every event as it comes, instead of a progress bar"
    )
    run.add_argument("--out", metavar="DIR", help="copy the results there, with provenance.json beside them")
    add_json(run, "print the run as JSON")


def add_actions(commands: Commands) -> None:
    """Add `limner actions`."""
    actions = add_group(commands, "actions", "List, show and run the built-in actions.")
    listed = add_command(actions, "list", "actions:list_actions", "List actions.", "limner actions list")
    add_json(listed)
    shown = add_command(
        actions,
        "show",
        "actions:show_action",
        "Show an action and its parameters.",
        "limner actions show blur-image",
    )
    shown.add_argument("action", metavar="ID", help="the action's id")
    add_json(shown)
    run = add_command(
        actions,
        "run",
        "run:run_technique",
        "Run an action: the same as `limner run --action ID`.",
        "limner actions run blur-image --input image=mug.jpg --param radius=12 --out soft",
    )
    run.add_argument("action", metavar="ID", help="the action's id")
    run.set_defaults(technique=None, revision=None, generate=None, prompt=None, model=None)
    _add_run_options(run)
