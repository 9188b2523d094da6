"""A technique of one's own, as a new user makes it: the walk of the docs, and what goes wrong on the way."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from .processes import CommandLine

PAGE = (Path(__file__).parents[2] / "docs" / "technique-files.md").read_text(encoding="utf-8")
SOFT_STAMP = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]


def revisions(cli: CommandLine, name: str = "soft-stamp") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli.json("techniques", "revisions", name)["revisions"]
    return found


def blurred(cli: CommandLine, folder: str, *more: str) -> bytes:
    """Return the pixels of a run's output."""
    typed = ("--input", "image=coffee.png", "--input", "line=Hello", "--out", folder)
    assert cli.run("run", "soft-stamp", *typed, *more).returncode == 0
    with Image.open(cli.folder / folder / "soft-stamp-image.png") as picture:
        return picture.convert("RGB").tobytes()


def test_the_walk_of_the_docs_goes_from_a_file_to_a_rollback(cli: CommandLine) -> None:
    assert not cli.home.exists()
    file = cli.folder / "soft-stamp.yaml"
    file.write_text(SOFT_STAMP)
    checked = cli.run("techniques", "check", file.name)
    assert checked.returncode == 0
    assert f"put it into {cli.home / 'techniques'}" in checked.stderr

    draft = cli.home / "techniques" / file.name
    draft.parent.mkdir(parents=True)
    file.rename(draft)
    assert cli.run("techniques", "check", str(draft)).stderr == ""
    tried = blurred(cli, "try", "--revision", "draft")
    assert cli.run("techniques", "publish", "soft-stamp").returncode == 0
    assert blurred(cli, "first") == tried
    assert cli.json("techniques", "list", "--query", "stamp a line")["techniques"][0]["name"] == "Soft Stamp"

    draft.write_text(SOFT_STAMP.replace("radius: 12", "radius: 4"))
    assert blurred(cli, "still") == tried
    shown = cli.run("techniques", "diff", "soft-stamp")
    changed = [line for line in shown.stdout.splitlines()[2:] if line[:1] in "+-"]
    assert changed == ["-      radius: 12", "+      radius: 4"]
    assert "\n".join(changed) in PAGE
    assert [(each["is_draft"], each["is_published"]) for each in revisions(cli)] == [
        (True, False),
        (False, True),
    ]
    assert cli.run("techniques", "publish", "soft-stamp").returncode == 0
    assert blurred(cli, "sharper") != tried

    new, old = (each["revision"] for each in revisions(cli))
    back = cli.run("techniques", "rollback", "soft-stamp", old[:8])
    assert back.stdout == f"Published tech_soft-stamp, {old}, in place of {new}.\n"
    assert blurred(cli, "again") == tried
    assert blurred(cli, "newer", "--revision", new) != tried
    assert [each["is_published"] for each in revisions(cli)] == [False, True]
    assert cli.json("techniques", "diff", "soft-stamp")["changes"] == [
        {"field": "steps.soft.params.radius", "existing": 12, "given": 4}
    ]
    assert "published one already" in cli.run("techniques", "rollback", "soft-stamp", old).stdout
    assert draft.read_text().count("radius: 4") == 1


MISTAKES = {
    # what was written, what is written instead, the line, what is said, and the way out
    "bad indentation": (
        "    inputs: {image: $i",
        "   inputs: {image: $i",
        11,
        "not YAML",
        "Check indentation",
    ),
    "a tab": ("    action: blur-image", "\taction: blur-image", 10, "A tab indents", "Indent with spaces."),
    "an unknown action": (
        "blur-image",
        "blur-imag",
        10,
        "no action 'blur-imag'",
        "Did you mean 'blur-image'?",
    ),
    "a misspelt parameter": ("radius", "raduis", 12, "no parameter 'raduis'", "Did you mean 'radius'?"),
    "a bad value of an enumeration": (
        "{radius: 12}",
        "{blur_type: gausian}",
        12,
        "blur_type of blur-image expects one of",
        "Did you mean 'gaussian'?",
    ),
    "a number out of range": ("12}", "1200}", 12, "a number from 0 to 200, got '1200'", "Correct the value."),
    "a wrong type of input": (
        "$steps.soft.image",
        "$inputs.line",
        15,
        "image of add-text-to-image takes an image, $inputs.line is a text.",
        "Refer to an image, or add a step that makes one.",
    ),
    "a type that does not exist": (
        "type: imageUrl, description",
        "type: image, description",
        6,
        "inputs[0].type must be one of imageUrl",
        "Did you mean 'imageUrl'?",
    ),
    "an output from a missing step": (
        "$steps.stamp",
        "$steps.stmp",
        18,
        "no step named 'stmp'",
        "Did you mean 'stamp'?",
    ),
    "a circle": (
        "{image: $inputs.image}",
        "{image: $steps.stamp.image}",
        9,
        "These steps wait for each other: soft → stamp → soft.",
        "Take one reference out of the circle.",
    ),
    "an id twice": ("id: line", "id: image", 7, "Two inputs have the id 'image'.", "Rename one of them."),
    "an id that ships": (
        "tech_soft-stamp",
        "tech_sigil",
        1,
        "tech_sigil ships with Limner in sigil.yaml",
        "Give yours another technique_id.",
    ),
    "a missing from": (", from: $steps.stamp.image", "", 18, "outputs[0] has no 'from'.", "Add `from:`."),
    "an input that is not referred to": (
        "{text: $inputs.line}",
        "{text: inputs.line}",
        7,
        "Nothing reads the input 'line'.",
        "use it: $inputs.line.",
    ),
    "an empty name": ("Soft Stamp", "", 2, "The technique has no 'name'.", "Write a value after `name:`."),
    "a colon in a text": (
        "Blur a",
        "Blur: a",
        3,
        "mapping values",
        "Put quotes around a text that holds a colon.",
    ),
}


