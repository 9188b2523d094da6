"""What can be typed after `limner techniques`."""

from limner.cli.parsers import Commands, add_command, add_group, add_json


def add_techniques(commands: Commands) -> None:
    """Add `limner techniques`."""
    techniques = add_group(commands, "techniques", "List, show, check and publish techniques.")
    listed = add_command(
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
    add_json(listed)
    shown = add_command(
        techniques,
        "show",
        "techniques:show_technique",
        "Show a technique.",
        "limner techniques show palette-pull",
    )
    shown.add_argument("name", metavar="NAME", help="id or slug")
    shown.add_argument("--revision", metavar="REV", help="this revision; `draft` for an unpublished one")
    add_json(shown)
    checked = add_command(
        techniques,
        "check",
        "authoring:check_files",
        "Check technique files; print each mistake with its line and how to mend it.",
        "limner techniques check my-technique.yaml",
    )
    checked.add_argument("files", nargs="+", metavar="FILE", help="a technique file, or a folder of them")
    add_json(checked)
    published = add_command(
        techniques,
        "publish",
        "authoring:publish",
        "Publish the draft of a technique, so that runs use it.",
        "limner techniques publish my-technique",
    )
    published.add_argument("name", metavar="NAME", help="id or slug of a draft in the techniques folder")
    add_json(published)
    schema = add_command(
        techniques,
        "schema",
        "authoring:print_schema",
        "Print the JSON Schema of technique files, or of one technique's inputs and outputs.",
        """
        limner techniques schema > technique.schema.json
        limner techniques schema palette-pull
        """,
    )
    schema.add_argument(
        "name", nargs="?", metavar="NAME", help="a technique: print its input and output schemas"
    )
