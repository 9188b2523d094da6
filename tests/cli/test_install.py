"""`limner install`, as a person runs it: shows, asks, keeps what is there, undoes, and what it writes starts."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from limner.cli.install_arguments import HOSTS as NAMES
from limner.hosts.places import HOSTS, Machine, Scope, config_path

from .processes import PATIENCE_SECONDS, CommandLine

PLACES = [
    ("claude-desktop", "user", ".config/Claude/claude_desktop_config.json", "mcpServers"),
    ("claude-code", "user", ".claude.json", "mcpServers"),
    ("claude-code", "project", "work/.mcp.json", "mcpServers"),
    ("cursor", "user", ".cursor/mcp.json", "mcpServers"),
    ("cursor", "project", "work/.cursor/mcp.json", "mcpServers"),
    ("vscode", "user", ".config/Code/User/mcp.json", "servers"),
    ("vscode", "project", "work/.vscode/mcp.json", "servers"),
]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the places are those of Linux")
each_place = pytest.mark.parametrize(("host", "scope", "place", "section"), PLACES)
THEIRS = (
    '{\n    "theme": "dark",\n    "SECTION": {\n        "other": {"command": "/o", "args": ["ä"]}\n    }\n}\n'
)


@pytest.fixture
def person(cli: CommandLine) -> CommandLine:
    """Return a command line of a person with an empty home folder, in which their project lies."""
    home = cli.folder.parent
    return replace(cli, environ={"HOME": str(home), "XDG_CONFIG_HOME": "", "CLAUDE_CONFIG_DIR": ""})


def home_of(person: CommandLine) -> Path:
    return Path(person.environ["HOME"])


def test_the_command_knows_every_host() -> None:
    assert set(NAMES) == set(HOSTS)


@on_linux
@each_place
def test_an_absent_file_is_made_where_the_host_looks(
    person: CommandLine, host: str, scope: str, place: str, section: str
) -> None:
    file = home_of(person) / place
    done = person.json("install", host, "--scope", scope, "--yes", "--env", "LIMNER_WORKERS=1")
    assert (done["status"], done["path"]) == ("installed", str(file))
    entry = json.loads(file.read_text())[section]["limner"]
    assert Path(entry["command"]).is_absolute()
    assert entry["env"] == {"LIMNER_WORKERS": "1"}
    assert entry.get("type") == (None if host == "claude-desktop" else "stdio")
    assert not [each for each in file.parent.iterdir() if each.name.endswith("-backup")]
    assert person.json("install", host, "--scope", scope, "--undo", "--yes")["status"] == "removed"
    assert not file.exists()


@on_linux
@each_place
def test_what_is_there_stays_and_comes_back_byte_for_byte(
    person: CommandLine, host: str, scope: str, place: str, section: str
) -> None:
    file = home_of(person) / place
    file.parent.mkdir(parents=True, exist_ok=True)
    text = THEIRS.replace("SECTION", section)
    file.write_bytes(text.encode())
    file.chmod(0o640)
    person.json("install", host, "--scope", scope, "--yes")
    found = json.loads(file.read_text())
    limner = found[section].pop("limner")
    assert found == json.loads(text)
    assert file.read_text().startswith(text[: text.index('["ä"]}') + 6] + ",\n        " + '"limner": {')
    backup = file.with_name(f"{file.name}.limner-backup")
    assert (backup.read_bytes(), stat.S_IMODE(backup.stat().st_mode)) == (text.encode(), 0o640)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    again = person.run("install", host, "--scope", scope, "--yes")
    assert (again.returncode, "already there" in again.stdout) == (0, True)
    assert json.loads(file.read_text())[section]["limner"] == limner
    person.json("install", host, "--scope", scope, "--undo", "--yes")
    assert file.read_bytes() == text.encode()
    assert sorted(each.name for each in file.parent.iterdir() if "limner" in each.name) == []
    assert person.json("install", host, "--scope", scope, "--undo", "--yes")["status"] == "not_there"


@pytest.fixture
def theirs(person: CommandLine) -> Path:
    """Return Cursor's file with another server in it."""
    file = home_of(person) / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_text(THEIRS.replace("SECTION", "mcpServers"))
    return file


