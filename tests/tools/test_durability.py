"""What survives: kills at any moment, restarts, dropped connections, two processes on one file."""

import random
import sqlite3
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from .hosts import RawHost, children_of, is_alive, wait_for
from .slow import install_slow, slow_call

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find orphans")

STEPS = {"first", "second", "beside", "film"}
SEED = 20261121


def rows(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Read from the database as an outsider."""
    with closing(sqlite3.connect(f"file:{home / 'limner.sqlite'}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def check_log(home: Path, run_id: str) -> None:
    """Check that events have no gap, and that each step was finished once."""
    seqs = [seq for (seq,) in rows(home, "select seq from events where run_id = ? order by seq", run_id)]
    assert seqs == list(range(1, len(seqs) + 1))
    finished = rows(
        home,
        "select json_extract(data, '$.step') from events where run_id = ? and type = 'step_completed'",
        run_id,
    )
    assert sorted(step for (step,) in finished) == sorted(STEPS)


@pytest.mark.parametrize("moment", range(10))
def test_a_run_killed_at_a_seeded_moment_completes_after_restart_and_repeats_no_finished_step(
    home: Path, moment: int
) -> None:
    chance = random.Random(SEED + moment)
    wanted_events = 2 + moment  # from just claimed to the middle of the film
    install_slow(home)
    host = RawHost(home)
    host.initialize()
    run_id = host.ask("start_run", slow_call("killed", 20 + moment, wait_seconds=0))["run_id"]
    wait_for(
        lambda: rows(home, "select seq from runs where run_id = ?", run_id)[0][0] >= wanted_events,
        30,
        f"event {wanted_events}",
    )
    wait_for(lambda: chance.random() < 0.2, 5, "a seeded moment")
    workers = children_of(host.process.pid)
    host.kill()
    wait_for(lambda: not any(is_alive(pid) for pid in workers), 2, "the workers to die with their server")
    before = dict(
        rows(home, "select step, executions from steps where run_id = ? and state = 'done'", run_id)
    )

    with RawHost(home) as second:
        run = second.ask("get_run", {"idempotency_key": "killed", "wait_seconds": 45})
        assert run["status"] == "completed", run
        assert run["run_id"] == run_id
        replay = second.ask("start_run", slow_call("killed", 20 + moment))
        assert replay["replayed"] is True
        assert replay["outputs"] == run["outputs"]
        assert all(Path(output["path"]).is_file() for output in run["outputs"])
    check_log(home, run_id)
    after = dict(rows(home, "select step, executions from steps where run_id = ?", run_id))
    assert {step: after[step] for step in before} == before


def test_another_process_takes_over_within_five_seconds_of_a_kill(home: Path) -> None:
    install_slow(home)
    with RawHost(home) as survivor:
        host = RawHost(home)
        host.initialize()
        run_id = host.ask("start_run", slow_call("taken", 31, wait_seconds=0))["run_id"]
        wait_for(
            lambda: rows(home, "select 1 from events where run_id = ? and type = 'step_started'", run_id),
            20,
            "a step to begin",
        )
        owner = rows(home, "select owner from runs where run_id = ?", run_id)[0][0]
        host.kill()
        wait_for(
            lambda: (
                rows(
                    home,
                    "select 1 from runs where run_id = ? and owner is not null and owner != ?",
                    run_id,
                    owner,
                )
                or rows(home, "select 1 from runs where run_id = ? and status = 'completed'", run_id)
            ),
            5,
            "the other process to take over",
        )
        run = survivor.ask("get_run", {"run_id": run_id, "wait_seconds": 45})
        assert run["status"] == "completed"
    check_log(home, run_id)


def test_a_run_that_kills_its_process_six_times_ends_as_crashed_too_often(home: Path) -> None:
    install_slow(home)
    run_id = ""
    for death in range(6):
        host = RawHost(home)
        host.initialize()
        if not run_id:
            run_id = host.ask("start_run", slow_call("poison", 33, wait_seconds=0))["run_id"]
        claimed = "select 1 from runs where run_id = ? and owner is not null and attempt > ?"
        wait_for(
            partial(rows, home, claimed, run_id, death),
            20,
            "the run to be claimed",
        )
        host.kill()
    with RawHost(home) as last:
        run = last.ask("get_run", {"run_id": run_id, "wait_seconds": 20})
    assert run["status"] == "failed"
    assert run["error"]["code"] == "crashed_too_often"
    assert run["error"]["next_step"]


def test_fifty_concurrent_starts_of_one_key_over_two_processes_are_one_run(home: Path) -> None:
    call = {"action_id": "qr-code-generator", "inputs": {"text": "once"}, "idempotency_key": "one"}
    with RawHost(home) as one, RawHost(home) as two:
        sent = [
            (host, host.call("start_run", {**call, "wait_seconds": 30}))
            for _ in range(25)
            for host in (one, two)
        ]
        runs = [host.result(request_id)["structuredContent"] for host, request_id in sent]
        assert {run["status"] for run in runs} == {"completed"}
        assert len({run["run_id"] for run in runs}) == 1
        refused = two.ask("start_run", {**call, "inputs": {"text": "twice"}})["error"]
    assert refused["code"] == "idempotency_conflict"
    assert refused["run_id"] == runs[0]["run_id"]
    assert refused["diff"] == [{"field": "inputs.text", "existing": ["once"], "given": ["twice"]}]
    assert rows(home, "select count(*) from runs") == [(1,)]
    assert rows(home, "select executions from steps") == [(1,)]


def test_a_host_that_drops_its_connection_joins_the_same_run_with_the_same_key(home: Path) -> None:
    install_slow(home)
    with RawHost(home) as other:
        host = RawHost(home)
        host.initialize()
        call = slow_call("dropped", 37, wait_seconds=45)
        host.call("start_run", call, token="p")
        run_id = wait_for(lambda: rows(home, "select run_id from runs"), 20, "the run to exist")[0][0]
        host.close()
        joined = other.result(other.call("start_run", call, token="again"))["structuredContent"]
    assert joined["run_id"] == run_id
    assert joined["status"] == "completed"
    values = [
        note["params"]["progress"]
        for note in other.notifications
        if note["method"] == "notifications/progress"
    ]
    assert len(values) >= 3
    assert values == sorted(set(values))
    assert rows(home, "select count(*) from runs") == [(1,)]
    check_log(home, run_id)


def test_cancel_ends_a_run_inside_its_worker_at_once_from_another_process_too(home: Path) -> None:
    install_slow(home)
    with RawHost(home) as worker, RawHost(home) as other:
        run_id = worker.ask("start_run", slow_call("stop", 39, wait_seconds=0))["run_id"]
        wait_for(
            lambda: (
                rows(
                    home,
                    "select 1 from events where run_id = ? and type = 'step_started' "
                    "and json_extract(data, '$.step') = 'film'",
                    run_id,
                )
                and children_of(worker.process.pid)
            ),
            40,
            "the film to be in a worker",
        )
        cancelled = other.ask("cancel_run", {"run_id": run_id})
        assert cancelled["status"] == "cancelled"
        wait_for(lambda: not children_of(worker.process.pid), 1, "the worker process to end")
        again = worker.ask("start_run", slow_call("stop", 39))
        assert again["run_id"] == run_id
        assert again["status"] == "cancelled"
        assert "new idempotency_key" in again["next_step"]
