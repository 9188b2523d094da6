"""What can be typed after `limner runs`."""

from limner.cli.parsers import Commands, add_command, add_group, add_json, add_page

STATUSES = ("pending", "running", "completed", "failed", "cancelled")


def add_runs(commands: Commands) -> None:
    """Add `limner runs`."""
    runs = add_group(commands, "runs", "List, show, follow and cancel runs.")
    listed = add_command(
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
    add_page(listed)
    add_json(listed)
    shown = add_command(
        runs, "show", "runs:show_one", "Show a run with its outputs.", "limner runs show run_… --events"
    )
    shown.add_argument("run", metavar="RUN", help="the run's id")
    shown.add_argument("--events", action="store_true", help="with everything that happened to it")
    add_json(shown)
    followed = add_command(
        runs,
        "follow",
        "runs:follow_run",
        "Print a run's events until it ends; work on it when no other process does.",
        "limner runs follow run_…",
    )
    followed.add_argument("run", metavar="RUN", help="the run's id")
    add_json(followed, "print each event as one line of JSON, then the run")
    followed.set_defaults(has_json_lines=True)
    cancelled = add_command(
        runs,
        "cancel",
        "runs:cancel_run",
        "End a run now; nothing of it is executed any more.",
        "limner runs cancel run_…",
    )
    cancelled.add_argument("run", metavar="RUN", help="the run's id")
    add_json(cancelled)