def test_nothing_is_written_unless_somebody_says_so(person: CommandLine, theirs: Path) -> None:
    before = theirs.read_bytes()
    shown = person.run("install", "cursor")
    assert shown.returncode == 0
    assert '+    "limner": {' in shown.stdout or '+        "limner": {' in shown.stdout
    assert "--yes" in shown.stderr
    printed = person.run("install", "cursor", "--print", "--env", "A=b")
    assert json.loads(printed.stdout)["mcpServers"]["limner"]["env"] == {"A": "b"}
    assert str(theirs) in printed.stderr
    assert (theirs.read_bytes(), [*theirs.parent.iterdir()]) == (before, [theirs])


@contextmanager
def asked(person: CommandLine) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Yield the command on a terminal, once it has asked, and the terminal's other end."""
    import pty

    reader, writer = pty.openpty()
    process = subprocess.Popen(
        person.command("install", "cursor"),
        cwd=person.folder,
        env=person.environment(),
        stdin=writer,
        stdout=writer,
        stderr=writer,
    )
    os.close(writer)
    seen = b""
    while b"[y/N]" not in seen:
        seen += os.read(reader, 65536)
    try:
        yield process, reader
    finally:
        os.close(reader)
        process.kill()
        process.wait(PATIENCE_SECONDS)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("answer", "is_written"), [("y\n", True), ("\n", False), ("no\n", False)])
def test_a_person_is_asked(person: CommandLine, theirs: Path, answer: str, is_written: bool) -> None:
    with asked(person) as (process, terminal):
        os.write(terminal, answer.encode())
        assert process.wait(PATIENCE_SECONDS) == 0
    assert ("limner" in theirs.read_text()) is is_written


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_question_can_be_left(person: CommandLine, theirs: Path, number: int, status: int) -> None:
    with asked(person) as (process, _):
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == status
    assert "limner" not in theirs.read_text()


def test_a_broken_file_is_left_alone_and_the_mistake_is_named(person: CommandLine, theirs: Path) -> None:
    theirs.write_text('{\n  "mcpServers": {\n    "a": {"command": "x"}\n    "b": {}\n  }\n}')
    before = theirs.read_bytes()
    for more in ([], ["--undo"]):
        refused = person.run("install", "cursor", "--yes", *more)
        assert refused.returncode == 2
        assert f"{theirs}: line 4, column 5" in refused.stderr
    assert '"mcpServers": {"limner":' in person.run("install", "cursor", "--yes").stderr
    assert (theirs.read_bytes(), [*theirs.parent.iterdir()]) == (before, [theirs])


def test_comments_are_kept_where_the_host_reads_them_and_refused_where_not(person: CommandLine) -> None:
    text = '{\n  // my servers\n  "servers": {\n    "a": {"command": "x"}, // why\n  },\n}\n'
    file = home_of(person) / "mcp.json"
    file.write_text(text)
    person.json("install", "vscode", "--config", file, "--yes")
    edited = file.read_text()
    assert edited.startswith(text[: text.index("  },")])
    person.json("install", "vscode", "--config", file, "--undo", "--yes")
    assert file.read_text() == text
    assert "line 2, column 3" in person.run("install", "claude-desktop", "--config", file, "--yes").stderr
    assert file.read_text() == text


def test_a_link_stays_a_link(person: CommandLine, theirs: Path) -> None:
    real = home_of(person) / "dotfiles.json"
    theirs.rename(real)
    theirs.symlink_to(real)
    person.json("install", "cursor", "--yes")
    assert theirs.is_symlink()
    assert "limner" in real.read_text()
    person.json("install", "cursor", "--undo", "--yes")
    assert (theirs.is_symlink(), "limner" in real.read_text()) == (True, False)


def test_another_server_of_that_name_comes_back(person: CommandLine, theirs: Path) -> None:
    foreign = {"command": "/usr/bin/paint", "args": []}
    theirs.write_text(json.dumps({"mcpServers": {"limner": foreign}}))
    refused = person.run("install", "cursor", "--undo", "--yes")
    assert (refused.returncode, "something else than Limner" in refused.stderr) == (2, True)
    person.json("install", "cursor", "--yes")
    person.json("install", "cursor", "--yes", "--env", "A=b")
    added = json.loads(theirs.read_text())
    theirs.write_text(json.dumps({**added, "since": 1}, indent=4))
    person.json("install", "cursor", "--undo", "--yes")
    assert json.loads(theirs.read_text()) == {"mcpServers": {"limner": foreign}, "since": 1}


