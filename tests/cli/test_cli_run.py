"""`limner run`: real techniques on real pictures, their files, their errors, and what a retry does."""

import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image

from .processes import PATIENCE_SECONDS, CommandLine, wait_for_line

PALETTE = ("run", "palette-pull", "--input", "image=chelsea.png", "--input", "colors=4")


@pytest.fixture(scope="module")
def first(shared: CommandLine) -> dict[str, object]:
    """Return the Run document of a palette, made under a key."""
    return dict(shared.json(*PALETTE, "--key", "cat-1", "--out", "out"))


def test_run_copies_outputs_under_readable_names(shared: CommandLine, first: dict[str, object]) -> None:
    assert first["status"] == "completed"
    with Image.open(shared.folder / "out" / "palette-pull-swatches.png") as picture:
        assert picture.size == (1600, 900)
    colors = json.loads((shared.folder / "out" / "palette-pull-colors.json").read_text())
    assert len(colors) == 4


def test_provenance_says_what_made_the_files(shared: CommandLine, first: dict[str, object]) -> None:
    folder = shared.folder / "out"
    provenance = json.loads((folder / "provenance.json").read_text())
    assert provenance["run_id"] == first["run_id"]
    assert provenance["technique"] == first["technique"]
    assert provenance["seed"] == 0
    assert provenance["inputs"]["image"].startswith("asset_")
    assert [step["action_id"] for step in provenance["steps"]] == ["extract-palette"]
    assert provenance["steps"][0]["params"]["count"] == 4
    (photo,) = provenance["input_files"]
    assert photo["sha256"] == hashlib.sha256((shared.folder / "chelsea.png").read_bytes()).hexdigest()
    for output in provenance["outputs"]:
        assert hashlib.sha256((folder / output["file"]).read_bytes()).hexdigest() == output["sha256"]


def test_show_tells_what_decides_a_runs_outputs(shared: CommandLine, first: dict[str, object]) -> None:
    run_id = str(first["run_id"])
    provenance = json.loads((shared.folder / "out" / "provenance.json").read_text())
    revision = provenance["technique"]["revision"]
    assert f"seed 0, revision {revision}" in shared.run("runs", "show", run_id).stdout.splitlines()
    summary = shared.json("runs", "show", run_id)["run_summary"]
    hashes = [output["sha256"] for output in provenance["outputs"]]
    assert [output["sha256"] for output in summary["outputs"]] == hashes


def test_same_key_is_the_same_run_and_executes_nothing(shared: CommandLine, first: dict[str, object]) -> None:
    again = shared.json(*PALETTE, "--key", "cat-1")
    assert again["replayed"] is True
    assert (again["run_id"], again["last_seq"]) == (first["run_id"], first["last_seq"])


def test_two_processes_with_one_key_share_one_run(cli: CommandLine) -> None:
    film = ("run", "--action", "ken-burns-video", "--input", "image=coffee.png", "--param", "duration=8")
    one = cli.begin(*film, "--key", "film-1", "--json")
    wait_for_line(one, "rendering")
    other = cli.json(*film, "--key", "film-1")
    told, _ = one.communicate(timeout=PATIENCE_SECONDS)
    assert other["joined"] is True
    assert json.loads(told)["run_id"] == other["run_id"]
    events = cli.json("runs", "show", other["run_id"], "--events")["events"]
    assert [event["type"] for event in events].count("step_started") == 1


def test_identical_run_without_a_key_is_joined_unless_duplicates_are_allowed(
    shared: CommandLine, first: dict[str, object]
) -> None:
    assert shared.json(*PALETTE)["deduplicated"] is True
    other = shared.json(*PALETTE, "--allow-duplicate")
    assert other["deduplicated"] is False
    assert other["run_id"] != first["run_id"]


def test_same_key_with_other_inputs_is_refused_with_the_difference(
    shared: CommandLine, first: dict[str, object]
) -> None:
    ended = shared.run("run", "palette-pull", "--input", "image=coffee.png", "--key", "cat-1")
    assert ended.returncode == 2
    assert str(first["run_id"]) in ended.stderr
    assert "inputs.colors: now 6, then 4" in ended.stderr
    assert "--key" in ended.stderr
    assert ended.stdout == ""


def test_result_for_people_names_status_files_and_text(cli: CommandLine) -> None:
    ended = cli.run(*PALETTE)
    assert ended.returncode == 0
    assert "palette-pull: Done in" in ended.stdout
    assert "1600 × 900" in ended.stdout
    path = next(line for line in ended.stdout.splitlines() if line.endswith(".png"))
    assert Path(path).is_file()
    assert '"hex"' in ended.stdout
    assert "palette-pull: rendering 10%" in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr


def test_existing_files_with_other_content_are_never_overwritten(cli: CommandLine) -> None:
    folder = cli.folder / "out"
    folder.mkdir()
    (folder / "qr-code-generator-image.png").write_bytes(b"mine")
    assert (
        cli.run("actions", "run", "qr-code-generator", "--input", "text=hi", "--out", "out").returncode == 0
    )
    assert (folder / "qr-code-generator-image.png").read_bytes() == b"mine"
    with Image.open(folder / "qr-code-generator-image-2.png") as picture:
        assert picture.size == (1024, 1024)


def test_follow_prints_every_event_in_order(cli: CommandLine) -> None:
    ended = cli.run("run", "--action", "qr-code-generator", "--input", "text=hi", "--follow")
    lines = [line for line in ended.stdout.splitlines() if line.split()[:1] and line.split()[0].isdigit()]
    assert [int(line.split()[0]) for line in lines] == list(range(1, len(lines) + 1))
    assert "queued" in lines[0]
    assert "completed" in lines[-1]


