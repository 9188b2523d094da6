"""What can be typed after `limner brands`."""

from limner.cli.parsers import Commands, add_command, add_group, add_json


def add_brands(commands: Commands) -> None:
    """Add `limner brands`."""
    brands = add_group(commands, "brands", "List, show, check and begin brand kits; score files against one.")
    listed = add_command(
        brands,
        "list",
        "brands:list_brands",
        "List brand kits; what is wrong with broken ones goes to stderr.",
        "limner brands list --query linen",
    )
    listed.add_argument("--query", metavar="WORDS", help="only those that contain all of these words")
    add_json(listed)
    shown = add_command(
        brands,
        "show",
        "brands:show_brand",
        "Show a brand kit: palette, type, voice, logo and rubric.",
        "limner brands show homestead",
    )
    shown.add_argument("name", metavar="NAME", help="the kit's id")
    shown.add_argument("--revision", metavar="REV", help="this revision, which a run has used")
    add_json(shown)
    scored = add_command(
        brands,
        "score",
        "scores:score_files",
        "Score pictures, films and sounds against a brand kit, without a run.",
        "limner brands score homestead poster.png",
    )
    scored.add_argument("name", metavar="KIT", help="the kit's id")
    scored.add_argument("files", nargs="+", metavar="FILE", help="a picture, film or sound")
    add_json(scored)
    checked = add_command(
        brands,
        "check",
        "brands:check_files",
        "Check brand kits; print each mistake with its line and how to mend it.",
        "limner brands check my-brand/kit.yaml",
    )
    checked.add_argument("files", nargs="+", metavar="FILE", help="a kit's file, or a folder of them")
    add_json(checked)
    begun = add_command(
        brands,
        "new",
        "brands:begin",
        "Begin a brand kit: write a sound one to change, with a logo beside it.",
        """
        limner brands new my-brand
        limner brands new my-brand --out kits/my-brand
        """,
    )
    begun.add_argument("name", metavar="NAME", help="the kit's id: lower-case words joined by -")
    begun.add_argument(
        "--out", metavar="DIR", help="where it goes (default: a folder in the data folder's brands)"
    )
    add_json(begun)
    add_command(
        brands,
        "schema",
        "brands:print_schema",
        "Print the JSON Schema of brand kit files.",
        "limner brands schema > brand-kit.schema.json",
    )
