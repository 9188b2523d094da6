"""Results of deterministic actions, kept across runs by a key that says everything they depend on."""

import json
import sqlite3

from limner.store.rows import to_json
from limner.types import Json


def recall(connection: sqlite3.Connection, key: str) -> Json | None:
    """Return the result kept under a key."""
    row = connection.execute("select result from results where key = ?", (key,)).fetchone()
    if row is None:
        return None
    result: Json = json.loads(row[0])
    return result


def remember(connection: sqlite3.Connection, now: int, key: str, result: Json) -> None:
    """Keep a result, in place of an older one."""
    connection.execute(
        "insert into results (key, result, created_at) values (?, ?, ?) "
        "on conflict (key) do update set result = excluded.result, created_at = excluded.created_at",
        (key, to_json(result), now),
    )


def forget(connection: sqlite3.Connection, now: int, key: str) -> None:
    """Drop a result, for example when its file is gone."""
    connection.execute("delete from results where key = ?", (key,))
