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
        limner techniques list --query "blur the background of a portrait"
        limner techniques list --query palette --json
        """,
    )
    listed.add_argument(
        "--query", metavar="WORDS", help="what you want to make, in your own words; the best match is first"
    )
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
    _add_revisions(techniques)
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


def _add_revisions(techniques: Commands) -> None:
    listed = add_command(
        techniques,
        "revisions",
        "revisions:list_revisions",
        "List the revisions of a technique, newest first, and say which cannot run any more.",
        "limner techniques revisions my-technique",
    )
    listed.add_argument("name", metavar="NAME", help="id or slug")
    add_json(listed)
    compared = add_command(
        techniques,
        "diff",
        "revisions:diff",
        "Show how two revisions of a technique differ.",
        """
        limner techniques diff my-technique
        limner techniques diff my-technique rev_1f6a published
        """,
    )
    compared.add_argument("name", metavar="NAME", help="id or slug")
    compared.add_argument(
        "before",
        nargs="?",
        metavar="REV_A",
        help="a revision, its first digits, `draft` or `published` (default: the published one)",
    )
    compared.add_argument(
        "after", nargs="?", metavar="REV_B", help="the same (default: the draft, or else the published one)"
    )
    add_json(compared)
    back = add_command(
        techniques,
        "rollback",
        "revisions:rollback",
        "Publish an older revision, so that runs use it again.",
        "limner techniques rollback my-technique rev_1f6a",
    )
    back.add_argument("name", metavar="NAME", help="id or slug")
    back.add_argument("revision", metavar="REVISION", help="the revision, or its first digits")
    add_json(back)
