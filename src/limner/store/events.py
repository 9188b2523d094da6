"""The log of a run: appended with the change it tells of, numbered without gaps, never rewritten."""

import json
import sqlite3
from collections.abc import Sequence

from limner.store.rows import to_json
from limner.types import Event, Json, NewEvent, Run


def append(connection: sqlite3.Connection, now: int, run: Run, events: Sequence[NewEvent]) -> None:
    """Write events as the last ones of a run whose `seq` already counts them.

    An event that says a progress says at least the run's: it never goes down in the log either.
    """
    first = run.seq - len(events) + 1
    connection.executemany(
        "insert into events (run_id, seq, type, at, data) values (?, ?, ?, ?, ?)",
        [
            (run.run_id, first + place, event.type, now, to_json(_level(event.data, run.progress)))
            for place, event in enumerate(events)
        ],
    )


def highest_progress(events: Sequence[NewEvent]) -> float:
    """Return the highest progress that the events tell of, 0 when none does."""
    return max((event.data.get("progress", 0) for event in events), default=0)


def read(connection: sqlite3.Connection, run_id: str, after_seq: int, limit: int) -> list[Event]:
    """Return the events after `after_seq`, oldest first."""
    rows = connection.execute(
        "select seq, type, at, data from events where run_id = ? and seq > ? order by seq limit ?",
        (run_id, after_seq, limit),
    )
    return [Event(seq, type_, at, json.loads(data)) for seq, type_, at, data in rows]


def last_seqs(connection: sqlite3.Connection, run_ids: Sequence[str]) -> dict[str, int]:
    """Return the number of the last event of each run that exists."""
    rows = connection.execute(
        "select run_id, seq from runs where run_id in (select value from json_each(?))",
        (to_json(list(run_ids)),),
    )
    return dict(rows.fetchall())


def _level(data: Json, progress: float) -> Json:
    return {**data, "progress": progress} if data.get("progress", progress) < progress else data
