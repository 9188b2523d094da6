"""`limner runs`: lists, shows, follows and cancels what was started."""

import json

import pytest

from .processes import CommandLine


@pytest.fixture(scope="module")
def made(shared: CommandLine) -> list[str]:
    """Return the ids of an action's run and of a technique's, oldest first."""
    code = shared.json("actions", "run", "qr-code-generator", "--input", "text=hello")
    palette = shared.json("run", "palette-pull", "--input", "image=coffee.png")
    return [code["run_id"], palette["run_id"]]


def test_list_shows_runs_newest_first(shared: CommandLine, made: list[str]) -> None:
    ended = shared.run("runs", "list")
    assert ended.returncode == 0
    header, *rows = ended.stdout.splitlines()
    assert header.split() == ["run", "started", "status", "what"]
    assert [row.split()[0] for row in rows] == made[::-1]
    assert rows[0].split()[2:] == ["completed", "palette-pull"]


def test_list_filters_and_goes_on_where_a_page_ended(shared: CommandLine, made: list[str]) -> None:
    by_technique = shared.json("runs", "list", "--technique", "palette-pull")
    assert [run["run_id"] for run in by_technique["runs"]] == [made[1]]
    assert shared.json("runs", "list", "--status", "failed")["runs"] == []
    page = shared.json("runs", "list", "--limit", "1")
    rest = shared.json("runs", "list", "--limit", "1", "--cursor", page["meta"]["next_cursor"])
    assert [run["run_id"] for run in (*page["runs"], *rest["runs"])] == made[::-1]
    assert rest["meta"]["next_cursor"] is None


def test_empty_list_says_how_to_begin(cli: CommandLine) -> None:
    ended = cli.run("runs", "list")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "limner demo" in ended.stderr


def test_show_gives_outputs_and_with_events_the_whole_log(shared: CommandLine, made: list[str]) -> None:
    ended = shared.run("runs", "show", made[1], "--events")
    assert "1600 × 900" in ended.stdout
    assert "step_started   palette extract-palette" in ended.stdout
    document = shared.json("runs", "show", made[1], "--events")
    assert [event["seq"] for event in document["events"]] == list(range(1, document["last_seq"] + 1))
    assert "events" not in shared.json("runs", "show", made[1])


def test_follow_of_an_ended_run_prints_its_log_and_ends(shared: CommandLine, made: list[str]) -> None:
    ended = shared.run("runs", "follow", made[0])
    assert ended.returncode == 0
    assert "qr-code-generator: Done in" in ended.stdout
    lines = shared.run("runs", "follow", made[0], "--json").stdout.splitlines()
    documents = [json.loads(line) for line in lines]
    assert documents[-2]["type"] == "completed"
    assert documents[-1]["run_id"] == made[0]


def test_cancel_leaves_an_ended_run_as_it_is(shared: CommandLine, made: list[str]) -> None:
    ended = shared.run("runs", "cancel", made[0])
    assert (ended.returncode, ended.stdout) == (0, f"{made[0]} had ended before: completed.\n")
    assert shared.json("runs", "cancel", made[0])["status"] == "completed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "run_nothing"), "run_nothing"),
        (("follow", "run_nothing"), "run_nothing"),
        (("cancel", "run_nothing"), "run_nothing"),
        (("list", "--limit", "0"), "--limit: is 0, must be from 1 to 100"),
        (("list", "--cursor", "elsewhere"), "--cursor"),
        (("list", "--technique", "palet-pull"), "Did you mean tech_palette-pull"),
        (("list", "--status", "lost"), "invalid choice: 'lost'"),
        ((), "usage: limner runs"),
    ],
)
def test_bad_input_exits_with_2(
    shared: CommandLine, made: list[str], arguments: tuple[str, ...], said: str
) -> None:
    ended = shared.run("runs", *arguments)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
