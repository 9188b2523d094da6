"""Every mistake in a kit is told with its line and the way to mend it."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from limner.authored.document import parse_document
from limner.brands.format import format_schema

from .kits import LOGO, SOUND, load, problems_of

FORM = Draft202012Validator(format_schema())
RUBRIC = "rubric:\n  - {id: contrast, limits: {at_least: 4.5}}\n"
FORM_MISTAKES = [
    ("brand_kit: small", "brand_kit: Small Kit", 1, "lower-case words joined by -", "rename it"),
    ("brand_kit: small", f"brand_kit: {'a' * 41}", 1, "over 40 characters", "Shorten"),
    ("name: Small", "nmae: Small", 2, "no key 'nmae'", "Did you mean 'name'?"),
    ("name: Small\n", "", 1, "The brand kit has no 'name'", "Add `name:`"),
    ('hex: "#cc0000"', "hex: #cc0000", 6, "", ""),
    ('hex: "#cc0000"', "hex: red", 6, "# and six hexadecimal digits", '"#9caf88", with quotes'),
    ('hex: "#cc0000"', 'hex: "#c00"', 6, "# and six hexadecimal digits", "quotes"),
    ("role: primary", "role: main", 6, "palette[1].role must be one of primary", "Use one of"),
    ("share: 0.5", "share: 50", 5, "palette[0].share must be a number from 0 to 1", "without quotes"),
    ("share: 0.5", "shade: 0.5", 5, "no key 'shade'", "'share'"),
    ("family: Inter,", "family: Inder,", 9, "type.heading.family must be one of Inter", "'Inter'"),
    ("weight: 700", "weight: 650", 9, "type.heading.weight must be one of 400, 500", "ships with these"),
    ("  body: {family: LimnerSerif}\n", "", 8, "type has no 'body'", "Add `body:`"),
    ("  tone: Plain.", "  tone: [a, b]", 12, "voice.tone must be a text", "quotes"),
]
MORE_MISTAKES = [
    ("{name: Black,", "{name: Red,", 7, "Two colours have the name 'Red'", "Keep one"),
    ('hex: "#000000"', 'hex: "#CC0000"', 7, "Two colours have the hex '#cc0000'", "Keep one"),
    ("role: ink", "role: primary", 7, "Two colours have the role 'primary'", "Leave the role of one out"),
    ("role: ink", "share: 0.1", 4, "No colour has the role 'ink'", "Add `role: ink` to one"),
    ("role: primary", "role: primary, share: 0.7", 4, "come to 1.2", "at most 1"),
    (
        "tone: Plain.",
        "tone: Plain.\n  required_words: [Ok]\n  banned_words: [no, OK]",
        14,
        "both",
        "one list",
    ),
    ("tone: Plain.", "tone: Plain.\n  reading_grade: {at_least: 9, at_most: 4}", 13, "no text", "Exchange"),
]
ADDED = [
    ("ratios: [16:9, wide]\n", 13, "'wide' is not an aspect ratio", "width:height"),
    ("ratios: ['1:1', '1:1']\n", 13, "'1:1' stands here twice", "Keep one"),
    ("ratios: 16:9\n", 13, "ratios must be a list", "- "),
    (RUBRIC.replace("contrast", "beauty"), 14, "rubric[0].id must be one of palette", "Use one of"),
    (RUBRIC.replace("4.5", "40"), 14, "at_least must be a number from 1 to 21", "Write it"),
    (
        RUBRIC.replace("at_least", "at_most"),
        14,
        "cannot be limited by at_most",
        "Write at_least: it limits WCAG",
    ),
    (RUBRIC.replace("limits: {at_least: 4.5}", "weight: 2"), 14, "neither limits nor hard", "Add `limits:"),
    (RUBRIC.replace("limits:", "weight: 0, limits:"), 14, "weight must be a number above 0", "Write it"),
    (RUBRIC.replace("}}", "}, hard_limits: {at_least: 7}}"), 14, "stricter than the limit 4.5", "full marks"),
    (RUBRIC + "  - {id: contrast, limits: {at_least: 3}}\n", 15, "Two criteria have the id", "into one"),
    ("rubric: [{id: duration, limits: {at_least: 9, at_most: 3}}]\n", 13, "nothing can pass", "Exchange"),
    ("references: [{title: x}]\n", 13, "references[0] has no 'file'", "Add `file:`"),
    ("logo: logo.svg\n", 13, "logo must be a mapping", "name: value"),
    ("logo: {file: none.svg}\n", 13, "logo.file: 'none.svg' cannot be read: No such file", "beside the kit"),
    ("logo: {file: kit.yaml}\n", 13, "logo.file: 'kit.yaml' is text/plain", "SVG, PNG"),
    ("name: Again\n", 13, "The key 'name' stands here twice", "Keep one"),
    ("\tx: 1\n", 13, "A tab indents", "spaces"),
]


def test_a_sound_kit_has_no_mistake(tmp_path: Path) -> None:
    kit = load(tmp_path, SOUND, LOGO)
    assert (kit.brand_kit, kit.files[0].media_type) == ("small", "image/svg+xml")
    assert FORM.is_valid(parse_document(SOUND, "kit.yaml")[0])


@pytest.mark.parametrize(("old", "new", "line", "message", "remedy"), FORM_MISTAKES + MORE_MISTAKES)
def test_a_mistake_is_told_with_its_line_and_the_way_out(
    tmp_path: Path, old: str, new: str, line: int, message: str, remedy: str
) -> None:
    assert SOUND.count(old) == 1
    problems = problems_of(tmp_path, SOUND.replace(old, new))
    found = [each for each in problems if message in each.message and remedy in each.remedy]
    assert found, problems
    assert found[0].line == line or not message
    assert found[0].file == "kit.yaml"


@pytest.mark.parametrize(("text", "line", "message", "remedy"), ADDED)
def test_a_mistake_in_a_part_that_may_be_left_out_is_told_too(
    tmp_path: Path, text: str, line: int, message: str, remedy: str
) -> None:
    problems = problems_of(tmp_path, SOUND + text)
    assert [each for each in problems if message in each.message and remedy in each.remedy], problems
    assert line in [each.line for each in problems]


@pytest.mark.parametrize("mistake", FORM_MISTAKES, ids=lambda each: each[1][:20].strip() or "nothing")
def test_the_json_schema_refuses_what_the_loader_refuses(mistake: tuple[str, str, int, str, str]) -> None:
    data, _ = parse_document(SOUND.replace(mistake[0], mistake[1]), "kit.yaml")
    assert data is None or not FORM.is_valid(data)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = (
        SOUND.replace("name: Small", "name: 5")
        .replace("Inter", "Arial")
        .replace("tone: Plain.", "tune: Plain.")
    )
    assert [each.line for each in problems_of(tmp_path, text)] == [2, 9, 11, 12]