def test_follow_leaves_stdout_to_json(cli: CommandLine) -> None:
    ended = cli.run("run", "--action", "qr-code-generator", "--input", "text=hi", "--follow", "--json")
    assert json.loads(ended.stdout)["status"] == "completed"
    assert "step_started" in ended.stderr


def test_repeated_input_is_a_list_and_params_are_typed(cli: CommandLine) -> None:
    run = cli.json(
        "run",
        "--action",
        "side-by-side-composite",
        *("--input", "image=coffee.png", "--input", "image=chelsea.png", "--param", "gap=10"),
    )
    assert run["status"] == "completed"
    assert run["action"] == {"action_id": "side-by-side-composite"}
    assert run["outputs"][0]["width"] > 600


def test_text_comes_from_a_file_after_an_at_sign(cli: CommandLine) -> None:
    (cli.folder / "address.txt").write_text("https://example.com/\n", encoding="utf-8")
    from_file = cli.json("run", "--action", "qr-code-generator", "--input", "text=@address.txt")
    typed = cli.json("run", "--action", "qr-code-generator", "--input", "text=https://example.com/")
    plain = cli.json("run", "--action", "qr-code-generator", "--input", "text=@@address.txt")
    assert typed["outputs"][0]["asset_id"] == from_file["outputs"][0]["asset_id"]
    assert plain["outputs"][0]["asset_id"] != from_file["outputs"][0]["asset_id"]


@pytest.mark.parametrize("text", ["~nobody knows", "x" * 300, "a=b", "./."])
def test_text_that_looks_like_a_path_stays_text(cli: CommandLine, text: str) -> None:
    assert cli.json("run", "--action", "qr-code-generator", "--input", f"text={text}", "--dry-run")["cost"]


def test_named_file_is_read_wherever_it_is(cli: CommandLine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (cli.folder / "coffee.png").rename(elsewhere / "coffee.png")
    closed = CommandLine(cli.home, cli.folder, {"LIMNER_INPUT_ROOTS": str(cli.folder)})
    assert (
        closed.json("run", "quick-reframe", "--input", f"image={elsewhere / 'coffee.png'}")["status"]
        == "completed"
    )


def test_dry_run_says_the_price_and_starts_nothing(cli: CommandLine) -> None:
    assert cli.json(*PALETTE, "--dry-run")["cost"]["estimated_usd"] == 0
    assert "$0.00" in cli.run(*PALETTE, "--dry-run").stdout
    assert cli.json("runs", "list")["runs"] == []


def test_failed_run_exits_with_1_and_says_the_way_out(cli: CommandLine) -> None:
    poor = CommandLine(cli.home, cli.folder, {"LIMNER_MAX_SECONDS": "2"})
    ended = poor.run("run", "--action", "ken-burns-video", "--input", "image=coffee.png", "--json")
    run = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert (run["status"], run["error"]["code"]) == ("failed", "input_validation_error")
    shown = cli.run("runs", "show", run["run_id"])
    assert "LIMNER_MAX_SECONDS" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("palette-pull", "--input", "image=nope.png"), "no file at 'nope.png'"),
        (("palette-pull", "--input", "image=coffee.png", "--input", "colour=4"), "Did you mean 'colors'?"),
        (("palette-pull",), "inputs.image: is required"),
        (("palete-pull", "--input", "image=coffee.png"), "Did you mean tech_palette-pull"),
        (("palette-pull", "--input", "image"), "'image' is not of the form NAME=VALUE"),
        (("--action", "blur-image", "--input", "image=coffee.png", "--param", "radiuss=4"), "params.radiuss"),
        (("--action", "blurimage", "--input", "image=coffee.png"), "Did you mean blur-image"),
        (("--action", "qr-code-generator", "--input", "text=@nope.txt"), "'nope.txt' cannot be read"),
        (("--action", "qr-code-generator", "--input", "text=@coffee.png"), "is not UTF-8 text"),
        ((), "give a technique or --action"),
        (("palette-pull", "--input", "image=coffee.png", "--max-cost", "-1"), "--max-cost"),
    ],
)
def test_bad_input_exits_with_2_and_names_what_is_wrong(
    shared: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    ended = shared.run("run", *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "\n→ " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_several_wrong_fields_stand_on_lines_of_their_own(shared: CommandLine) -> None:
    ended = shared.run("run", "palette-pull", "--input", "colors=99", "--input", "colour=4")
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert lines[0] == "limner: 3 fields are wrong"
    assert [line.split(":")[0] for line in lines[1:4]] == [
        "  inputs.colour",
        "  inputs.image",
        "  inputs.colors",
    ]


def test_refusal_with_json_is_an_error_document(shared: CommandLine) -> None:
    refused = shared.json("run", "palette-pull", "--input", "image=nope.png", status=2)
    assert refused["error"]["code"] == "input_validation_error"
    assert refused["error"]["fields"][0]["field"] == "inputs.image"


def test_out_folder_that_cannot_be_written_is_refused_before_anything_starts(cli: CommandLine) -> None:
    ended = cli.run("actions", "run", "qr-code-generator", "--input", "text=x", "--out", "coffee.png/x")
    assert ended.returncode == 2
    assert "--out: coffee.png/x cannot be written" in ended.stderr
    assert cli.json("runs", "list")["runs"] == []


def test_long_text_is_cut_where_a_saved_file_has_it(shared: CommandLine, first: dict[str, object]) -> None:
    saved = shared.run(*PALETTE, "--key", "cat-1", "--out", "again")
    assert "characters, all of them in the file)" in saved.stdout
    whole = shared.run(*PALETTE, "--key", "cat-1")
    text = (shared.folder / "again" / "palette-pull-colors.json").read_text()
    assert text in whole.stdout
    assert text not in saved.stdout
