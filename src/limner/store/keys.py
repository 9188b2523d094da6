"""What a start does: one transaction that decides by key and fingerprint whether a run is made or found."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import sqlite3

from limner.canonical import diff
from limner.errors import IdempotencyConflict
from limner.store import budget, runs
from limner.store.migrations import ACTIVE
from limner.store.rows import COLUMNS, new_run_id, to_run
from limner.types import Disposition, NewEvent, NewRun, Phase, Run, Status

RECENT_MS = 120_000
"""How long after its end a run still answers an identical call without a key."""


def start(connection: sqlite3.Connection, now: int, new: NewRun) -> tuple[Run, Disposition]:
    """Make a run, or find the one that this call already names; say which.

    Raises: IdempotencyConflict, when the key names a run of another request; BudgetExceeded, ConsentNeeded,
    when there is work to do that may not be paid for.
    """
    run_id = new_run_id(now)
    if new.idempotency_key is not None:
        if not _take_key(connection, now, new, run_id):
            return _answer(connection, now, new, find(connection, now, *_scope(new)))
    elif new.may_deduplicate and (twin := _find_twin(connection, now, new)):
        return runs.call_back(connection, now, twin, new.callback_url), Disposition.DEDUPLICATED
    budget.check(connection, now, new)
    return runs.insert(connection, now, new, run_id), Disposition.CREATED


def _scope(new: NewRun) -> tuple[str, str, str, str]:
    return new.caller, new.workspace_id, new.operation, new.idempotency_key or ""


def _take_key(connection: sqlite3.Connection, now: int, new: NewRun, run_id: str) -> bool:
    """Give the key to a new run, if it is free or its window has passed."""
    rows = connection.execute(
        """
        insert into keys (caller, workspace_id, operation, key, run_id, expires_at)
        values (?, ?, ?, ?, ?, ?)
        on conflict (caller, workspace_id, operation, key) do update
        set run_id = excluded.run_id, expires_at = excluded.expires_at
        where keys.expires_at <= ?
        returning run_id
        """,
        (*_scope(new), run_id, now + new.window_ms, now),
    )
    return bool(rows.fetchall())


def find(
    connection: sqlite3.Connection, now: int, caller: str, workspace_id: str, operation: str, key: str
) -> Run:
    """Return the run that a living key names. Raises: NotFound."""
    row = connection.execute(
        f"""
        select {COLUMNS} from runs where run_id = (
            select run_id from keys
            where caller = ? and workspace_id = ? and operation = ? and key = ? and expires_at > ?
        )
        """,
        (caller, workspace_id, operation, key, now),
    ).fetchone()
    if row is None:
        raise runs.no_run(f"no run under idempotency_key {key!r}, or its window has passed")
    return to_run(row)


def _answer(connection: sqlite3.Connection, now: int, new: NewRun, existing: Run) -> tuple[Run, Disposition]:
    """Return what the call gets whose key already names `existing`."""
    if existing.fingerprint != new.fingerprint:
        raise IdempotencyConflict(
            key=new.idempotency_key or "",
            run_id=existing.run_id,
            diff=diff(existing.request, new.request),
        )
    match existing.status:
        case Status.PENDING | Status.RUNNING:
            return runs.call_back(connection, now, existing, new.callback_url), Disposition.JOINED
        case Status.COMPLETED | Status.CANCELLED:
            return existing, Disposition.REPLAYED
        case Status.FAILED if budget.may_have_cost(connection, existing.run_id):
            return existing, Disposition.REPLAYED
        case Status.FAILED:
            budget.check(connection, now, new)
            again = _retry(connection, now, existing, new)
            return runs.call_back(connection, now, again, new.callback_url), Disposition.RETRIED


def _retry(connection: sqlite3.Connection, now: int, run: Run, new: NewRun) -> Run:
    """Queue a failed run again, at its price now. Its finished steps, its progress and its count of attempts stay."""
    data = {"phase": "queued", "progress": run.progress, "message": "queued", "retry": True}
    changes = {
        "status": Status.PENDING,
        "phase": Phase.QUEUED,
        "message": "queued",
        "outputs": (),
        "evaluation": None,
        "error": None,
        "completed_at": None,
        "owner": None,
        "deaths": 0,
        "estimated_usd": new.estimated_usd,
        "has_unpriced": bool(new.unpriced),
    }
    place = {"run_id": run.run_id}
    queued = runs.update(connection, now, "run_id = :run_id", place, [NewEvent("queued", data)], changes)
    return run if queued is None else queued


def _find_twin(connection: sqlite3.Connection, now: int, new: NewRun) -> Run | None:
    """Return an identical run that is in flight, or that ended just now and must not be repeated."""
    scope = {
        "fingerprint": new.fingerprint,
        "caller": new.caller,
        "workspace_id": new.workspace_id,
        "operation": new.operation,
        "since": now - RECENT_MS,
    }
    same = (
        "fingerprint = :fingerprint and caller = :caller "
        "and workspace_id = :workspace_id and operation = :operation"
    )
    for state in (
        f"{ACTIVE} order by created_at desc",
        f"completed_at > :since and (status = 'completed' or (status = 'failed' and {budget.MAY_HAVE_COST})) "
        "order by completed_at desc",
    ):
        row = connection.execute(
            f"select {COLUMNS} from runs where {same} and {state} limit 1", scope
        ).fetchone()
        if row is not None:
            return to_run(row)
    return None