@pytest.fixture(scope="module")
def told(shared: CommandLine) -> dict[str, list[dict[str, Any]]]:
    """Return what `check` says of each mistake, by name; one process for all of them."""
    folder = shared.folder / "mistakes"
    folder.mkdir()
    files = {}
    for number, (name, (sound, mistake, *_)) in enumerate(MISTAKES.items()):
        assert sound in SOFT_STAMP
        text = SOFT_STAMP.replace(sound, mistake, 1).replace("tech_soft-stamp", f"tech_soft-stamp-{number}")
        files[name] = f"mistakes/{number}.yaml"
        (shared.folder / files[name]).write_text(text)
    found = shared.json("techniques", "check", "mistakes", status=1)["files"]
    by_file = {each["file"]: each["problems"] for each in found}
    return {name: by_file[file] for name, file in files.items()}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_its_line_and_the_mend(told: dict[str, list[dict[str, Any]]], name: str) -> None:
    *_, line, message, remedy = MISTAKES[name]
    first = told[name][0]
    assert first["line"] == line
    assert message in first["message"]
    assert remedy in first["remedy"]


@pytest.mark.parametrize("name", [name for name in MISTAKES if name != "an id twice"])
def test_one_mistake_is_told_once(told: dict[str, list[dict[str, Any]]], name: str) -> None:
    assert len(told[name]) == 1


def test_two_files_of_one_id_are_told_of_in_the_one_that_is_not_used(cli: CommandLine) -> None:
    folder = cli.home / "techniques"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(SOFT_STAMP)
    (folder / "b.yaml").write_text(SOFT_STAMP)
    ended = cli.run("techniques", "check", folder / "b.yaml")
    assert ended.returncode == 1
    assert f"{folder / 'b.yaml'}:1: tech_soft-stamp is also in {folder / 'a.yaml'}" in ended.stdout
    assert cli.run("techniques", "check", folder / "a.yaml").returncode == 0
    # a copy that is worked on elsewhere is no second one
    (cli.folder / "copy.yaml").write_text(SOFT_STAMP.replace("12", "4"))
    assert cli.run("techniques", "check", "copy.yaml").returncode == 0


def test_check_finds_nothing_wrong_with_a_file_that_ships(shared: CommandLine) -> None:
    from limner.library import technique_folder

    checked = shared.json("techniques", "check", technique_folder())["files"]
    assert len(checked) == len(list(technique_folder().glob("*.yaml")))
    assert all(each["is_sound"] for each in checked)


def test_revisions_and_diff_of_what_has_no_history_say_so(shared: CommandLine) -> None:
    (only,) = revisions(shared, "palette-pull")
    assert only["is_published"] and only["is_runnable"] and "created_at" not in only
    for words in (("diff", "palette-pull"), ("rollback", "palette-pull", "rev_0123")):
        ended = shared.run("techniques", *words)
        assert ended.returncode == 2
        assert "`limner techniques revisions palette-pull`" in ended.stderr
    ended = shared.run("techniques", "rollback", "palette-pull", "draft")
    assert (ended.returncode, "limner techniques publish palette-pull" in ended.stderr) == (2, True)
    assert shared.run("techniques", "revisions", "palete-pull").returncode == 2
