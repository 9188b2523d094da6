"""Scores on the command line: of files, and of a run and the files beside its outputs."""

import json

from PIL import Image

from .processes import CommandLine

TYPE = {
    "text": "Every table is finished by hand in our workshop. At Homestead we use local oak and linen.",
    "color": "#2f3b35",
    "background": "#efe8dc",
}


def test_files_are_scored_on_the_command_line_without_a_run(cli: CommandLine) -> None:
    page = Image.new("RGB", (1080, 1080), "#efe8dc")
    page.paste("#9caf88", (0, 0, 1080, 400))
    page.save(cli.folder / "good.png")
    (cli.folder / "notes.txt").write_text("no picture")
    shown = cli.run("brands", "score", "homestead", "good.png", "chelsea.png")
    assert shown.returncode == 0, shown.stderr
    assert "palette" in shown.stdout
    told_as_json = cli.json("brands", "score", "homestead", "good.png", "chelsea.png", "notes.txt", status=1)
    good, cat, notes = told_as_json["files"]
    assert good["evaluation"]["score"] > 0.8 > 0.5 > cat["evaluation"]["score"]
    assert "error" in notes
    assert cli.json("runs", "list")["runs"] == []


def test_a_run_prints_its_score_and_writes_it_beside_the_outputs(cli: CommandLine) -> None:
    given = [f"--param={name}={value}" for name, value in TYPE.items()]
    ended = cli.run(
        "run", "--action", "generate-text-image", *given, "--brand-kit", "homestead", "--out", "out"
    )
    assert ended.returncode == 0, ended.stderr
    assert "score: " in ended.stdout
    assert "contrast" in ended.stdout
    provenance = json.loads((cli.folder / "out" / "provenance.json").read_text())
    assert provenance["brand_kit"]["brand_kit"] == "homestead"
    assert provenance["brand_kit"]["revision"].startswith("rev_")
    assert provenance["evaluation"]["score"] > 0.8
    assert provenance["evaluation"]["criteria"][0]["evidence"]["output"] == "image"