def test_what_a_person_added_to_the_entry_survives_an_update(person: CommandLine, theirs: Path) -> None:
    mine = {"command": "/gone/limner", "args": [], "env": {"A": "1", "B": "2"}, "timeout": 9}
    theirs.write_text(json.dumps({"mcpServers": {"limner": mine}}))
    person.json("install", "cursor", "--yes", "--env", "B=3")
    entry = json.loads(theirs.read_text())["mcpServers"]["limner"]
    assert (entry["env"], entry["timeout"]) == ({"A": "1", "B": "3"}, 9)
    assert entry["command"] != "/gone/limner"


def test_two_names_live_side_by_side_and_are_undone_apart(person: CommandLine, theirs: Path) -> None:
    before = theirs.read_text()
    person.json("install", "cursor", "--yes")
    person.json("install", "cursor", "--yes", "--name", "second", "--env", "LIMNER_HOME=/b")
    assert set(json.loads(theirs.read_text())["mcpServers"]) == {"other", "limner", "second"}
    person.json("install", "cursor", "--yes", "--undo")
    assert set(json.loads(theirs.read_text())["mcpServers"]) == {"other", "second"}
    person.json("install", "cursor", "--yes", "--undo", "--name", "second")
    assert json.loads(theirs.read_text()) == json.loads(before)


@pytest.mark.parametrize("arguments", [["--env", "A"], ["--name", "a b"], ["--print", "--undo"]])
def test_bad_options_are_refused(person: CommandLine, arguments: list[str]) -> None:
    assert person.run("install", "cursor", *arguments).returncode == 2
    assert person.run("install", "claude-desktop", "--scope", "project").returncode == 2


def test_a_file_that_cannot_be_read_or_is_no_text_is_refused(person: CommandLine, theirs: Path) -> None:
    for place in (theirs / "below-a-file.json", theirs.parent):
        refused = person.run("install", "cursor", "--yes", "--config", place)
        assert (refused.returncode, f"{place} cannot be read" in refused.stderr) == (2, True)
    theirs.write_bytes(b"\xff\xfe{}")
    refused = person.run("install", "cursor", "--yes")
    assert (refused.returncode, "not UTF-8" in refused.stderr) == (2, True)
    assert theirs.read_bytes() == b"\xff\xfe{}"


@pytest.mark.parametrize(
    ("platform", "host", "expected"),
    [
        ("darwin", "claude-desktop", "/u/Library/Application Support/Claude/claude_desktop_config.json"),
        ("darwin", "vscode", "/u/Library/Application Support/Code/User/mcp.json"),
        ("win32", "claude-desktop", "/appdata/Claude/claude_desktop_config.json"),
        ("win32", "vscode", "/appdata/Code/User/mcp.json"),
        ("linux", "vscode", "/u/.config/Code/User/mcp.json"),
        ("win32", "cursor", "/u/.cursor/mcp.json"),
        ("darwin", "claude-code", "/u/.claude.json"),
    ],
)
def test_the_places_on_every_system(platform: str, host: str, expected: str) -> None:
    machine = Machine(platform, Path("/u"), {"APPDATA": "/appdata"}, Path("/p"))
    assert config_path(HOSTS[host], Scope.USER, machine) == Path(expected)


def test_a_moved_configuration_folder_is_found() -> None:
    machine = Machine("linux", Path("/u"), {"CLAUDE_CONFIG_DIR": "/c", "XDG_CONFIG_HOME": "/x"}, Path("/p"))
    assert config_path(HOSTS["claude-code"], Scope.USER, machine) == Path("/c/.claude.json")
    assert config_path(HOSTS["vscode"], Scope.USER, machine) == Path("/x/Code/User/mcp.json")


async def _tools(entry: dict[str, Any], folder: Path) -> set[str]:
    """Start what an entry says, with as short an environment as a desktop host gives, and list its tools."""
    environ = {"HOME": str(folder), "PATH": "/usr/bin:/bin", **entry.get("env", {})}
    server = StdioServerParameters(command=entry["command"], args=entry["args"], env=environ, cwd=str(folder))
    with anyio.fail_after(PATIENCE_SECONDS):
        async with Client(server) as client:
            return {tool.name for tool in (await client.list_tools()).tools}


def test_what_was_written_starts_a_server(person: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "claude_desktop_config.json"
    data = f"LIMNER_HOME={tmp_path / 'data'}"
    person.json("install", "claude-desktop", "--config", file, "--yes", "--env", data)
    entry = json.loads(file.read_text())["mcpServers"]["limner"]
    assert {"start_run", "get_run"} <= anyio.run(_tools, entry, tmp_path)
