"""Checkpoints: what each step of a run came to, so that a finished one is never executed again."""

# ruff: noqa: S608  # only names of columns and indexes are spliced in; values are bound

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from limner.store import purchases, runs
from limner.store.rows import to_json
from limner.types import Fence, Json, NewEvent, Purchase, Run, StepRecord, StepState

RECORD = "step, state, executions, result, was_cached"


def begin(
    connection: sqlite3.Connection, now: int, fence: Fence, step: str, events: Sequence[NewEvent]
) -> StepRecord:
    """Note that a step is being executed, once more; a finished step is returned as it is.

    Raises: LostOwnership.
    """
    row = connection.execute(
        f"select {RECORD} from steps where run_id = ? and step = ?", (fence.run_id, step)
    ).fetchone()
    is_finished = row is not None and row[1] in (StepState.DONE, StepState.SKIPPED)
    runs.record(connection, now, fence, () if is_finished else events, {})
    if is_finished:
        return _to_record(row)
    rows = connection.execute(
        "insert into steps (run_id, step, state, executions) values (?, ?, 'running', 1) "
        "on conflict (run_id, step) do update set state = 'running', executions = executions + 1 "
        f"returning {RECORD}",
        (fence.run_id, step),
    ).fetchall()
    return _to_record(rows[0])


def finish(
    connection: sqlite3.Connection,
    now: int,
    fence: Fence,
    step: str,
    state: StepState,
    result: Json | None,
    was_cached: bool,
    purchase: Purchase | None,
    events: Sequence[NewEvent],
    changes: Mapping[str, Any],
) -> Run:
    """Store what a step came to, with the run's change, its charge and events. Raises: LostOwnership."""
    charge = {} if purchase is None else {"charged_usd": purchases.put(connection, now, purchase)}
    run = runs.record(connection, now, fence, events, {**changes, **charge})
    connection.execute(
        "insert into steps (run_id, step, state, executions, result, was_cached) values (?, ?, ?, 0, ?, ?) "
        "on conflict (run_id, step) do update set "
        "state = excluded.state, result = excluded.result, was_cached = excluded.was_cached",
        (fence.run_id, step, state.value, None if result is None else to_json(result), was_cached),
    )
    return run


def read(connection: sqlite3.Connection, run_id: str) -> dict[str, StepRecord]:
    """Return the checkpoints of a run by step, in the order in which they were first begun."""
    rows = connection.execute(f"select {RECORD} from steps where run_id = ? order by rowid", (run_id,))
    return {row[0]: _to_record(row) for row in rows}


def _to_record(row: Sequence[Any]) -> StepRecord:
    step, state, executions, result, was_cached = row
    found = None if result is None else json.loads(result)
    return StepRecord(step, StepState(state), executions, found, bool(was_cached))
