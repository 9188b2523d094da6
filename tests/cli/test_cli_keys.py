"""`limner keys`: a key is shown once, its hash is kept, and what stood in the file stays."""

import hashlib
import json
import stat
import sys
import tomllib
from pathlib import Path

import pytest

from limner.access.gate import Gatekeeper
from limner.config import read_settings

from .processes import CommandLine


def test_a_written_key_opens_the_server_and_keeps_the_file_as_it_was(cli: CommandLine) -> None:
    cli.home.mkdir()
    file = cli.home / "limner.toml"
    written = "# mine\nworkers = 3   # few\n\n[[api_keys]]\nname = 'old'\nsha256 = '" + "0" * 64 + "'"
    file.write_text(written)
    ended = cli.run("keys", "new", "studio", "--budget", "2.5", "--rate", "30", "--write")
    assert ended.returncode == 0, ended.stderr
    key = ended.stdout.strip()
    assert key.startswith("lmn_")
    text = file.read_text()
    assert text.startswith(f"{written}\n\n[[api_keys]]\n")
    assert key not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in cli.home.iterdir()] == ["limner.toml"]
    settings = read_settings({"LIMNER_HOME": str(cli.home)})
    assert settings.workers == 3
    made = settings.api_keys[-1]
    assert (made.name, made.sha256) == ("studio", hashlib.sha256(key.encode()).hexdigest())
    assert Gatekeeper.from_settings(settings).budget_of("key:studio") == 2.5
    assert made.requests_per_minute == 30


def test_without_write_the_lines_are_printed_and_nothing_is_made(cli: CommandLine) -> None:
    ended = cli.run("keys", "new", "studio")
    key, _, lines = ended.stdout.partition("\n")
    (table,) = tomllib.loads(lines)["api_keys"]
    assert table == {"name": "studio", "sha256": hashlib.sha256(key.encode()).hexdigest()}
    assert not cli.home.exists()
    assert str(cli.home / "limner.toml") in ended.stderr
    assert key not in ended.stderr


def test_json_says_the_key_and_where_it_went(cli: CommandLine) -> None:
    made = cli.json("keys", "new", "studio", "--write")
    file = cli.home / "limner.toml"
    assert (made["name"], made["file"], made["written"]) == ("studio", str(file), True)
    assert file.read_text() == made["table"]
    assert made["key"] not in made["table"]


def test_a_name_is_given_once(cli: CommandLine) -> None:
    assert cli.run("keys", "new", "studio", "--write").returncode == 0
    before = (cli.home / "limner.toml").read_bytes()
    for options in ((), ("--write",)):
        ended = cli.run("keys", "new", "studio", *options)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "has a key called 'studio' already" in ended.stderr
    assert (cli.home / "limner.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("a b",), "letters, digits"),
        (("a", "--budget", "-1"), "US dollars from 0"),
        (("a", "--rate", "0"), "a whole number from 1"),
    ],
)
def test_what_cannot_be_is_refused(cli: CommandLine, options: tuple[str, ...], part: str) -> None:
    ended = cli.run("keys", "new", *options)
    assert (ended.returncode, part in ended.stderr) == (2, True)


def test_a_file_that_cannot_take_a_table_stays_as_it_is(cli: CommandLine) -> None:
    cli.home.mkdir()
    text = f"api_keys = [{{name = 'a', sha256 = '{'0' * 64}'}}]\n"
    (cli.home / "limner.toml").write_text(text)
    ended = cli.run("keys", "new", "b", "--write")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "cannot take a table" in ended.stderr
    assert (cli.home / "limner.toml").read_text() == text


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place where nobody may make a folder")
def test_a_key_that_cannot_be_kept_is_not_shown(cli: CommandLine) -> None:
    ended = CommandLine(Path("/proc/limner"), cli.folder).run("keys", "new", "studio", "--write")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "limner.toml cannot be written" in ended.stderr


def test_a_link_to_the_file_stays_a_link(cli: CommandLine) -> None:
    cli.home.mkdir()
    real = cli.folder / "settings.toml"
    real.write_text("workers = 2\n")
    (cli.home / "limner.toml").symlink_to(real)
    assert cli.run("keys", "new", "studio", "--write").returncode == 0
    assert (cli.home / "limner.toml").readlink() == real
    assert "studio" in real.read_text()


def test_keys_are_listed_with_budgets_and_rates_and_without_their_hashes(cli: CommandLine) -> None:
    empty = cli.run("keys", "list")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "limner keys new" in empty.stderr
    made = [
        cli.json("keys", "new", name, *more, "--write")
        for name, *more in (("studio", "--budget", "5"), ("b",))
    ]
    told = CommandLine(cli.home, cli.folder, {"LIMNER_REQUESTS_PER_MINUTE": "60"})
    ended = told.run("keys", "list")
    rows = [line.split() for line in ended.stdout.splitlines()[1:]]
    assert [row[:3] for row in rows] == [["studio", "$5.00", "60"], ["b", "no", "limit"]]
    listed = told.json("keys", "list")["keys"]
    assert [(each["name"], each["daily_budget_usd"], each["requests_per_minute"]) for each in listed] == [
        ("studio", 5.0, 60),
        ("b", None, 60),
    ]
    for each in made:
        (table,) = tomllib.loads(each["table"])["api_keys"]
        assert table["sha256"][:8] in ended.stdout
        assert table["sha256"] not in ended.stdout + json.dumps(listed)


def test_keys_of_the_variable_win_and_never_show(cli: CommandLine) -> None:
    secret = "a-secret-of-the-variable"
    told = CommandLine(cli.home, cli.folder, {"LIMNER_API_KEYS": f"guest:{secret}"})
    made = told.run("keys", "new", "studio", "--write")
    assert "LIMNER_API_KEYS is set" in made.stderr
    listed, doctor = told.run("keys", "list"), told.run("doctor", "--json")
    assert "guest" in listed.stdout
    assert "studio" not in listed.stdout
    shown = {each["key"]: each for each in json.loads(doctor.stdout)["settings"]}
    assert (shown["api_keys"]["value"], shown["api_keys"]["source"]) == (["guest"], "variable")
    for ended in (made, listed, doctor):
        assert secret not in ended.stdout + ended.stderr
        assert hashlib.sha256(secret.encode()).hexdigest() not in ended.stdout + ended.stderr
