"""`limner brands`: what there is, and how a kit of one's own gets in and into a run."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from limner.authored.document import parse_document
from limner.library import brand_folder

from .processes import CommandLine
from .test_cli_terminal import on_a_terminal

SHOW = ("brands", "show", "homestead")

TECHNIQUE = """\
technique_id: tech_signed
name: Signed
description: Say who it is from.
steps:
  join: {action: concat-text, inputs: {text: [$brand.name, $brand.colors.primary]}}
outputs:
  - {id: line, name: Line, type: text, from: $steps.join.text}
"""


def test_list_shows_each_kit_with_its_colours(shared: CommandLine) -> None:
    ended = shared.run("brands", "list")
    assert ended.returncode == 0
    assert "homestead  #efe8dc #9caf88" in ended.stdout
    assert "2 brand kits." in ended.stderr
    found = shared.json("brands", "list", "--query", "linen")
    assert [each["brand_kit"] for each in found["brand_kits"]] == ["homestead"]
    assert found["meta"] == {"next_cursor": None, "total_estimate": 1}
    assert shared.run("brands", "list", "--query", "no such words").stderr == "No brand kit matches.\n"


def test_show_prints_the_whole_kit_without_colour_codes_where_nobody_looks(shared: CommandLine) -> None:
    ended = shared.run("brands", "show", "homestead")
    assert ended.returncode == 0
    assert "\x1b" not in ended.stdout
    for text in ("Sage", "#9caf88", "primary", "20%", "LimnerSerifDisplay 400", "banned words: cheap", "4.5"):
        assert text in ended.stdout
    document = shared.json("brands", "show", "night-market")
    assert document["palette"][1] == {"name": "Lantern", "hex": "#ff4f79", "role": "primary", "share": 0.15}
    assert document["logo"]["media_type"] == "image/svg+xml"
    assert shared.json("brands", "show", "night-market", "--revision", document["revision"]) == document


def test_show_draws_a_strip_of_the_colours_on_a_terminal_that_has_colours(shared: CommandLine) -> None:
    status, seen = on_a_terminal(replace(shared, environ={"COLORTERM": "truecolor"}), *SHOW)
    assert status == 0
    blocks = re.findall(r"\x1b\[48;2;(\d+);(\d+);(\d+)m( +)", seen)
    assert blocks[:2] == [("239", "232", "220", " " * 30), ("156", "175", "136", " " * 12)]
    assert len(blocks) == 5
    _, plain = on_a_terminal(replace(shared, environ={"COLORTERM": "truecolor", "NO_COLOR": "1"}), *SHOW)
    assert "\x1b[48" not in plain
    assert "#9caf88" in plain


def test_an_unknown_kit_exits_with_2_and_suggests(shared: CommandLine) -> None:
    for words in (
        ("brands", "show", "homested"),
        ("run", "--action", "qr-code-generator", "--input", "text=x", "--brand-kit", "homested"),
    ):
        ended = shared.run(*words)
        assert ended.returncode == 2
        assert "Did you mean homestead?" in ended.stderr
        assert "→ Use one of: homestead, night-market; or none." in ended.stderr


@pytest.mark.parametrize("name", ["my-brand", "2024", "true"])
def test_a_new_kit_is_sound_from_the_start(cli: CommandLine, name: str) -> None:
    begun = cli.run("brands", "new", name)
    assert begun.returncode == 0, begun.stderr
    kit, logo = map(Path, begun.stdout.splitlines())
    assert kit == cli.home / "brands" / name / "kit.yaml"
    assert logo.is_file()
    assert f"{kit}: sound. {name}, rev_" in cli.run("brands", "check", str(kit)).stdout
    assert cli.json("brands", "show", name)["brand_kit"] == name
    again = cli.run("brands", "new", name)
    assert again.returncode == 2
    assert "is not empty" in again.stderr


def test_a_new_kit_can_stand_elsewhere_and_needs_an_id(cli: CommandLine) -> None:
    made = cli.json("brands", "new", "other", "--out", "kits/other")
    assert made == {"brand_kit": "other", "files": ["kits/other/kit.yaml", "kits/other/logo.svg"]}
    assert cli.run("brands", "check", "kits").returncode == 0
    for name in ("My Brand", "a" * 41, "../x"):
        ended = cli.run("brands", "new", name)
        assert ended.returncode == 2
        assert "lower-case words" in ended.stderr
    (cli.folder / "file").write_text("")
    assert "cannot be written" in cli.run("brands", "new", "x", "--out", "file/x").stderr


def test_check_tells_each_mistake_with_its_line(cli: CommandLine) -> None:
    cli.run("brands", "new", "mine", "--out", "mine")
    kit = cli.folder / "mine" / "kit.yaml"
    kit.write_text(
        kit.read_text().replace("role: accent", "role: acccent").replace("logo.svg", "../logo.svg")
    )
    ended = cli.run("brands", "check", "mine", "missing.yaml", "notes.txt")
    assert ended.returncode == 1
    assert "mine/kit.yaml:10: palette[3].role must be one of primary" in ended.stdout
    assert "  → Did you mean 'accent'?" in ended.stdout
    assert "logo.file: '../logo.svg' is outside the kit's folder." in ended.stdout
    assert "missing.yaml:1: Cannot be read" in ended.stdout
    assert "notes.txt:1: Brand kit files end in .yaml or .yml." in ended.stdout
    told = cli.json("brands", "check", "mine", status=1)["files"][0]
    assert (told["is_sound"], told["problems"][0]["line"]) == (False, 10)
    (cli.folder / "empty").mkdir()
    assert cli.run("brands", "check", "empty").returncode == 1


def test_a_broken_kit_is_told_on_stderr_and_hides_no_other(cli: CommandLine) -> None:
    folder = cli.home / "brands"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("brand_kit: mine\n")
    ended = cli.run("brands", "list", "--json")
    assert f"{folder / 'mine.yaml'}:1: The brand kit has no 'palette'." in ended.stderr
    assert [each["brand_kit"] for each in json.loads(ended.stdout)["brand_kits"]] == [
        "homestead",
        "night-market",
    ]


def test_schema_accepts_the_kits_that_ship(shared: CommandLine) -> None:
    schema = json.loads(shared.run("brands", "schema").stdout)
    Draft202012Validator.check_schema(schema)
    for file in brand_folder().glob("*/kit.yaml"):
        Draft202012Validator(schema).validate(parse_document(file.read_text(encoding="utf-8"), "kit")[0])


def test_a_run_with_a_kit_uses_and_shows_it(cli: CommandLine) -> None:
    (cli.home / "techniques").mkdir(parents=True)
    (cli.home / "techniques" / "signed.yaml").write_text(TECHNIQUE)
    assert cli.run("techniques", "publish", "signed").returncode == 0
    refused = cli.run("run", "signed")
    assert refused.returncode == 2
    assert "brand_kit: is required: tech_signed uses the brand's colors, name" in refused.stderr
    run = cli.json("run", "signed", "--brand-kit", "night-market")
    assert run["brand_kit"] == "night-market"
    assert run["outputs"][0]["text"] == "Night Market\n#ff4f79"
    listed = cli.json("techniques", "list", "--query", "signed")["techniques"]
    assert listed[0]["brand_kit"] == "required"
    shown = cli.json("techniques", "show", "signed")
    assert shown["example"]["brand_kit"] == "homestead"
