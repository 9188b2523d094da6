"""`limner techniques` and `limner actions`: what there is, and how a technique of one's own gets in."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from limner.library import technique_folder

from .processes import CommandLine

SOUND = """
technique_id: tech_my-blur
name: My Blur
description: Blur a picture a lot
inputs:
  - {id: image, name: Image, type: imageUrl}
steps:
  soft: {action: blur-image, inputs: {image: $inputs.image}, params: {radius: 40}}
outputs:
  - {id: image, name: Image, type: imageUrl, from: $steps.soft.image}
""".lstrip()
BROKEN = SOUND.replace("blur-image,", "blur-imag,")


def test_list_shows_each_technique_with_its_signature(shared: CommandLine) -> None:
    ended = shared.run("techniques", "list")
    assert ended.returncode == 0
    assert "palette-pull\n  Extract color palettes" in ended.stdout
    assert "→ swatches: imageUrl, colors: text" in ended.stdout
    found = shared.json("techniques", "list", "--query", "palette")["techniques"]
    assert "tech_palette-pull" in [each["technique_id"] for each in found]
    assert shared.json("techniques", "list", "--query", "zeppelin quark")["techniques"] == []


def test_broken_file_is_told_on_stderr_and_hides_no_other(cli: CommandLine) -> None:
    folder = cli.home / "techniques"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(BROKEN)
    ended = cli.run("techniques", "list", "--json")
    assert ended.returncode == 0
    assert f"{folder / 'mine.yaml'}:7: There is no action 'blur-imag'." in ended.stderr
    ids = [each["technique_id"] for each in json.loads(ended.stdout)["techniques"]]
    assert "tech_palette-pull" in ids
    assert "tech_my-blur" not in ids


def test_show_gives_ports_and_a_command_that_works(shared: CommandLine) -> None:
    ended = shared.run("techniques", "show", "palette-pull")
    assert ended.returncode == 0
    assert "colors?  text" in ended.stdout
    command = ended.stdout.splitlines()[-1]
    assert command.startswith("limner run palette-pull --input image=photo.jpg")
    typed = command.replace("photo.jpg", "coffee.png").split()[1:]
    assert shared.run(*typed, "--dry-run").returncode == 0
    document = shared.json("techniques", "show", "palette-pull")
    assert document["input_schema"]["properties"]["image"]["type"] == "string"


def test_unknown_technique_exits_with_2_and_suggests(shared: CommandLine) -> None:
    for command in ("show", "schema"):
        ended = shared.run("techniques", command, "palete-pull")
        assert ended.returncode == 2
        assert "Did you mean tech_palette-pull" in ended.stderr
        assert "`limner techniques list`" in ended.stderr


def test_check_explains_each_mistake_with_its_line(cli: CommandLine) -> None:
    (cli.folder / "sound.yaml").write_text(SOUND)
    (cli.folder / "broken.yaml").write_text(BROKEN.replace("my-blur", "other-blur"))
    ended = cli.run("techniques", "check", "sound.yaml", "broken.yaml", "missing.yaml", "notes.txt")
    assert ended.returncode == 1
    assert "sound.yaml: sound. tech_my-blur, rev_" in ended.stdout
    assert "broken.yaml:7: There is no action 'blur-imag'.\n  → Did you mean 'blur-image'?" in ended.stdout
    assert "missing.yaml:1: Cannot be read" in ended.stdout
    assert "notes.txt:1: Technique files end in .yaml or .yml." in ended.stdout
    assert cli.run("techniques", "check", "sound.yaml").returncode == 0
    files = cli.json("techniques", "check", "broken.yaml", status=1)["files"]
    assert files[0]["problems"][0]["line"] == 7


def test_check_takes_a_folder_and_refuses_one_without_techniques(cli: CommandLine) -> None:
    folder = cli.folder / "mine"
    folder.mkdir()
    assert cli.run("techniques", "check", "mine").returncode == 1
    (folder / "sound.yaml").write_text(SOUND)
    ended = cli.run("techniques", "check", "mine")
    assert (ended.returncode, ended.stdout.startswith("mine/sound.yaml: sound.")) == (0, True)


def test_draft_runs_once_it_is_published(cli: CommandLine) -> None:
    folder = cli.home / "techniques"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(SOUND)
    refused = cli.run("run", "my-blur", "--input", "image=coffee.png")
    assert refused.returncode == 2
    assert "limner techniques publish my-blur" in refused.stderr
    published = cli.run("techniques", "publish", "my-blur")
    assert published.returncode == 0
    assert "Published tech_my-blur, rev_" in published.stdout
    assert cli.json("run", "my-blur", "--input", "image=coffee.png")["status"] == "completed"


def test_price_of_a_technique_is_told_capped_and_charged(cli: CommandLine) -> None:
    folder = cli.home / "techniques"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(SOUND + "price_usd: 0.125\n")
    assert cli.run("techniques", "publish", "my-blur").returncode == 0
    assert "my-blur  $0.125\n" in cli.run("techniques", "list", "--query", "blur a picture a lot").stdout
    assert "$0.125, fidelity" in cli.run("techniques", "show", "my-blur").stdout
    command = ("run", "my-blur", "--input", "image=coffee.png")
    assert "would cost $0.125." in cli.run(*command, "--dry-run").stdout
    refused = cli.run(*command, "--max-cost", "0.12")
    assert refused.returncode == 2
    assert "cost $0.125, --max-cost is $0.12." in refused.stderr
    assert cli.json("runs", "list")["runs"] == []
    assert cli.json(*command)["cost"] == {"estimated_usd": 0.125, "charged_usd": 0.125}


def test_publish_without_a_draft_says_where_to_put_one(cli: CommandLine) -> None:
    ended = cli.run("techniques", "publish", "palette-pull")
    assert ended.returncode == 2
    assert str(cli.home / "techniques") in ended.stderr


def test_schema_accepts_the_technique_files_that_ship(shared: CommandLine) -> None:
    ended = shared.run("techniques", "schema")
    validator = Draft202012Validator(json.loads(ended.stdout))
    files = list(technique_folder().glob("*.yaml"))
    assert files
    for file in files:
        validator.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_schema_of_a_technique_is_that_of_its_ports(shared: CommandLine) -> None:
    document = json.loads(shared.run("techniques", "schema", "palette-pull").stdout)
    assert document["input_schema"]["required"] == ["image"]
    assert set(document["output_schema"]["properties"]) >= {"swatches", "colors"}


def test_actions_are_listed_and_shown_with_their_parameters(shared: CommandLine) -> None:
    listed = shared.json("actions", "list")["actions"]
    assert "blur-image" in [action["action_id"] for action in listed]
    assert "blur-image  (1 image → image)" in shared.run("actions", "list").stdout
    ended = shared.run("actions", "show", "blur-image")
    assert "radius" in ended.stdout
    assert "limner actions run blur-image --input image=…" in ended.stdout
    shown = shared.json("actions", "show", "blur-image")
    assert shown["params_schema"]["properties"]["radius"]["default"] == 8


def test_unknown_action_exits_with_2_and_suggests(shared: CommandLine) -> None:
    for command in ("show", "run"):
        ended = shared.run("actions", command, "blurimage")
        assert ended.returncode == 2
        assert "blur-image" in ended.stderr


@pytest.mark.parametrize("columns", [30, 60])
def test_long_text_is_wrapped_to_a_narrow_terminal(shared: CommandLine, columns: int) -> None:
    narrow = CommandLine(shared.home, shared.folder, {"COLUMNS": str(columns)})
    for command in (("techniques", "list"), ("actions", "list")):
        indented = [line for line in narrow.run(*command).stdout.splitlines() if line.startswith("  ")]
        assert indented
        assert max(map(len, indented)) <= columns
