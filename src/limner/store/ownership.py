"""Which process works on which run: claimed, still held, released, and what a death of the owner means."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import sqlite3
from collections.abc import Sequence

from limner.store import budget, runs
from limner.store.migrations import ACTIVE
from limner.store.rows import COLUMNS, to_json, to_run
from limner.types import Backlog, Json, NewEvent, Phase, Run, Status

FIRST_PROGRESS = 2


def claim(
    connection: sqlite3.Connection, now: int, owner: str, limit: int, run_ids: Sequence[str] | None
) -> list[Run]:
    """Take up to `limit` runs that nobody works on, oldest first; of `run_ids` only, when given."""
    among = "" if run_ids is None else "and run_id in (select value from json_each(:run_ids))"
    rows = connection.execute(
        f"select {COLUMNS} from runs where {ACTIVE} and owner is null {among} "
        "order by created_at, run_id limit :limit",
        {"limit": limit, "run_ids": to_json([*run_ids] if run_ids is not None else [])},
    ).fetchall()
    return [_claim(connection, now, owner, to_run(row)) for row in rows]


def _claim(connection: sqlite3.Connection, now: int, owner: str, run: Run) -> Run:
    changes: Json = {
        "owner": owner,
        "attempt": run.attempt + 1,
        "status": Status.RUNNING,
        "started_at": run.started_at if run.started_at is not None else now,
    }
    if run.phase is Phase.QUEUED:
        changes |= {"phase": Phase.COMPOSING, "message": "composing"}
        data: Json = {"phase": "composing", "progress": FIRST_PROGRESS, "message": "composing"}
        event = NewEvent("phase", data)
    else:
        data = {"attempt": run.attempt + 1, "deaths": run.deaths}
        event = NewEvent("resumed", {**data, "phase": run.phase.value, "progress": run.progress})
    claimed = runs.update(connection, now, "run_id = :run_id", {"run_id": run.run_id}, [event], changes)
    return run if claimed is None else claimed


def active_owners(connection: sqlite3.Connection) -> set[str]:
    """Return every owner that holds a run."""
    return {row[0] for row in connection.execute("select distinct owner from runs where owner is not null")}


def still_owned(connection: sqlite3.Connection, owner: str, run_ids: Sequence[str]) -> set[str]:
    """Return those of `run_ids` that are active and the owner's."""
    rows = connection.execute(
        "select run_id from runs where run_id in (select value from json_each(?)) "
        f"and owner = ? and {ACTIVE}",
        (to_json([*run_ids]), owner),
    )
    return {row[0] for row in rows}


def release(
    connection: sqlite3.Connection,
    now: int,
    owner: str,
    died: bool,
    max_deaths: int,
    interrupted_after_ms: int,
) -> list[str]:
    """Take every run from an owner; return their ids, oldest first.

    died: the owner did not let go by itself. That counts against each of its runs: one that has seen more
    than `max_deaths`, or that costs money and was silent for longer than `interrupted_after_ms`, is failed.
    """
    rows = connection.execute(
        f"select {COLUMNS} from runs where owner = ? order by created_at, run_id", (owner,)
    ).fetchall()
    held = [to_run(row) for row in rows]
    for run in held:
        if died:
            _bury(connection, now, run, max_deaths, interrupted_after_ms)
        else:
            connection.execute("update runs set owner = null where run_id = ?", (run.run_id,))
    return [run.run_id for run in held]


def _bury(
    connection: sqlite3.Connection, now: int, run: Run, max_deaths: int, interrupted_after_ms: int
) -> None:
    deaths = run.deaths + 1
    connection.execute("update runs set owner = null, deaths = ? where run_id = ?", (deaths, run.run_id))
    error = None
    if deaths > max_deaths:
        error = {
            "code": "crashed_too_often",
            "message": f"The process that worked on this run died {deaths} times.",
            "next_step": "Try other inputs; if they crash too, report it with the output of `limner doctor`.",
        }
    elif _costs(run) and now - _last_event_at(connection, run) > interrupted_after_ms:
        error = {
            "code": "interrupted",
            "message": "Limner stopped while this paid run was under way, too long ago to resume it unasked.",
            "next_step": _after_interruption(connection, run),
        }
    if error is not None:
        data = {"phase": "failed", "progress": run.progress, "message": error["message"], "error": error}
        event = NewEvent("failed", data)
        runs.end(connection, now, run, Status.FAILED, event, error=error, message=error["message"])


def _costs(run: Run) -> bool:
    return run.estimated_usd > 0 or run.has_unpriced


def _after_interruption(connection: sqlite3.Connection, run: Run) -> str:
    """Return how to go on with a run, and what its providers may still have."""
    sent = connection.execute(
        "select provider, coalesce(job_id, 'a request that was not answered'), state = 'intended' from purchases "
        "where run_id = ? and state in ('intended', 'accepted')",
        (run.run_id,),
    ).fetchall()
    if any(was_lost for _, _, was_lost in sent) or budget.may_have_cost(connection, run.run_id):
        held = "".join(f" {provider} may still have {job}." for provider, job, _ in sent)
        again = "To start anew, use another idempotency_key."
        return f"It may have been paid for in part, and is not repeated.{held} {again}"
    return "To take it up where it stopped, start it again with the same idempotency_key."


def _last_event_at(connection: sqlite3.Connection, run: Run) -> int:
    row = connection.execute("select max(at) from events where run_id = ?", (run.run_id,)).fetchone()
    at: int = row[0] if row[0] is not None else run.created_at
    return at


def backlog(connection: sqlite3.Connection) -> Backlog:
    """Return what waits in the whole installation."""
    waiting, oldest = connection.execute(
        f"select count(*), min(created_at) from runs indexed by runs_unowned where {ACTIVE} and owner is null"
    ).fetchone()
    active = connection.execute(
        "select count(*) from runs indexed by runs_owned where owner is not null"
    ).fetchone()[0]
    callbacks = connection.execute(
        "select count(*) from deliveries indexed by deliveries_due where due_at is not null"
    ).fetchone()[0]
    return Backlog(waiting, active, oldest, callbacks)
