"""Run rows: inserted, read back, changed under a fence, cancelled."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from limner.errors import LostOwnership, NotFound
from limner.store import assets, budget, deliveries, webhook_secrets
from limner.store import events as log
from limner.store.migrations import ACTIVE
from limner.store.rows import COLUMNS, FIELDS, to_columns, to_run
from limner.types import Asset, Event, Fence, NewEvent, NewRun, Phase, Run, Status

INSERT = f"insert into runs ({COLUMNS}) values ({', '.join(':' + name for name in FIELDS)})"
CHANGEABLE = frozenset(
    [
        "status",
        "phase",
        "progress",
        "message",
        "outputs",
        "evaluation",
        "error",
        "estimated_usd",
        "charged_usd",
        "seed",
    ]
)
LAST_PHASE = {
    Status.COMPLETED: Phase.DONE,
    Status.FAILED: Phase.FAILED,
    Status.CANCELLED: Phase.CANCELLED,
}


def insert(connection: sqlite3.Connection, now: int, new: NewRun, run_id: str) -> Run:
    """Store a queued run with its first event."""
    run = Run(
        run_id=run_id,
        type=new.type,
        caller=new.caller,
        workspace_id=new.workspace_id,
        project_id=new.project_id,
        operation=new.operation,
        target_id=new.target_id,
        target_name=new.target_name,
        fingerprint=new.fingerprint,
        request=new.request,
        status=Status.PENDING,
        phase=Phase.QUEUED,
        progress=0.0,
        message="queued",
        created_at=now,
        seq=1,
        revision=new.revision,
        seed=new.seed,
        brand_kit=new.brand_kit,
        idempotency_key=new.idempotency_key,
        expires_at=None if new.idempotency_key is None else now + new.window_ms,
        callback_url=new.callback_url,
        estimated_usd=new.estimated_usd,
        has_unpriced=bool(new.unpriced),
    )
    connection.execute(INSERT, to_columns({name: getattr(run, name) for name in FIELDS}))
    queued = NewEvent("queued", {"phase": run.phase.value, "progress": 0, "message": run.message})
    log.append(connection, now, run, [queued])
    if run.callback_url is not None:
        webhook_secrets.ensure(connection, now, run.caller)
    return run


def call_back(connection: sqlite3.Connection, now: int, run: Run, url: str | None) -> Run:
    """Have the end of a run told to an address as well, unless it has ended or is told to one already."""
    if url is None or run.callback_url is not None or run.status.is_terminal:
        return run
    connection.execute("update runs set callback_url = ? where run_id = ?", (url, run.run_id))
    webhook_secrets.ensure(connection, now, run.caller)
    return load(connection, run.run_id)


def load(connection: sqlite3.Connection, run_id: str) -> Run:
    """Return a run, whoever started it. Raises: NotFound."""
    row = connection.execute(f"select {COLUMNS} from runs where run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise no_run(f"no run {run_id}")
    return to_run(row)


def get(connection: sqlite3.Connection, caller: str, run_id: str) -> Run:
    """Return a run of the caller's. Raises: NotFound, for another caller's run too."""
    run = load(connection, run_id)
    if run.caller != caller:
        raise no_run(f"no run {run_id}")
    return run


def view(connection: sqlite3.Connection, caller: str, run_id: str) -> tuple[Run, dict[str, Asset]]:
    """Return a run of the caller's with the assets that its outputs name. Raises: NotFound."""
    run = get(connection, caller, run_id)
    return run, assets.of_runs(connection, [run])


def no_run(problem: str) -> NotFound:
    """Return the error for a run that the caller cannot see."""
    return NotFound(problem, next_step="Call list_runs to see your runs and their ids.")


def snapshot(
    connection: sqlite3.Connection, run_id: str, after_seq: int, limit: int
) -> tuple[Run, list[Event]]:
    """Return a run and its events after `after_seq`, as of one moment."""
    return load(connection, run_id), log.read(connection, run_id, after_seq, limit)


def update(
    connection: sqlite3.Connection,
    now: int,
    where: str,
    place: Mapping[str, Any],
    events: Sequence[NewEvent],
    changes: Mapping[str, Any],
) -> Run | None:
    """Change the one run that `where` finds, and log `events`; return it, None when there is none.

    `progress` keeps its highest value. A terminal status also sets `completed_at`, frees the owner and,
    when `changes` says none, sets the phase; what the run was charged then counts as spent, paid requests without a
    word from their provider too, and its callback address is to be told.
    """
    values = dict(changes)
    status = values.get("status")
    if status in LAST_PHASE:
        values = {"phase": LAST_PHASE[status], **values, "completed_at": now, "owner": None}
    progress = max(values.pop("progress", 0), log.highest_progress(events))
    settings = ["seq = seq + :events", "progress = max(progress, :progress)"]
    settings += [f"{name} = :new_{name}" for name in values]
    bound = {f"new_{name}": value for name, value in to_columns(values).items()}
    rows = connection.execute(
        f"update runs set {', '.join(settings)} where {where} returning {COLUMNS}",
        {**bound, **place, "events": len(events), "progress": progress},
    ).fetchall()
    if not rows:
        return None
    run = to_run(rows[0])
    log.append(connection, now, run, events)
    if status in LAST_PHASE:
        run = budget.settle(connection, now, run)
        deliveries.enqueue(connection, now, run)
    return run


def record(
    connection: sqlite3.Connection,
    now: int,
    fence: Fence,
    events: Sequence[NewEvent],
    changes: Mapping[str, Any],
) -> Run:
    """Change a run and log events as its owner.

    Raises: LostOwnership, when the run has ended or another owner or attempt holds it.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise TypeError(f"record cannot change {', '.join(sorted(unknown))}")
    where = f"run_id = :run_id and owner = :owner and attempt = :attempt and {ACTIVE}"
    place = {"run_id": fence.run_id, "owner": fence.owner, "attempt": fence.attempt}
    run = update(connection, now, where, place, events, changes)
    if run is None:
        raise LostOwnership(fence.run_id)
    return run


def cancel(connection: sqlite3.Connection, now: int, caller: str, run_id: str) -> tuple[Run, bool]:
    """End a run of the caller's; return it and whether this call ended it. Raises: NotFound."""
    run = get(connection, caller, run_id)
    if run.status.is_terminal:
        return run, False
    data = {"phase": Phase.CANCELLED.value, "progress": run.progress, "message": "cancelled"}
    ended = end(connection, now, run, Status.CANCELLED, NewEvent("cancelled", data), message="cancelled")
    return ended, True


def end(
    connection: sqlite3.Connection, now: int, run: Run, status: Status, event: NewEvent, **changes: Any
) -> Run:
    """Give a run that this transaction has read as active its last status."""
    place = {"run_id": run.run_id}
    ended = update(connection, now, "run_id = :run_id", place, [event], {"status": status, **changes})
    return run if ended is None else ended
