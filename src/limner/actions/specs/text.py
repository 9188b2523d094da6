"""Actions that edit text."""

from limner.actions.specs.params import choice, flag, text, whole
from limner.types import Action, ActionPort, Kind

_TEXT_IN = ActionPort(Kind.TEXT, description="The text, up to 1,000,000 characters.")

SPLIT_TEXT = Action(
    action_id="split-text",
    name="Split Text",
    description=(
        "Cut a text into a list of parts: at a separator, at blank lines, every few lines or every few "
        "characters. There is always a part: an empty text gives an empty one."
    ),
    inputs=(_TEXT_IN,),
    outputs=(ActionPort(Kind.TEXT, 1, None, "The parts in order, 1 to 1,000."),),
    params={
        "chars_per_part": whole(
            1000,
            1,
            1_000_000,
            "charCount: length of a part in characters as people see them; an accent, emoji or flag is never cut.",
        ),
        "lines_per_part": whole(1, 1, 100_000, "lines: how many lines make a part; blank lines count."),
        "max_parts": whole(
            0,
            0,
            1000,
            "The most parts; the last one keeps the rest of the text unsplit. 0: no such bound; more than 1,000 "
            "parts are then an error.",
        ),
        "separator": text(
            "\n",
            "separator: the literal text between parts, which is left out of them. A typed \\n is a line break, "
            "\\t a tab. Empty: the text stays whole.",
            longest=1000,
        ),
        "skip_empty": flag(True, "Leave out parts without a character (after trimming, if that is on)."),
        "split_mode": choice(
            "separator",
            ("separator", "paragraph", "lines", "charCount"),
            "separator: at each `separator`; paragraph: at blank lines; lines: every `lines_per_part` lines; "
            "charCount: every `chars_per_part` characters.",
        ),
        "trim_parts": flag(True, "Remove white space at both ends of each part."),
    },
    handler="limner.actions.words_split:split_text",
    estimated_seconds=0.3,
    timeout_seconds=60,
)

FIND_AND_REPLACE_TEXT = Action(
    action_id="find-and-replace-text",
    name="Find And Replace Text",
    description=(
        "Replace every place where a text occurs in another, or the first. Both are taken literally, never as "
        "patterns. Without `find` the text comes back as it is."
    ),
    inputs=(_TEXT_IN,),
    outputs=(ActionPort(Kind.TEXT, description="The text with the replacements."),),
    params={
        "case_sensitive": flag(
            True, "Whether capitals and small letters differ. If not, STRASSE finds Straße."
        ),
        "find": text("", "What to look for, literally. Empty: the text stays as it is."),
        "replace": text("", "What to put in its place, literally. Empty: it is taken out."),
        "replace_all": flag(True, "Replace every place; off: only the first."),
        "whole_word": flag(
            False,
            "Only whole words, by Unicode's rules for any script: neither cat in cats nor don in don't.",
        ),
    },
    handler="limner.actions.words_replace:find_and_replace_text",
    estimated_seconds=0.3,
    timeout_seconds=60,
)

CONCAT_TEXT = Action(
    action_id="concat-text",
    name="Concat Text",
    description="Join texts into one, in order, with a separator, and headings or wrapping where asked.",
    inputs=(ActionPort(Kind.TEXT, 1, None, "The texts in order, up to 1,000,000 characters together."),),
    outputs=(ActionPort(Kind.TEXT, description="All texts as one."),),
    params={
        "add_headers": flag(
            False,
            "Put a line `## Part 1`, `## Part 2` … above each part, before its prefix; parts left out as empty "
            "are not counted.",
        ),
        "prefix": text("", "Text before the whole, or before each part (see `wrap_each_part`)."),
        "separator": text(
            "\n",
            "Text between two parts; none after the last. A typed \\n is a line break, \\t a tab.",
            longest=1000,
        ),
        "skip_empty": flag(True, "Leave out texts without a character (after trimming, if that is on)."),
        "suffix": text("", "Text after the whole, or after each part."),
        "trim_parts": flag(False, "Remove white space at both ends of each text."),
        "wrap_each_part": flag(
            False, "Put prefix and suffix around each part; off: once around the whole result."
        ),
    },
    handler="limner.actions.words_join:concat_text",
    estimated_seconds=0.3,
    timeout_seconds=60,
)

TEXT: tuple[Action, ...] = (SPLIT_TEXT, FIND_AND_REPLACE_TEXT, CONCAT_TEXT)
