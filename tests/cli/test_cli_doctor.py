"""`limner doctor`: tells a machine that works from one that does not."""

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from limner.config import SETTINGS

from .processes import CommandLine


def test_healthy_machine_makes_a_picture_and_a_film(cli: CommandLine) -> None:
    report = cli.json("doctor")
    assert report["ok"] is True
    results = {check["id"]: check["result"] for check in report["checks"]}
    assert set(results) >= {
        *("python", "packages", "mcp", "settings", "data_folder", "database", "techniques"),
        *("input_roots", "worker", "video", "providers"),
    }
    assert set(results.values()) == {"ok"}
    assert report["providers"] == []
    for extra, module in (
        ("fonts", "manimgx_fonts"),
        ("keyring", "keyring"),
        ("ocr", "rapidocr"),
        ("vision", "ai_edge_litert"),
    ):
        told = next(check["message"] for check in report["checks"] if check["id"] == extra)
        is_there = find_spec(module) is not None
        assert told.startswith(f"limner[{extra}] is {'installed: ' if is_there else 'not installed; '}")
        assert is_there or f"pip install 'limner[{extra}]'" in told
    spoken = next(check["message"] for check in report["checks"] if check["id"] == "voice")
    assert spoken.startswith(f"limner[voice] is {'installed: ' if find_spec('piper') else 'not installed; '}")
    assert ("piper-tts" in spoken) is (find_spec("piper") is not None)
    assert ("espeak-ng 1" in spoken) is (shutil.which("espeak-ng") is not None)
    worker = next(check for check in report["checks"] if check["id"] == "worker")
    assert "256 × 256, image/png" in worker["message"]
    assert cli.json("runs", "list")["runs"] == []


def test_every_setting_is_reported_with_its_source(cli: CommandLine) -> None:
    cli.home.mkdir()
    (cli.home / "limner.toml").write_text("max_runs = 3\n")
    told = CommandLine(cli.home, cli.folder, {"LIMNER_WORKERS": "2"})
    ended = told.run("doctor", "--json")
    settings = {each["key"]: each for each in json.loads(ended.stdout)["settings"]}
    assert set(settings) == {setting.key for setting in SETTINGS}
    assert (settings["max_runs"]["value"], settings["max_runs"]["source"]) == (3, "limner.toml")
    assert (settings["workers"]["value"], settings["workers"]["source"]) == (2, "variable")
    assert settings["max_frames"]["source"] == "default"


def test_misspelt_variable_and_broken_technique_are_warnings(cli: CommandLine) -> None:
    (cli.home / "techniques").mkdir(parents=True)
    (cli.home / "techniques" / "mine.yaml").write_text("technique_id: tech_mine\n")
    told = CommandLine(cli.home, cli.folder, {"LIMNER_WORKER": "2"})
    ended = told.run("doctor")
    assert ended.returncode == 0
    assert "LIMNER_WORKER is set" in ended.stdout
    assert "Did you mean LIMNER_WORKERS?" in ended.stdout
    assert "mine.yaml:1" in ended.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place where nobody may make a folder")
def test_data_folder_that_cannot_be_made_fails(cli: CommandLine) -> None:
    broken = CommandLine(Path("/proc/limner"), cli.folder)
    ended = broken.run("doctor")
    assert ended.returncode == 1
    assert "FAIL  data folder" in ended.stdout
    assert "set LIMNER_HOME to another folder" in ended.stdout
    refused = broken.run("runs", "list")
    assert refused.returncode == 1
    assert "LIMNER_HOME" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_data_folder_that_is_a_file_is_refused(cli: CommandLine) -> None:
    cli.home.write_text("")
    for command in (("doctor",), ("runs", "list")):
        ended = cli.run(*command)
        assert ended.returncode in (1, 2)
        assert str(cli.home) in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_database_of_another_program_fails_and_is_left_alone(cli: CommandLine) -> None:
    cli.home.mkdir()
    (cli.home / "limner.sqlite").write_bytes(b"not a database at all, but long enough to be one" * 40)
    ended = cli.run("doctor", "--json")
    results = {check["id"]: check["result"] for check in json.loads(ended.stdout)["checks"]}
    assert (ended.returncode, results["database"], results["worker"]) == (1, "failed", "ok")
    assert (cli.home / "limner.sqlite").read_bytes().startswith(b"not a database")


def test_bad_setting_is_named_with_what_is_allowed(cli: CommandLine) -> None:
    wrong = CommandLine(cli.home, cli.folder, {"LIMNER_WORKERS": "many"})
    doctor = wrong.run("doctor")
    assert doctor.returncode == 1
    assert "LIMNER_WORKERS is 'many', must be a whole number from 1 to 64." in doctor.stdout
    refused = wrong.run("runs", "list")
    assert refused.returncode == 2
    assert "limner: LIMNER_WORKERS is 'many', must be a whole number from 1 to 64." in refused.stderr
